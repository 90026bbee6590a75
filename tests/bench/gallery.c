/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A member that receives and decodes many streams at once. At the command "subscribe" it asks for
 * all, and says how long each took to its first decoded frame; "unsubscribe" lets them go.
 */

#include "child.h"
#include "media.h"

#include <gst/gst.h>
#include <stdlib.h>

typedef struct {
  char *server;
  char *channel;
  int streams;
  GstElement *pipeline;
  GstElement *src;

  GMutex lock;
  gint64 began;  /* µs; protected by lock, as all below */
  gint64 *shown; /* for each slot: when its first frame came; 0: not yet */
  gboolean *begun;
  int missing;
} Gallery;

/* Must be called with lock. Returns: (transfer full): ms for each slot */
static char *
describe (Gallery *self)
{
  GString *text = g_string_new (NULL);

  for (int i = 0; i < self->streams; i++)
    g_string_append_printf (text, "%s%.2f", i ? ", " : "", (self->shown[i] - self->began) / 1000.0);
  return g_string_free (text, FALSE);
}

static void
on_frame (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  Gallery *self = user_data;
  int slot = atoi (GST_OBJECT_NAME (sink) + 1);
  g_autofree char *text = NULL;

  g_mutex_lock (&self->lock);
  if (self->begun[slot] && self->shown[slot] == 0) {
    self->shown[slot] = g_get_monotonic_time ();
    if (--self->missing == 0)
      text = describe (self);
  }
  g_mutex_unlock (&self->lock);
  if (text)
    child_say ("{\"event\": \"shown\", \"values\": [%s]}", text);
}

/* A frame of the subscription before may still be on its way. */
static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Gallery *self = user_data;
  g_autoptr (GstElement) sink = gst_pad_get_parent_element (pad);

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_STREAM_START)
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&self->lock);
  self->begun[atoi (GST_OBJECT_NAME (sink) + 1)] = TRUE;
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_OK;
}

static void
emit_for_all (Gallery *self, const char *action)
{
  for (int i = 0; i < self->streams; i++) {
    g_autofree char *stream_id = g_strdup_printf ("stream-%d", i);

    g_signal_emit_by_name (self->src, action, stream_id);
  }
}

static void
subscribe_now (gpointer user_data)
{
  Gallery *self = user_data;

  g_mutex_lock (&self->lock);
  self->began = g_get_monotonic_time ();
  self->missing = self->streams;
  for (int i = 0; i < self->streams; i++) {
    self->shown[i] = 0;
    self->begun[i] = FALSE;
  }
  g_mutex_unlock (&self->lock);
  emit_for_all (self, "subscribe");
}

static void
subscribe (gpointer user_data)
{
  child_call_between_frames (subscribe_now, user_data);
}

static void
unsubscribe (gpointer user_data)
{
  emit_for_all (user_data, "unsubscribe");
  child_say ("{\"event\": \"unsubscribed\"}");
}

static void
make_pipeline (Gallery *self)
{
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_printf (line, "roomsignal server=%s channel=%s nertcsrc name=them slots=%d",
                   self->server, self->channel, self->streams);
  for (int i = 0; i < self->streams; i++)
    g_string_append_printf (line,
                            " them.video_%d ! video/x-raw "
                            "! fakesink name=v%d sync=false signal-handoffs=true "
                            "them.audio_%d ! audio/x-opus ! fakesink sync=false",
                            i, i, i);
  self->pipeline = child_make_pipeline ("%s", line->str);
  self->src = gst_bin_get_by_name (GST_BIN (self->pipeline), "them");
  for (int i = 0; i < self->streams; i++) {
    g_autofree char *name = g_strdup_printf ("v%d", i);
    g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (self->pipeline), name);
    g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

    g_signal_connect (sink, "handoff", G_CALLBACK (on_frame), self);
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self, NULL);
  }
}

int
main (int argc, char **argv)
{
  static Gallery self;
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &self.server },
    { "channel", 0, 0, G_OPTION_ARG_STRING, &self.channel },
    { "streams", 0, 0, G_OPTION_ARG_INT, &self.streams },
    { NULL },
  };
  const ChildCommand commands[] = {
    { "subscribe", subscribe },
    { "unsubscribe", unsubscribe },
    { NULL },
  };

  child_begin (&argc, &argv, entries);
  gst_init (NULL, NULL);
  self.shown = g_new0 (gint64, self.streams);
  self.begun = g_new0 (gboolean, self.streams);
  make_pipeline (&self);
  subscribe_now (&self);
  gst_element_set_state (self.pipeline, GST_STATE_PLAYING);
  child_run (commands, &self);
  gst_element_set_state (self.pipeline, GST_STATE_NULL);
  gst_object_unref (self.src);
  gst_object_unref (self.pipeline);
  gst_deinit ();
  return 0;
}
