/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-devices.h"

G_BEGIN_DECLS

/* Which device of one kind the user has chosen, by a setting that outlives its being unplugged, and
 * which one is used. Signals: "changed"; "notice" (string): another one is used than before, as one
 * was unplugged, or is there again. */
#define CALL_TYPE_CHOICE (call_choice_get_type ())
G_DECLARE_FINAL_TYPE (CallChoice, call_choice, CALL, CHOICE, GObject)

CallChoice *call_choice_new (CallDevices *devices, CallDeviceKind kind, GSettings *settings,
                             const char *key);
void call_choice_set_device (CallChoice *self, CallDevice *device); /* NULL: the default */
CallDevice *call_choice_get_device (CallChoice *self);              /* NULL: the default is used */
CallDevice *call_choice_get_used (CallChoice *self);                /* NULL: there is none */
gboolean call_choice_is_ready (CallChoice *self);

G_END_DECLS
