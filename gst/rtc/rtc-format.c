/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-format.h"

#include <gst/audio/audio.h>

#define DEFAULT_WIDTH 640
#define DEFAULT_HEIGHT 480
#define DEFAULT_FRAMERATE 30
#define DEFAULT_RATE 48000
#define DEFAULT_CHANNELS 2

static GstCaps *
get_raw_caps (RtcMedia media)
{
  return gst_caps_from_string (media == RTC_MEDIA_AUDIO ? "audio/x-raw, layout = interleaved"
                                                        : "video/x-raw");
}

static GstCaps *
get_rtp_caps (RtcMedia media)
{
  return gst_caps_new_simple ("application/x-rtp", "media", G_TYPE_STRING,
                              rtc_media_to_string (media), NULL);
}

/* Returns: (transfer full): everything that a pad of @media could send */
GstCaps *
rtc_format_get_template_caps (RtcMedia media)
{
  GstCaps *caps = rtc_media_get_encoded_caps (media);

  gst_caps_append (caps, get_raw_caps (media));
  gst_caps_append (caps, get_rtp_caps (media));
  return caps;
}

/* Raw for a peer that takes anything; otherwise encoded before raw before RTP. */
RtcFormat
rtc_format_choose (RtcMedia media, GstCaps *peer_caps)
{
  g_autoptr (GstCaps) encoded = rtc_media_get_encoded_caps (media);
  g_autoptr (GstCaps) raw = get_raw_caps (media);
  g_autoptr (GstCaps) rtp = get_rtp_caps (media);

  if (gst_caps_is_any (peer_caps))
    return RTC_FORMAT_RAW;
  if (gst_caps_can_intersect (peer_caps, encoded))
    return RTC_FORMAT_ENCODED;
  if (gst_caps_can_intersect (peer_caps, raw))
    return RTC_FORMAT_RAW;
  return gst_caps_can_intersect (peer_caps, rtp) ? RTC_FORMAT_RTP : RTC_FORMAT_NONE;
}

static GstCaps *
get_common_raw_caps (RtcMedia media, GstCaps *peer_caps)
{
  g_autoptr (GstCaps) raw = get_raw_caps (media);

  return gst_caps_intersect_full (peer_caps, raw, GST_CAPS_INTERSECT_FIRST);
}

/* The nearest that is allowed; where nothing is said, anything is. */

static void
prefer_int (GstStructure *structure, const char *field, int value)
{
  if (gst_structure_has_field (structure, field))
    gst_structure_fixate_field_nearest_int (structure, field, value);
  else
    gst_structure_set (structure, field, G_TYPE_INT, value, NULL);
}

static void
prefer_string (GstStructure *structure, const char *field, const char *value)
{
  if (gst_structure_has_field (structure, field))
    gst_structure_fixate_field_string (structure, field, value);
  else
    gst_structure_set (structure, field, G_TYPE_STRING, value, NULL);
}

static void
prefer_framerate (GstStructure *structure)
{
  if (gst_structure_has_field (structure, "framerate"))
    gst_structure_fixate_field_nearest_fraction (structure, "framerate", DEFAULT_FRAMERATE, 1);
  else
    gst_structure_set (structure, "framerate", GST_TYPE_FRACTION, DEFAULT_FRAMERATE, 1, NULL);
}

static void
set_channel_mask (GstStructure *structure)
{
  int channels = 0;

  gst_structure_get_int (structure, "channels", &channels);
  if (channels > 1 && !gst_structure_has_field (structure, "channel-mask"))
    gst_structure_set (structure, "channel-mask", GST_TYPE_BITMASK,
                       gst_audio_channel_get_fallback_mask (channels), NULL);
}

/*
 * What raw caps to begin with, before any frame has told its own: near 640×480 I420, or 48 kHz
 * stereo, as far as @peer_caps allow.
 */
GstCaps *
rtc_format_get_initial_caps (RtcMedia media, GstCaps *peer_caps)
{
  GstCaps *caps = gst_caps_truncate (get_common_raw_caps (media, peer_caps));
  GstStructure *structure;

  caps = gst_caps_make_writable (caps);
  structure = gst_caps_get_structure (caps, 0);
  if (media == RTC_MEDIA_VIDEO) {
    prefer_string (structure, "format", "I420");
    prefer_int (structure, "width", DEFAULT_WIDTH);
    prefer_int (structure, "height", DEFAULT_HEIGHT);
    prefer_framerate (structure);
    if (gst_structure_has_field (structure, "pixel-aspect-ratio"))
      gst_structure_fixate_field_nearest_fraction (structure, "pixel-aspect-ratio", 1, 1);
  } else {
    prefer_string (structure, "format", GST_AUDIO_NE (S16));
    prefer_int (structure, "rate", DEFAULT_RATE);
    prefer_int (structure, "channels", DEFAULT_CHANNELS);
    set_channel_mask (structure);
  }
  return gst_caps_fixate (caps);
}

/* Audio keeps the caps it began with, so that silence fits in; pictures may change their size. */
GstCaps *
rtc_format_get_wanted_caps (RtcMedia media, GstCaps *peer_caps, GstCaps *initial)
{
  return media == RTC_MEDIA_AUDIO ? gst_caps_ref (initial) : get_common_raw_caps (media, peer_caps);
}
