/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-sound-processing.h"

#include "call-pipeline.h"
#include "call-playback.h"

/*
 * webrtcdsp reads what it is to do when it starts, and looks for its probe then, by name and in all
 * of the process: the one of CallPlayback, which must be there, in whatever state, serves one
 * webrtcdsp at a time, and must have the same rate. So to change anything is to exchange it, which
 * the thread does that brings the sound:
 *
 *   in (capsfilter) ! [processor (webrtcdsp)] ! out (capsfilter)
 */

#define PROCESSOR "processor"

/* Returns: (nullable) (transfer floating): NULL: not installed, or nothing to do */
static GstElement *
make_processor (const CallSoundOptions *options)
{
  GstElement *processor;

  if (!options->echo_cancellation && !options->noise_suppression && !options->gain_control)
    return NULL;
  processor = gst_element_factory_make ("webrtcdsp", PROCESSOR);
  if (processor)
    g_object_set (processor, "probe", CALL_PLAYBACK_ECHO_PROBE, "echo-cancel",
                  options->echo_cancellation, "noise-suppression", options->noise_suppression,
                  "gain-control", options->gain_control, NULL);
  return processor;
}

static void
join (GstBin *bin, GstElement *processor)
{
  g_autoptr (GstElement) in = gst_bin_get_by_name (bin, "in");
  g_autoptr (GstElement) out = gst_bin_get_by_name (bin, "out");

  if (processor)
    gst_element_link_many (in, processor, out, NULL);
  else
    gst_element_link (in, out);
}

/* Without a probe it does not start: then there is no echo, as nothing is played. */
static gboolean
start (GstElement *processor, gboolean echo_cancellation)
{
  g_object_set (processor, "echo-cancel", echo_cancellation, NULL);
  if (gst_element_set_state (processor, GST_STATE_PAUSED) != GST_STATE_CHANGE_FAILURE)
    return TRUE;
  gst_element_set_state (processor, GST_STATE_NULL);
  return FALSE;
}

static void
add_processor (GstBin *bin, const CallSoundOptions *options)
{
  g_autoptr (GstElement) processor = make_processor (options);

  if (processor)
    gst_object_ref_sink (processor);
  if (processor &&
      ((options->echo_cancellation && start (processor, TRUE)) || start (processor, FALSE))) {
    gst_bin_add (bin, processor);
    join (bin, processor);
    gst_element_sync_state_with_parent (processor);
  } else {
    join (bin, NULL);
  }
}

/* Before another one comes, so that the probe is free */
static void
remove_processor (GstBin *bin)
{
  g_autoptr (GstElement) processor = gst_bin_get_by_name (bin, PROCESSOR);
  g_autoptr (GstElement) in = gst_bin_get_by_name (bin, "in");
  g_autoptr (GstElement) out = gst_bin_get_by_name (bin, "out");

  if (processor) {
    gst_element_set_locked_state (processor, TRUE);
    gst_element_set_state (processor, GST_STATE_NULL);
    gst_bin_remove (bin, processor);
  } else {
    gst_element_unlink (in, out);
  }
}

static GstPadProbeReturn
on_blocked (GstPad *pad, GstPadProbeInfo *info, gpointer options)
{
  g_autoptr (GstObject) in = gst_object_get_parent (GST_OBJECT (pad));
  g_autoptr (GstObject) bin = in ? gst_object_get_parent (in) : NULL;

  if (bin) {
    remove_processor (GST_BIN (bin));
    add_processor (GST_BIN (bin), options);
  }
  return GST_PAD_PROBE_REMOVE;
}

/* With a buffer, not an event before it: linking asks for another format, of which pulsesrc forgets
 * the first. */
void
call_sound_processing_update (GstElement *bin, const CallSoundOptions *options)
{
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (bin), "in");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (in, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER, on_blocked,
                     g_memdup2 (options, sizeof *options), g_free);
}

static void
add_ghost_pad (GstElement *bin, GstElement *element, const char *name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);

  gst_element_add_pad (bin, gst_ghost_pad_new (name, pad));
}

GstElement *
call_sound_processing_new (const CallSoundOptions *options, GError **error)
{
  GstElement *bin;
  g_autoptr (GstCaps) caps = gst_caps_new_simple (
      "audio/x-raw", "format", G_TYPE_STRING, "S16LE", "layout", G_TYPE_STRING, "interleaved",
      "rate", G_TYPE_INT, 48000, "channels", G_TYPE_INT, MAX (options->channels, 1), NULL);
  GstElement *in = call_pipeline_make ("capsfilter", error);
  GstElement *out = in ? call_pipeline_make ("capsfilter", error) : NULL;

  if (!out)
    return NULL;
  bin = gst_bin_new ("processing");
  gst_object_set_name (GST_OBJECT (in), "in");
  gst_object_set_name (GST_OBJECT (out), "out");
  g_object_set (in, "caps", caps, NULL);
  g_object_set (out, "caps", caps, NULL);
  gst_bin_add_many (GST_BIN (bin), in, out, NULL);
  gst_element_link (in, out);
  add_ghost_pad (bin, in, "sink");
  add_ghost_pad (bin, out, "src");
  call_sound_processing_update (bin, options);
  return bin;
}
