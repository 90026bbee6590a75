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

/* Merging: frame n has the RTP timestamp START + n * 3000, at the end of its range, and the pts n *
 * 33 ms + what the transport of the input adds. */

#define START (G_MAXUINT32 - 2 * 3000)
#define INTERVAL (33 * GST_MSECOND)

static GstSample *
make_sample (const char *caps_text, guint number, gboolean is_key_frame, GstClockTime delay)
{
  g_autoptr (GstBuffer) frame = make_frame (number * INTERVAL + delay, is_key_frame);
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_text);

  GST_BUFFER_OFFSET (frame) = (guint32) (START + number * 3000);
  GST_BUFFER_OFFSET_END (frame) = number;
  return gst_sample_new (frame, caps, NULL, NULL);
}

static RtcGateVerdict
bring_sample (Fixture *self, const char *input, GstSample *sample, char **passed)
{
  GQueue queue = G_QUEUE_INIT;
  g_autoptr (GString) text = g_string_new (NULL);
  RtcGateVerdict verdict = rtc_gate_merge (self->gate, input, sample, self->now, &queue);

  while (!g_queue_is_empty (&queue)) {
    g_autoptr (GstSample) out = g_queue_pop_head (&queue);
    GstBuffer *frame = gst_sample_get_buffer (out);

    g_assert_false (GST_BUFFER_OFFSET_IS_VALID (frame));
    g_assert_cmpuint (GST_BUFFER_PTS (frame), >=, self->arrived);
    self->arrived = GST_BUFFER_PTS (frame);
    g_string_append_printf (text, "%s%u", text->len ? " " : "",
                            (guint) GST_BUFFER_OFFSET_END (frame));
  }
  *passed = g_string_free (g_steal_pointer (&text), FALSE);
  gst_sample_unref (sample);
  return verdict;
}

/* @expected: the numbers of the frames that pass now; after "switch" if the inputs change */
static void
bring (Fixture *self, const char *input, guint number, gboolean is_key_frame, const char *expected)
{
  g_autofree char *passed = NULL;
  g_autofree char *text = NULL;
  GstClockTime delay = input == two ? 5 * GST_MSECOND : 0;
  RtcGateVerdict verdict =
      bring_sample (self, input, make_sample ("video/x-vp8", number, is_key_frame, delay), &passed);

  text = g_strconcat (verdict == RTC_GATE_SWITCH ? "switch " : "", passed, NULL);
  g_assert_cmpstr (text, ==, expected);
}

/* The first input has brought frames 0 to 3, and the second one waits for its turn. */
static void
begin_merge (Fixture *self)
{
  rtc_gate_open (self->gate, one);
  bring (self, one, 0, KEY, "switch 0");
  for (guint i = 1; i <= 3; i++) {
    g_autofree char *number = g_strdup_printf ("%u", i);

    bring (self, one, i, DELTA, number);
  }
  rtc_gate_open (self->gate, two);
  bring (self, two, 3, DELTA, "");
}

static void
test_merges_what_is_ahead (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  bring (self, two, 5, KEY, "");
  bring (self, two, 6, DELTA, "");
  g_assert_true (rtc_gate_is_current (self->gate, one));
  bring (self, one, 4, DELTA, "4");
  bring (self, one, 5, KEY, "switch 5 6");
  g_assert_true (rtc_gate_is_current (self->gate, two));
  bring (self, one, 6, DELTA, "");
  bring (self, two, 7, DELTA, "7");
}

static void
test_merges_what_is_behind (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  bring (self, one, 4, KEY, "4");
  bring (self, one, 5, DELTA, "5");
  bring (self, two, 4, KEY, "switch ");
  g_assert_true (rtc_gate_is_current (self->gate, two));
  bring (self, one, 6, DELTA, "");
  bring (self, two, 5, DELTA, "");
  bring (self, two, 6, DELTA, "6");
  bring (self, two, 7, DELTA, "7");
}

/* The frame that the key frame waits for was lost under way. */
static void
test_merges_after_a_loss (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  bring (self, two, 5, KEY, "");
  bring (self, two, 6, DELTA, "");
  bring (self, two, 7, DELTA, "");
  bring (self, one, 6, DELTA, "switch 6 7");
}

static void
test_holds_while_the_old_goes_on (Fixture *self, gconstpointer unused)
{
  GstClockTime end;

  begin_merge (self);
  bring (self, two, 40, KEY, "");
  end = self->now + RTC_GATE_HOLD_MAX;
  for (guint i = 4; self->now + INTERVAL < end; i++) {
    g_autofree char *number = g_strdup_printf ("%u", i);

    self->now += INTERVAL;
    bring (self, one, i, DELTA, number);
  }
  self->now = end;
  bring (self, two, 41, DELTA, "switch 40 41");
}

