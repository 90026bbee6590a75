/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-gate.h"

/* RTP timestamps further apart than 2 s of 90 kHz have nothing to do with each other. */
#define COMPARABLE_MAX (2 * 90000)
/* More than this is not held. */
#define HELD_FRAMES_MAX 256
#define HELD_BYTES_MAX (8 * 1024 * 1024)
/* How fast the timestamps of a new input come into their own. */
#define SLEW_PER_FRAME (GST_MSECOND)
/* When timestamps of one input jump by more against its RTP timestamps, RTCP has put it in sync. */
#define JUMP_MIN (15 * GST_MSECOND)

struct _RtcGate {
  GMutex lock;
  gconstpointer current; /* whose frames pass; protected by lock, as all below */
  gconstpointer next;    /* who takes over at its first key frame */
  gboolean waits;        /* frames of current were lost: wait for its key frame */
  GstClockTime last_pts;
  GstClockTime last_request;

  /* Merging */
  guint64 last_time;        /* RTP timestamp of what passed last; GST_BUFFER_OFFSET_NONE: unknown */
  GQuark last_type;         /* its media type */
  GstClockTime last_passed; /* when it did */
  GQueue held;              /* of GstSample: frames of next, from its key frame on */
  gsize held_bytes;
  GstClockTime held_since;
  gboolean skips;         /* frames of current may have passed already */
  GstClockTimeDiff shift; /* of the timestamps of current against those of the one before */
  GstClockTime came_pts;  /* of current's latest frame, as it came */
};

RtcGate *
rtc_gate_new (void)
{
  RtcGate *gate = g_new0 (RtcGate, 1);

  g_mutex_init (&gate->lock);
  g_queue_init (&gate->held);
  gate->last_pts = GST_CLOCK_TIME_NONE;
  gate->last_request = GST_CLOCK_TIME_NONE;
  gate->last_time = GST_BUFFER_OFFSET_NONE;
  gate->came_pts = GST_CLOCK_TIME_NONE;
  return gate;
}

static void
drop_held (RtcGate *gate)
{
  g_queue_clear_full (&gate->held, (GDestroyNotify) gst_sample_unref);
  gate->held_bytes = 0;
}

void
rtc_gate_free (RtcGate *gate)
{
  drop_held (gate);
  g_mutex_clear (&gate->lock);
  g_free (gate);
}

/* Lets @input take over at its next key frame. An input that waited for its turn loses it. */
void
rtc_gate_open (RtcGate *gate, gconstpointer input)
{
  g_mutex_lock (&gate->lock);
  if (gate->next != input)
    drop_held (gate);
  gate->next = gate->current == input ? NULL : input;
  gate->last_request = GST_CLOCK_TIME_NONE;
  g_mutex_unlock (&gate->lock);
}

/* Lets nothing of @input pass any more. */
void
rtc_gate_close (RtcGate *gate, gconstpointer input)
{
  g_mutex_lock (&gate->lock);
  if (gate->current == input)
    gate->current = NULL;
  if (gate->next == input) {
    gate->next = NULL;
    drop_held (gate);
  }
  if (!gate->current && !gate->next)
    gate->last_time = GST_BUFFER_OFFSET_NONE; /* what comes next may be another stream */
  g_mutex_unlock (&gate->lock);
}

/* Frames were lost behind the gate: drops up to the next key frame, which it requests. */
void
rtc_gate_require_key_frame (RtcGate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->waits = TRUE;
  g_mutex_unlock (&gate->lock);
}

/* Returns: whether it is @input whose frames pass */
gboolean
rtc_gate_is_current (RtcGate *gate, gconstpointer input)
{
  gboolean is_current;

  g_mutex_lock (&gate->lock);
  is_current = gate->current == input;
  g_mutex_unlock (&gate->lock);
  return is_current;
}

