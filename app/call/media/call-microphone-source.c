/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-source-private.h"

#include "call-pipeline.h"
#include "call-sound-processing.h"

/*
 *   device ! audioconvert ! audioresample ! processing ! level ! fakesink
 *                                                            └─ tap
 */

#define LEVEL_INTERVAL (50 * GST_MSECOND)

/* The system's default is followed by PulseAudio itself. Returns: (transfer floating) */
static GstElement *
make_device (GstDevice *device, GError **error)
{
  GstElement *element;

  if (device)
    return gst_device_create_element (device, NULL);
  element = gst_element_factory_make ("pulsesrc", NULL);
  return element ? element : call_pipeline_make ("autoaudiosrc", error);
}

/* The clock is that of all pipelines; the role has the desktop treat it as a call. */
static void
set_up_device (GstElement *device)
{
  GObjectClass *class = G_OBJECT_GET_CLASS (device);

  if (g_object_class_find_property (class, "provide-clock"))
    g_object_set (device, "provide-clock", FALSE, NULL);
  if (g_object_class_find_property (class, "always-copy"))
    g_object_set (device, "always-copy", TRUE, NULL);
  if (g_object_class_find_property (class, "stream-properties"))
    gst_util_set_object_arg (G_OBJECT (device), "stream-properties", "props, media.role=phone");
}

/* Returns: the pad that all sound passes */
static GstPad *
build (CallSource *self, GstDevice *device, const CallSoundOptions *options, GError **error)
{
  GstElement *microphone, *convert, *resample, *processing, *level, *sink;

  if (!(microphone = call_source_add_element (self, make_device (device, error), error)) ||
      !(convert = call_source_add (self, "audioconvert", error)) ||
      !(resample = call_source_add (self, "audioresample", error)) ||
      !(processing =
            call_source_add_element (self, call_sound_processing_new (options, error), error)) ||
      !(level = call_source_add (self, "level", error)) ||
      !(sink = call_source_add (self, "fakesink", error)))
    return NULL;
  set_up_device (microphone);
  g_object_set (level, "interval", LEVEL_INTERVAL, NULL);
  g_object_set (sink, "async", FALSE, "enable-last-sample", FALSE, NULL);
  gst_element_link_many (microphone, convert, resample, processing, level, sink, NULL);
  return gst_element_get_static_pad (level, "src");
}

CallSource *
call_source_new_microphone (GstDevice *device, const CallSoundOptions *options)
{
  CallSource *self = call_source_new ("microphone");
  GError *error = NULL;
  g_autoptr (GstPad) pad = build (self, device, options, &error);

  if (pad)
    call_source_start (self, pad);
  else
    call_source_fail (self, error);
  return self;
}

void
call_source_set_sound_options (CallSource *self, const CallSoundOptions *options)
{
  GstBin *bin = call_source_get_bin (self);
  g_autoptr (GstElement) processing = bin ? gst_bin_get_by_name (bin, "processing") : NULL;

  if (processing)
    call_sound_processing_update (processing, options);
}
