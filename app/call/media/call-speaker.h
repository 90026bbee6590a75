/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-tap.h"

G_BEGIN_DECLS

/* Where the mixture is heard: from a tap to a device, which may fail, in a pipeline of its own.
 * Signals, on the main thread: "failed" (GError), once; "delay-changed". */
#define CALL_TYPE_SPEAKER (call_speaker_get_type ())
G_DECLARE_FINAL_TYPE (CallSpeaker, call_speaker, CALL, SPEAKER, GObject)

/* @sink: (transfer floating) */
CallSpeaker *call_speaker_new (CallTap *tap, GstElement *sink);
/* From the timestamp of a sound to when it is heard; GST_CLOCK_TIME_NONE: not known yet */
GstClockTime call_speaker_get_delay (CallSpeaker *self);
void call_speaker_stop (CallSpeaker *self); /* lets go of the device, and of the tap */

G_END_DECLS
