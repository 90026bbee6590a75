/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-format.h"

#include <gst/audio/audio.h>
#include <gst/video/video.h>

static GstCaps *
parse (const char *text)
{
  GstCaps *caps = gst_caps_from_string (text);

  g_assert_nonnull (caps);
  return caps;
}

static const struct {
  RtcMedia media;
  const char *peer_caps;
  RtcFormat format;
} choices[] = {
  { RTC_MEDIA_AUDIO, "ANY", RTC_FORMAT_RAW },
  { RTC_MEDIA_VIDEO, "ANY", RTC_FORMAT_RAW },
  { RTC_MEDIA_AUDIO, "EMPTY", RTC_FORMAT_NONE },
  { RTC_MEDIA_VIDEO, "EMPTY", RTC_FORMAT_NONE },

  { RTC_MEDIA_AUDIO, "audio/x-opus", RTC_FORMAT_ENCODED },
  { RTC_MEDIA_VIDEO, "video/x-vp8", RTC_FORMAT_ENCODED },
  { RTC_MEDIA_VIDEO, "video/x-vp8, width = [ 1, 4000 ]; video/x-vp9", RTC_FORMAT_ENCODED },
  { RTC_MEDIA_VIDEO, "video/x-raw; application/x-rtp; video/x-vp8", RTC_FORMAT_ENCODED },

  { RTC_MEDIA_AUDIO, "audio/x-raw", RTC_FORMAT_RAW },
  { RTC_MEDIA_AUDIO, "audio/x-raw, rate = 8000, channels = 1", RTC_FORMAT_RAW },
  { RTC_MEDIA_VIDEO, "video/x-raw, format = RGB, width = 320, height = 240", RTC_FORMAT_RAW },
  { RTC_MEDIA_VIDEO, "video/x-raw(ANY)", RTC_FORMAT_RAW },
  { RTC_MEDIA_VIDEO, "application/x-rtp; video/x-raw", RTC_FORMAT_RAW },

  { RTC_MEDIA_AUDIO, "application/x-rtp", RTC_FORMAT_RTP },
  { RTC_MEDIA_VIDEO, "application/x-rtp, media = video", RTC_FORMAT_RTP },
  { RTC_MEDIA_VIDEO, "application/x-rtp; video/x-theora", RTC_FORMAT_RTP },

  { RTC_MEDIA_AUDIO, "video/x-raw", RTC_FORMAT_NONE },
  { RTC_MEDIA_VIDEO, "audio/x-opus", RTC_FORMAT_NONE },
  { RTC_MEDIA_VIDEO, "application/x-rtp, media = audio", RTC_FORMAT_NONE },
  { RTC_MEDIA_VIDEO, "video/x-theora", RTC_FORMAT_NONE },
  { RTC_MEDIA_VIDEO, "video/x-raw(memory:GLMemory)", RTC_FORMAT_NONE },
  { RTC_MEDIA_AUDIO, "audio/x-raw, layout = non-interleaved", RTC_FORMAT_NONE },
  { RTC_MEDIA_AUDIO, "audio/x-opus, channel-mapping-family = 1", RTC_FORMAT_NONE },
};

static void
test_choose (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++) {
    g_autoptr (GstCaps) caps = parse (choices[i].peer_caps);

    g_test_message ("%s", choices[i].peer_caps);
    g_assert_cmpint (rtc_format_choose (choices[i].media, caps), ==, choices[i].format);
  }
}

static const struct {
  RtcMedia media;
  const char *peer_caps;
  const char *expected; /* a part of what comes out */
} beginnings[] = {
  { RTC_MEDIA_VIDEO, "ANY",
    "video/x-raw, format = I420, width = 640, height = 480, framerate = 30/1" },
  { RTC_MEDIA_VIDEO, "video/x-raw",
    "video/x-raw, format = I420, width = 640, height = 480, framerate = 30/1" },
  { RTC_MEDIA_VIDEO, "video/x-raw, format = { RGB, BGRx }, width = 320, height = 240",
    "video/x-raw, format = RGB, width = 320, height = 240" },
  { RTC_MEDIA_VIDEO, "video/x-raw, format = { NV12, I420 }, width = [ 1, 400 ]",
    "video/x-raw, format = I420, width = 400, height = 480" },
  { RTC_MEDIA_VIDEO, "video/x-raw, width = [ 800, max ], height = [ 600, max ], framerate = 15/1",
    "video/x-raw, width = 800, height = 600, framerate = 15/1" },
  { RTC_MEDIA_VIDEO, "video/x-raw, framerate = [ 0/1, 2147483647/1 ]",
    "video/x-raw, framerate = 30/1" },
  { RTC_MEDIA_VIDEO, "video/x-raw, pixel-aspect-ratio = [ 1/2147483647, 2147483647/1 ]",
    "video/x-raw, pixel-aspect-ratio = 1/1" },
  { RTC_MEDIA_VIDEO, "video/x-theora; application/x-rtp; video/x-raw, width = 100",
    "video/x-raw, width = 100" },
  { RTC_MEDIA_AUDIO, "ANY",
    "audio/x-raw, format = " GST_AUDIO_NE (
        S16) ", rate = 48000, channels = 2, layout = interleaved" },
  { RTC_MEDIA_AUDIO, "audio/x-raw, rate = 44100, channels = 1",
    "audio/x-raw, rate = 44100, channels = 1" },
  { RTC_MEDIA_AUDIO, "audio/x-raw, format = F32LE, channels = [ 1, 8 ]",
    "audio/x-raw, format = F32LE, channels = 2, channel-mask = (bitmask) 0x3" },
  { RTC_MEDIA_AUDIO, "audio/x-raw, channels = 2, channel-mask = (bitmask) 0x30",
    "audio/x-raw, channels = 2, channel-mask = (bitmask) 0x30" },
  { RTC_MEDIA_AUDIO,
    "audio/x-raw, rate = [ 8000, 16000 ], layout = { interleaved, non-interleaved }",
    "audio/x-raw, rate = 16000, layout = interleaved" },
};

