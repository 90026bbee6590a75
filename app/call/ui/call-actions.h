/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* What can be done in a call, as actions of the window: microphone, camera, share, publish, record
 * (each with its state), leave, invite, copy-link. Properties: room: CallRoom, writable, nullable;
 * recording: boolean.
 *
 * Signal "notice" (string): what came of one, in a sentence. */
#define CALL_TYPE_ACTIONS (call_actions_get_type ())
G_DECLARE_FINAL_TYPE (CallActions, call_actions, CALL, ACTIONS, GObject)

CallActions *call_actions_new (void);
void call_actions_set_room (CallActions *self, CallRoom *room);
void call_actions_attach (CallActions *self, GtkWindow *window); /* NULL: to none */
gboolean call_actions_is_recording (CallActions *self);

G_END_DECLS
