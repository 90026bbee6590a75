/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-outgoing.h"

#include "await.h"
#include "media.h"
#include "rtc.h"

#include <gst/rtp/gstrtpbuffer.h>
#include <gst/video/video-event.h>

#define PICTURES 90
#define PICTURE_DURATION (GST_SECOND / 30)
#define SOUND_DURATION (20 * GST_MSECOND)
#define START (1000 * GST_SECOND)

typedef struct {
  RtcMedia media;
  GstElement *pipeline;
  RtcOutgoing *outgoing;
  GstCaps *caps;
  GPtrArray *pictures;
  guint pushed; /* frames */
  GstPad *src_pad;
  gulong block;

  GMutex lock;
  guint frames; /* that came out; protected by lock, as all below */
  guint packets;
  guint32 rtp_time; /* of the latest packet */
  guint8 payload_type;
  guint requests;
} Fixture;

static void
on_request (RtcMedia media, gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_cmpint (media, ==, self->media);
  g_mutex_lock (&self->lock);
  self->requests++;
  g_mutex_unlock (&self->lock);
}

static guint
get_requests (Fixture *self)
{
  guint requests;

  g_mutex_lock (&self->lock);
  requests = self->requests;
  g_mutex_unlock (&self->lock);
  return requests;
}

static guint
get_frames (Fixture *self)
{
  guint frames;

  g_mutex_lock (&self->lock);
  frames = self->frames;
  g_mutex_unlock (&self->lock);
  return frames;
}

static gboolean
count_packet (GstBuffer **buffer, guint index, gpointer user_data)
{
  Fixture *self = user_data;
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  g_assert_true (gst_rtp_buffer_map (*buffer, GST_MAP_READ, &rtp));
  g_mutex_lock (&self->lock);
  if (self->packets == 0 || gst_rtp_buffer_get_timestamp (&rtp) != self->rtp_time)
    self->frames++;
  self->packets++;
  self->rtp_time = gst_rtp_buffer_get_timestamp (&rtp);
  self->payload_type = gst_rtp_buffer_get_payload_type (&rtp);
  g_mutex_unlock (&self->lock);
  gst_rtp_buffer_unmap (&rtp);
  return TRUE;
}

static GstPadProbeReturn
on_packet (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), count_packet, user_data);
  else
    count_packet ((GstBuffer **) &info->data, 0, user_data);
  return GST_PAD_PROBE_OK;
}

static void
link_sink (Fixture *self)
{
  GstElement *sink = rtc_element_make ("fakesink", "sync=false async=false", NULL);
  g_autoptr (GstPad) pad = NULL;

  gst_bin_add (GST_BIN (self->pipeline), sink);
  pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_link (self->src_pad, pad);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packet,
                     self, NULL);
}

