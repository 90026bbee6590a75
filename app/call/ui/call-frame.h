/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Content between a bar at the top and one at the bottom. Floating bars lie over the content, and
 * go out of sight when the pointer has rested for a while, until it or a key is moved. Properties,
 * all writable: top, content, bottom: GtkWidget; floating: boolean */
#define CALL_TYPE_FRAME (call_frame_get_type ())
G_DECLARE_FINAL_TYPE (CallFrame, call_frame, CALL, FRAME, GtkWidget)

void call_frame_set_floating (CallFrame *self, gboolean floating);

G_END_DECLS
