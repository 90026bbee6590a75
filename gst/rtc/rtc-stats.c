/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-stats.h"

/* @codec: (nullable) */
void
rtc_track_stats_init (RtcTrackStats *self, const RtcCodec *codec)
{
  *self = (RtcTrackStats){
    .codec = codec,
    .jitter = -1,
    .rtt = -1,
    .delay = -1,
    .level = RTC_LEVEL_UNKNOWN,
  };
}

/* Returns: the packets lost between the two, in %; < 0: nothing is known */
double
rtc_track_stats_get_loss (const RtcTrackStats *now, const RtcTrackStats *before)
{
  double expected, lost;

  if (now->expected <= before->expected)
    return -1;
  expected = (double) (now->expected - before->expected);
  lost = (double) (now->lost - before->lost);
  return CLAMP (100 * lost / expected, 0, 100);
}

static double
get_rate (guint64 now, guint64 before, gint64 elapsed)
{
  if (elapsed <= 0 || now < before)
    return 0;
  return (double) (now - before) * G_TIME_SPAN_SECOND / (double) elapsed;
}

/* @elapsed: µs */
double
rtc_track_stats_get_fps (const RtcTrackStats *now, const RtcTrackStats *before, gint64 elapsed)
{
  return get_rate (now->frames, before->frames, elapsed);
}

/* Returns: in kbit/s */
double
rtc_track_stats_get_bitrate (const RtcTrackStats *now, const RtcTrackStats *before, gint64 elapsed)
{
  return get_rate (now->bytes, before->bytes, elapsed) * 8 / 1000;
}

/* The worst grade comes first: what is above either of its bounds has it. */
static const struct {
  double loss; /* % */
  double rtt;  /* ms */
  guint grade;
} grades[] = {
  { 50, 500, 5 },
  { 30, 350, 4 },
  { 20, 200, 3 },
  { 10, 100, 2 },
};

/*
 * rtc_quality_grade:
 * @loss: in %; < 0: unknown
 * @rtt: in ms; < 0: unknown
 */
guint
rtc_quality_grade (double loss, double rtt)
{
  if (loss < 0 && rtt < 0)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (grades); i++) {
    if (loss > grades[i].loss || rtt > grades[i].rtt)
      return grades[i].grade;
  }
  return 1;
}

static int
compare_grades (gconstpointer a, gconstpointer b)
{
  return (int) *(const guint *) a - (int) *(const guint *) b;
}

/*
 * rtc_quality_median:
 * @grades: (element-type guint): of several paths; is sorted, and loses what is unknown
 *
 * What is wrong with one path only is no matter of this end: so the median, of two in the middle
 * the better.
 */
guint
rtc_quality_median (GArray *array)
{
  for (guint i = array->len; i > 0; i--) {
    if (g_array_index (array, guint, i - 1) == 0)
      g_array_remove_index_fast (array, i - 1);
  }
  if (array->len == 0)
    return 0;
  g_array_sort (array, compare_grades);
  return g_array_index (array, guint, (array->len - 1) / 2);
}
