/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-delay.h"

GST_DEBUG_CATEGORY_STATIC (delay_debug);
#define GST_CAT_DEFAULT delay_debug

static const char *const names[RTC_N_HOPS] = {
  [RTC_HOP_CAPTURE] = "capture", [RTC_HOP_ENCODE] = "encode", [RTC_HOP_GATE] = "gate",
  [RTC_HOP_NETWORK] = "network", [RTC_HOP_JITTER] = "jitter", [RTC_HOP_DECODE] = "decode",
  [RTC_HOP_RENDER] = "render",
};

void
rtc_delay_init (void)
{
  GST_DEBUG_CATEGORY_INIT (delay_debug, "nertcdelay", 0, "the delay of each hop of a call");
}

gboolean
rtc_delay_is_wanted (void)
{
  return delay_debug && gst_debug_category_get_threshold (delay_debug) >= GST_LEVEL_LOG;
}

/* @age: since the capture */
void
rtc_delay_log (gpointer object, RtcMedia media, RtcHop hop, GstClockTimeDiff age)
{
  GST_LOG_OBJECT (object, "%s %s: %.1f ms", rtc_media_to_string (media), names[hop],
                  (double) age / GST_MSECOND);
}

/* @element: whose clock it is; @pts: a time of that clock */
void
rtc_delay_log_time (GstElement *element, RtcMedia media, RtcHop hop, GstClockTime pts)
{
  g_autoptr (GstClock) clock = NULL;

  if (!rtc_delay_is_wanted () || !GST_CLOCK_TIME_IS_VALID (pts))
    return;
  clock = gst_element_get_clock (element);
  if (clock)
    rtc_delay_log (element, media, hop, GST_CLOCK_DIFF (pts, gst_clock_get_time (clock)));
}

/* @pad: through which @buffer comes */
void
rtc_delay_log_buffer (GstElement *element, RtcMedia media, RtcHop hop, GstPad *pad,
                      GstBuffer *buffer)
{
  g_autoptr (GstEvent) event = NULL;
  const GstSegment *segment;
  GstClockTime time;

  if (!rtc_delay_is_wanted () || !GST_BUFFER_PTS_IS_VALID (buffer))
    return;
  event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  if (!event)
    return;
  gst_event_parse_segment (event, &segment);
  time = gst_segment_to_running_time (segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  if (GST_CLOCK_TIME_IS_VALID (time))
    rtc_delay_log_time (element, media, hop, time + gst_element_get_base_time (element));
}
