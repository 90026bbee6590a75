/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-source.h"

G_BEGIN_DECLS

/* (transfer floating): a bin of one sink and one src pad, 48 kHz S16: what makes a voice clean, if
 * it is installed */
GstElement *call_sound_processing_new (const CallSoundOptions *options, GError **error);
/* Another processor takes the place of the one before, between two buffers */
void call_sound_processing_update (GstElement *bin, const CallSoundOptions *options);

G_END_DECLS
