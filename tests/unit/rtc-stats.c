/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-freeze.h"
#include "rtc-meter.h"
#include "rtc-speaker.h"
#include "rtc-stats.h"

/* The figures: what is computed of what was counted. */

static void
test_grades (void)
{
  static const struct {
    double loss;
    double rtt;
    guint grade;
  } rows[] = {
    { -1, -1, 0 },    { 0, 0, 1 },      { 0, -1, 1 },    { -1, 0, 1 },    { 10, 100, 1 },
    { 10.1, 100, 2 }, { 10, 100.1, 2 }, { 20, 200, 2 },  { 20.1, 0, 3 },  { 0, 200.1, 3 },
    { 30, 350, 3 },   { 30.1, 0, 4 },   { 0, 350.1, 4 }, { 50, 500, 4 },  { 50.1, 0, 5 },
    { 0, 500.1, 5 },  { 100, 5000, 5 }, { 100, -1, 5 },  { -1, 5000, 5 }, { 15, 400, 4 },
    { 40, 150, 4 },   { 25, 50, 3 },    { 5, 150, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (rtc_quality_grade (rows[i].loss, rows[i].rtt), ==, rows[i].grade);
}

static guint
median_of (const char *text)
{
  g_autoptr (GArray) grades = g_array_new (FALSE, FALSE, sizeof (guint));

  for (; *text; text++) {
    guint grade = (guint) (*text - '0');

    g_array_append_val (grades, grade);
  }
  return rtc_quality_median (grades);
}

static void
test_median (void)
{
  g_assert_cmpuint (median_of (""), ==, 0);
  g_assert_cmpuint (median_of ("000"), ==, 0);
  g_assert_cmpuint (median_of ("4"), ==, 4);
  g_assert_cmpuint (median_of ("51"), ==, 1);
  g_assert_cmpuint (median_of ("0501"), ==, 1);
  g_assert_cmpuint (median_of ("155"), ==, 5);
  g_assert_cmpuint (median_of ("5211"), ==, 1);
}

static void
test_rates (void)
{
  RtcTrackStats before, now;

  rtc_track_stats_init (&before, NULL);
  now = before;
  g_assert_cmpfloat (rtc_track_stats_get_loss (&now, &before), <, 0);
  now.frames = 20;
  now.bytes = 25000;
  now.expected = 200;
  now.lost = 10;
  g_assert_cmpfloat_with_epsilon (rtc_track_stats_get_fps (&now, &before, 2 * G_TIME_SPAN_SECOND),
                                  10, 0.001);
  g_assert_cmpfloat_with_epsilon (
      rtc_track_stats_get_bitrate (&now, &before, 2 * G_TIME_SPAN_SECOND), 100, 0.001);
  g_assert_cmpfloat_with_epsilon (rtc_track_stats_get_loss (&now, &before), 5, 0.001);
  /* Packets that were counted as lost have come late. */
  before = now;
  now.expected += 100;
  now.lost -= 2;
  g_assert_cmpfloat (rtc_track_stats_get_loss (&now, &before), ==, 0);
  g_assert_cmpfloat (rtc_track_stats_get_fps (&now, &before, 0), ==, 0);
}

static void
test_meter (void)
{
  g_autoptr (GstCaps) small =
      gst_caps_from_string ("video/x-vp8, width = (int) 160, height = (int) 120");
  g_autoptr (GstCaps) large =
      gst_caps_from_string ("video/x-vp8, width = (int) 320, height = (int) 240");
  g_autoptr (GstBuffer) key_frame = gst_buffer_new_allocate (NULL, 1000, NULL);
  g_autoptr (GstBuffer) delta_frame = gst_buffer_new_allocate (NULL, 100, NULL);
  RtcMeter meter;
  RtcTrackStats stats;

  GST_BUFFER_FLAG_SET (delta_frame, GST_BUFFER_FLAG_DELTA_UNIT);
  rtc_track_stats_init (&stats, NULL);
  rtc_meter_init (&meter);
  rtc_meter_count (&meter, key_frame, small);
  rtc_meter_count (&meter, delta_frame, small);
  rtc_meter_read (&meter, &stats);
  g_assert_cmpuint (stats.frames, ==, 2);
  g_assert_cmpuint (stats.key_frames, ==, 1);
  g_assert_cmpuint (stats.bytes, ==, 1100);
  g_assert_cmpint (stats.width, ==, 160);
  rtc_meter_count (&meter, key_frame, large);
  rtc_meter_read (&meter, &stats);
  g_assert_cmpint (stats.height, ==, 240);
  g_assert_cmpuint (stats.key_frames, ==, 2);
  rtc_meter_clear (&meter);
}

/* Frames at so many ms after each other */
static void
take_frames (RtcFreeze *freeze, gint64 *now, guint count, gint64 interval_ms)
{
  for (guint i = 0; i < count; i++) {
    *now += interval_ms * G_TIME_SPAN_MILLISECOND;
    rtc_freeze_take_frame (freeze, *now);
  }
}

static void
test_freeze (void)
{
  RtcFreeze freeze = { 0 };
  gint64 now = 1;

  take_frames (&freeze, &now, 31, 40);
  g_assert_cmpuint (freeze.count, ==, 0);
  /* The larger of 3 × 40 and 40 + 150: less is none. */
  take_frames (&freeze, &now, 1, 189);
  g_assert_cmpuint (freeze.count, ==, 0);
  take_frames (&freeze, &now, 30, 40);
  take_frames (&freeze, &now, 1, 190);
  g_assert_cmpuint (freeze.count, ==, 1);
  g_assert_cmpint (freeze.duration, ==, 190 * G_TIME_SPAN_MILLISECOND);
  take_frames (&freeze, &now, 1, 5000);
  g_assert_cmpuint (freeze.count, ==, 2);
  g_assert_cmpint (freeze.duration, ==, 5190 * G_TIME_SPAN_MILLISECOND);
}

/* With few frames a second the other bound counts; only the last 30 intervals do. */
static void
test_freeze_of_slow_pictures (void)
{
  RtcFreeze freeze = { 0 };
  gint64 now = 1;

  take_frames (&freeze, &now, 40, 40);
  take_frames (&freeze, &now, 30, 100);
  g_assert_cmpuint (freeze.count, ==, 0);
  take_frames (&freeze, &now, 1, 299);
  g_assert_cmpuint (freeze.count, ==, 0);
  take_frames (&freeze, &now, 30, 100);
  take_frames (&freeze, &now, 1, 300);
  g_assert_cmpuint (freeze.count, ==, 1);
}

static void
test_freeze_pause (void)
{
  RtcFreeze freeze = { 0 };
  gint64 now = 1;

  take_frames (&freeze, &now, 31, 40);
  rtc_freeze_pause (&freeze);
  take_frames (&freeze, &now, 1, 60000);
  g_assert_cmpuint (freeze.count, ==, 0);
  take_frames (&freeze, &now, 1, 40);
  take_frames (&freeze, &now, 1, 500);
  g_assert_cmpuint (freeze.count, ==, 1);
}

/* Speakers: everybody's level, for a time */

typedef struct {
  RtcSpeaker *speaker;
  gint64 now;
  guint changes;
} Talk;

static void
talk (Talk *self, double a, double b, guint ms)
{
  const RtcVoice voices[] = { { "a", a }, { "b", b } };

  for (guint i = 0; i < ms / 100; i++) {
    self->now += 100 * G_TIME_SPAN_MILLISECOND;
    self->changes += rtc_speaker_listen (self->speaker, voices, G_N_ELEMENTS (voices), self->now);
  }
}

static void
test_speaker (void)
{
  g_autoptr (RtcSpeaker) speaker = rtc_speaker_new ();
  Talk self = { speaker, 1, 0 };

  g_assert_null (rtc_speaker_get_id (speaker));
  talk (&self, -127, -60, 2000);
  g_assert_null (rtc_speaker_get_id (speaker));
  /* A cough is no speech. */
  talk (&self, -20, -127, 300);
  talk (&self, -127, -127, 300);
  g_assert_null (rtc_speaker_get_id (speaker));
  talk (&self, -20, -127, 500);
  g_assert_cmpstr (rtc_speaker_get_id (speaker), ==, "a");
  g_assert_cmpfloat (rtc_speaker_get_level (speaker), ==, -20);
  /* Nor does a pause for breath end one. */
  talk (&self, -127, -127, 900);
  talk (&self, -25, -127, 300);
  g_assert_cmpuint (self.changes, ==, 1);
  talk (&self, -127, -127, 1200);
  g_assert_null (rtc_speaker_get_id (speaker));
  g_assert_cmpfloat (rtc_speaker_get_level (speaker), ==, -127);
  g_assert_cmpuint (self.changes, ==, 2);
}

static void
test_speaker_changes (void)
{
  g_autoptr (RtcSpeaker) speaker = rtc_speaker_new ();
  Talk self = { speaker, 1, 0 };

  talk (&self, -30, -127, 1000);
  g_assert_cmpstr (rtc_speaker_get_id (speaker), ==, "a");
  /* Both at a time, and neither much louder: it stays. */
  talk (&self, -30, -25, 5000);
  talk (&self, -30, -35, 5000);
  g_assert_cmpstr (rtc_speaker_get_id (speaker), ==, "a");
  talk (&self, -30, -20, 200);
  talk (&self, -30, -30, 200);
  g_assert_cmpstr (rtc_speaker_get_id (speaker), ==, "a");
  talk (&self, -30, -20, 500);
  g_assert_cmpstr (rtc_speaker_get_id (speaker), ==, "b");
  /* From one to the other without nobody between */
  talk (&self, -30, -127, 500);
  g_assert_cmpstr (rtc_speaker_get_id (speaker), ==, "a");
  g_assert_cmpuint (self.changes, ==, 3);
}

static void
test_speaker_leaves (void)
{
  g_autoptr (RtcSpeaker) speaker = rtc_speaker_new ();
  Talk self = { speaker, 1, 0 };

  talk (&self, -30, -40, 1000);
  for (guint i = 0; i < 12; i++) {
    self.now += 100 * G_TIME_SPAN_MILLISECOND;
    rtc_speaker_listen (speaker, NULL, 0, self.now);
  }
  g_assert_null (rtc_speaker_get_id (speaker));
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stats/grades", test_grades);
  g_test_add_func ("/stats/median", test_median);
  g_test_add_func ("/stats/rates", test_rates);
  g_test_add_func ("/stats/meter", test_meter);
  g_test_add_func ("/stats/freeze", test_freeze);
  g_test_add_func ("/stats/freeze-of-slow-pictures", test_freeze_of_slow_pictures);
  g_test_add_func ("/stats/freeze-pause", test_freeze_pause);
  g_test_add_func ("/stats/speaker", test_speaker);
  g_test_add_func ("/stats/speaker-changes", test_speaker_changes);
  g_test_add_func ("/stats/speaker-leaves", test_speaker_leaves);
  return g_test_run ();
}
