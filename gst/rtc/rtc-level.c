/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-level.h"

#include <math.h>

/* Above this it is likely that somebody speaks, dBov. */
#define VOICE (-50.0)

static double
sum_squares_s16 (const gint16 *samples, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) samples[i] * samples[i];
  return sum / (32768.0 * 32768.0);
}

static double
sum_squares_f32 (const float *samples, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) samples[i] * samples[i];
  return sum;
}

/*
 * RFC 6464, section 3: "The audio level for digital silence, for example for a muted audio source,
 * MUST be represented as 127 (-127 dBov)"; 0 dBov is what a square wave of full scale has, so that
 * a sine of full scale has -3.
 */
static double
to_level (double sum, gsize n)
{
  double level = n > 0 && sum > 0 ? 10 * log10 (sum / (double) n) : RTC_LEVEL_SILENCE;

  return CLAMP (level, RTC_LEVEL_SILENCE, 0);
}

/* @info: S16 or F32 of this machine. Returns: dBov; of other formats RTC_LEVEL_SILENCE */
double
rtc_level_measure (GstBuffer *buffer, const GstAudioInfo *info)
{
  GstMapInfo map;
  double level = RTC_LEVEL_SILENCE;
  gsize n;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return level;
  n = map.size / (gsize) (GST_AUDIO_INFO_WIDTH (info) / 8);
  if (GST_AUDIO_INFO_FORMAT (info) == GST_AUDIO_FORMAT_S16)
    level = to_level (sum_squares_s16 ((const gint16 *) (void *) map.data, n), n);
  else if (GST_AUDIO_INFO_FORMAT (info) == GST_AUDIO_FORMAT_F32)
    level = to_level (sum_squares_f32 ((const float *) (void *) map.data, n), n);
  gst_buffer_unmap (buffer, &map);
  return level;
}

/* @buffer: writable; the payloader tells its level to the other end */
void
rtc_level_add (GstBuffer *buffer, double level)
{
  gst_buffer_add_audio_level_meta (buffer, (guint8) lrint (-level), level > VOICE);
}
