/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-media.h"

G_BEGIN_DECLS

#define CALL_TYPE_PREFERENCES (call_preferences_get_type ())
G_DECLARE_FINAL_TYPE (CallPreferences, call_preferences, CALL, PREFERENCES, AdwPreferencesWindow)

CallPreferences *call_preferences_new (GSettings *settings, CallMedia *media);

G_END_DECLS
