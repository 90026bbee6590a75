/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A member that publishes a picture and a sound, or a sound alone. It says when it publishes, what
 * it encodes, how many connections it has, and for each of them when it came how far.
 */

#include "child.h"
#include "media.h"
#include "trace.h"

typedef struct {
  int n_encoders;
  int n_peers;
  guint frames;
  guint key_frames; /* among them */
  guint64 bytes;
} Publisher;

static void
say_peers (Publisher *self)
{
  child_say ("{\"event\": \"peers\", \"count\": %d}", g_atomic_int_get (&self->n_peers));
}

static void
on_peer_gone (gpointer user_data, GObject *where)
{
  Publisher *self = user_data;

  g_atomic_int_add (&self->n_peers, -1);
  say_peers (self);
}

static void
on_peer (GstElement *webrtcbin, gpointer user_data)
{
  Publisher *self = user_data;

  trace_begin ();
  trace_watch_peer (webrtcbin, "sender");
  g_object_weak_ref (G_OBJECT (webrtcbin), on_peer_gone, self);
  g_atomic_int_inc (&self->n_peers);
  say_peers (self);
}

static void
say_served (void)
{
  g_autofree char *marks = NULL;

  trace_mark ("sender-key-frame");
  marks = trace_to_json ();
  child_say ("{\"event\": \"served\", \"marks\": %s}", marks);
}

static GstPadProbeReturn
on_encoded (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Publisher *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  self->frames++;
  self->key_frames += !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  self->bytes += gst_buffer_get_size (buffer);
  if (self->frames % MEDIA_REPORT_INTERVAL == 0)
    child_say (
        "{\"event\": \"encoded\", \"frames\": %u, \"keyFrames\": %u, \"bytes\": %" G_GUINT64_FORMAT
        ", \"at\": %" G_GINT64_FORMAT ", \"encoders\": %d}",
        self->frames, self->key_frames, self->bytes, g_get_monotonic_time (),
        g_atomic_int_get (&self->n_encoders));
  if (!GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT) &&
      trace_has ("sender-connected") && !trace_has ("sender-key-frame"))
    say_served ();
  return GST_PAD_PROBE_OK;
}

static void
on_encoder (GstElement *encoder, gpointer user_data)
{
  Publisher *self = user_data;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (encoder, "src");

  if (g_atomic_int_add (&self->n_encoders, 1) == 0)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_encoded, self, NULL);
}

static void
say_state (const GValue *state)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (G_VALUE_TYPE (state));
  GEnumValue *value = g_enum_get_value (klass, g_value_get_enum (state));

  child_say ("{\"event\": \"publish-state\", \"state\": \"%s\"}", value->value_nick);
}

static void
on_element_message (GstBus *bus, GstMessage *message, gpointer unused)
{
  const GstStructure *structure = gst_message_get_structure (message);

  if (gst_structure_has_name (structure, "publish-state"))
    say_state (gst_structure_get_value (structure, "state"));
}

/* What is published. */
typedef struct {
  gboolean raw;   /* the picture; it is encoded inside */
  gboolean audio; /* no picture */
  int streams; /* 0: one that is called "stream"; else so many small ones, "stream-0" and so on */
} Wanted;

static char *
make_line (const char *server, const char *channel, const Wanted *wanted)
{
  GString *line = g_string_new (NULL);

  g_string_printf (line, "roomsignal server=%s channel=%s uid=publisher ", server, channel);
  if (wanted->audio)
    g_string_append (line, MEDIA_AUDIO "! nertcsink stream-id=stream ");
  else if (wanted->streams == 0)
    g_string_append_printf (line,
                            "nertcsink name=me stream-id=stream video-bitrate=1000000 "
                            "%s! me. " MEDIA_AUDIO "! me.",
                            wanted->raw ? MEDIA_CAMERA : MEDIA_VIDEO);
  for (int i = 0; i < wanted->streams; i++)
    g_string_append_printf (line,
                            "nertcsink name=me%d stream-id=stream-%d " MEDIA_SMALL_VIDEO
                            "! me%d. " MEDIA_AUDIO "! me%d. ",
                            i, i, i, i);
  return g_string_free (line, FALSE);
}

static GstElement *
make_pipeline (const char *server, const char *channel, const Wanted *wanted)
{
  g_autofree char *line = make_line (server, channel, wanted);

  return child_make_pipeline ("%s", line);
}

static void
publish (Publisher *self, const char *server, const char *channel, const Wanted *wanted)
{
  const ChildCommand commands[] = { { NULL } };
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstBus) bus = NULL;

  gst_init (NULL, NULL);
  trace_watch_elements ("webrtcbin", on_peer, self);
  trace_watch_elements (wanted->audio ? "opusenc" : "vp8enc", on_encoder, self);
  pipeline = make_pipeline (server, channel, wanted);
  bus = gst_element_get_bus (pipeline);
  g_signal_connect (bus, "message::element", G_CALLBACK (on_element_message), NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  child_run (commands, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

int
main (int argc, char **argv)
{
  static char *server, *channel;
  static Wanted wanted;
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &server },
    { "channel", 0, 0, G_OPTION_ARG_STRING, &channel },
    { "raw", 0, 0, G_OPTION_ARG_NONE, &wanted.raw },
    { "audio", 0, 0, G_OPTION_ARG_NONE, &wanted.audio },
    { "streams", 0, 0, G_OPTION_ARG_INT, &wanted.streams },
    { NULL },
  };
  static Publisher self; /* peers may outlive the pipeline */

  child_begin (&argc, &argv, entries);
  publish (&self, server, channel, &wanted);
  gst_deinit (); /* waits for them */
  return 0;
}
