/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The yardstick: two plain webrtcbins in one process, which hand each other descriptions and
 * candidates without a network between. What they send is what the other programs send. At each
 * command "connect" a pair is made, plays for a third of a second and goes with "disconnect". The
 * command "more" adds a pair that decodes nothing and stays.
 */

#include "child.h"
#include "media.h"
#include "trace.h"

#include <gst/app/app.h>
#include <gst/video/video-event.h>
#include <gst/webrtc/webrtc.h>

typedef struct {
  GstElement *pipeline;
  GstElement *webrtc; /* not owned: in the pipeline */
} End;

typedef struct {
  int latency; /* of the jitter buffer, ms; as it is if negative */
  gboolean pacing;
  GstElement *source;
  guint frames; /* encoded, on the thread of the video */

  GMutex lock;
  GPtrArray *pairs; /* protected by lock */
} Yardstick;

typedef struct {
  Yardstick *yardstick;
  gboolean decodes;
  End sender;
  End receiver;
  GstElement *targets[2]; /* where audio and video go; NULL: nowhere any more */
  gboolean has_key_frame; /* protected by the lock, as the targets */
  int connected;          /* atomic */
  int frames;             /* on the streaming thread of the receiver */
} Pair;

/* Media: from the encoders to the senders */

/* Must be called with lock. */
static void
push (Pair *self, gboolean is_video, GstSample *sample)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);

  if (!g_atomic_int_get (&self->connected) || !self->targets[is_video])
    return;
  if (is_video && !self->has_key_frame) {
    if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT))
      return;
    trace_mark ("sender-key-frame");
    self->has_key_frame = TRUE;
  }
  gst_app_src_push_sample (GST_APP_SRC (self->targets[is_video]), sample);
}

static GstFlowReturn
on_sample (GstAppSink *appsink, gpointer user_data)
{
  Yardstick *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);
  gboolean is_video = g_str_equal (GST_OBJECT_NAME (appsink), "video");

  if (!sample)
    return GST_FLOW_OK;
  if (is_video && ++self->frames % MEDIA_REPORT_INTERVAL == 0)
    child_say ("{\"event\": \"encoded\", \"frames\": %u, \"at\": %" G_GINT64_FORMAT "}",
               self->frames, g_get_monotonic_time ());
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->pairs->len; i++)
    push (g_ptr_array_index (self->pairs, i), is_video, sample);
  g_mutex_unlock (&self->lock);
  return GST_FLOW_OK;
}

static void
request_key_frame (Yardstick *self)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (self->source), "video");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  gst_pad_push_event (pad,
                      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
}

static void
on_sender_connection (GstElement *webrtc, GParamSpec *pspec, gpointer user_data)
{
  Pair *self = user_data;
  GstWebRTCPeerConnectionState state;

  g_object_get (webrtc, "connection-state", &state, NULL);
  if (state != GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    return;
  g_atomic_int_set (&self->connected, TRUE);
  request_key_frame (self->yardstick);
}

/* Media: from the receiver to the sinks */

static void
check_decoded (GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstStructure *structure = gst_caps_get_structure (caps, 0);
  int width = 0;

  gst_structure_get_int (structure, "width", &width);
  if (!gst_structure_has_name (structure, "video/x-raw") || width != MEDIA_WIDTH)
    child_fail ("A frame %d wide came instead of a decoded one of %d", width, MEDIA_WIDTH);
}

static void
on_video (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  Pair *self = user_data;
  g_autofree char *marks = NULL;

  trace_mark ("frame");
  if (self->decodes)
    check_decoded (pad);
  if (++self->frames != MEDIA_FRAMES)
    return;
  marks = trace_to_json ();
  child_say ("{\"event\": \"played\", \"frames\": %d, \"marks\": %s}", self->frames, marks);
}

/* Returns: what is behind a pad of the receiver */
static const char *
get_branch (Pair *self, gboolean is_video)
{
  if (!is_video)
    return self->decodes ? "rtpopusdepay ! opusdec ! fakesink name=sink sync=false async=false"
                         : "rtpopusdepay ! fakesink name=sink sync=false async=false";
  return self->decodes
             ? "rtpvp8depay request-keyframe=true wait-for-keyframe=true ! vp8dec name=decoder "
               "! fakesink name=sink sync=false async=false signal-handoffs=true"
             : "rtpvp8depay request-keyframe=true wait-for-keyframe=true "
               "! fakesink name=sink sync=false async=false signal-handoffs=true";
}

static void
on_pad_added (GstElement *webrtc, GstPad *pad, gpointer user_data)
{
  Pair *self = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstStructure *structure = gst_caps_get_structure (caps, 0);
  gboolean is_video = g_str_equal (gst_structure_get_string (structure, "media"), "video");
  GstElement *branch = gst_parse_bin_from_description (get_branch (self, is_video), TRUE, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (branch), "sink");
  g_autoptr (GstElement) decoder = gst_bin_get_by_name (GST_BIN (branch), "decoder");
  g_autoptr (GstPad) branch_pad = gst_element_get_static_pad (branch, "sink");

  if (is_video)
    g_signal_connect (sink, "handoff", G_CALLBACK (on_video), self);
  if (decoder) {
    g_autoptr (GstPad) decoder_pad = gst_element_get_static_pad (decoder, "sink");

    trace_watch_first_buffer (decoder_pad, "encoded");
  }
  gst_bin_add (GST_BIN (GST_OBJECT_PARENT (webrtc)), branch);
  gst_element_sync_state_with_parent (branch);
  gst_pad_link (pad, branch_pad);
}

/* Signalling */

static void
check (GstPromise *promise, const char *what)
{
  const GstStructure *reply;
  g_autoptr (GError) error = NULL;

  gst_promise_wait (promise);
  reply = gst_promise_get_reply (promise);
  if (!reply || !gst_structure_has_field (reply, "error"))
    return;
  gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL);
  child_fail ("%s: %s", what, error->message);
}