/* Must be called with lock, as all below. */
static RtcGateVerdict
request_or_drop (RtcGate *gate, GstClockTime now)
{
  if (GST_CLOCK_TIME_IS_VALID (gate->last_request) &&
      now < gate->last_request + RTC_GATE_REQUEST_INTERVAL)
    return RTC_GATE_DROP;
  gate->last_request = now;
  return RTC_GATE_REQUEST;
}

static void
switch_over (RtcGate *gate)
{
  gate->current = gate->next;
  gate->next = NULL;
  gate->waits = FALSE;
  gate->skips = FALSE;
  gate->shift = 0;
  gate->came_pts = GST_CLOCK_TIME_NONE;
}

static RtcGateVerdict
judge (RtcGate *gate, gconstpointer input, gboolean is_key_frame, GstClockTime now)
{
  if (input == gate->next) {
    if (!is_key_frame)
      return request_or_drop (gate, now);
    switch_over (gate);
    return RTC_GATE_SWITCH;
  }
  if (input != gate->current)
    return RTC_GATE_DROP;
  if (gate->waits && !is_key_frame)
    return request_or_drop (gate, now);
  gate->waits = FALSE;
  return RTC_GATE_PASS;
}

static void
raise_timestamp (RtcGate *gate, GstBuffer **buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (*buffer);

  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return;
  if (GST_CLOCK_TIME_IS_VALID (gate->last_pts) && pts < gate->last_pts + GST_MSECOND) {
    pts = gate->last_pts + GST_MSECOND;
    *buffer = gst_buffer_make_writable (*buffer);
    GST_BUFFER_PTS (*buffer) = pts;
  }
  gate->last_pts = pts;
}

static gboolean
is_key_frame (GstBuffer *buffer)
{
  return !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
}

/*
 * rtc_gate_filter:
 * @buffer: (inout): an encoded frame of @input; its timestamp may be changed if it passes
 * @now: the time, in ns of any clock that goes on
 *
 * Returns: what is to be done with the frame
 */
RtcGateVerdict
rtc_gate_filter (RtcGate *gate, gconstpointer input, GstBuffer **buffer, GstClockTime now)
{
  RtcGateVerdict verdict;

  g_mutex_lock (&gate->lock);
  verdict = judge (gate, input, is_key_frame (*buffer), now);
  if (verdict == RTC_GATE_PASS || verdict == RTC_GATE_SWITCH)
    raise_timestamp (gate, buffer);
  g_mutex_unlock (&gate->lock);
  return verdict;
}

/* Merging */

static GQuark
get_type (GstSample *sample)
{
  GstCaps *caps = gst_sample_get_caps (sample);

  return caps ? gst_structure_get_name_id (gst_caps_get_structure (caps, 0)) : 0;
}

/* Returns: by how much the RTP timestamp of @sample is later than that of what passed last */
static gint32
get_lead (RtcGate *gate, GstSample *sample)
{
  guint64 time = GST_BUFFER_OFFSET (gst_sample_get_buffer (sample));

  return (gint32) ((guint32) time - (guint32) gate->last_time);
}

static gboolean
is_comparable (RtcGate *gate, GstSample *sample)
{
  return gate->last_time != GST_BUFFER_OFFSET_NONE &&
         GST_BUFFER_OFFSET_IS_VALID (gst_sample_get_buffer (sample)) &&
         ABS ((gint64) get_lead (gate, sample)) < COMPARABLE_MAX;
}

/* Another codec begins anew with its key frame, even if that has passed; so does who lost
 * something.
 */
static gboolean
can_merge (RtcGate *gate, GstSample *sample)
{
  return !gate->waits && is_comparable (gate, sample) &&
         (get_type (sample) == gate->last_type || get_lead (gate, sample) > 0);
}

static int
get_clock_rate (GstSample *sample)
{
  const char *name = g_quark_to_string (get_type (sample));

  if (!name || g_str_has_prefix (name, "video/"))
    return 90000;
  return g_str_equal (name, "audio/x-opus") ? 48000 : 8000;
}

