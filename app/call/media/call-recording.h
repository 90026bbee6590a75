/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "call-tap.h"

G_BEGIN_DECLS

/* A WebM file while it is recorded: pictures and sounds come and go, and the pictures change their
 * sizes. Signal "failed" (GError): the file cannot be written any more; G_IO_ERROR_NO_SPACE,
 * PERMISSION_DENIED, FAILED. */
#define CALL_TYPE_RECORDING (call_recording_get_type ())
G_DECLARE_FINAL_TYPE (CallRecording, call_recording, CALL, RECORDING, GObject)

/* Begins. NULL: the file cannot be made, or an element is missing */
CallRecording *call_recording_new (const char *path, GError **error);

/* tap: another one for the same id takes the place of the one before; NULL: the picture or sound
 * has gone */
void call_recording_set_picture (CallRecording *self, const char *id, CallTap *tap,
                                 gboolean is_screen);
void call_recording_set_sound (CallRecording *self, const char *id, CallTap *tap);
/* Lets go of the pictures whose ids are not in the list */
void call_recording_keep_pictures (CallRecording *self, const char *const *ids);

/* Makes the file whole, not on the main thread. Returns an error that came meanwhile. */
void call_recording_finish_async (CallRecording *self, GAsyncReadyCallback callback, gpointer data);
gboolean call_recording_finish_finish (CallRecording *self, GAsyncResult *result, GError **error);

G_END_DECLS
