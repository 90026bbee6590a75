/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-screen.h"

G_BEGIN_DECLS

/* What there is on an X11 display: (transfer full) (element-type CallScreen), all of the screen
 * first, then the windows that a task list would show, without this program's own; NULL if there is
 * no such display. Of display NULL is that of the session. */
GPtrArray *call_windows_list (const char *display);

/* A window while it is shared. Signals: "resized"; "gone": it was closed. */
#define CALL_TYPE_WINDOW_WATCH (call_window_watch_get_type ())
G_DECLARE_FINAL_TYPE (CallWindowWatch, call_window_watch, CALL, WINDOW_WATCH, GObject)

/* (nullable): NULL if the window is gone */
CallWindowWatch *call_window_watch_new (const char *display, gulong window);

G_END_DECLS