/*
 * Tracks of a new connection are in sync as soon as RTCP has come: the timestamps jump to where
 * those of the connection before have been. What was made up for is not needed any more.
 */
static void
take_jump (RtcGate *gate, GstSample *sample)
{
  GstClockTime pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));
  GstClockTimeDiff jump;
  gint64 elapsed;

  if (gate->shift != 0 && GST_CLOCK_TIME_IS_VALID (pts) &&
      GST_CLOCK_TIME_IS_VALID (gate->came_pts) && is_comparable (gate, sample)) {
    elapsed = get_lead (gate, sample) * (gint64) GST_SECOND / get_clock_rate (sample);
    jump = GST_CLOCK_DIFF (gate->came_pts, pts) - elapsed;
    if (ABS (jump) > (GstClockTimeDiff) JUMP_MIN && ABS (gate->shift - jump) < ABS (gate->shift))
      gate->shift -= jump;
  }
  gate->came_pts = pts;
}

/*
 * A new input measures the time of arrival afresh, perhaps some ms apart from the one before. Sound
 * would have a hole or an overlap there; so it begins where the other one ended, and comes into its
 * own little by little.
 */
static void
shift_timestamp (RtcGate *gate, GstBuffer *buffer)
{
  if (gate->shift == 0 || !GST_BUFFER_PTS_IS_VALID (buffer))
    return;
  gate->shift -= CLAMP (gate->shift, -(GstClockTimeDiff) SLEW_PER_FRAME, SLEW_PER_FRAME);
  if (gate->shift > 0 || GST_BUFFER_PTS (buffer) > (GstClockTime) -gate->shift)
    GST_BUFFER_PTS (buffer) += gate->shift;
}

static void
measure_shift (RtcGate *gate, GstSample *repeated, GstClockTimeDiff *shift)
{
  GstBuffer *buffer = gst_sample_get_buffer (repeated);
  GstClockTimeDiff measured;

  if (get_lead (gate, repeated) != 0 || !GST_BUFFER_PTS_IS_VALID (buffer) ||
      !GST_CLOCK_TIME_IS_VALID (gate->last_pts))
    return;
  measured = GST_CLOCK_DIFF (GST_BUFFER_PTS (buffer), gate->last_pts);
  *shift = ABS (measured) <= (GstClockTimeDiff) RTC_GATE_HOLD_MAX ? measured : 0;
}

static void
pass (RtcGate *gate, GstSample *sample, GstClockTime now, GQueue *passed)
{
  GstBuffer *buffer = gst_buffer_copy (gst_sample_get_buffer (sample));

  take_jump (gate, sample);
  gate->last_time = GST_BUFFER_OFFSET (buffer);
  gate->last_type = get_type (sample);
  gate->last_passed = now;
  /* Payloaders would take the offset for RTP time. */
  GST_BUFFER_OFFSET (buffer) = GST_BUFFER_OFFSET_NONE;
  shift_timestamp (gate, buffer);
  raise_timestamp (gate, &buffer);
  g_queue_push_tail (passed, gst_sample_new (buffer, gst_sample_get_caps (sample),
                                             gst_sample_get_segment (sample), NULL));
  gst_buffer_unref (buffer);
}

static RtcGateVerdict
take_current (RtcGate *gate, GstSample *sample, GstClockTime now, GQueue *passed)
{
  if (gate->waits && !is_key_frame (gst_sample_get_buffer (sample)))
    return request_or_drop (gate, now);
  if (gate->skips && !gate->waits && is_comparable (gate, sample) && get_lead (gate, sample) <= 0) {
    measure_shift (gate, sample, &gate->shift);
    return RTC_GATE_DROP;
  }
  gate->waits = FALSE;
  gate->skips = FALSE;
  pass (gate, sample, now, passed);
  return RTC_GATE_PASS;
}

