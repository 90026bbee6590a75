/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many members in one process, each of which receives the stream of the publisher and decodes
 * nothing. The command "more" adds one, who is told when media has come, and after how long; at
 * "count" it says how many frames came in all, and how many to whom the fewest came; at "cycle" all
 * leave the stream and come back to it, again and again, until that was done --cycles times in all.
 */

#include "child.h"
#include "media.h"
#include "trace.h"

#define STREAM_ID "stream"

typedef struct {
  char *server;
  char *channel;
  int cycles;
  GPtrArray *members;
  gboolean cycling;
  int left; /* cycles that are still to be begun */
  int open; /* cycles that are under way */
} Crowd;

typedef struct {
  Crowd *crowd;
  guint number;
  GstElement *pipeline;
  GstElement *src;
  gint64 began; /* µs */
  int awaited;  /* atomic: frames of the present subscription that are still to come; 0: none */
  int frames;   /* atomic: of all */
} Member;

static void
cycle_member (Member *self)
{
  if (self->crowd->left == 0) {
    if (--self->crowd->open == 0)
      child_say ("{\"event\": \"cycled\", \"cycles\": %d}", self->crowd->cycles);
    return;
  }
  self->crowd->left--;
  g_signal_emit_by_name (self->src, "unsubscribe", STREAM_ID);
  g_signal_emit_by_name (self->src, "subscribe", STREAM_ID);
}

/* On the main context: enough frames have come. */
static gboolean
take_media (gpointer user_data)
{
  Member *self = user_data;

  if (self->crowd->cycling)
    cycle_member (self);
  else
    child_say ("{\"event\": \"receiving\", \"member\": %u, \"took\": %" G_GINT64_FORMAT "}",
               self->number, g_get_monotonic_time () - self->began);
  return G_SOURCE_REMOVE;
}

static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Member *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  const char *stream_id;

  if (GST_EVENT_TYPE (event) != GST_EVENT_STREAM_START)
    return GST_PAD_PROBE_OK;
  gst_event_parse_stream_start (event, &stream_id);
  if (g_str_has_suffix (stream_id, "/" STREAM_ID "/video"))
    g_atomic_int_set (&self->awaited, MEDIA_FRAMES);
  return GST_PAD_PROBE_OK;
}

static void
on_frame (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  Member *self = user_data;

  g_atomic_int_inc (&self->frames);
  if (g_atomic_int_get (&self->awaited) > 0 && g_atomic_int_dec_and_test (&self->awaited))
    g_idle_add (take_media, self);
}

static GstElement *
make_pipeline (Crowd *crowd)
{
  return child_make_pipeline ("roomsignal server=%s channel=%s nertcsrc name=them "
                              "them.video_0 ! video/x-vp8 "
                              "! fakesink name=picture sync=false async=false signal-handoffs=true "
                              "them.audio_0 ! audio/x-opus ! fakesink sync=false async=false",
                              crowd->server, crowd->channel);
}

static void
add_member (gpointer user_data)
{
  Crowd *crowd = user_data;
  Member *self = g_new0 (Member, 1);
  g_autoptr (GstElement) picture = NULL;
  g_autoptr (GstPad) pad = NULL;

  self->crowd = crowd;
  self->number = crowd->members->len + 1;
  self->pipeline = make_pipeline (crowd);
  self->src = gst_bin_get_by_name (GST_BIN (self->pipeline), "them");
  picture = gst_bin_get_by_name (GST_BIN (self->pipeline), "picture");
  pad = gst_element_get_static_pad (picture, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self, NULL);
  g_signal_connect (picture, "handoff", G_CALLBACK (on_frame), self);
  g_ptr_array_add (crowd->members, self);
  self->began = g_get_monotonic_time ();
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
count (gpointer user_data)
{
  Crowd *crowd = user_data;
  guint64 frames = 0;
  int least = G_MAXINT;

  for (guint i = 0; i < crowd->members->len; i++) {
    Member *member = g_ptr_array_index (crowd->members, i);
    int mine = g_atomic_int_get (&member->frames);

    frames += mine;
    least = MIN (least, mine);
  }
  child_say ("{\"event\": \"count\", \"members\": %u, \"frames\": %" G_GUINT64_FORMAT
             ", \"least\": %d}",
             crowd->members->len, frames, least);
}

static void
cycle (gpointer user_data)
{
  Crowd *crowd = user_data;

  crowd->cycling = TRUE;
  crowd->left = crowd->cycles;
  crowd->open = crowd->members->len;
  for (guint i = 0; i < crowd->members->len; i++)
    cycle_member (g_ptr_array_index (crowd->members, i));
}

static void
free_member (gpointer data)
{
  Member *self = data;

  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->src);
  gst_object_unref (self->pipeline);
  g_free (self);
}

int
main (int argc, char **argv)
{
  static Crowd self;
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &self.server },
    { "channel", 0, 0, G_OPTION_ARG_STRING, &self.channel },
    { "cycles", 0, 0, G_OPTION_ARG_INT, &self.cycles },
    { NULL },
  };
  const ChildCommand commands[] = {
    { "more", add_member },
    { "count", count },
    { "cycle", cycle },
    { NULL },
  };

  child_begin (&argc, &argv, entries);
  gst_init (NULL, NULL);
  self.members = g_ptr_array_new_with_free_func (free_member);
  child_run (commands, &self);
  g_ptr_array_unref (self.members);
  gst_deinit (); /* waits for their connections */
  return 0;
}
