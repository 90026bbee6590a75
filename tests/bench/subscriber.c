/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A member that receives and decodes a stream and shows it to nobody. It plays as soon as it
 * can, and again after the commands "unsubscribe" and "subscribe", or "leave" and "join"; each time
 * it says when it came how far, once a third of a second with sound has been played.
 */

#include "child.h"
#include "media.h"
#include "trace.h"

#include <nertc.h>

#define STREAM_ID "stream"

typedef struct {
  GstElement *pipeline;
  GstElement *src;
  NertcRoom *room;
  int n_peers;
  int armed;  /* atomic: the stream that is waited for has begun */
  int sounds; /* atomic: pieces of sound, apart from the silence that fills gaps */
  int frames; /* on the streaming thread, while armed */
} Subscriber;

static GstPadProbeReturn
on_video_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Subscriber *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  const char *stream_id;

  if (GST_EVENT_TYPE (event) != GST_EVENT_STREAM_START)
    return GST_PAD_PROBE_OK;
  gst_event_parse_stream_start (event, &stream_id);
  if (!g_str_has_suffix (stream_id, "/" STREAM_ID "/video"))
    return GST_PAD_PROBE_OK;
  self->frames = 0;
  g_atomic_int_set (&self->sounds, 0);
  g_atomic_int_set (&self->armed, TRUE);
  return GST_PAD_PROBE_OK;
}

static void
check_size (GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstStructure *structure = caps ? gst_caps_get_structure (caps, 0) : NULL;
  int width = 0;
  int height = 0;

  if (structure && gst_structure_has_name (structure, "video/x-raw")) {
    gst_structure_get_int (structure, "width", &width);
    gst_structure_get_int (structure, "height", &height);
  }
  if (width != MEDIA_WIDTH || height != MEDIA_HEIGHT)
    child_fail ("A frame of %d×%d came instead of a decoded one of %d×%d", width, height,
                MEDIA_WIDTH, MEDIA_HEIGHT);
}

static void
on_video (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  Subscriber *self = user_data;
  g_autofree char *marks = NULL;

  if (!g_atomic_int_get (&self->armed))
    return;
  trace_mark ("frame");
  check_size (pad);
  self->frames++;
  if (self->frames < MEDIA_FRAMES ||
      (g_atomic_int_get (&self->sounds) == 0 && self->frames < MEDIA_FRAMES_MAX))
    return;
  g_atomic_int_set (&self->armed, FALSE);
  marks = trace_to_json ();
  child_say ("{\"event\": \"played\", \"frames\": %d, \"sounds\": %d, \"marks\": %s}", self->frames,
             g_atomic_int_get (&self->sounds), marks);
}

static void
on_audio (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  Subscriber *self = user_data;

  if (!GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
    g_atomic_int_inc (&self->sounds);
}

/* What the room and the elements do */

static void
on_room_state (NertcRoom *room, NertcRoomState old, NertcRoomState new, NertcCloseReason reason,
               gpointer unused)
{
  if (new == NERTC_ROOM_STATE_CONNECTED)
    trace_mark ("joined");
}

static void
on_description (NertcTransport *transport, NertcDescriptionType type, const char *sdp,
                gpointer unused)
{
  trace_mark ("offer");
}

static void
on_transport (NertcRoom *room, NertcTransport *transport, gpointer unused)
{
  trace_mark ("opened");
  g_signal_connect (transport, "description", G_CALLBACK (on_description), NULL);
}

static void
say_peers (Subscriber *self)
{
  child_say ("{\"event\": \"peers\", \"count\": %d}", g_atomic_int_get (&self->n_peers));
}

static void
on_peer_gone (gpointer user_data, GObject *where)
{
  Subscriber *self = user_data;

  g_atomic_int_add (&self->n_peers, -1);
  say_peers (self);
}

static void
on_peer (GstElement *webrtcbin, gpointer user_data)
{
  Subscriber *self = user_data;

  trace_watch_peer (webrtcbin, "receiver");
  g_object_weak_ref (G_OBJECT (webrtcbin), on_peer_gone, self);
  g_atomic_int_inc (&self->n_peers);
}

static GstPadProbeReturn
on_encoded (GstPad *pad, GstPadProbeInfo *info, gpointer unused)
{
  trace_mark ("encoded");
  return GST_PAD_PROBE_OK;
}

/* A decoder may serve one subscription after the other. */
static void
on_decoder (GstElement *decoder, gpointer unused)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (decoder, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_encoded, NULL, NULL);
}