static GstWebRTCSessionDescription *
take_description (GstPromise *promise, const char *name)
{
  GstWebRTCSessionDescription *description = NULL;

  check (promise, name);
  gst_structure_get (gst_promise_get_reply (promise), name, GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                     &description, NULL);
  gst_promise_unref (promise);
  return description;
}

static void
on_answer (GstPromise *promise, gpointer user_data)
{
  Pair *self = user_data;
  GstWebRTCSessionDescription *answer = take_description (promise, "answer");

  g_signal_emit_by_name (self->receiver.webrtc, "set-local-description", answer, NULL);
  g_signal_emit_by_name (self->sender.webrtc, "set-remote-description", answer, NULL);
  gst_webrtc_session_description_free (answer);
}

static void
on_offer_set (GstPromise *promise, gpointer user_data)
{
  Pair *self = user_data;
  GstPromise *answer = gst_promise_new_with_change_func (on_answer, self, NULL);

  check (promise, "offer");
  gst_promise_unref (promise);
  g_signal_emit_by_name (self->receiver.webrtc, "create-answer", NULL, answer);
}

static void
on_offer (GstPromise *promise, gpointer user_data)
{
  Pair *self = user_data;
  GstWebRTCSessionDescription *offer = take_description (promise, "offer");
  GstPromise *set = gst_promise_new_with_change_func (on_offer_set, self, NULL);

  g_signal_emit_by_name (self->sender.webrtc, "set-local-description", offer, NULL);
  g_signal_emit_by_name (self->receiver.webrtc, "set-remote-description", offer, set);
  gst_webrtc_session_description_free (offer);
}

static void
on_candidate (GstElement *webrtc, guint line, const char *candidate, gpointer other)
{
  g_signal_emit_by_name (other, "add-ice-candidate", line, candidate);
}

/* The pair */

static void
hurry_ice (GstElement *webrtc)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;

  g_object_get (webrtc, "ice-agent", &ice, NULL);
  g_object_set (ice, "ice-tcp", FALSE, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  g_object_set (agent, "upnp", FALSE, "stun-pacing-timer", 1, NULL);
}

