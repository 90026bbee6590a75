/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two ways of one stream, merged by a gate. */
#include "rtc-gate.h"

#include <string.h>

/* Inputs are told apart by their address only. */
static const char *const one = "one";
static const char *const two = "two";
static const char *const three = "three";

#define KEY TRUE
#define DELTA FALSE

typedef struct {
  RtcGate *gate;
  GstClockTime now;     /* cranked */
  GstClockTime arrived; /* timestamp of the latest frame that passed */
  GstClockTime delay;   /* of the second way, where it is by way of a media server */
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->gate = rtc_gate_new ();
  self->now = 5 * GST_SECOND;
  self->delay = 5 * GST_MSECOND;
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

/* Frame n has the RTP timestamp START + n * 3000, at the end of its range, and the pts n *
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

/* By way of a media server: the same frames, numbered anew. The pts of the second way is 5 ms late,
 * its RTP timestamps begin anywhere. */

#define RENUMBERED 123456789

static GstSample *
make_renumbered (Fixture *self, const char *caps_text, const char *input, guint number,
                 gboolean is_key_frame, const char *bytes)
{
  GstClockTime delay = input == two ? self->delay : 0;
  GstSample *sample = make_sample (caps_text, number, is_key_frame, delay);
  GstBuffer *frame = gst_sample_get_buffer (sample);
  char *copy = g_strdup (bytes);

  if (input == two)
    GST_BUFFER_OFFSET (frame) = RENUMBERED + number * 3000;
  gst_buffer_append_memory (
      frame, gst_memory_new_wrapped (0, copy, strlen (copy), 0, strlen (copy), copy, g_free));
  return sample;
}

/* @content: of what is alike the bytes are the same. Time goes on by one frame each. */
static void
relay_like (Fixture *self, const char *caps_text, const char *input, guint number,
            gboolean is_key_frame, const char *content, const char *expected)
{
  g_autofree char *passed = NULL;
  g_autofree char *text = NULL;
  RtcGateVerdict verdict;

  verdict = bring_sample (self, input,
                          make_renumbered (self, caps_text, input, number, is_key_frame, content),
                          &passed);
  text = g_strconcat (verdict == RTC_GATE_SWITCH    ? "switch "
                      : verdict == RTC_GATE_REQUEST ? "request"
                                                    : "",
                      passed, NULL);
  g_assert_cmpstr (text, ==, expected);
}

static void
relay (Fixture *self, const char *input, guint number, gboolean is_key_frame, const char *expected)
{
  g_autofree char *content = g_strdup_printf ("the picture number %u", number);

  relay_like (self, "video/x-vp8", input, number, is_key_frame, content, expected);
}

static void
relay_sound (Fixture *self, const char *input, guint number, const char *content,
             const char *expected)
{
  relay_like (self, "audio/x-opus", input, number, KEY, content, expected);
}

static void
relay_sound_late (Fixture *self, const char *input, guint number, GstClockTime delay,
                  const char *content, const char *expected)
{
  self->delay = delay;
  relay_sound (self, input, number, content, expected);
}

/* The first input has brought frames 0 to 3, and the second one waits for its turn. */
static void
begin_relay (Fixture *self)
{
  rtc_gate_open (self->gate, one);
  relay (self, one, 0, KEY, "switch 0");
  for (guint i = 1; i <= 3; i++) {
    g_autofree char *number = g_strdup_printf ("%u", i);

    relay (self, one, i, DELTA, number);
  }
  rtc_gate_open (self->gate, two);
}

static void
test_finds_what_is_behind (Fixture *self, gconstpointer unused)
{
  begin_relay (self);
  relay (self, one, 4, KEY, "4");
  relay (self, one, 5, DELTA, "5");
  relay (self, two, 4, KEY, "switch ");
  relay (self, one, 6, DELTA, "");
  relay (self, two, 5, DELTA, "");
  relay (self, two, 6, DELTA, "6");
  relay (self, two, 7, DELTA, "7");
}

static void
test_finds_what_is_ahead (Fixture *self, gconstpointer unused)
{
  begin_relay (self);
  relay (self, two, 5, KEY, "");
  relay (self, two, 6, DELTA, "");
  relay (self, one, 4, DELTA, "4");
  relay (self, one, 5, KEY, "switch 5 6");
  relay (self, one, 6, DELTA, "");
  relay (self, two, 7, DELTA, "7");
}

/* And back again, and on to a third one: each has numbers of its own. */
static void
test_finds_again_and_again (Fixture *self, gconstpointer unused)
{
  begin_relay (self);
  relay (self, one, 4, KEY, "4");
  relay (self, two, 4, KEY, "switch ");
  relay (self, two, 5, DELTA, "5");
  rtc_gate_open (self->gate, one);
  relay (self, one, 6, KEY, "");
  relay (self, two, 6, KEY, "switch 6");
  relay (self, one, 7, DELTA, "7");
  rtc_gate_open (self->gate, two);
  relay (self, two, 7, DELTA, "request");
  relay (self, one, 8, KEY, "8");
  relay (self, one, 9, DELTA, "9");
  relay (self, two, 8, KEY, "switch ");
  relay (self, two, 9, DELTA, "");
  relay (self, two, 10, DELTA, "10");
}

/* What came before the key frame has told already. */
static void
test_finds_by_other_frames (Fixture *self, gconstpointer unused)
{
  begin_relay (self);
  relay (self, two, 3, DELTA, "request");
  relay (self, two, 5, KEY, "");
  relay (self, one, 4, DELTA, "4");
  relay (self, one, 6, DELTA, "switch 6"); /* 5 was lost on this way */
}

/* The current way ends; what it brought last is known again. */
static void
test_finds_what_the_closed_brought (Fixture *self, gconstpointer unused)
{
  begin_relay (self);
  relay (self, one, 4, KEY, "4");
  relay (self, one, 5, DELTA, "5");
  rtc_gate_close (self->gate, one);
  relay (self, two, 4, KEY, "switch ");
  relay (self, two, 5, DELTA, "");
  relay (self, two, 6, DELTA, "6");
}

/* A browser makes other frames for each connection: the next key frame but one. */
static void
test_different_pictures_do_not_merge (Fixture *self, gconstpointer unused)
{
  GstClockTime end = self->now + RTC_GATE_SEARCH_MAX;

  begin_relay (self);
  relay_like (self, "video/x-vp8", two, 4, KEY, "another picture", "");
  for (guint i = 4; self->now < end; i++) {
    g_autofree char *number = g_strdup_printf ("%u", i);

    relay (self, one, i, DELTA, number);
    self->now += INTERVAL;
  }
  relay_like (self, "video/x-vp8", two, 20, DELTA, "and so on", "");
  relay (self, one, 20, DELTA, "20");
  relay_like (self, "video/x-vp8", two, 21, DELTA, "and so on", "request");
  relay_like (self, "video/x-vp8", two, 22, KEY, "yet another one", "switch 22");
  relay (self, one, 21, DELTA, "");
  relay_like (self, "video/x-vp8", two, 23, DELTA, "and so on", "23");
}

/* Nor does it wait for a current one that brings nothing more. */
static void
test_different_pictures_after_silence (Fixture *self, gconstpointer unused)
{
  begin_relay (self);
  relay_like (self, "video/x-vp8", two, 4, KEY, "another picture", "");
  self->now += RTC_GATE_SILENCE_MAX;
  relay_like (self, "video/x-vp8", two, 5, DELTA, "and so on", "switch 4 5");
}

/* Both ways number from 0, the second one since 2 s: by chance frame 63 has the number of frame 3.
 */
static void
test_numbers_that_agree_by_chance (Fixture *self, gconstpointer unused)
{
  GstSample *sample;
  g_autofree char *passed = NULL;

  begin_relay (self);
  sample = make_renumbered (self, "video/x-vp8", two, 63, KEY, "the picture number 63");
  GST_BUFFER_OFFSET (gst_sample_get_buffer (sample)) = (guint32) (START + 3 * 3000);
  g_assert_cmpint (bring_sample (self, two, sample, &passed), ==, RTC_GATE_DROP);
  relay (self, one, 62, DELTA, "62");
  relay (self, one, 63, KEY, "switch 63");
}

static void
begin_sound (Fixture *self)
{
  rtc_gate_open (self->gate, one);
  relay_sound (self, one, 0, "zero", "switch 0");
  relay_sound (self, one, 1, "one", "1");
  rtc_gate_open (self->gate, two);
}

static void
test_finds_sound (Fixture *self, gconstpointer unused)
{
  begin_sound (self);
  relay_sound (self, two, 1, "one", "switch ");
  relay_sound (self, one, 2, "two", "");
  relay_sound (self, two, 2, "two", "2");
}

/* All of it is alike: which frame it is does not matter until one is not. */
static void
test_silence_is_no_sign (Fixture *self, gconstpointer unused)
{
  begin_sound (self);
  relay_sound (self, one, 2, "silence", "2");
  relay_sound (self, one, 3, "silence", "3");
  relay_sound (self, two, 2, "silence", "");
  relay_sound (self, two, 3, "silence", "");
  relay_sound (self, one, 4, "silence", "4");
  relay_sound (self, two, 4, "silence", "");
  relay_sound (self, one, 5, "voice", "5");
  relay_sound (self, two, 5, "voice", "switch ");
  relay_sound (self, two, 6, "more", "6");
}

static void
test_silence_alone (Fixture *self, gconstpointer unused)
{
  guint i;

  begin_sound (self);
  relay_sound (self, one, 2, "silence", "2");
  for (i = 3; i <= 6; i++) {
    g_autofree char *number = g_strdup_printf ("%u", i);

    relay_sound (self, one, i, "silence", number);
    relay_sound (self, two, i, "silence", "");
  }
  for (; i <= 8; i++) {
    g_autofree char *number = g_strdup_printf ("%u", i);

    self->now += RTC_GATE_SILENCE_MAX - 1;
    relay_sound (self, one, i, "silence", number);
    relay_sound (self, two, i, "silence", "");
  }
  self->now += RTC_GATE_SEARCH_MAX - 2 * (RTC_GATE_SILENCE_MAX - 1);
  relay_sound (self, two, 9, "silence", "switch 9");
  relay_sound (self, one, 9, "silence", "");
  relay_sound (self, two, 10, "silence", "10");
}

/* What has been heard already is not heard again. */
static void
test_different_sound_goes_on (Fixture *self, gconstpointer unused)
{
  begin_sound (self);
  relay_sound (self, two, 1, "eins", "");
  relay_sound (self, one, 2, "two", "2");
  relay_sound (self, two, 2, "zwei", "");
  self->now += RTC_GATE_SEARCH_MAX / 2;
  relay_sound (self, one, 3, "three", "3");
  relay_sound (self, two, 3, "drei", "");
  self->now += RTC_GATE_SILENCE_MAX - 1;
  relay_sound (self, one, 4, "four", "4");
  self->now += 1;
  relay_sound (self, two, 5, "fünf", "switch 5");
}

/* A media server is gone, another way comes: a tone, which repeats itself, does not go on from
 * before the hole. */
static void
test_tone_after_a_hole (Fixture *self, gconstpointer unused)
{
  guint i;

  rtc_gate_open (self->gate, one);
  relay_sound (self, one, 0, "begin", "switch 0");
  for (i = 1; i <= 40; i++) {
    g_autofree char *number = g_strdup_printf ("%u", i);
    g_autofree char *phase = g_strdup_printf ("phase %u", i % 10);

    relay_sound (self, one, i, phase, number);
  }
  rtc_gate_open (self->gate, two);
  self->now += 150 * GST_MSECOND;
  relay_sound (self, two, 45, "phase 5", "");
  relay_sound (self, two, 46, "phase 6", "");
  self->now += 100 * GST_MSECOND;
  relay_sound (self, two, 49, "phase 9", "switch 45 46 49");
  g_assert_cmpuint (self->arrived, ==, 49 * INTERVAL + 5 * GST_MSECOND);
}

/* What does not repeat itself is known again however far apart the two ways are. */
static void
test_sound_far_behind (Fixture *self, gconstpointer unused)
{
  begin_sound (self);
  relay_sound (self, one, 2, "two", "2");
  relay_sound (self, one, 3, "three", "3");
  self->now += 240 * GST_MSECOND;
  relay_sound_late (self, two, 2, 300 * GST_MSECOND, "two", "switch ");
  relay_sound_late (self, two, 3, 300 * GST_MSECOND, "three", "");
  relay_sound_late (self, two, 4, 300 * GST_MSECOND, "four", "4");
}

static const struct {
  const char *path;
  void (*func) (Fixture *self, gconstpointer unused);
} tests[] = {
  { "/rtc-gate-merge/merges-what-is-ahead", test_merges_what_is_ahead },
  { "/rtc-gate-merge/merges-what-is-behind", test_merges_what_is_behind },
  { "/rtc-gate-merge/merges-after-a-loss", test_merges_after_a_loss },
  { "/rtc-gate-merge/holds-while-the-old-goes-on", test_holds_while_the_old_goes_on },
  { "/rtc-gate-merge/does-not-wait-for-the-silent", test_does_not_wait_for_the_silent },
  { "/rtc-gate-merge/does-not-hold-beside-the-silent", test_does_not_hold_beside_the_silent },
  { "/rtc-gate-merge/does-not-wait-for-the-closed", test_does_not_wait_for_the_closed },
  { "/rtc-gate-merge/remembers-the-closed", test_remembers_the_closed },
  { "/rtc-gate-merge/held-frames-end-with-their-input", test_held_frames_end_with_their_input },
  { "/rtc-gate-merge/loss-does-not-merge", test_loss_does_not_merge },
  { "/rtc-gate-merge/loss-while-frames-are-held", test_loss_while_frames_are_held },
  { "/rtc-gate-merge/another-codec-waits-for-its-time", test_another_codec_waits_for_its_time },
  { "/rtc-gate-merge/another-codec-begins-with-its-key-frame",
    test_another_codec_begins_with_its_key_frame },
  { "/rtc-gate-merge/another-codec-alone", test_another_codec_alone },
  { "/rtc-gate-merge/other-timestamps-do-not-merge", test_other_timestamps_do_not_merge },
  { "/rtc-gate-merge/no-timestamps-do-not-merge", test_no_timestamps_do_not_merge },
  { "/rtc-gate-merge/timestamps-slew", test_timestamps_slew },
  { "/rtc-gate-merge/timestamps-slew-back", test_timestamps_slew_back },
  { "/rtc-gate-merge/timestamps-jump", test_timestamps_jump },
  { "/rtc-gate-merge/finds-what-is-behind", test_finds_what_is_behind },
  { "/rtc-gate-merge/finds-what-is-ahead", test_finds_what_is_ahead },
  { "/rtc-gate-merge/finds-again-and-again", test_finds_again_and_again },
  { "/rtc-gate-merge/finds-by-other-frames", test_finds_by_other_frames },
  { "/rtc-gate-merge/finds-what-the-closed-brought", test_finds_what_the_closed_brought },
  { "/rtc-gate-merge/different-pictures-do-not-merge", test_different_pictures_do_not_merge },
  { "/rtc-gate-merge/different-pictures-after-silence", test_different_pictures_after_silence },
  { "/rtc-gate-merge/numbers-that-agree-by-chance", test_numbers_that_agree_by_chance },
  { "/rtc-gate-merge/finds-sound", test_finds_sound },
  { "/rtc-gate-merge/silence-is-no-sign", test_silence_is_no_sign },
  { "/rtc-gate-merge/silence-alone", test_silence_alone },
  { "/rtc-gate-merge/different-sound-goes-on", test_different_sound_goes_on },
  { "/rtc-gate-merge/tone-after-a-hole", test_tone_after_a_hole },
  { "/rtc-gate-merge/sound-far-behind", test_sound_far_behind },
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
