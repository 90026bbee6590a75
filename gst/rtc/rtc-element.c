/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-element.h"

#include <string.h>

/* Debian's package of each GStreamer plugin that the engine needs, for a useful error. */
static const struct {
  const char *factory;
  const char *package;
} packages[] = {
  { "webrtcbin", "gstreamer1.0-plugins-bad" },
  { "nicesrc", "gstreamer1.0-nice" },
  { "dtlsdec", "gstreamer1.0-plugins-bad" },
  { "srtpdec", "gstreamer1.0-plugins-bad" },
  { "rtpbin", "gstreamer1.0-plugins-good" },
  { "rtpvp8pay", "gstreamer1.0-plugins-good" },
  { "vp8enc", "gstreamer1.0-plugins-good" },
  { "vp8dec", "gstreamer1.0-plugins-good" },
  { "opusenc", "gstreamer1.0-plugins-base" },
  { "opusdec", "gstreamer1.0-plugins-base" },
  { "rtpopuspay", "gstreamer1.0-plugins-good" },
  { "opusparse", "gstreamer1.0-plugins-bad" },
  { "rtpvp8depay", "gstreamer1.0-plugins-good" },
  { "rtpopusdepay", "gstreamer1.0-plugins-good" },
  { "rtppcmupay", "gstreamer1.0-plugins-good" },
  { "rtppcmudepay", "gstreamer1.0-plugins-good" },
  { "mulawenc", "gstreamer1.0-plugins-good" },
  { "mulawdec", "gstreamer1.0-plugins-good" },
  { "rtppcmapay", "gstreamer1.0-plugins-good" },
  { "rtppcmadepay", "gstreamer1.0-plugins-good" },
  { "alawenc", "gstreamer1.0-plugins-good" },
  { "alawdec", "gstreamer1.0-plugins-good" },
  { "rtpvp9pay", "gstreamer1.0-plugins-good" },
  { "rtpvp9depay", "gstreamer1.0-plugins-good" },
  { "vp9enc", "gstreamer1.0-plugins-good" },
  { "vp9dec", "gstreamer1.0-plugins-good" },
  { "rtph264pay", "gstreamer1.0-plugins-good" },
  { "rtph264depay", "gstreamer1.0-plugins-good" },
  { "rtph265pay", "gstreamer1.0-plugins-good" },
  { "rtph265depay", "gstreamer1.0-plugins-good" },
  { "h264parse", "gstreamer1.0-plugins-bad" },
  { "openh264enc", "gstreamer1.0-plugins-bad" },
  { "openh264dec", "gstreamer1.0-plugins-bad" },
  { "h265parse", "gstreamer1.0-plugins-bad" },
  { "x265enc", "gstreamer1.0-plugins-bad" },
  { "libde265dec", "gstreamer1.0-plugins-bad" },
  { "av1parse", "gstreamer1.0-plugins-bad" },
  { "av1enc", "gstreamer1.0-plugins-bad" },
  { "av1dec", "gstreamer1.0-plugins-bad" },
  { "x264enc", "gstreamer1.0-plugins-ugly" },
  { "avdec_h264", "gstreamer1.0-libav" },
  { "avdec_h265", "gstreamer1.0-libav" },
  { "avdec_vp9", "gstreamer1.0-libav" },
  { "rtpav1pay", "gst-plugins-rs, which Debian 12 does not have" },
  { "rtpav1depay", "gst-plugins-rs, which Debian 12 does not have" },
  { "appsrc", "gstreamer1.0-plugins-base" },
  { "appsink", "gstreamer1.0-plugins-base" },
  { "clocksync", "libgstreamer1.0-0" },
  { "audioconvert", "gstreamer1.0-plugins-base" },
  { "audioresample", "gstreamer1.0-plugins-base" },
  { "videoconvert", "gstreamer1.0-plugins-base" },
  { "videoconvertscale", "gstreamer1.0-plugins-base" },
};

static const char *
find_package (const char *factory)
{
  for (guint i = 0; i < G_N_ELEMENTS (packages); i++) {
    if (g_str_equal (packages[i].factory, factory))
      return packages[i].package;
  }
  return NULL;
}

/* An error that names the package */
void
rtc_element_set_missing (const char *factory, GError **error)
{
  const char *package = find_package (factory);

  if (package)
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
                 "The element “%s” is missing: install the package %s", factory, package);
  else
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
                 "The element “%s” is missing: install the GStreamer plugin that has it", factory);
}

static void
set_options (GstElement *element, const char *options)
{
  g_auto (GStrv) pairs = g_strsplit (options, " ", -1);

  for (guint i = 0; pairs[i]; i++) {
    char *value = strchr (pairs[i], '=');

    if (!value)
      continue;
    *value++ = '\0';
    if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), pairs[i]))
      gst_util_set_object_arg (G_OBJECT (element), pairs[i], value);
  }
}

/*
 * rtc_element_make:
 * @options: (nullable): `name=value` pairs with spaces between; those that this version of the
 *   element does not have are passed over
 *
 * Returns: (transfer floating): the element, or %NULL and an error that names the package
 */
GstElement *
rtc_element_make (const char *factory, const char *options, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (!element)
    rtc_element_set_missing (factory, error);
  else if (options)
    set_options (element, options);
  return element;
}

/*
 * rtc_elements_check:
 *
 * Returns: whether everything that any connection needs is installed; if not, with an error that
 *   names the package
 */
gboolean
rtc_elements_check (GError **error)
{
  static const char *const needed[] = { "webrtcbin", "nicesrc", "dtlsdec",
                                        "srtpdec",   "rtpbin",  "appsrc" };

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (needed[i]);

    if (!factory) {
      rtc_element_set_missing (needed[i], error);
      return FALSE;
    }
  }
  return TRUE;
}

/* Returns: whether the element of @pad has a clock and has been set to PLAYING: then @now is set */
gboolean
rtc_pad_get_running_time (GstPad *pad, GstClockTime *now)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);

  *now = element ? gst_element_get_current_running_time (element) : GST_CLOCK_TIME_NONE;
  return GST_CLOCK_TIME_IS_VALID (*now);
}
