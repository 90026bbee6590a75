/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-item-name.h"

static gboolean
is_item (GtkWidget *widget)
{
  return widget && gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget)) ==
                       GTK_ACCESSIBLE_ROLE_LIST_ITEM;
}

void
call_item_set_name (GtkWidget *row, const char *name)
{
  GtkWidget *parent = gtk_widget_get_parent (row);

  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (is_item (parent))
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);
}