static void
make_end (Pair *self, End *end, const char *line, const char *name)
{
  g_autoptr (GError) error = NULL;
  Yardstick *yardstick = self->yardstick;
  g_autoptr (GstClock) clock = gst_pipeline_get_clock (GST_PIPELINE (yardstick->source));
  GstElement *bin;

  end->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  bin = gst_parse_bin_from_description (line, FALSE, &error);
  if (!bin)
    child_fail ("%s", error->message);
  gst_bin_add (GST_BIN (end->pipeline), bin);
  gst_pipeline_use_clock (GST_PIPELINE (end->pipeline), clock);
  gst_element_set_start_time (end->pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (end->pipeline, gst_element_get_base_time (yardstick->source));

  end->webrtc = gst_bin_get_by_name (GST_BIN (end->pipeline), "webrtc");
  gst_object_unref (end->webrtc);
  if (yardstick->latency >= 0)
    g_object_set (end->webrtc, "latency", yardstick->latency, NULL);
  if (yardstick->pacing)
    hurry_ice (end->webrtc);
  trace_watch_peer (end->webrtc, name);
}

#define SENDER \
  "webrtcbin name=webrtc bundle-policy=max-bundle " \
  "appsrc name=video is-live=true format=time ! rtpvp8pay pt=96 picture-id-mode=15-bit " \
  "! application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000 ! webrtc. " \
  "appsrc name=audio is-live=true format=time ! rtpopuspay pt=97 " \
  "! application/x-rtp,media=audio,encoding-name=OPUS,payload=97,clock-rate=48000 ! webrtc."
#define RECEIVER "webrtcbin name=webrtc bundle-policy=max-bundle"

static void
watch_ends (Pair *self)
{
  g_signal_connect (self->sender.webrtc, "notify::connection-state",
                    G_CALLBACK (on_sender_connection), self);
  g_signal_connect (self->receiver.webrtc, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (self->sender.webrtc, "on-ice-candidate", G_CALLBACK (on_candidate),
                    self->receiver.webrtc);
  g_signal_connect (self->receiver.webrtc, "on-ice-candidate", G_CALLBACK (on_candidate),
                    self->sender.webrtc);
}

static void
add_pair (Yardstick *yardstick, gboolean decodes)
{
  Pair *self = g_new0 (Pair, 1);

  self->yardstick = yardstick;
  self->decodes = decodes;
  trace_begin ();
  trace_mark ("began");
  make_end (self, &self->sender, SENDER, "sender");
  make_end (self, &self->receiver, RECEIVER, "receiver");
  self->targets[FALSE] = gst_bin_get_by_name (GST_BIN (self->sender.pipeline), "audio");
  self->targets[TRUE] = gst_bin_get_by_name (GST_BIN (self->sender.pipeline), "video");
  watch_ends (self);
  g_mutex_lock (&yardstick->lock);
  g_ptr_array_add (yardstick->pairs, self);
  g_mutex_unlock (&yardstick->lock);
  gst_element_set_state (self->receiver.pipeline, GST_STATE_PLAYING);
  gst_element_set_state (self->sender.pipeline, GST_STATE_PLAYING);
  trace_mark ("playing");
  g_signal_emit_by_name (self->sender.webrtc, "create-offer", NULL,
                         gst_promise_new_with_change_func (on_offer, self, NULL));
}

static void
free_pair (gpointer data)
{
  Pair *self = data;

  gst_element_set_state (self->sender.pipeline, GST_STATE_NULL);
  gst_element_set_state (self->receiver.pipeline, GST_STATE_NULL);
  gst_object_unref (self->targets[FALSE]);
  gst_object_unref (self->targets[TRUE]);
  gst_object_unref (self->sender.pipeline);
  gst_object_unref (self->receiver.pipeline);
  g_free (self);
}

static void
connect_now (gpointer user_data)
{
  add_pair (user_data, TRUE);
}

static void
connect_pair (gpointer user_data)
{
  child_call_between_frames (connect_now, user_data);
}

static void
add_undecoded_pair (gpointer user_data)
{
  add_pair (user_data, FALSE);
}

static void
disconnect_pairs (gpointer user_data)
{
  Yardstick *self = user_data;
  g_autoptr (GPtrArray) pairs = NULL;

  g_mutex_lock (&self->lock);
  pairs = g_steal_pointer (&self->pairs);
  self->pairs = g_ptr_array_new_with_free_func (free_pair);
  g_mutex_unlock (&self->lock);
  g_ptr_array_set_size (pairs, 0);
  child_say ("{\"event\": \"peers\", \"count\": 0}");
}

static const ChildCommand commands[] = {
  { "connect", connect_pair },
  { "disconnect", disconnect_pairs },
  { "more", add_undecoded_pair },
  { NULL },
};

static void
start_source (Yardstick *self)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_sample };
  g_autoptr (GError) error = NULL;

  self->source = gst_parse_launch (MEDIA_VIDEO "! appsink name=video sync=false " MEDIA_AUDIO
                                               "! appsink name=audio sync=false",
                                   &error);
  if (error)
    child_fail ("%s", error->message);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstElement) sink =
        gst_bin_get_by_name (GST_BIN (self->source), i ? "audio" : "video");

    gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, NULL);
  }
  gst_element_set_state (self->source, GST_STATE_PLAYING);
  if (gst_element_get_state (self->source, NULL, NULL, 10 * GST_SECOND) == GST_STATE_CHANGE_FAILURE)
    child_fail ("The source did not start");
}

int
main (int argc, char **argv)
{
  static Yardstick self = { .latency = -1 };
  const GOptionEntry entries[] = {
    { "latency", 0, 0, G_OPTION_ARG_INT, &self.latency },
    { "pacing", 0, 0, G_OPTION_ARG_NONE, &self.pacing },
    { NULL },
  };
  g_autoptr (GstElement) dtlsdec = NULL;

  child_begin (&argc, &argv, entries);
  gst_init (NULL, NULL);
  dtlsdec = gst_element_factory_make ("dtlsdec", NULL); /* the RSA key of the process */
  if (!dtlsdec)
    child_fail ("The element “dtlsdec” is missing: install gstreamer1.0-plugins-bad");
  gst_object_ref_sink (dtlsdec);
  self.pairs = g_ptr_array_new_with_free_func (free_pair);
  start_source (&self);
  child_say ("{\"event\": \"ready\"}");
  child_run (commands, &self);
  gst_element_set_state (self.source, GST_STATE_NULL);
  g_ptr_array_unref (self.pairs);
  gst_object_unref (self.source);
  return 0;
}
