/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-silence.h"

#define SECOND G_TIME_SPAN_SECOND

static void
note_reports (RtcSilence *silence, guint count, gint64 interval)
{
  for (guint i = 0; i < count; i++)
    rtc_silence_note (silence, rtc_silence_get_last_arrival (silence) + interval, TRUE);
}

static void
test_video (void)
{
  RtcSilence silence = { 0 };

  g_assert_cmpint (rtc_silence_get_timeout (&silence, TRUE), ==, 6 * SECOND);
  note_reports (&silence, 3, 7 * SECOND);
  g_assert_cmpint (rtc_silence_get_timeout (&silence, TRUE), ==, 6 * SECOND);
}

/* As browsers report about sound */
static void
test_rare_reports (void)
{
  RtcSilence silence = { 0 };

  g_assert_cmpint (rtc_silence_get_timeout (&silence, FALSE), ==, 15 * SECOND);
  note_reports (&silence, 10, 5 * SECOND);
  g_assert_cmpint (rtc_silence_get_timeout (&silence, FALSE), ==, 15 * SECOND);
}

/* As this engine does */
static void
test_frequent_reports (void)
{
  RtcSilence silence = { 0 };

  note_reports (&silence, 3, SECOND);
  g_assert_cmpint (rtc_silence_get_timeout (&silence, FALSE), ==, 15 * SECOND);
  note_reports (&silence, 1, SECOND);
  g_assert_cmpint (rtc_silence_get_timeout (&silence, FALSE), ==, 6 * SECOND);
  note_reports (&silence, 1, 5 * SECOND);
  g_assert_cmpint (rtc_silence_get_timeout (&silence, FALSE), ==, 15 * SECOND);
}

/* Media and other feedback tell nothing of how often reports come. */
static void
test_media (void)
{
  RtcSilence silence = { 0 };

  g_assert_cmpint (rtc_silence_get_last_arrival (&silence), ==, 0);
  for (guint i = 1; i < 100; i++)
    rtc_silence_note (&silence, i * SECOND / 50, FALSE);
  g_assert_cmpint (rtc_silence_get_last_arrival (&silence), ==, 99 * SECOND / 50);
  g_assert_cmpint (rtc_silence_get_timeout (&silence, FALSE), ==, 15 * SECOND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtc-silence/video", test_video);
  g_test_add_func ("/rtc-silence/rare-reports", test_rare_reports);
  g_test_add_func ("/rtc-silence/frequent-reports", test_frequent_reports);
  g_test_add_func ("/rtc-silence/media", test_media);
  return g_test_run ();
}
