/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-source-private.h"

#include "call-other-sounds.h"
#include "call-pipeline.h"

/*
 *   what other programs play ───┐
 *   audiotestsrc ! form ! queue ┴─► audiomixer ! form ! sink
 *                                                    └─ tap
 *
 * There is sound, if only silence, also while nobody plays.
 */

#define LATENCY (100 * GST_MSECOND)
#define PIECE_SAMPLES 960 /* 20 ms */
#define FORM "audio/x-raw, format=S16LE, rate=48000, channels=2, layout=interleaved"

static GstElement *
add_form (CallSource *self, GError **error)
{
  GstElement *form = call_source_add (self, "capsfilter", error);

  if (form)
    gst_util_set_object_arg (G_OBJECT (form), "caps", FORM);
  return form;
}

/* From now on, not from the zero of the clock */
static GstElement *
add_silence (CallSource *self, GError **error)
{
  GstElement *silence = call_source_add (self, "audiotestsrc", error);

  if (!silence)
    return NULL;
  gst_util_set_object_arg (G_OBJECT (silence), "wave", "silence");
  g_object_set (silence, "is-live", TRUE, "samplesperbuffer", PIECE_SAMPLES, "timestamp-offset",
                (gint64) call_pipeline_get_time (), NULL);
  return silence;
}

static GstElement *
add_mixer (CallSource *self, GError **error)
{
  GstElement *mixer = call_source_add (self, "audiomixer", error);

  if (!mixer)
    return NULL;
  gst_util_set_object_arg (G_OBJECT (mixer), "start-time-selection", "first");
  g_object_set (mixer, "ignore-inactive-pads", TRUE, "latency", (guint64) LATENCY, NULL);
  return mixer;
}

/* Returns: the pad that all sound passes */
static GstPad *
build (CallSource *self, GError **error)
{
  GstElement *silence, *first, *queue, *mixer, *form, *sink;

  if (!(silence = add_silence (self, error)) || !(first = add_form (self, error)) ||
      !(queue = call_source_add (self, "queue", error)) || !(mixer = add_mixer (self, error)) ||
      !(form = add_form (self, error)) || !(sink = call_source_add (self, "fakesink", error)))
    return NULL;
  g_object_set (sink, "async", FALSE, "enable-last-sample", FALSE, NULL);
  gst_element_link_many (silence, first, queue, mixer, form, sink, NULL);
  g_object_set_data_full (G_OBJECT (self), "other-sounds", call_other_sounds_new (mixer),
                          (GDestroyNotify) call_other_sounds_free);
  return gst_element_get_static_pad (form, "src");
}

CallSource *
call_source_new_screen_sound (const CallScreen *screen)
{
  CallSource *self = call_source_new ("screen-sound");
  GError *error = NULL;
  g_autoptr (GstPad) pad = build (self, &error);

  if (pad)
    call_source_start (self, pad);
  else
    call_source_fail (self, error);
  return self;
}
