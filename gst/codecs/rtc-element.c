/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-element.h"

#include <string.h>

#define CORE "libgstreamer1.0-0"
#define BASE "gstreamer1.0-plugins-base"
#define GOOD "gstreamer1.0-plugins-good"
#define BAD "gstreamer1.0-plugins-bad"
#define LIBAV "gstreamer1.0-libav"
#define RUST "gst-plugins-rs, which Debian 12 does not have"

/* Debian's package of each element that calls are made of, for a useful error. */
static const RtcElement elements[] = {
  { "webrtcbin", BAD, RTC_NEED_CALL },
  { "nicesrc", "gstreamer1.0-nice", RTC_NEED_CALL },
  { "dtlsdec", BAD, RTC_NEED_CALL },
  { "srtpdec", BAD, RTC_NEED_CALL },
  { "rtpbin", GOOD, RTC_NEED_CALL },
  { "appsrc", BASE, RTC_NEED_CALL },
  { "appsink", BASE, RTC_NEED_CALL },
  { "clocksync", CORE, RTC_NEED_CALL },
  { "audioconvert", BASE, RTC_NEED_CALL },
  { "audioresample", BASE, RTC_NEED_CALL },
  { "videoconvert", BASE, RTC_NEED_CALL },
  { "videoconvertscale", BASE, RTC_NEED_CALL },
  { "queue", CORE, RTC_NEED_CALL },
  { "capsfilter", CORE, RTC_NEED_CALL },
  { "rtpvp8pay", GOOD },
  { "vp8enc", GOOD },
  { "vp8dec", GOOD },
  { "opusenc", BASE },
  { "opusdec", BASE },
  { "rtpopuspay", GOOD },
  { "opusparse", BAD },
  { "rtpvp8depay", GOOD },
  { "rtpopusdepay", GOOD },
  { "rtppcmupay", GOOD },
  { "rtppcmudepay", GOOD },
  { "mulawenc", GOOD },
  { "mulawdec", GOOD },
  { "rtppcmapay", GOOD },
  { "rtppcmadepay", GOOD },
  { "alawenc", GOOD },
  { "alawdec", GOOD },
  { "rtpvp9pay", GOOD },
  { "rtpvp9depay", GOOD },
  { "vp9enc", GOOD },
  { "vp9dec", GOOD },
  { "rtph264pay", GOOD },
  { "rtph264depay", GOOD },
  { "rtph265pay", GOOD },
  { "rtph265depay", GOOD },
  { "h264parse", BAD },
  { "openh264enc", BAD },
  { "openh264dec", BAD },
  { "h265parse", BAD },
  { "x265enc", BAD },
  { "libde265dec", BAD },
  { "av1parse", BAD },
  { "av1enc", BAD },
  { "av1dec", BAD },
  { "x264enc", "gstreamer1.0-plugins-ugly" },
  { "avdec_h264", LIBAV },
  { "avdec_h265", LIBAV },
  { "avdec_vp9", LIBAV },
  { "rtpav1pay", RUST },
  { "rtpav1depay", RUST },
  { "dav1ddec", RUST },
  { "v4l2src", GOOD, RTC_NEED_DEVICE },
  { "pipewiresrc", "gstreamer1.0-pipewire", RTC_NEED_DEVICE },
  { "pulsesrc", GOOD, RTC_NEED_DEVICE },
  { "pulsesink", GOOD, RTC_NEED_DEVICE },
  { "ximagesrc", GOOD, RTC_NEED_DEVICE },
  { "autovideosink", GOOD, RTC_NEED_DEVICE },
  { "autoaudiosink", GOOD, RTC_NEED_DEVICE },
  { "xvimagesink", "gstreamer1.0-x", RTC_NEED_DEVICE },
  { "webrtcdsp", BAD, RTC_NEED_DEVICE },
};

/* Returns: all that the table has, @count of them */
const RtcElement *
rtc_elements_get (guint *count)
{
  *count = G_N_ELEMENTS (elements);
  return elements;
}

/* Returns: (nullable): Debian's package of an element */
const char *
rtc_element_get_package (const char *factory)
{
  for (guint i = 0; i < G_N_ELEMENTS (elements); i++) {
    if (g_str_equal (elements[i].factory, factory))
      return elements[i].package;
  }
  return NULL;
}

/* An error that names the package */
void
rtc_element_set_missing (const char *factory, GError **error)
{
  const char *package = rtc_element_get_package (factory);

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
