/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-speaker.h"

#define SILENCE (-127.0)

struct _RtcSpeaker {
  char *id; /* who speaks; NULL: nobody */
  double level;
  gint64 quiet_since; /* 0: it is not quiet */
  char *rival;        /* who is about to take over; NULL: nobody */
  gint64 rival_since;
};

RtcSpeaker *
rtc_speaker_new (void)
{
  RtcSpeaker *self = g_new0 (RtcSpeaker, 1);

  self->level = SILENCE;
  return self;
}

void
rtc_speaker_free (RtcSpeaker *self)
{
  g_free (self->id);
  g_free (self->rival);
  g_free (self);
}

static const RtcVoice *
find_loudest (const RtcVoice *voices, guint n_voices)
{
  const RtcVoice *loudest = NULL;

  for (guint i = 0; i < n_voices; i++) {
    if (!loudest || voices[i].level > loudest->level)
      loudest = &voices[i];
  }
  return loudest;
}

/* Who is gone is silent. A member may have several streams: the loudest counts. */
static double
get_level_of (const char *id, const RtcVoice *voices, guint n_voices)
{
  double level = SILENCE;

  for (guint i = 0; i < n_voices; i++) {
    if (g_str_equal (voices[i].id, id))
      level = MAX (level, voices[i].level);
  }
  return level;
}

static void
set_rival (RtcSpeaker *self, const char *id, gint64 now)
{
  if (g_strcmp0 (self->rival, id) == 0)
    return;
  g_free (self->rival);
  self->rival = g_strdup (id);
  self->rival_since = now;
}

static gboolean
set_speaker (RtcSpeaker *self, const char *id, double level, gint64 now)
{
  g_free (self->id);
  self->id = g_strdup (id);
  self->level = level;
  self->quiet_since = 0;
  set_rival (self, NULL, now);
  return TRUE;
}

static gboolean
is_quiet_for_long (RtcSpeaker *self, gint64 now)
{
  if (self->level >= RTC_SPEAKER_QUIET)
    self->quiet_since = 0;
  else if (self->quiet_since == 0)
    self->quiet_since = now;
  return self->quiet_since != 0 && now - self->quiet_since >= RTC_SPEAKER_FALL;
}

static gboolean
is_rival (RtcSpeaker *self, const RtcVoice *loudest)
{
  if (!loudest || loudest->level < RTC_SPEAKER_LOUD || g_strcmp0 (loudest->id, self->id) == 0)
    return FALSE;
  return !self->id || loudest->level >= self->level + RTC_SPEAKER_MARGIN;
}

/*
 * rtc_speaker_listen:
 * @voices: how loud everybody is at the moment; those who are not there any more are left out
 * @now: µs of any clock that goes on; greater than 0
 *
 * To be called about ten times a second. Returns: whether somebody else speaks now, or nobody
 */
gboolean
rtc_speaker_listen (RtcSpeaker *self, const RtcVoice *voices, guint n_voices, gint64 now)
{
  const RtcVoice *loudest = find_loudest (voices, n_voices);

  if (self->id)
    self->level = get_level_of (self->id, voices, n_voices);
  set_rival (self, is_rival (self, loudest) ? loudest->id : NULL, now);
  if (self->rival && now - self->rival_since >= RTC_SPEAKER_RISE)
    return set_speaker (self, loudest->id, loudest->level, now);
  if (self->id && is_quiet_for_long (self, now))
    return set_speaker (self, NULL, SILENCE, now);
  return FALSE;
}

/* Returns: (nullable): who speaks */
const char *
rtc_speaker_get_id (RtcSpeaker *self)
{
  return self->id;
}

/* Returns: how loud the speaker is, dBov; silence if nobody speaks */
double
rtc_speaker_get_level (RtcSpeaker *self)
{
  return self->level;
}
