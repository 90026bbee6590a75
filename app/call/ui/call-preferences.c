/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-preferences.h"

struct _CallPreferences {
  AdwPreferencesWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (CallPreferences, call_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static void
call_preferences_class_init (CallPreferencesClass *class)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-preferences.ui");
}

static void
call_preferences_init (CallPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Returns: (transfer full) */
CallPreferences *
call_preferences_new (GSettings *settings, CallMedia *media)
{
  return g_object_new (CALL_TYPE_PREFERENCES, NULL);
}
