/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shares the sound of this computer as the application does, and plays a tone of 1350 Hz itself, as
 * the voices of the call are. Says "hears HZ" for each tone that begins to be in what is shared:
 * 700 or 1350 Hz, 0 for silence. Ends with its input. */
#include <glib-unix.h>
#include <gst/gst.h>

#include "call-source.h"
#include "media.h"

#define OWN 1350
#define OTHER 700
#define LOUD 0.01

typedef struct {
  GMainLoop *loop;
  int heard;
} Probe;

static void
on_failed (CallSource *source, const GError *error, Probe *self)
{
  g_print ("ended %d %s\n", error->code, error->message);
  g_main_loop_quit (self->loop);
}

static GstFlowReturn
on_sample (GstElement *sink, gpointer data)
{
  Probe *self = data;
  g_autoptr (GstSample) sample = NULL;
  int heard = 0;

  g_signal_emit_by_name (sink, "pull-sample", &sample);
  if (nertc_tone_measure (sample, OWN) > LOUD)
    heard = OWN;
  else if (nertc_tone_measure (sample, OTHER) > LOUD)
    heard = OTHER;
  if (heard != self->heard)
    g_print ("hears %d\n", heard);
  self->heard = heard;
  return GST_FLOW_OK;
}

static GstElement *
listen (Probe *self, CallTap *tap)
{
  GstElement *appsrc = call_tap_make_appsrc (NULL);
  GError *error = NULL;
  GstElement *rest = gst_parse_bin_from_description (
      "audioconvert ! audio/x-raw,format=S16LE,channels=1 ! audiobuffersplit "
      "output-buffer-duration=1/10 ! appsink name=sink sync=false emit-signals=true",
      TRUE, &error);
  GstElement *pipeline = gst_pipeline_new (NULL);
  g_autoptr (GstElement) sink = NULL;

  g_assert_no_error (error);
  gst_bin_add_many (GST_BIN (pipeline), appsrc, rest, NULL);
  gst_element_link (appsrc, rest);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_signal_connect (sink, "new-sample", G_CALLBACK (on_sample), self);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  call_tap_add (tap, appsrc);
  return pipeline;
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer data)
{
  g_main_loop_quit (((Probe *) data)->loop);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char *argv[])
{
  Probe self = { .loop = g_main_loop_new (NULL, FALSE), .heard = -1 };
  g_autoptr (CallScreen) screen = call_screen_new ();
  g_autoptr (CallSource) source = NULL;
  g_autoptr (GstElement) listener = NULL;
  g_autoptr (GstElement) voices = NULL;

  gst_init (&argc, &argv);
  voices = gst_parse_launch ("audiotestsrc is-live=true freq=1350 volume=0.3 ! pulsesink", NULL);
  gst_element_set_state (voices, GST_STATE_PLAYING);
  source = call_source_new_screen_sound (screen);
  g_signal_connect (source, "failed", G_CALLBACK (on_failed), &self);
  listener = listen (&self, call_source_get_tap (source));
  g_unix_fd_add (0, G_IO_IN | G_IO_HUP, on_input, &self);
  g_main_loop_run (self.loop);
  call_source_stop (source);
  gst_element_set_state (listener, GST_STATE_NULL);
  gst_element_set_state (voices, GST_STATE_NULL);
  g_main_loop_unref (self.loop);
  return 0;
}