static void
test_does_not_wait_for_the_silent (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  bring (self, two, 5, KEY, "");
  self->now += RTC_GATE_SILENCE_MAX - 1;
  bring (self, two, 6, DELTA, "");
  self->now += 1;
  bring (self, two, 7, DELTA, "switch 5 6 7");
}

/* It has ended before the next one begins: there is no further delay. */
static void
test_does_not_hold_beside_the_silent (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  self->now += RTC_GATE_SILENCE_MAX;
  bring (self, two, 5, KEY, "switch 5");
}

static void
test_does_not_wait_for_the_closed (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  bring (self, two, 5, KEY, "");
  rtc_gate_close (self->gate, one);
  bring (self, two, 6, DELTA, "switch 5 6");
}

/* Nor does it pass again what the closed one brought. */
static void
test_remembers_the_closed (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  bring (self, one, 4, KEY, "4");
  rtc_gate_close (self->gate, one);
  bring (self, two, 4, KEY, "switch ");
  bring (self, two, 5, DELTA, "5");
}

static void
test_held_frames_end_with_their_input (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  bring (self, two, 5, KEY, "");
  rtc_gate_close (self->gate, two);
  bring (self, one, 4, DELTA, "4");
  bring (self, one, 5, KEY, "5");
  rtc_gate_open (self->gate, three);
  bring (self, three, 6, DELTA, "");
  bring (self, three, 7, KEY, "");
  rtc_gate_open (self->gate, two);
  bring (self, one, 7, KEY, "7");
  bring (self, two, 7, KEY, "switch ");
}

/* Who has lost something needs the key frame, even one that passed before. */
static void
test_loss_does_not_merge (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  bring (self, one, 4, KEY, "4");
  rtc_gate_require_key_frame (self->gate);
  bring (self, two, 4, KEY, "switch 4");
  bring (self, two, 5, DELTA, "5");
}

static void
test_loss_while_frames_are_held (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  bring (self, two, 5, KEY, "");
  rtc_gate_require_key_frame (self->gate);
  bring (self, two, 6, DELTA, "switch 5 6");
}

static void
expect_no_merge (Fixture *self, GstSample *sample)
{
  g_autofree char *passed = NULL;

  begin_merge (self);
  g_assert_cmpint (bring_sample (self, two, sample, &passed), ==, RTC_GATE_SWITCH);
  g_assert_cmpstr (passed, ==, "5");
}

static void
bring_other (Fixture *self, guint number, gboolean is_key_frame, const char *expected)
{
  g_autofree char *passed = NULL;

  bring_sample (self, two, make_sample ("video/x-h264", number, is_key_frame, 0), &passed);
  g_assert_cmpstr (passed, ==, expected);
}

/* The frames of two codecs are not the same, but follow upon each other. */
static void
test_another_codec_waits_for_its_time (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  bring_other (self, 5, KEY, "");
  bring_other (self, 6, DELTA, "");
  bring (self, one, 4, DELTA, "4");
  bring (self, one, 5, DELTA, "switch 5 6");
  bring (self, one, 6, DELTA, "");
  bring_other (self, 7, DELTA, "7");
}

static void
test_another_codec_begins_with_its_key_frame (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  bring (self, one, 4, DELTA, "4");
  bring_other (self, 4, KEY, "4");
  bring_other (self, 5, DELTA, "5");
  bring (self, one, 5, DELTA, "");
}

/* The old codec is not made any more. */
static void
test_another_codec_alone (Fixture *self, gconstpointer unused)
{
  begin_merge (self);
  bring_other (self, 5, KEY, "");
  self->now += RTC_GATE_SILENCE_MAX;
  bring_other (self, 6, DELTA, "5 6");
}

/* A sender that numbers each connection by itself, as browsers do */
static void
test_other_timestamps_do_not_merge (Fixture *self, gconstpointer unused)
{
  GstSample *sample = make_sample ("video/x-vp8", 5, KEY, 0);

  GST_BUFFER_OFFSET (gst_sample_get_buffer (sample)) = 0x80000000;
  expect_no_merge (self, sample);
}

static void
test_no_timestamps_do_not_merge (Fixture *self, gconstpointer unused)
{
  GstSample *sample = make_sample ("video/x-vp8", 5, KEY, 0);

  GST_BUFFER_OFFSET (gst_sample_get_buffer (sample)) = GST_BUFFER_OFFSET_NONE;
  expect_no_merge (self, sample);
}