static RtcGateVerdict
take_next (RtcGate *gate, GstSample *sample, GstClockTime now, GQueue *passed)
{
  if (g_queue_is_empty (&gate->held)) {
    if (!is_key_frame (gst_sample_get_buffer (sample)))
      return request_or_drop (gate, now);
    if (!can_merge (gate, sample)) {
      switch_over (gate);
      pass (gate, sample, now, passed);
      return RTC_GATE_SWITCH;
    }
    gate->held_since = now;
  }
  g_queue_push_tail (&gate->held, gst_sample_ref (sample));
  gate->held_bytes += gst_buffer_get_size (gst_sample_get_buffer (sample));
  return RTC_GATE_DROP;
}

/* Whether the current input can, or must, be waited for no longer. */
static gboolean
is_patience_over (RtcGate *gate, GstClockTime now)
{
  return !gate->current || gate->waits || now >= gate->held_since + RTC_GATE_HOLD_MAX ||
         now >= gate->last_passed + RTC_GATE_SILENCE_MAX || gate->held.length > HELD_FRAMES_MAX ||
         gate->held_bytes > HELD_BYTES_MAX;
}

/* Returns: whether something was held that had passed already: then the two inputs have met */
static gboolean
drop_repeated (RtcGate *gate, GstClockTimeDiff *shift)
{
  gboolean met = FALSE;
  GstSample *first;

  while (!gate->waits && (first = g_queue_peek_head (&gate->held)) &&
         get_type (first) == gate->last_type && get_lead (gate, first) <= 0) {
    measure_shift (gate, first, shift);
    gst_sample_unref (g_queue_pop_head (&gate->held));
    met = TRUE;
  }
  return met;
}

/* Whether the current input has come as far as what is held in another codec. */
static gboolean
is_reached (RtcGate *gate, GstSample *sample)
{
  GstSample *first = g_queue_peek_head (&gate->held);

  return first && get_type (first) != get_type (sample) && is_comparable (gate, sample) &&
         get_lead (gate, sample) >= get_lead (gate, first);
}

/* @reached: whether there is no more to wait for. Returns: whether the inputs have changed */
static gboolean
settle (RtcGate *gate, gboolean reached, GstClockTime now, GQueue *passed)
{
  GstClockTimeDiff shift = 0;
  gboolean met;

  if (g_queue_is_empty (&gate->held))
    return FALSE;
  met = drop_repeated (gate, &shift);
  if (!met && !reached && !is_patience_over (gate, now))
    return FALSE;
  switch_over (gate);
  gate->skips = met;
  gate->shift = shift;
  while (!g_queue_is_empty (&gate->held)) {
    g_autoptr (GstSample) sample = g_queue_pop_head (&gate->held);

    pass (gate, sample, now, passed);
  }
  gate->held_bytes = 0;
  return TRUE;
}

/*
 * rtc_gate_merge:
 * @sample: (transfer none): an encoded frame of @input; the offset of its buffer is its RTP
 *   timestamp, if that is known
 * @now: the time, in ns of any clock that goes on
 * @passed: (element-type GstSample): gets what passes now, in order; perhaps frames that came
 *   before, perhaps of the other input
 *
 * When inputs change, frames of the next one are held until the current one has come as far: then
 * nothing is lost and nothing passes twice.
 *
 * Returns: what became of the frame; %RTC_GATE_SWITCH if the next input has become the current one,
 *   whoever brought the frame
 */
RtcGateVerdict
rtc_gate_merge (RtcGate *gate, gconstpointer input, GstSample *sample, GstClockTime now,
                GQueue *passed)
{
  RtcGateVerdict verdict = RTC_GATE_DROP;
  gboolean reached;

  g_mutex_lock (&gate->lock);
  reached = input == gate->current && is_reached (gate, sample);
  if (input == gate->next)
    verdict = take_next (gate, sample, now, passed);
  else if (input == gate->current && !reached)
    verdict = take_current (gate, sample, now, passed);
  if (settle (gate, reached, now, passed))
    verdict = RTC_GATE_SWITCH;
  g_mutex_unlock (&gate->lock);
  return verdict;
}
