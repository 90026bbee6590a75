/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the other tests measure with. */
#include "media.h"

/* Runs a line that ends in an appsink named sink; coded pictures come out of a source. */
static GstElement *
start (const char *line, guint base)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstElement) source = NULL;

  g_assert_no_error (error);
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  if (source) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");

    nertc_picture_draw_on_pad (pad, base);
  }
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

static void
stop (GstElement *pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

static GstSample *
pull (GstElement *pipeline)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstSample *sample = NULL;

  g_signal_emit_by_name (sink, "pull-sample", &sample);
  g_assert_nonnull (sample);
  return sample;
}

static void
assert_pictures (const char *line, guint base)
{
  GstElement *pipeline = start (line, base);

  for (guint i = 0; i < 20; i++) {
    g_autoptr (GstSample) sample = pull (pipeline);

    g_assert_cmpuint (nertc_picture_read_sample (sample), ==, (base + i) % NERTC_PICTURE_NUMBERS);
  }
  stop (pipeline);
}

#define SOURCE "videotestsrc name=source num-buffers=20 ! video/x-raw, format=I420, "

static void
test_picture (void)
{
  assert_pictures (SOURCE "width=160, height=120 ! appsink name=sink sync=false", 0);
  assert_pictures (SOURCE "width=640, height=480 ! appsink name=sink sync=false", 0xfff0);
}

static void
test_picture_after_vp8 (void)
{
  assert_pictures (SOURCE "width=320, height=240 ! vp8enc deadline=1 target-bitrate=300000 ! "
                          "vp8dec ! appsink name=sink sync=false",
                   0x1230);
}

static void
test_picture_after_h264 (void)
{
  assert_pictures (SOURCE "width=176, height=144 ! x264enc tune=zerolatency bitrate=300 ! "
                          "avdec_h264 ! appsink name=sink sync=false",
                   0x1230);
}

static void
test_picture_in_rgb (void)
{
  assert_pictures (SOURCE
                   "width=320, height=240 ! videoconvertscale ! "
                   "video/x-raw, format=RGB, width=200, height=400 ! appsink name=sink sync=false",
                   0xa5a5);
}

static void
assert_no_picture (const char *pattern)
{
  g_autofree char *line = g_strdup_printf ("videotestsrc pattern=%s num-buffers=1 ! video/x-raw, "
                                           "format=I420 ! appsink name=sink sync=false",
                                           pattern);
  GstElement *pipeline = start (line, 0);
  g_autoptr (GstSample) sample = pull (pipeline);

  g_assert_cmpuint (nertc_picture_read_sample (sample), ==, NERTC_PICTURE_NONE);
  stop (pipeline);
}

static void
test_no_picture (void)
{
  assert_no_picture ("black");
  assert_no_picture ("white");
  assert_no_picture ("gradient");
  assert_no_picture ("smpte");
  assert_no_picture ("snow");
}

static void
test_tone (void)
{
  GstElement *pipeline = start ("audiotestsrc freq=440 samplesperbuffer=4800 num-buffers=1 ! "
                                "audio/x-raw, format=S16LE, rate=48000, channels=2 ! "
                                "appsink name=sink sync=false",
                                0);
  g_autoptr (GstSample) sample = pull (pipeline);

  g_assert_cmpfloat (nertc_tone_measure (sample, 440), >, 0.99);
  g_assert_cmpfloat (nertc_tone_measure (sample, 660), <, 0.01);
  g_assert_cmpfloat (nertc_sound_level (sample), >, 10000);
  stop (pipeline);
}

static void
test_silence (void)
{
  GstElement *pipeline = start ("audiotestsrc wave=silence num-buffers=1 ! "
                                "audio/x-raw, format=S16LE ! appsink name=sink sync=false",
                                0);
  g_autoptr (GstSample) sample = pull (pipeline);

  g_assert_cmpfloat (nertc_tone_measure (sample, 440), ==, 0);
  g_assert_cmpfloat (nertc_sound_level (sample), ==, 0);
  stop (pipeline);
}

static void
test_encoded_pictures (void)
{
  g_autoptr (GPtrArray) frames = nertc_encode_pictures (7, 30, 160, 120);

  for (guint i = 0; i < frames->len; i++) {
    GstBuffer *buffer = gst_sample_get_buffer (g_ptr_array_index (frames, i));

    g_assert_cmpint (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT), ==, i > 0);
  }
}

static void
test_opus (void)
{
  g_autoptr (GstBuffer) frame = nertc_make_opus (123456);

  g_assert_cmpuint (nertc_read_opus (frame), ==, 123456);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/rtc-media/picture", test_picture);
  g_test_add_func ("/rtc-media/picture-after-vp8", test_picture_after_vp8);
  g_test_add_func ("/rtc-media/picture-after-h264", test_picture_after_h264);
  g_test_add_func ("/rtc-media/picture-in-rgb", test_picture_in_rgb);
  g_test_add_func ("/rtc-media/no-picture", test_no_picture);
  g_test_add_func ("/rtc-media/tone", test_tone);
  g_test_add_func ("/rtc-media/silence", test_silence);
  g_test_add_func ("/rtc-media/encoded-pictures", test_encoded_pictures);
  g_test_add_func ("/rtc-media/opus", test_opus);
  status = g_test_run ();
  gst_deinit (); /* no thread is left that a leak checker could meet */
  return status;
}
