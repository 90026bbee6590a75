/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-gate.h"

struct _RtcGate {
  GMutex lock;
  gconstpointer current; /* whose frames pass; protected by lock, as all below */
  gconstpointer next;    /* who takes over at its first key frame */
  gboolean waits;        /* frames of current were lost: wait for its key frame */
  GstClockTime last_pts;
  GstClockTime last_request;
};

RtcGate *
rtc_gate_new (void)
{
  RtcGate *gate = g_new0 (RtcGate, 1);

  g_mutex_init (&gate->lock);
  gate->last_pts = GST_CLOCK_TIME_NONE;
  gate->last_request = GST_CLOCK_TIME_NONE;
  return gate;
}

void
rtc_gate_free (RtcGate *gate)
{
  g_mutex_clear (&gate->lock);
  g_free (gate);
}

/* Lets @input take over at its next key frame. An input that waited for its turn loses it. */
void
rtc_gate_open (RtcGate *gate, gconstpointer input)
{
  g_mutex_lock (&gate->lock);
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
  if (gate->next == input)
    gate->next = NULL;
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

static RtcGateVerdict
request_or_drop (RtcGate *gate, GstClockTime now)
{
  if (GST_CLOCK_TIME_IS_VALID (gate->last_request) &&
      now < gate->last_request + RTC_GATE_REQUEST_INTERVAL)
    return RTC_GATE_DROP;
  gate->last_request = now;
  return RTC_GATE_REQUEST;
}

static RtcGateVerdict
judge (RtcGate *gate, gconstpointer input, gboolean is_key_frame, GstClockTime now)
{
  if (input == gate->next) {
    if (!is_key_frame)
      return request_or_drop (gate, now);
    gate->current = input;
    gate->next = NULL;
    gate->waits = FALSE;
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
  gboolean is_key_frame = !GST_BUFFER_FLAG_IS_SET (*buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  RtcGateVerdict verdict;

  g_mutex_lock (&gate->lock);
  verdict = judge (gate, input, is_key_frame, now);
  if (verdict == RTC_GATE_PASS || verdict == RTC_GATE_SWITCH)
    raise_timestamp (gate, buffer);
  g_mutex_unlock (&gate->lock);
  return verdict;
}
