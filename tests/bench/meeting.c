/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Members in one process, each of whom publishes a sound and receives those of all others, and
 * decodes nothing. It says when everybody hears everybody, and after how long; from then on every
 * second of sound how many frames came in all, and by which way the fewest.
 */

#include "child.h"
#include "media.h"

#include <gst/gst.h>

/* Frames of 20 ms in a second */
#define FRAME_RATE 50

typedef struct {
  char *server;
  char *channel;
  int members;
  GPtrArray *pipelines;
  gint64 began; /* µs */

  GMutex lock;
  int *frames; /* for each way; protected by lock, as all below */
  int silent;  /* ways by which no sound has come */
  guint total;
} Meeting;

static int
ways_of (Meeting *self)
{
  return self->members * (self->members - 1);
}

/* Must be called with lock. */
static void
say_count (Meeting *self)
{
  int least = G_MAXINT;

  for (int i = 0; i < ways_of (self); i++)
    least = MIN (least, self->frames[i]);
  child_say ("{\"event\": \"encoded\", \"frames\": %u, \"least\": %d, \"at\": %" G_GINT64_FORMAT
             "}",
             self->total / ways_of (self), least, g_get_monotonic_time ());
}

static void
on_frame (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  Meeting *self = user_data;
  int way = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (sink), "way"));

  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
    return;
  g_mutex_lock (&self->lock);
  if (self->frames[way]++ == 0 && --self->silent == 0)
    child_say ("{\"event\": \"heard\", \"took\": %" G_GINT64_FORMAT "}",
               g_get_monotonic_time () - self->began);
  if (++self->total % (FRAME_RATE * ways_of (self)) == 0 && self->silent == 0)
    say_count (self);
  g_mutex_unlock (&self->lock);
}

static void
watch_sinks (Meeting *self, GstBin *pipeline, int number)
{
  for (int i = 0; i < self->members - 1; i++) {
    g_autofree char *name = g_strdup_printf ("s%d", i);
    g_autoptr (GstElement) sink = gst_bin_get_by_name (pipeline, name);

    g_object_set_data (G_OBJECT (sink), "way", GINT_TO_POINTER (number * (self->members - 1) + i));
    g_signal_connect (sink, "handoff", G_CALLBACK (on_frame), self);
  }
}

static GstElement *
make_member (Meeting *self, int number)
{
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_printf (line,
                   "roomsignal server=%s channel=%s uid=member-%d " MEDIA_AUDIO
                   "! nertcsink stream-id=sound-%d nertcsrc name=them subscribe=audio slots=%d",
                   self->server, self->channel, number, number, self->members - 1);
  for (int i = 0; i < self->members - 1; i++)
    g_string_append_printf (line,
                            " them.audio_%d ! audio/x-opus "
                            "! fakesink name=s%d sync=false async=false signal-handoffs=true",
                            i, i);
  return child_make_pipeline ("%s", line->str);
}

static void
free_member (gpointer data)
{
  GstElement *pipeline = data;

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

static void
begin (Meeting *self)
{
  self->frames = g_new0 (int, ways_of (self));
  self->silent = ways_of (self);
  self->pipelines = g_ptr_array_new_with_free_func (free_member);
  for (int i = 0; i < self->members; i++) {
    g_ptr_array_add (self->pipelines, make_member (self, i));
    watch_sinks (self, GST_BIN (g_ptr_array_index (self->pipelines, i)), i);
  }
  self->began = g_get_monotonic_time ();
  for (int i = 0; i < self->members; i++)
    gst_element_set_state (g_ptr_array_index (self->pipelines, i), GST_STATE_PLAYING);
}

int
main (int argc, char **argv)
{
  static Meeting self = { .members = 8 };
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &self.server },
    { "channel", 0, 0, G_OPTION_ARG_STRING, &self.channel },
    { "members", 0, 0, G_OPTION_ARG_INT, &self.members },
    { NULL },
  };
  const ChildCommand commands[] = { { NULL } };

  child_begin (&argc, &argv, entries);
  gst_init (NULL, NULL);
  begin (&self);
  child_run (commands, &self);
  g_ptr_array_unref (self.pipelines);
  gst_deinit ();
  return 0;
}
