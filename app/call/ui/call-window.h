/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-application.h"

G_BEGIN_DECLS

#define CALL_TYPE_WINDOW (call_window_get_type ())
G_DECLARE_FINAL_TYPE (CallWindow, call_window, CALL, WINDOW, AdwApplicationWindow)

CallWindow *call_window_new (CallApplication *application);

G_END_DECLS
