/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Finds out who speaks. Somebody who is above RTC_SPEAKER_LOUD for RTC_SPEAKER_RISE speaks; it
 * stays the speaker until somebody else is louder by RTC_SPEAKER_MARGIN for as long, or until it
 * was below RTC_SPEAKER_QUIET for RTC_SPEAKER_FALL. So neither a cough nor a pause for breath
 * changes anything. Pure.
 */
#define RTC_SPEAKER_LOUD (-50.0)  /* dBov, as the next */
#define RTC_SPEAKER_QUIET (-55.0) /* */
#define RTC_SPEAKER_MARGIN 6.0    /* dB */
#define RTC_SPEAKER_RISE (300 * G_TIME_SPAN_MILLISECOND)
#define RTC_SPEAKER_FALL (1000 * G_TIME_SPAN_MILLISECOND)

typedef struct {
  const char *id;
  double level; /* dBov */
} RtcVoice;

typedef struct _RtcSpeaker RtcSpeaker;

RtcSpeaker *rtc_speaker_new (void);
void rtc_speaker_free (RtcSpeaker *self);

gboolean rtc_speaker_listen (RtcSpeaker *self, const RtcVoice *voices, guint n_voices, gint64 now);
const char *rtc_speaker_get_id (RtcSpeaker *self);
double rtc_speaker_get_level (RtcSpeaker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcSpeaker, rtc_speaker_free)

G_END_DECLS
