/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-tap.h"

G_BEGIN_DECLS

/* The name of the webrtcechoprobe, 48 kHz, by which the microphone's webrtcdsp finds it */
#define CALL_PLAYBACK_ECHO_PROBE "call-echo-probe"

/* What is heard: the sounds of all streams with a volume each, mixed, past the echo probe, to the
 * speaker, which is a pipeline of its own and may come and go.
 * Signal "failed" (GError): the speaker; the call goes on without sound until another one is set.
 * Property delay (uint64): see call_playback_get_delay(); pictures are shown as late.
 */
#define CALL_TYPE_PLAYBACK (call_playback_get_type ())
G_DECLARE_FINAL_TYPE (CallPlayback, call_playback, CALL, PLAYBACK, GObject)

CallPlayback *call_playback_new (GstElement *pipeline);
void call_playback_add (CallPlayback *self, const char *stream_id, GstPad *pad);
void call_playback_remove (CallPlayback *self, const char *stream_id, GstPad *pad);
void call_playback_set_volume (CallPlayback *self, const char *stream_id, double volume,
                               gboolean muted);
GstClockTime call_playback_get_delay (CallPlayback *self);
void call_playback_set_sink (CallPlayback *self, GstElement *sink); /* for tests */
void call_playback_set_speaker (CallPlayback *self, GstDevice *device);
CallTap *call_playback_get_tap (CallPlayback *self); /* the mixture: for the recorder */
void call_playback_end (CallPlayback *self);

G_END_DECLS