static void
assert_media (GstCaps *caps, RtcMedia media)
{
  GstAudioInfo audio;
  GstVideoInfo video;

  g_assert_true (gst_caps_is_fixed (caps));
  if (media == RTC_MEDIA_AUDIO)
    g_assert_true (gst_audio_info_from_caps (&audio, caps));
  else
    g_assert_true (gst_video_info_from_caps (&video, caps));
}

static void
test_initial_caps (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++) {
    g_autoptr (GstCaps) peer_caps = parse (beginnings[i].peer_caps);
    g_autoptr (GstCaps) expected = parse (beginnings[i].expected);
    g_autoptr (GstCaps) initial = rtc_format_get_initial_caps (beginnings[i].media, peer_caps);
    g_autofree char *text = gst_caps_to_string (initial);

    g_test_message ("%s -> %s", beginnings[i].peer_caps, text);
    assert_media (initial, beginnings[i].media);
    g_assert_true (gst_caps_is_subset (initial, expected));
    g_assert_true (gst_caps_can_intersect (initial, peer_caps));
  }
}

/* Where there are more channels than stereo, each still has a place. */
static void
test_initial_caps_of_many_channels (void)
{
  g_autoptr (GstCaps) peer_caps = parse ("audio/x-raw, channels = [ 6, 8 ]");
  g_autoptr (GstCaps) initial = rtc_format_get_initial_caps (RTC_MEDIA_AUDIO, peer_caps);
  GstAudioInfo info;

  g_assert_true (gst_audio_info_from_caps (&info, initial));
  g_assert_cmpint (GST_AUDIO_INFO_CHANNELS (&info), ==, 6);
  g_assert_false (GST_AUDIO_INFO_IS_UNPOSITIONED (&info));
}

/* Pictures may change their size later, sound stays as it began. */
static void
test_wanted_caps (void)
{
  g_autoptr (GstCaps) any = gst_caps_new_any ();
  g_autoptr (GstCaps) picture = rtc_format_get_initial_caps (RTC_MEDIA_VIDEO, any);
  g_autoptr (GstCaps) sound = rtc_format_get_initial_caps (RTC_MEDIA_AUDIO, any);
  g_autoptr (GstCaps) pictures = rtc_format_get_wanted_caps (RTC_MEDIA_VIDEO, any, picture);
  g_autoptr (GstCaps) sounds = rtc_format_get_wanted_caps (RTC_MEDIA_AUDIO, any, sound);
  g_autoptr (GstCaps) other = parse ("video/x-raw, format = I420, width = 1280, height = 720");
  g_autoptr (GstCaps) encoded = parse ("video/x-vp8");

  g_assert_true (gst_caps_can_intersect (pictures, picture));
  g_assert_true (gst_caps_can_intersect (pictures, other));
  g_assert_false (gst_caps_can_intersect (pictures, encoded));
  g_assert_true (gst_caps_is_equal (sounds, sound));
}

static void
test_wanted_caps_within_peer_caps (void)
{
  g_autoptr (GstCaps) peer_caps = parse ("video/x-vp9; video/x-raw, format = RGB, width = 320");
  g_autoptr (GstCaps) initial = rtc_format_get_initial_caps (RTC_MEDIA_VIDEO, peer_caps);
  g_autoptr (GstCaps) wanted = rtc_format_get_wanted_caps (RTC_MEDIA_VIDEO, peer_caps, initial);
  g_autoptr (GstCaps) expected = parse ("video/x-raw, format = RGB, width = 320");

  g_assert_true (gst_caps_is_equal (wanted, expected));
}

static void
test_template_caps (void)
{
  g_autoptr (GstCaps) audio = rtc_format_get_template_caps (RTC_MEDIA_AUDIO);
  g_autoptr (GstCaps) video = rtc_format_get_template_caps (RTC_MEDIA_VIDEO);

  g_assert_cmpint (rtc_format_choose (RTC_MEDIA_AUDIO, audio), ==, RTC_FORMAT_ENCODED);
  g_assert_cmpint (rtc_format_choose (RTC_MEDIA_VIDEO, video), ==, RTC_FORMAT_ENCODED);
  g_assert_false (gst_caps_can_intersect (audio, video));
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++) {
    g_autoptr (GstCaps) caps = parse (choices[i].peer_caps);
    GstCaps *template = choices[i].media == RTC_MEDIA_AUDIO ? audio : video;

    g_assert_cmpint (gst_caps_can_intersect (template, caps), ==,
                     choices[i].format != RTC_FORMAT_NONE);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/rtc-format/choose", test_choose);
  g_test_add_func ("/rtc-format/initial-caps", test_initial_caps);
  g_test_add_func ("/rtc-format/initial-caps-of-many-channels", test_initial_caps_of_many_channels);
  g_test_add_func ("/rtc-format/wanted-caps", test_wanted_caps);
  g_test_add_func ("/rtc-format/wanted-caps-within-peer-caps", test_wanted_caps_within_peer_caps);
  g_test_add_func ("/rtc-format/template-caps", test_template_caps);
  return g_test_run ();
}
