/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-source-private.h"

#include <gst/video/video.h>

#include "call-camera-format.h"
#include "call-pipeline.h"

/*
 * A camera may have any size, rate and format:
 *
 *   device ! format ! [jpegdec !] videorate ! videoconvertscale ! size ! preview
 *                                                                    └─ tap
 *
 * Of what it says that it has, the format takes the nearest. The size is made when the picture
 * comes; frames are only left out, never made up.
 */

#define FAR (GST_SECOND / 2)

static gboolean
has_property (GstElement *element, const char *name)
{
  return g_object_class_find_property (G_OBJECT_GET_CLASS (element), name) != NULL;
}

/* A buffer of PipeWire must not outlive the stream that it came from. */
static GstElement *
make_device (GstDevice *device)
{
  GstElement *element = device ? gst_device_create_element (device, NULL) : NULL;

  if (element && has_property (element, "always-copy"))
    g_object_set (element, "always-copy", TRUE, NULL);
  return element;
}

/* The clock of PipeWire 0.3.65 may be hours away when a camera starts. */
static GstPadProbeReturn
on_captured (GstPad *pad, GstPadProbeInfo *info, gpointer unused)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstClockTime now = call_pipeline_get_time ();

  if (GST_BUFFER_PTS_IS_VALID (buffer) &&
      ABS (GST_CLOCK_DIFF (GST_BUFFER_PTS (buffer), now)) < (GstClockTimeDiff) FAR)
    return GST_PAD_PROBE_OK;
  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_PTS (buffer) = now;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

static void
watch_times (GstElement *device)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (device, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_captured, NULL, NULL);
}

typedef struct {
  GstElement *size; /* which is in the same pipeline */
  CallPictureOptions options;
} Fit;

static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  const Fit *fit = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  g_autoptr (GstCaps) size = NULL;
  GstCaps *caps;
  GstVideoInfo video;
  guint width, height;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  gst_event_parse_caps (event, &caps);
  if (!gst_video_info_from_caps (&video, caps))
    return GST_PAD_PROBE_OK;
  call_camera_format_fit (video.width, video.height, MAX (video.par_n, 1), MAX (video.par_d, 1),
                          &fit->options, &width, &height);
  size = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT,
                              width, "height", G_TYPE_INT, height, "pixel-aspect-ratio",
                              GST_TYPE_FRACTION, 1, 1, NULL);
  g_object_set (fit->size, "caps", size, NULL);
  return GST_PAD_PROBE_OK;
}

static void
make_fit (GstElement *scale, GstElement *size, const CallPictureOptions *options)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (scale, "sink");
  Fit *fit = g_new (Fit, 1);

  fit->size = size;
  fit->options = *options;
  gst_util_set_object_arg (G_OBJECT (size), "caps", "video/x-raw, format=I420");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, fit, g_free);
}

/* What the camera says may be out of date: then anything of the same kind will do.
 *
 * Returns: whether it is JPEG */
static gboolean
set_format (GstElement *format, GstDevice *device, const CallPictureOptions *options)
{
  g_autoptr (GstCaps) offered = gst_device_get_caps (device);
  g_autoptr (GstCaps) caps = offered ? call_camera_format_choose (offered, options) : NULL;
  const char *kind;

  if (!caps)
    caps = gst_caps_new_empty_simple ("video/x-raw");
  kind = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  gst_caps_append (caps, gst_caps_new_empty_simple (kind));
  g_object_set (format, "caps", caps, NULL);
  return g_str_equal (kind, "image/jpeg");
}

static GstElement *
add_preview (CallSource *self, CallPicture *preview, GError **error)
{
  GstElement *sink;

  if (preview)
    return call_source_add_element (self, call_picture_make_sink (preview, error), error);
  sink = call_source_add (self, "fakesink", error);
  if (sink)
    g_object_set (sink, "async", FALSE, "enable-last-sample", FALSE, NULL);
  return sink;
}

/* Returns: the pad that all pictures pass */
static GstPad *
build (CallSource *self, GstDevice *device, const CallPictureOptions *options, CallPicture *preview,
       GError **error)
{
  GstElement *camera, *format, *last, *decoder, *rate, *scale, *size, *sink;

  if (!(camera = call_source_add_element (self, make_device (device), error)) ||
      !(format = last = call_source_add (self, "capsfilter", error)) ||
      !(rate = call_source_add (self, "videorate", error)) ||
      !(scale = call_source_add (self, "videoconvertscale", error)) ||
      !(size = call_source_add (self, "capsfilter", error)) ||
      !(sink = add_preview (self, preview, error)))
    return NULL;
  if (set_format (format, device, options)) {
    if (!(decoder = call_source_add (self, "jpegdec", error)))
      return NULL;
    gst_element_link (format, decoder);
    last = decoder;
  }
  g_object_set (rate, "drop-only", TRUE, "max-rate", options->framerate, NULL);
  gst_element_link (camera, format);
  gst_element_link_many (last, rate, scale, size, sink, NULL);
  watch_times (camera);
  make_fit (scale, size, options);
  return gst_element_get_static_pad (size, "src");
}

CallSource *
call_source_new_camera (GstDevice *device, const CallPictureOptions *options, CallPicture *preview)
{
  CallSource *self = call_source_new ("camera");
  GError *error = NULL;
  g_autoptr (GstPad) pad = build (self, device, options, preview, &error);

  if (pad)
    call_source_start (self, pad);
  else
    call_source_fail (self, error);
  return self;
}
