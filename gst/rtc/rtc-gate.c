/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-gate.h"

#include "rtc-trail.h"

/* RTP timestamps further apart than 2 s of 90 kHz have nothing to do with each other. */
#define COMPARABLE_MAX (2 * 90000)
/* More than this is not held. */
#define HELD_FRAMES_MAX 256
#define HELD_BYTES_MAX (8 * 1024 * 1024)
/* How fast the timestamps of a new input come into their own. */
#define SLEW_PER_FRAME (GST_MSECOND)
/* When timestamps of one input jump by more against its RTP timestamps, RTCP has put it in sync. */
#define JUMP_MIN (15 * GST_MSECOND)
/* By more the same RTP timestamps do not come apart; those that do are the same by chance. */
#define CHANCE_MIN (500 * GST_MSECOND)

/* What is known of the RTP timestamps of the next input. */
typedef enum {
  RTC_ALIGNMENT_UNKNOWN,
  RTC_ALIGNMENT_HOPELESS, /* the two bring different frames */
  RTC_ALIGNMENT_ASSUMED,  /* they look as those of the current one do */
  RTC_ALIGNMENT_FOUND,    /* the same frames came on both ways */
} RtcAlignment;

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
  RtcTrail trail; /* of what current brought, even of one that is closed */
  RtcTrail next_trail;
  RtcAlignment alignment;
  guint32 next_offset;    /* by how much the RTP timestamps of next are later */
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

/* The next input is another one, or none. Must be called with lock. */
static void
forget_next (RtcGate *gate)
{
  drop_held (gate);
  rtc_trail_reset (&gate->next_trail);
  gate->alignment = RTC_ALIGNMENT_UNKNOWN;
  gate->next_offset = 0;
}

void
rtc_gate_free (RtcGate *gate)
{
  drop_held (gate);
  rtc_trail_clear (&gate->trail);
  rtc_trail_clear (&gate->next_trail);
  g_mutex_clear (&gate->lock);
  g_free (gate);
}

/* Lets @input take over at its next key frame. An input that waited for its turn loses it. */
void
rtc_gate_open (RtcGate *gate, gconstpointer input)
{
  g_mutex_lock (&gate->lock);
  if (gate->next != input)
    forget_next (gate);
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
    forget_next (gate);
  }
  if (!gate->current && !gate->next) {
    gate->last_time = GST_BUFFER_OFFSET_NONE; /* what comes next may be another stream */
    rtc_trail_reset (&gate->trail);
  }
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

/* RTP timestamps of the next input count from now on. */
static void
take_offset (RtcGate *gate)
{
  RtcTrail trail;

  if (gate->alignment < RTC_ALIGNMENT_ASSUMED)
    gate->last_time = GST_BUFFER_OFFSET_NONE;
  else if (gate->last_time != GST_BUFFER_OFFSET_NONE)
    gate->last_time = (guint32) gate->last_time + gate->next_offset;
  trail = gate->trail;
  gate->trail = gate->next_trail;
  gate->next_trail = trail;
  rtc_trail_reset (&gate->next_trail);
  gate->alignment = RTC_ALIGNMENT_UNKNOWN;
  gate->next_offset = 0;
}

