/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What other programs play, each by itself, so that the voices of the call are not among it:
 * PulseAudio, or PipeWire in its place, hands out the sound of a single program. */
typedef struct _CallOtherSounds CallOtherSounds;

/* Gives to mixer, an audiomixer in a pipeline, until it is freed. What goes wrong is an error of
 * mixer. */
CallOtherSounds *call_other_sounds_new (GstElement *mixer);
void call_other_sounds_free (CallOtherSounds *self);

G_END_DECLS
