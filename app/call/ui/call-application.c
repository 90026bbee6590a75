/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-application.h"

#include "call-window.h"

struct _CallApplication {
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (CallApplication, call_application, ADW_TYPE_APPLICATION)

static void
call_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (!window)
    window = GTK_WINDOW (call_window_new (CALL_APPLICATION (application)));
  gtk_window_present (window);
}

static void
call_application_class_init (CallApplicationClass *class)
{
  G_APPLICATION_CLASS (class)->activate = call_application_activate;
}

static void
call_application_init (CallApplication *self)
{
}

/* Returns: (transfer full) */
CallApplication *
call_application_new (void)
{
  return g_object_new (CALL_TYPE_APPLICATION, "application-id", CALL_APPLICATION_ID, NULL);
}
