/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-application.h"
#include "call-room.h"

G_BEGIN_DECLS

/* The window: before, in and after the call. Properties, read-only: room: CallRoom, NULL until
 * GStreamer is ready, which is after the window is there */
#define CALL_TYPE_WINDOW (call_window_get_type ())
G_DECLARE_FINAL_TYPE (CallWindow, call_window, CALL, WINDOW, AdwApplicationWindow)

CallWindow *call_window_new (CallApplication *application);
/* What a link or the command line says. In a call the user is asked before it is left. */
void call_window_open (CallWindow *self, const CallAddress *address, gboolean join);
void call_window_show_problem (CallWindow *self, CallProblem *problem);
CallRoom *call_window_get_room (CallWindow *self);

G_END_DECLS
