/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * The sum of several sounds, each a line of pieces with times: interleaved S16, all of one rate.
 * Pure: no thread, no clock.
 *
 * Pieces that nearly follow upon each other are joined, in spite of clocks that differ. Where a
 * sound begins, breaks off or goes on after a hole it is faded: nothing clicks.
 */
typedef struct _RtcMixer RtcMixer;
typedef struct _RtcMixerInput RtcMixerInput;

RtcMixer *rtc_mixer_new (guint rate, guint channels);
void rtc_mixer_free (RtcMixer *self);

RtcMixerInput *rtc_mixer_add (RtcMixer *self);
void rtc_mixer_remove (RtcMixer *self, RtcMixerInput *input);
void rtc_mixer_push (RtcMixer *self, RtcMixerInput *input, GstClockTime time, const gint16 *samples,
                     guint frames);

void rtc_mixer_mix (RtcMixer *self, GstClockTime time, gint16 *samples, guint frames);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcMixer, rtc_mixer_free)

G_END_DECLS
