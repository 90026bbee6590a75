/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-gate.h"

/* Inputs are told apart by their address only. */
static const char *const one = "one";
static const char *const two = "two";
static const char *const three = "three";

#define KEY TRUE
#define DELTA FALSE

typedef struct {
  RtcGate *gate;
  GstClockTime now;     /* cranked */
  GstClockTime pts;     /* of the next frame */
  GstClockTime arrived; /* timestamp of the latest frame that passed */
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->gate = rtc_gate_new ();
  self->now = 5 * GST_SECOND;
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  rtc_gate_free (self->gate);
}

static GstBuffer *
make_frame (GstClockTime pts, gboolean is_key_frame)
{
  GstBuffer *frame = gst_buffer_new ();

  GST_BUFFER_PTS (frame) = pts;
  if (!is_key_frame)
    GST_BUFFER_FLAG_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT);
  return frame;
}

/* Frames come every 33 ms of media, which says nothing about the clock. */
static RtcGateVerdict
push (Fixture *self, gconstpointer input, gboolean is_key_frame)
{
  g_autoptr (GstBuffer) frame = make_frame (self->pts, is_key_frame);
  RtcGateVerdict verdict = rtc_gate_filter (self->gate, input, &frame, self->now);

  self->pts += 33 * GST_MSECOND;
  self->arrived = GST_BUFFER_PTS (frame);
  return verdict;
}

/* Returns: the timestamp with which a key frame with @pts comes out */
static GstClockTime
stamp (Fixture *self, gconstpointer input, GstClockTime pts)
{
  self->pts = pts;
  g_assert_cmpint (push (self, input, KEY), !=, RTC_GATE_DROP);
  return self->arrived;
}

static void
test_closed_at_first (Fixture *self, gconstpointer unused)
{
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_DROP);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_DROP);
}

static void
test_opens_on_a_key_frame (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_REQUEST);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_DROP);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_SWITCH);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_PASS);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_PASS);
}

static void
test_switches_on_a_key_frame (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_SWITCH);
  rtc_gate_open (self->gate, two);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_PASS);
  g_assert_cmpint (push (self, two, DELTA), ==, RTC_GATE_REQUEST);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_PASS);
  g_assert_cmpint (push (self, two, KEY), ==, RTC_GATE_SWITCH);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_DROP);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_DROP);
  g_assert_cmpint (push (self, two, DELTA), ==, RTC_GATE_PASS);
}

static void
test_strangers_are_dropped (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, three, KEY), ==, RTC_GATE_DROP);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_SWITCH);
  rtc_gate_open (self->gate, two);
  g_assert_cmpint (push (self, three, DELTA), ==, RTC_GATE_DROP);
  g_assert_cmpint (push (self, three, KEY), ==, RTC_GATE_DROP);
}

static void
test_newer_input_takes_the_turn (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_SWITCH);
  rtc_gate_open (self->gate, two);
  rtc_gate_open (self->gate, three);
  g_assert_cmpint (push (self, two, KEY), ==, RTC_GATE_DROP);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_PASS);
  g_assert_cmpint (push (self, three, KEY), ==, RTC_GATE_SWITCH);
}

static void
test_opening_the_current_input_goes_on (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_SWITCH);
  rtc_gate_open (self->gate, two);
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, two, KEY), ==, RTC_GATE_DROP);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_PASS);
}

static void
test_requests_are_repeated (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_REQUEST);
  self->now += RTC_GATE_REQUEST_INTERVAL - 1;
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_DROP);
  self->now += 1;
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_REQUEST);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_DROP);
  self->now += 10 * RTC_GATE_REQUEST_INTERVAL;
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_REQUEST);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_DROP);
}

static void
test_each_opening_requests_at_once (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_REQUEST);
  rtc_gate_open (self->gate, two);
  g_assert_cmpint (push (self, two, DELTA), ==, RTC_GATE_REQUEST);
}

static void
test_loss_waits_for_a_key_frame (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_SWITCH);
  rtc_gate_require_key_frame (self->gate);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_REQUEST);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_DROP);
  self->now += RTC_GATE_REQUEST_INTERVAL;
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_REQUEST);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_PASS);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_PASS);
}

