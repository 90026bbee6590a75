/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-converter.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/video/video-event.h>

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

/* A decoder that is so much behind is too slow. Few frames may be far apart, after a pause. */
#define QUEUE_MAX (500 * GST_MSECOND)
#define QUEUE_MIN_FRAMES 5

struct _RtcConverter {
  const RtcCodec *codec;
  GstElement *pipeline;
  GstElement *appsrc;
  GstElement *appsink;
  GstCaps *caps; /* of the latest frame that was pushed */
  RtcConverted converted;
  gpointer user_data;
  int broken;          /* atomic, as the next */
  int needs_key_frame; /* says the decoder */
};

static GstFlowReturn
on_new_sample (GstAppSink *appsink, gpointer user_data)
{
  RtcConverter *self = user_data;
  GstSample *sample = gst_app_sink_pull_sample (appsink);

  if (sample) {
    self->converted (sample, self->user_data);
    gst_sample_unref (sample);
  }
  return GST_FLOW_OK;
}

static GstBusSyncReply
on_bus_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  RtcConverter *self = user_data;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    GST_WARNING_OBJECT (GST_MESSAGE_SRC (message), "%s", error->message);
    g_atomic_int_set (&self->broken, TRUE);
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

/* Adds an element, if there is one, behind the others. */
static GstElement *
append_element (RtcConverter *self, GstElement *last, GstElement *element)
{
  if (!element)
    return NULL;
  gst_bin_add (GST_BIN (self->pipeline), element);
  if (last)
    gst_element_link (last, element);
  return element;
}

static GstElement *
append (RtcConverter *self, GstElement *last, const char *factory, const char *options,
        GError **error)
{
  return append_element (self, last, rtc_element_make (factory, options, error));
}

static GstElement *
append_filter (RtcConverter *self, GstElement *last, GstCaps *caps, GError **error)
{
  GstElement *filter = append (self, last, "capsfilter", NULL, error);

  if (filter)
    g_object_set (filter, "caps", caps, NULL);
  return filter;
}

static GstPadProbeReturn
on_upstream_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  RtcConverter *self = user_data;

  if (gst_video_event_is_force_key_unit (GST_PAD_PROBE_INFO_EVENT (info)))
    g_atomic_int_set (&self->needs_key_frame, TRUE);
  return GST_PAD_PROBE_OK;
}

static GstElement *
append_decoder (RtcConverter *self, GstCaps *caps, GError **error)
{
  GstElement *last =
      append_element (self, self->appsrc, rtc_codec_make_decoder (self->codec, error));

  if (self->codec->media == RTC_MEDIA_VIDEO) {
    last = last ? append (self, last, "videoconvertscale", NULL, error) : NULL;
  } else {
    last = last ? append (self, last, "audioconvert", NULL, error) : NULL;
    last = last ? append (self, last, "audioresample", NULL, error) : NULL;
  }
  return last ? append_filter (self, last, caps, error) : NULL;
}

/* Such as H264 in the form that muxers take */
static GstElement *
append_parser (RtcConverter *self, GstCaps *caps, GError **error)
{
  const RtcCodecElement *parser = &self->codec->parser;
  GstElement *last = append (self, self->appsrc, parser->factory, parser->options, error);

  return last ? append_filter (self, last, caps, error) : NULL;
}

static GstElement *
append_payloader (RtcConverter *self, GError **error)
{
  const RtcCodecElement *payloader = &self->codec->payloader;

  return append (self, self->appsrc, payloader->factory, payloader->options, error);
}

static gboolean
build (RtcConverter *self, RtcFormat format, GstCaps *caps, GError **error)
{
  g_autoptr (GstPad) pad = NULL;
  GstElement *last;

  self->appsrc = append (self, NULL, "appsrc", "format=time is-live=true max-bytes=0", error);
  if (!self->appsrc)
    return FALSE;
  pad = gst_element_get_static_pad (self->appsrc, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_upstream_event, self, NULL);
  if (format == RTC_FORMAT_RAW)
    last = append_decoder (self, caps, error);
  else if (format == RTC_FORMAT_ENCODED)
    last = append_parser (self, caps, error);
  else
    last = append_payloader (self, error);
  if (!last)
    return FALSE;
  self->appsink = append (self, last, "appsink", "sync=false async=false max-buffers=1", error);
  return self->appsink != NULL;
}

static void
start (RtcConverter *self)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_new_sample };
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  gst_bus_set_sync_handler (bus, on_bus_message, self, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (self->appsink), &callbacks, self, NULL);
  gst_element_set_base_time (self->pipeline, 0);
  gst_element_set_start_time (self->pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

/*
 * rtc_converter_new:
 * @format: raw, RTP, or encoded in another form, for which the codec has a parser
 * @caps: what is wanted; not for RTP
 * @converted: called on a thread of the converter; the sample is the caller's
 *
 * Returns: (nullable): a converter that takes the frames of @codec, a key frame first
 */
RtcConverter *
rtc_converter_new (const RtcCodec *codec, RtcFormat format, GstCaps *caps, RtcConverted converted,
                   gpointer user_data, GError **error)
{
  RtcConverter *self = g_new0 (RtcConverter, 1);

  self->codec = codec;
  self->converted = converted;
  self->user_data = user_data;
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  if (!build (self, format, caps, error)) {
    rtc_converter_free (self);
    return NULL;
  }
  start (self);
  return self;
}

/* Waits for the threads of the converter: not to be called with a lock that its callback takes. */
void
rtc_converter_free (RtcConverter *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->pipeline);
  gst_clear_caps (&self->caps);
  g_free (self);
}

const RtcCodec *
rtc_converter_get_codec (RtcConverter *self)
{
  return self->codec;
}

gboolean
rtc_converter_is_broken (RtcConverter *self)
{
  return g_atomic_int_get (&self->broken);
}

static gboolean
is_full (RtcConverter *self)
{
  GstAppSrc *appsrc = GST_APP_SRC (self->appsrc);

  return gst_app_src_get_current_level_buffers (appsrc) > QUEUE_MIN_FRAMES &&
         gst_app_src_get_current_level_time (appsrc) > QUEUE_MAX;
}

/*
 * rtc_converter_push:
 * @buffer: (transfer none): an encoded frame of @caps
 *
 * Returns: whether it was taken; else all up to the next key frame is of no use: the decoder is too
 *   slow, or has lost its way
 */
gboolean
rtc_converter_push (RtcConverter *self, GstBuffer *buffer, GstCaps *caps)
{
  gboolean is_delta = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);

  if (!is_delta)
    g_atomic_int_set (&self->needs_key_frame, FALSE);
  if (is_full (self) || g_atomic_int_get (&self->needs_key_frame))
    return FALSE;
  if (self->caps != caps) {
    gst_caps_replace (&self->caps, caps);
    gst_app_src_set_caps (GST_APP_SRC (self->appsrc), caps);
  }
  gst_app_src_push_buffer (GST_APP_SRC (self->appsrc), gst_buffer_ref (buffer));
  return TRUE;
}