static void
set_up (Fixture *self, gconstpointer media)
{
  g_autoptr (GError) error = NULL;

  self->media = GPOINTER_TO_UINT (media);
  self->pictures = nertc_encode_pictures (0, PICTURES, 160, 120);
  self->caps = gst_caps_from_string (self->media == RTC_MEDIA_AUDIO
                                         ? "audio/x-opus, rate = 48000, channels = 2, "
                                           "channel-mapping-family = 0"
                                         : "video/x-vp8, width = 160, height = 120");
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->outgoing = rtc_outgoing_new (rtc_codec_get_default (self->media), GST_BIN (self->pipeline),
                                     on_request, self, &error);
  g_assert_no_error (error);
  self->src_pad = rtc_outgoing_get_src_pad (self->outgoing);
  link_sink (self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static GstPadProbeReturn
on_blocked (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  return GST_PAD_PROBE_OK;
}

/* As a consumer whose path is stuck */
static void
set_blocked (Fixture *self, gboolean blocked)
{
  if (blocked)
    self->block = gst_pad_add_probe (self->src_pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, on_blocked,
                                     self, NULL);
  else
    gst_pad_remove_probe (self->src_pad, self->block);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  rtc_outgoing_free (self->outgoing);
  gst_object_unref (self->src_pad);
  gst_object_unref (self->pipeline);
  gst_caps_unref (self->caps);
  g_ptr_array_unref (self->pictures);
}

static void
push (Fixture *self, gboolean is_key_frame)
{
  guint index = is_key_frame ? 0 : 1 + self->pushed % (PICTURES - 1);
  g_autoptr (GstBuffer) buffer = NULL;

  if (self->media == RTC_MEDIA_AUDIO)
    buffer = nertc_make_opus (self->pushed);
  else
    buffer = gst_buffer_copy (gst_sample_get_buffer (g_ptr_array_index (self->pictures, index)));
  GST_BUFFER_PTS (buffer) =
      START + self->pushed * (self->media == RTC_MEDIA_AUDIO ? SOUND_DURATION : PICTURE_DURATION);
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_OFFSET (buffer) = GST_BUFFER_OFFSET_NONE;
  self->pushed++;
  rtc_outgoing_push (self->outgoing, buffer, self->caps);
}

static void
push_many (Fixture *self, guint count)
{
  for (guint i = 0; i < count; i++)
    push (self, FALSE);
}

static void
test_closed (Fixture *self, gconstpointer media)
{
  push (self, TRUE);
  push_many (self, 10);
  g_assert_cmpuint (get_requests (self), ==, 0);
  rtc_outgoing_set_open (self->outgoing, TRUE);
  push (self, TRUE);
  nertc_await (get_frames (self) == 1);
}

static void
test_open (Fixture *self, gconstpointer media)
{
  const RtcCodec *codec = rtc_codec_get_default (self->media);
  guint32 begin;

  rtc_outgoing_set_open (self->outgoing, TRUE);
  g_assert_cmpuint (get_requests (self), ==, 1);
  push (self, TRUE);
  nertc_await (get_frames (self) == 1);
  begin = self->rtp_time;
  push_many (self, 30);
  nertc_await (get_frames (self) == 31);
  g_assert_cmpuint (self->payload_type, ==, codec->payload_type);
  g_assert_cmpfloat_with_epsilon (self->rtp_time - begin,
                                  self->media == RTC_MEDIA_AUDIO ? 30 * 960 : 30 * 3000, 2);
}

/* While somebody is stuck, a second waits for him, not more; then it begins with a key frame. */
static void
test_overflow_of_video (Fixture *self, gconstpointer media)
{
  guint requests, frames;

  rtc_outgoing_set_open (self->outgoing, TRUE);
  push (self, TRUE);
  nertc_await (get_frames (self) == 1);
  set_blocked (self, TRUE);
  for (guint i = 0; i < 10; i++) {
    push_many (self, 29);
    push (self, TRUE);
  }
  requests = get_requests (self);
  set_blocked (self, FALSE);
  nertc_await (get_frames (self) > 28);

  /* What is behind the overflow comes when it is gone. */
  nertc_await_for ((push (self, FALSE), get_requests (self) > requests), 5);
  frames = get_frames (self);
  g_assert_cmpuint (frames, <=, 36);
  push_many (self, 5);
  push (self, TRUE);
  nertc_await (get_frames (self) == frames + 1);
}

static void
test_overflow_of_audio (Fixture *self, gconstpointer media)
{
  guint frames;

  rtc_outgoing_set_open (self->outgoing, TRUE);
  push_many (self, 1);
  nertc_await (get_frames (self) == 1);
  set_blocked (self, TRUE);
  push_many (self, 500);
  set_blocked (self, FALSE);
  nertc_await (get_frames (self) > 50);
  nertc_await_for ((push (self, TRUE), get_frames (self) > 52), 5);
  frames = get_frames (self);
  g_assert_cmpuint (frames, <=, 60);
}

/* The track has become one of another codec: this connection takes none of it. */
static void
test_another_codec (Fixture *self, gconstpointer media)
{
  g_autoptr (GstCaps) caps = gst_caps_ref (self->caps);
  guint requests;

  rtc_outgoing_set_open (self->outgoing, TRUE);
  push (self, TRUE);
  nertc_await (get_frames (self) == 1);
  requests = get_requests (self);
  gst_caps_unref (self->caps);
  self->caps = gst_caps_from_string ("video/x-nothing-known");
  push (self, TRUE);
  push_many (self, 10);
  gst_caps_replace (&self->caps, caps);
  g_assert_cmpuint (get_requests (self), ==, requests);
  push_many (self, 3);
  g_assert_cmpuint (get_requests (self), ==, requests + 1);
  push (self, TRUE);
  nertc_await (get_frames (self) == 2);
}

static void
test_key_frame_event (Fixture *self, gconstpointer media)
{
  guint requests;

  rtc_outgoing_set_open (self->outgoing, TRUE);
  push (self, TRUE);
  nertc_await (get_frames (self) == 1);
  requests = get_requests (self);
  gst_pad_send_event (self->src_pad,
                      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
  g_assert_cmpuint (get_requests (self), ==, requests + 1);
}

#define ADD(name, media, func) \
  g_test_add ("/rtc-outgoing/" name, Fixture, GUINT_TO_POINTER (media), set_up, func, tear_down)

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  rtc_init ();
  ADD ("closed/audio", RTC_MEDIA_AUDIO, test_closed);
  ADD ("closed/video", RTC_MEDIA_VIDEO, test_closed);
  ADD ("open/audio", RTC_MEDIA_AUDIO, test_open);
  ADD ("open/video", RTC_MEDIA_VIDEO, test_open);
  ADD ("overflow/audio", RTC_MEDIA_AUDIO, test_overflow_of_audio);
  ADD ("overflow/video", RTC_MEDIA_VIDEO, test_overflow_of_video);
  ADD ("key-frame-event", RTC_MEDIA_VIDEO, test_key_frame_event);
  ADD ("another-codec", RTC_MEDIA_VIDEO, test_another_codec);
  status = g_test_run ();
  gst_deinit (); /* no thread is left that a leak checker could meet */
  return status;
}