static void
test_loss_does_not_hold_up_a_switch (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_SWITCH);
  rtc_gate_require_key_frame (self->gate);
  rtc_gate_open (self->gate, two);
  g_assert_cmpint (push (self, two, KEY), ==, RTC_GATE_SWITCH);
  g_assert_cmpint (push (self, two, DELTA), ==, RTC_GATE_PASS);
}

/* Audio has no delta frames: a loss costs what was lost and nothing more. */
static void
test_loss_of_audio_goes_on (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_SWITCH);
  rtc_gate_require_key_frame (self->gate);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_PASS);
}

static void
test_closing (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_SWITCH);
  rtc_gate_open (self->gate, two);
  rtc_gate_close (self->gate, two);
  g_assert_cmpint (push (self, two, KEY), ==, RTC_GATE_DROP);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_PASS);
  rtc_gate_close (self->gate, three);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_PASS);
  rtc_gate_close (self->gate, one);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_DROP);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_DROP);
}

static void
test_opened_again_begins_anew (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_SWITCH);
  rtc_gate_close (self->gate, one);
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_REQUEST);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_SWITCH);
}

static void
test_closing_the_old_keeps_the_next (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpint (push (self, one, KEY), ==, RTC_GATE_SWITCH);
  rtc_gate_open (self->gate, two);
  rtc_gate_close (self->gate, one);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_DROP);
  g_assert_cmpint (push (self, two, DELTA), ==, RTC_GATE_REQUEST);
  g_assert_cmpint (push (self, two, KEY), ==, RTC_GATE_SWITCH);
}

static void
test_timestamps_rise (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpuint (stamp (self, one, 500 * GST_MSECOND), ==, 500 * GST_MSECOND);
  g_assert_cmpuint (stamp (self, one, 533 * GST_MSECOND), ==, 533 * GST_MSECOND);
  rtc_gate_open (self->gate, two);
  g_assert_cmpuint (stamp (self, two, 520 * GST_MSECOND), ==, 534 * GST_MSECOND);
  g_assert_cmpuint (stamp (self, two, 534 * GST_MSECOND), ==, 535 * GST_MSECOND);
  g_assert_cmpuint (stamp (self, two, 536 * GST_MSECOND), ==, 536 * GST_MSECOND);
  g_assert_cmpuint (stamp (self, two, 536 * GST_MSECOND), ==, 537 * GST_MSECOND);
}

static void
test_no_timestamp_is_left_alone (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  g_assert_cmpuint (stamp (self, one, 40 * GST_MSECOND), ==, 40 * GST_MSECOND);
  g_assert_cmpuint (stamp (self, one, GST_CLOCK_TIME_NONE), ==, GST_CLOCK_TIME_NONE);
  g_assert_cmpuint (stamp (self, one, 30 * GST_MSECOND), ==, 41 * GST_MSECOND);
}

/* What is dropped leaves the timestamps alone. */
static void
test_dropped_frames_do_not_count (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  self->pts = 10 * GST_SECOND;
  g_assert_cmpint (push (self, two, KEY), ==, RTC_GATE_DROP);
  g_assert_cmpint (push (self, one, DELTA), ==, RTC_GATE_REQUEST);
  g_assert_cmpuint (stamp (self, one, GST_SECOND), ==, GST_SECOND);
}

/* Others may hold the same frame: its timestamp is theirs too. */
static void
test_shared_frame_is_copied (Fixture *self, gconstpointer unused)
{
  g_autoptr (GstBuffer) frame = make_frame (20 * GST_MSECOND, KEY);
  g_autoptr (GstBuffer) out = gst_buffer_ref (frame);

  rtc_gate_open (self->gate, one);
  g_assert_cmpuint (stamp (self, one, 30 * GST_MSECOND), ==, 30 * GST_MSECOND);
  g_assert_cmpint (rtc_gate_filter (self->gate, one, &out, 0), ==, RTC_GATE_PASS);
  g_assert_cmpuint (GST_BUFFER_PTS (out), ==, 31 * GST_MSECOND);
  g_assert_cmpuint (GST_BUFFER_PTS (frame), ==, 20 * GST_MSECOND);
}

