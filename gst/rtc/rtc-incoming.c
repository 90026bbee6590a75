/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-incoming.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video-event.h>

struct _RtcIncoming {
  const RtcCodec *codec;
  GstElement *depayloader;
  GstElement *appsink;
  RtcReceived received;
  gpointer user_data;
};

static GstFlowReturn
on_new_sample (GstAppSink *appsink, gpointer user_data)
{
  RtcIncoming *self = user_data;
  GstSample *sample = gst_app_sink_pull_sample (appsink);

  if (sample) {
    self->received (self->codec->media, sample, self->user_data);
    gst_sample_unref (sample);
  }
  return GST_FLOW_OK;
}

static gboolean
make_elements (RtcIncoming *self, GError **error)
{
  self->depayloader =
      rtc_element_make (self->codec->depayloader, self->codec->depayloader_options, error);
  if (!self->depayloader)
    return FALSE;
  gst_object_ref_sink (self->depayloader);
  self->appsink = rtc_element_make ("appsink", "sync=false async=false max-buffers=1", error);
  if (!self->appsink)
    return FALSE;
  gst_object_ref_sink (self->appsink);
  return TRUE;
}

static void
link_elements (RtcIncoming *self, GstBin *bin, GstPad *src_pad)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_new_sample };
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (self->depayloader, "sink");

  gst_app_sink_set_callbacks (GST_APP_SINK (self->appsink), &callbacks, self, NULL);
  gst_bin_add_many (bin, self->depayloader, self->appsink, NULL);
  gst_element_link (self->depayloader, self->appsink);
  gst_element_sync_state_with_parent (self->appsink);
  gst_element_sync_state_with_parent (self->depayloader);
  gst_pad_link (src_pad, sink_pad);
}

/*
 * @bin: the pipeline of the peer, which gets the elements
 * @src_pad: a pad of webrtcbin
 * @received: called on a streaming thread with every frame; the sample is the caller's
 */
RtcIncoming *
rtc_incoming_new (const RtcCodec *codec, GstBin *bin, GstPad *src_pad, RtcReceived received,
                  gpointer user_data, GError **error)
{
  RtcIncoming *self = g_new0 (RtcIncoming, 1);

  self->codec = codec;
  self->received = received;
  self->user_data = user_data;
  if (!make_elements (self, error)) {
    rtc_incoming_free (self);
    return NULL;
  }
  link_elements (self, bin, src_pad);
  return self;
}

/* The pipeline has to be in NULL, so that no streaming thread comes by. */
void
rtc_incoming_free (RtcIncoming *self)
{
  g_clear_object (&self->depayloader);
  g_clear_object (&self->appsink);
  g_free (self);
}

RtcMedia
rtc_incoming_get_media (RtcIncoming *self)
{
  return self->codec->media;
}

/* Becomes a PLI (RFC 4585); a FIR, which not every media server answers, only with all-headers. */
void
rtc_incoming_request_key_frame (RtcIncoming *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->appsink, "sink");

  gst_pad_push_event (pad,
                      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, FALSE, 0));
}