/* The elements have the key made on a thread of theirs; who asks too waits for the same one. */
static gpointer
await_certificate (gpointer unused)
{
  g_autoptr (GstElement) dtlsdec = gst_element_factory_make ("dtlsdec", NULL);

  trace_mark ("certificate");
  if (dtlsdec)
    gst_object_ref_sink (dtlsdec);
  return NULL;
}

/* Commands */

static void
subscribe_now (gpointer user_data)
{
  Subscriber *self = user_data;

  trace_begin ();
  trace_mark ("began");
  g_signal_emit_by_name (self->src, "subscribe", STREAM_ID);
}

static void
subscribe (gpointer user_data)
{
  child_call_between_frames (subscribe_now, user_data);
}

static void
unsubscribe (gpointer user_data)
{
  Subscriber *self = user_data;

  g_atomic_int_set (&self->armed, FALSE);
  g_signal_emit_by_name (self->src, "unsubscribe", STREAM_ID);
}

static void
join_now (gpointer user_data)
{
  Subscriber *self = user_data;

  trace_begin ();
  trace_mark ("began");
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
join (gpointer user_data)
{
  child_call_between_frames (join_now, user_data);
}

static void
leave (gpointer user_data)
{
  Subscriber *self = user_data;

  g_atomic_int_set (&self->armed, FALSE);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
}

static const ChildCommand commands[] = {
  { "join", join }, { "leave", leave }, { "subscribe", subscribe }, { "unsubscribe", unsubscribe },
  { NULL },
};

/* The pipeline: its links are made again at each join */

static GstElement *
make_pipeline (const char *server, const char *channel)
{
  return child_make_pipeline (
      "roomsignal name=room server=%s channel=%s nertcsrc name=them "
      "them.video_0 : fakesink name=picture sync=false signal-handoffs=true "
      "them.audio_0 : fakesink name=sound sync=false signal-handoffs=true",
      server, channel);
}

static void
watch_pipeline (Subscriber *self, GstElement *pipeline)
{
  g_autoptr (GstElement) roomsignal = gst_bin_get_by_name (GST_BIN (pipeline), "room");
  g_autoptr (GstElement) picture = gst_bin_get_by_name (GST_BIN (pipeline), "picture");
  g_autoptr (GstElement) sound = gst_bin_get_by_name (GST_BIN (pipeline), "sound");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (picture, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_video_event, self, NULL);
  g_signal_connect (picture, "handoff", G_CALLBACK (on_video), self);
  g_signal_connect (sound, "handoff", G_CALLBACK (on_audio), self);
  g_object_get (roomsignal, "room", &self->room, NULL);
  g_signal_connect (self->room, "state-changed", G_CALLBACK (on_room_state), NULL);
  g_signal_connect (self->room, "transport-opened", G_CALLBACK (on_transport), NULL);
  self->src = gst_bin_get_by_name (GST_BIN (pipeline), "them");
}

static void
play (Subscriber *self, const char *server, const char *channel)
{
  GThread *thread;

  gst_init (NULL, NULL);
  trace_mark ("initialized");
  trace_watch_elements ("webrtcbin", on_peer, self);
  trace_watch_elements ("vp8dec", on_decoder, NULL);
  self->pipeline = make_pipeline (server, channel);
  watch_pipeline (self, self->pipeline);
  trace_mark ("pipeline");
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  trace_mark ("playing");
  thread = g_thread_new ("await-certificate", await_certificate, NULL);
  child_run (commands, self);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_thread_join (thread);
}

int
main (int argc, char **argv)
{
  gint64 entered = g_get_monotonic_time ();
  static char *server, *channel;
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &server },
    { "channel", 0, 0, G_OPTION_ARG_STRING, &channel },
    { NULL },
  };
  static Subscriber self; /* peers may outlive the pipeline */

  child_begin (&argc, &argv, entries);
  trace_mark_at ("main", entered);
  play (&self, server, channel);
  g_clear_object (&self.room);
  gst_clear_object (&self.src);
  gst_clear_object (&self.pipeline);
  gst_deinit (); /* waits for them */
  return 0;
}