/* Threads: one brings frames of two inputs each, one opens, closes and requires key frames. */

#define HAMMER_THREADS 3
#define HAMMER_FRAMES 20000

typedef struct {
  RtcGate *gate;
  int running; /* atomic */
} Hammer;

static gpointer
bring_frames (gpointer data)
{
  Hammer *hammer = data;

  for (guint i = 0; i < HAMMER_FRAMES; i++) {
    g_autoptr (GstBuffer) frame = make_frame (i * GST_MSECOND, i % 7 == 0);
    const char *input = i % 2 ? one : two;
    RtcGateVerdict verdict = rtc_gate_filter (hammer->gate, input, &frame, i * GST_MSECOND);

    if (i % 7 != 0)
      g_assert_cmpint (verdict, !=, RTC_GATE_SWITCH);
    else
      g_assert_cmpint (verdict, !=, RTC_GATE_REQUEST);
    if (verdict == RTC_GATE_PASS || verdict == RTC_GATE_SWITCH)
      g_assert_cmpuint (GST_BUFFER_PTS (frame), >=, i * GST_MSECOND);
  }
  g_atomic_int_add (&hammer->running, -1);
  return NULL;
}

static void
test_hammer (Fixture *self, gconstpointer unused)
{
  Hammer hammer = { self->gate, HAMMER_THREADS };
  GThread *threads[HAMMER_THREADS];

  for (guint i = 0; i < HAMMER_THREADS; i++)
    threads[i] = g_thread_new ("frames", bring_frames, &hammer);
  while (g_atomic_int_get (&hammer.running) > 0) {
    rtc_gate_open (self->gate, one);
    rtc_gate_require_key_frame (self->gate);
    rtc_gate_open (self->gate, two);
    rtc_gate_close (self->gate, one);
    g_thread_yield ();
  }
  for (guint i = 0; i < HAMMER_THREADS; i++)
    g_thread_join (threads[i]);

  rtc_gate_close (self->gate, two);
  g_assert_cmpint (push (self, two, KEY), ==, RTC_GATE_DROP);
  rtc_gate_open (self->gate, three);
  g_assert_cmpint (push (self, three, KEY), ==, RTC_GATE_SWITCH);
}

static const struct {
  const char *path;
  void (*func) (Fixture *self, gconstpointer unused);
} tests[] = {
  { "/rtc-gate/closed-at-first", test_closed_at_first },
  { "/rtc-gate/opens-on-a-key-frame", test_opens_on_a_key_frame },
  { "/rtc-gate/switches-on-a-key-frame", test_switches_on_a_key_frame },
  { "/rtc-gate/strangers-are-dropped", test_strangers_are_dropped },
  { "/rtc-gate/newer-input-takes-the-turn", test_newer_input_takes_the_turn },
  { "/rtc-gate/opening-the-current-input-goes-on", test_opening_the_current_input_goes_on },
  { "/rtc-gate/requests-are-repeated", test_requests_are_repeated },
  { "/rtc-gate/each-opening-requests-at-once", test_each_opening_requests_at_once },
  { "/rtc-gate/loss-waits-for-a-key-frame", test_loss_waits_for_a_key_frame },
  { "/rtc-gate/loss-does-not-hold-up-a-switch", test_loss_does_not_hold_up_a_switch },
  { "/rtc-gate/loss-of-audio-goes-on", test_loss_of_audio_goes_on },
  { "/rtc-gate/closing", test_closing },
  { "/rtc-gate/opened-again-begins-anew", test_opened_again_begins_anew },
  { "/rtc-gate/closing-the-old-keeps-the-next", test_closing_the_old_keeps_the_next },
  { "/rtc-gate/timestamps-rise", test_timestamps_rise },
  { "/rtc-gate/no-timestamp-is-left-alone", test_no_timestamp_is_left_alone },
  { "/rtc-gate/dropped-frames-do-not-count", test_dropped_frames_do_not_count },
  { "/rtc-gate/shared-frame-is-copied", test_shared_frame_is_copied },
  { "/rtc-gate/hammer", test_hammer },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
