/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-room.h"

G_BEGIN_DECLS

/* Records the call to a WebM file: the pictures side by side, and all that is heard and said.
 * Properties: recording (boolean), path, seconds (uint), problem (CallProblem). */
#define CALL_TYPE_RECORDER (call_recorder_get_type ())
G_DECLARE_FINAL_TYPE (CallRecorder, call_recorder, CALL, RECORDER, GObject)

CallRecorder *call_recorder_new (CallRoom *room);
gboolean call_recorder_start (CallRecorder *self, const char *path, GError **error);
void call_recorder_stop (CallRecorder *self); /* the file is whole when recording is FALSE */
gboolean call_recorder_is_recording (CallRecorder *self);

G_END_DECLS