static GstClockTime
bring_late (Fixture *self, const char *input, guint number, GstClockTime delay)
{
  g_autofree char *passed = NULL;

  bring_sample (self, input, make_sample ("video/x-vp8", number, KEY, delay), &passed);
  return self->arrived;
}

/* The second transport places the same frames 20 ms later: they go on without a hole, and the hole
 * is made up for little by little. */
static void
test_timestamps_slew (Fixture *self, gconstpointer unused)
{
  const GstClockTime delay = 20 * GST_MSECOND;
  GstClockTime last;

  rtc_gate_open (self->gate, one);
  bring_late (self, one, 0, 0);
  bring_late (self, one, 1, 0);
  rtc_gate_open (self->gate, two);
  last = bring_late (self, two, 1, delay);
  g_assert_cmpuint (last, ==, INTERVAL);
  for (guint i = 2; i < 2 + 20; i++) {
    GstClockTime now = bring_late (self, two, i, delay);

    g_assert_cmpuint (now - last, ==, INTERVAL + GST_MSECOND);
    last = now;
  }
  g_assert_cmpuint (bring_late (self, two, 22, delay), ==, 22 * INTERVAL + delay);
}

static void
test_timestamps_slew_back (Fixture *self, gconstpointer unused)
{
  const GstClockTime delay = 2 * GST_MSECOND;

  rtc_gate_open (self->gate, one);
  bring_late (self, one, 1, delay);
  rtc_gate_open (self->gate, two);
  bring_late (self, two, 1, 0);
  g_assert_cmpuint (bring_late (self, two, 2, 0), ==, 2 * INTERVAL + GST_MSECOND);
  g_assert_cmpuint (bring_late (self, two, 3, 0), ==, 3 * INTERVAL);
  g_assert_cmpuint (bring_late (self, two, 4, 0), ==, 4 * INTERVAL);
}

/* At first the second transport does not know that the track is 200 ms behind the other one of its
 * stream; then RTCP tells. It is in sync all the time. */
static void
test_timestamps_jump (Fixture *self, gconstpointer unused)
{
  rtc_gate_open (self->gate, one);
  bring_late (self, one, 10, 0);
  rtc_gate_open (self->gate, two);
  bring_late (self, two, 10, 200 * GST_MSECOND);
  for (guint i = 11; i < 60; i++) {
    GstClockTime delay = i < 20 ? 200 * GST_MSECOND : 0;
    GstClockTimeDiff error = GST_CLOCK_DIFF (i * INTERVAL, bring_late (self, two, i, delay));

    g_assert_cmpint (ABS (error), <=, 12 * GST_MSECOND);
    if (i > 35)
      g_assert_cmpint (error, ==, 0);
  }
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
  { "/rtc-gate/merges-what-is-ahead", test_merges_what_is_ahead },
  { "/rtc-gate/merges-what-is-behind", test_merges_what_is_behind },
  { "/rtc-gate/merges-after-a-loss", test_merges_after_a_loss },
  { "/rtc-gate/holds-while-the-old-goes-on", test_holds_while_the_old_goes_on },
  { "/rtc-gate/does-not-wait-for-the-silent", test_does_not_wait_for_the_silent },
  { "/rtc-gate/does-not-hold-beside-the-silent", test_does_not_hold_beside_the_silent },
  { "/rtc-gate/does-not-wait-for-the-closed", test_does_not_wait_for_the_closed },
  { "/rtc-gate/remembers-the-closed", test_remembers_the_closed },
  { "/rtc-gate/held-frames-end-with-their-input", test_held_frames_end_with_their_input },
  { "/rtc-gate/loss-does-not-merge", test_loss_does_not_merge },
  { "/rtc-gate/loss-while-frames-are-held", test_loss_while_frames_are_held },
  { "/rtc-gate/another-codec-waits-for-its-time", test_another_codec_waits_for_its_time },
  { "/rtc-gate/another-codec-begins-with-its-key-frame",
    test_another_codec_begins_with_its_key_frame },
  { "/rtc-gate/another-codec-alone", test_another_codec_alone },
  { "/rtc-gate/other-timestamps-do-not-merge", test_other_timestamps_do_not_merge },
  { "/rtc-gate/no-timestamps-do-not-merge", test_no_timestamps_do_not_merge },
  { "/rtc-gate/timestamps-slew", test_timestamps_slew },
  { "/rtc-gate/timestamps-slew-back", test_timestamps_slew_back },
  { "/rtc-gate/timestamps-jump", test_timestamps_jump },
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
