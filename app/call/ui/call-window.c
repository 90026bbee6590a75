/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-window.h"

struct _CallWindow {
  AdwApplicationWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (CallWindow, call_window, ADW_TYPE_APPLICATION_WINDOW)

static void
call_window_class_init (CallWindowClass *class)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-window.ui");
}

static void
call_window_init (CallWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Returns: (transfer none): owned by GTK */
CallWindow *
call_window_new (CallApplication *application)
{
  return g_object_new (CALL_TYPE_WINDOW, "application", application, NULL);
}
