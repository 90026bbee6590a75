/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many frames are encoded where the encoder gives too much. */
#include "rtc-thinning.h"

#define FRAME (GST_SECOND / 30)

/* An encoder that makes of each frame that it gets so many bytes, whatever it is set to */
typedef struct {
  RtcThinning thinning;
  GstClockTime now;
  guint size;
  guint wanted;
  guint encoded; /* of those that were fed last */
} Fixture;

static Fixture *
fixture_new (guint size, guint wanted)
{
  Fixture *self = g_new0 (Fixture, 1);

  rtc_thinning_init (&self->thinning);
  self->size = size;
  self->wanted = wanted;
  self->now = 1000 * GST_SECOND;
  return self;
}

static void
fixture_free (Fixture *self)
{
  rtc_thinning_clear (&self->thinning);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static void
encode (Fixture *self, guint size, gboolean is_key_frame)
{
  g_autoptr (GstBuffer) frame = gst_buffer_new_and_alloc (size);
  guint measured;

  GST_BUFFER_PTS (frame) = self->now;
  if (!is_key_frame)
    GST_BUFFER_FLAG_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT);
  measured = rtc_thinning_measure (&self->thinning, frame);
  if (measured > 0)
    rtc_thinning_judge (&self->thinning, measured, self->wanted);
}

/* Returns: how many frames of so many seconds were encoded, per second */
static guint
feed (Fixture *self, guint seconds)
{
  self->encoded = 0;
  for (guint i = 0; i < seconds * 30; i++, self->now += FRAME) {
    if (!rtc_thinning_admit (&self->thinning, self->now))
      continue;
    self->encoded++;
    encode (self, self->size, FALSE);
  }
  return self->encoded / seconds;
}

/* 1000 bytes a frame are 240 kbit/s. */

static void
test_enough (void)
{
  g_autoptr (Fixture) self = fixture_new (1000, 200000);

  g_assert_cmpuint (feed (self, 10), ==, 30);
}

static void
test_too_much (void)
{
  g_autoptr (Fixture) self = fixture_new (1000, 80000);

  feed (self, 8);
  g_assert_cmpuint (feed (self, 10), <=, 13);
  g_assert_cmpuint (self->encoded, >=, 80);
}

/* A moving picture stays one, whatever it costs. */
static void
test_not_below_five_frames (void)
{
  g_autoptr (Fixture) self = fixture_new (1000, 1000);

  feed (self, 8);
  g_assert_cmpuint (feed (self, 10), >=, 4);
  g_assert_cmpuint (self->encoded, <=, 60);
}

/* When there is room again, all frames come back. */
static void
test_and_back (void)
{
  g_autoptr (Fixture) self = fixture_new (1000, 60000);

  feed (self, 8);
  g_assert_cmpuint (feed (self, 4), <=, 10);
  self->size = 100;
  feed (self, 30);
  g_assert_cmpuint (feed (self, 4), ==, 30);
  g_assert_cmpuint (rtc_thinning_get_interval (&self->thinning), ==, 0);
}

/* Key frames are asked for by others: however many, they are no reason. */
static void
test_key_frames_do_not_count (void)
{
  g_autoptr (Fixture) self = fixture_new (600, 150000);

  for (guint i = 0; i < 20; i++) {
    feed (self, 1);
    encode (self, 30000, TRUE);
  }
  g_assert_cmpuint (feed (self, 4), ==, 30);
}

static void
test_no_bitrate (void)
{
  g_autoptr (Fixture) self = fixture_new (1000, 80000);

  feed (self, 8);
  self->wanted = 0;
  feed (self, 4);
  g_assert_cmpuint (feed (self, 4), ==, 30);
}

/* After a pause, and when the timestamps begin anew, frames go on. */
static void
test_pause (void)
{
  g_autoptr (Fixture) self = fixture_new (1000, 60000);

  feed (self, 8);
  self->now += 100 * GST_SECOND;
  g_assert_cmpuint (feed (self, 2), >=, 4);
  self->now = 0;
  g_assert_cmpuint (feed (self, 2), >=, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/rtc-thinning/enough", test_enough);
  g_test_add_func ("/rtc-thinning/too-much", test_too_much);
  g_test_add_func ("/rtc-thinning/not-below-five-frames", test_not_below_five_frames);
  g_test_add_func ("/rtc-thinning/and-back", test_and_back);
  g_test_add_func ("/rtc-thinning/key-frames-do-not-count", test_key_frames_do_not_count);
  g_test_add_func ("/rtc-thinning/no-bitrate", test_no_bitrate);
  g_test_add_func ("/rtc-thinning/pause", test_pause);
  return g_test_run ();
}