static void
switch_over (RtcGate *gate)
{
  gate->current = gate->next;
  gate->next = NULL;
  take_offset (gate);
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

/*
 * @offset: of the input that brought it; 0 for the current one
 *
 * Returns: by how much the RTP timestamp of @sample is later than that of what passed last
 */
static gint32
get_lead (RtcGate *gate, GstSample *sample, guint32 offset)
{
  guint64 time = GST_BUFFER_OFFSET (gst_sample_get_buffer (sample));

  return (gint32) ((guint32) time - offset - (guint32) gate->last_time);
}

static gboolean
is_comparable (RtcGate *gate, GstSample *sample, guint32 offset)
{
  return gate->last_time != GST_BUFFER_OFFSET_NONE &&
         GST_BUFFER_OFFSET_IS_VALID (gst_sample_get_buffer (sample)) &&
         ABS ((gint64) get_lead (gate, sample, offset)) < COMPARABLE_MAX;
}

static int
get_clock_rate (GstSample *sample)
{
  const char *name = g_quark_to_string (get_type (sample));

  if (!name || g_str_has_prefix (name, "video/"))
    return 90000;
  return g_str_equal (name, "audio/x-opus") ? 48000 : 8000;
}

/* Whether RTP timestamps that are close to each other are so because they tell the same. */
static gboolean
is_plausible (RtcGate *gate, GstSample *sample)
{
  const RtcTrailFrame *latest = rtc_trail_get_latest (&gate->trail);
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  gint64 elapsed;

  if (!latest || !GST_BUFFER_PTS_IS_VALID (buffer) || !GST_CLOCK_TIME_IS_VALID (latest->pts))
    return TRUE;
  elapsed = (gint32) ((guint32) GST_BUFFER_OFFSET (buffer) - latest->rtp_time) *
            (gint64) GST_SECOND / get_clock_rate (sample);
  return ABS (GST_CLOCK_DIFF (latest->pts, GST_BUFFER_PTS (buffer)) - elapsed) <
         (GstClockTimeDiff) CHANCE_MIN;
}

/* A frame of @input has come: perhaps it tells how the RTP timestamps of the two compare. */
static void
align (RtcGate *gate, gconstpointer input, GstSample *sample)
{
  guint32 offset;

  if (!gate->next || gate->alignment == RTC_ALIGNMENT_FOUND)
    return;
  if (input == gate->next &&
      rtc_trail_find_latest (&gate->next_trail, &gate->trail, RTC_TRAIL_SURE, &offset)) {
    gate->next_offset = offset;
    gate->alignment = RTC_ALIGNMENT_FOUND;
  } else if (input == gate->current &&
             rtc_trail_find_latest (&gate->trail, &gate->next_trail, RTC_TRAIL_SURE, &offset)) {
    gate->next_offset = -offset;
    gate->alignment = RTC_ALIGNMENT_FOUND;
  } else if (input == gate->next && gate->alignment == RTC_ALIGNMENT_UNKNOWN &&
             is_comparable (gate, sample, 0) && is_plausible (gate, sample)) {
    gate->alignment = RTC_ALIGNMENT_ASSUMED;
  }
}

/*
 * Whether frames of the next input that have passed already can be told from those that have not.
 * Another codec begins anew with its key frame, even if that has passed; so does who lost
 * something.
 */
static gboolean
can_merge (RtcGate *gate, GstSample *sample)
{
  return !gate->waits && gate->alignment >= RTC_ALIGNMENT_ASSUMED &&
         is_comparable (gate, sample, gate->next_offset) &&
         (get_type (sample) == gate->last_type || get_lead (gate, sample, gate->next_offset) > 0);
}

/* Whether that may yet be found out. */
static gboolean
can_search (RtcGate *gate, GstSample *sample)
{
  return !gate->waits && gate->alignment == RTC_ALIGNMENT_UNKNOWN && gate->current &&
         gate->trail.n_frames > 0 && gate->next_trail.n_frames > 0 &&
         get_type (sample) == gate->last_type;
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
      GST_CLOCK_TIME_IS_VALID (gate->came_pts) && is_comparable (gate, sample, 0)) {
    elapsed = get_lead (gate, sample, 0) * (gint64) GST_SECOND / get_clock_rate (sample);
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
measure_shift (RtcGate *gate, GstSample *repeated, guint32 offset, GstClockTimeDiff *shift)
{
  GstBuffer *buffer = gst_sample_get_buffer (repeated);
  GstClockTimeDiff measured;

  if (get_lead (gate, repeated, offset) != 0 || !GST_BUFFER_PTS_IS_VALID (buffer) ||
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
  if (gate->skips && !gate->waits && is_comparable (gate, sample, 0) &&
      get_lead (gate, sample, 0) <= 0) {
    measure_shift (gate, sample, 0, &gate->shift);
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
    if (!can_merge (gate, sample) && !can_search (gate, sample)) {
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

  while (!gate->waits && gate->alignment >= RTC_ALIGNMENT_ASSUMED &&
         (first = g_queue_peek_head (&gate->held)) && get_type (first) == gate->last_type &&
         get_lead (gate, first, gate->next_offset) <= 0) {
    measure_shift (gate, first, gate->next_offset, shift);
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

  return first && get_type (first) != get_type (sample) && is_comparable (gate, sample, 0) &&
         get_lead (gate, sample, 0) >= get_lead (gate, first, gate->next_offset);
}

static gboolean
has_passed_time (RtcGate *gate, GstSample *sample)
{
  GstClockTime pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));

  return GST_CLOCK_TIME_IS_VALID (pts) && GST_CLOCK_TIME_IS_VALID (gate->last_pts) &&
         pts <= gate->last_pts;
}

/* Returns: whether frames that are alike, as those of silence are, tell how the inputs compare */
static gboolean
guess_offset (RtcGate *gate)
{
  guint32 offset;

  if (!rtc_trail_find_latest (&gate->trail, &gate->next_trail, RTC_TRAIL_LIKELY, &offset))
    return FALSE;
  gate->next_offset = -offset;
  gate->alignment = RTC_ALIGNMENT_ASSUMED;
  return TRUE;
}

/*
 * The two inputs seem to bring different frames, as connections of a browser do. Sound goes on from
 * where the current one has come; a picture with the next key frame, since what follows the one
 * that is held would be seen twice.
 */
static void
end_search (RtcGate *gate)
{
  GstSample *first = g_queue_peek_head (&gate->held);
  const char *type = g_quark_to_string (get_type (first));

  if (type && g_str_has_prefix (type, "video/")) {
    gate->alignment = RTC_ALIGNMENT_HOPELESS;
    drop_held (gate);
    gate->last_request = GST_CLOCK_TIME_NONE;
    return;
  }
  if (guess_offset (gate))
    return;
  gate->alignment = RTC_ALIGNMENT_HOPELESS;
  while ((first = g_queue_peek_head (&gate->held)) && has_passed_time (gate, first))
    gst_sample_unref (g_queue_pop_head (&gate->held));
}

/* Returns: whether it is still to be found out what of the held frames has passed already, or none
 * is left of them */
static gboolean
is_searching (RtcGate *gate, GstClockTime now)
{
  if (gate->alignment != RTC_ALIGNMENT_UNKNOWN || is_patience_over (gate, now))
    return FALSE;
  if (now < gate->held_since + RTC_GATE_SEARCH_MAX)
    return TRUE;
  end_search (gate);
  return g_queue_is_empty (&gate->held);
}

/* @reached: whether there is no more to wait for. Returns: whether the inputs have changed */
static gboolean
settle (RtcGate *gate, gboolean reached, GstClockTime now, GQueue *passed)
{
  GstClockTimeDiff shift = 0;
  gboolean met;

  if (g_queue_is_empty (&gate->held) || is_searching (gate, now))
    return FALSE;
  met = drop_repeated (gate, &shift);
  if (!met && !reached && gate->alignment != RTC_ALIGNMENT_HOPELESS &&
      !is_patience_over (gate, now))
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
  RtcTrail *trail;
  gboolean reached;

  g_mutex_lock (&gate->lock);
  trail = input == gate->next ? &gate->next_trail : input == gate->current ? &gate->trail : NULL;
  if (trail)
    rtc_trail_add (trail, sample);
  align (gate, input, sample);
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
