/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Gives screen readers a name for row, and for the item of a list that holds it: that is what has
 * the focus, and GTK does not name it by what is in it. */
void call_item_set_name (GtkWidget *row, const char *name);

G_END_DECLS
