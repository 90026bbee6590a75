/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-problem.h"
#include "call-source.h"

G_BEGIN_DECLS

/* A shared screen, with its sound if there is any: two sources that begin and end together.
 * Signal "changed": any of the functions below that get something has another answer. */
#define CALL_TYPE_SCREEN_SHARE (call_screen_share_get_type ())
G_DECLARE_FINAL_TYPE (CallScreenShare, call_screen_share, CALL, SCREEN_SHARE, GObject)

CallScreenShare *call_screen_share_new (void);
void call_screen_share_start (CallScreenShare *self, const CallScreen *screen);
void call_screen_share_stop (CallScreenShare *self);

gboolean call_screen_share_is_on (CallScreenShare *self);
CallTap *call_screen_share_get_tap (CallScreenShare *self);
CallTap *call_screen_share_get_sound_tap (CallScreenShare *self); /* NULL: no sound */
CallPicture *call_screen_share_get_picture (CallScreenShare *self);
CallProblem *call_screen_share_get_problem (CallScreenShare *self);

G_END_DECLS
