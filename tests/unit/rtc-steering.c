/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose encoder it is decides what it may use at most. */
#include "rtc-steering.h"

#include "rtc-encoder.h"

typedef struct {
  GstElement *encoder;
  RtcSteering *steering;
} Fixture;

static Fixture *
fixture_new (const char *factory, guint bitrate)
{
  Fixture *self = g_new0 (Fixture, 1);

  self->encoder = gst_object_ref_sink (gst_element_factory_make (factory, NULL));
  rtc_encoder_set_bitrate (self->encoder, bitrate);
  self->steering = rtc_steering_new ();
  rtc_steering_take (self->steering, self->encoder, 0);
  return self;
}

static void
fixture_free (Fixture *self)
{
  rtc_steering_free (self->steering);
  gst_object_unref (self->encoder);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static void
assert_bitrate (Fixture *self, guint bitrate)
{
  g_assert_cmpuint (rtc_encoder_get_bitrate (self->encoder), ==, bitrate);
}

static void
limit (Fixture *self, guint bitrate)
{
  rtc_steering_limit (self->steering, bitrate);
}

static void
test_never_above_what_was_set (gconstpointer factory)
{
  g_autoptr (Fixture) self = fixture_new (factory, 600000);

  assert_bitrate (self, 600000);
  limit (self, 900000);
  assert_bitrate (self, 600000);
  limit (self, 200000);
  assert_bitrate (self, 200000);
  limit (self, 300000);
  assert_bitrate (self, 300000);
  limit (self, 900000);
  assert_bitrate (self, 600000);
  limit (self, 200000);
  limit (self, 0);
  assert_bitrate (self, 600000);
}

/* In units of 1000 bit/s a limit is rounded down; that is no wish of the owner. */
static void
test_rounding (void)
{
  g_autoptr (Fixture) self = fixture_new ("x264enc", 600000);

  limit (self, 200999);
  assert_bitrate (self, 200000);
  limit (self, 10);
  assert_bitrate (self, 1000);
  limit (self, 0);
  assert_bitrate (self, 600000);
}

/* What the owner sets later counts from then on. */
static void
test_owner_thinks_again (void)
{
  g_autoptr (Fixture) self = fixture_new ("vp8enc", 600000);

  limit (self, 200000);
  rtc_encoder_set_bitrate (self->encoder, 400000);
  limit (self, 200000);
  assert_bitrate (self, 200000);
  limit (self, 0);
  assert_bitrate (self, 400000);
  rtc_encoder_set_bitrate (self->encoder, 100000);
  limit (self, 500000);
  assert_bitrate (self, 100000);
}

static void
test_another_encoder (void)
{
  g_autoptr (Fixture) self = fixture_new ("vp8enc", 600000);
  g_autoptr (GstElement) other = gst_object_ref_sink (gst_element_factory_make ("x264enc", NULL));

  limit (self, 200000);
  rtc_encoder_set_bitrate (other, 500000);
  rtc_steering_take (self->steering, other, 300000);
  assert_bitrate (self, 600000);
  g_assert_cmpuint (rtc_encoder_get_bitrate (other), ==, 300000);
  rtc_steering_take (self->steering, NULL, 300000);
  g_assert_cmpuint (rtc_encoder_get_bitrate (other), ==, 500000);
  limit (self, 100000);
  g_assert_cmpuint (rtc_encoder_get_bitrate (other), ==, 500000);
}

static void
on_notify (GstElement *encoder, GParamSpec *pspec, Fixture *self)
{
  limit (self, 150000);
}

/* Nothing is locked while the encoder tells of the change. */
static void
test_limit_from_a_handler (void)
{
  g_autoptr (Fixture) self = fixture_new ("vp8enc", 600000);

  g_signal_connect (self->encoder, "notify::target-bitrate", G_CALLBACK (on_notify), self);
  limit (self, 200000);
  assert_bitrate (self, 150000);
}

/* Finding the encoder */

static void
assert_found (const char *line, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstElement) encoder = rtc_encoder_find_upstream (pad);

  g_test_message ("%s", line);
  g_assert_no_error (error);
  g_assert_cmpstr (encoder ? GST_OBJECT_NAME (encoder) : NULL, ==, name);
}

static void
test_find (void)
{
  assert_found ("videotestsrc ! x264enc name=enc ! fakesink name=sink", "enc");
  assert_found ("x264enc name=enc ! queue ! h264parse ! video/x-h264 ! identity ! "
                "fakesink name=sink",
                "enc");
  assert_found ("bin.( videotestsrc ! vp8enc name=enc ! queue ) ! fakesink name=sink", "enc");
  assert_found ("vp8enc name=enc ! bin.( queue ! identity ) ! fakesink name=sink", "enc");
  assert_found ("vp8enc name=enc ! bin.( queue ! bin.( queue name=inner ) ) ! fakesink name=sink",
                "enc");
  /* What others get of it is not ours to lower. */
  assert_found ("vp8enc ! tee name=t ! queue ! fakesink name=sink t. ! fakesink", NULL);
  assert_found ("videotestsrc ! fakesink name=sink", NULL);
  assert_found ("identity ! fakesink name=sink", NULL);
}

static void
test_unlinked_bins (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) bin =
      gst_parse_bin_from_description ("queue ! fakesink name=sink", TRUE, &error);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (bin), "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  g_assert_no_error (error);
  g_assert_null (rtc_encoder_find_upstream (pad));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_data_func ("/rtc-steering/never-above/vp8enc", "vp8enc",
                        test_never_above_what_was_set);
  g_test_add_data_func ("/rtc-steering/never-above/x264enc", "x264enc",
                        test_never_above_what_was_set);
  g_test_add_data_func ("/rtc-steering/never-above/openh264enc", "openh264enc",
                        test_never_above_what_was_set);
  g_test_add_func ("/rtc-steering/rounding", test_rounding);
  g_test_add_func ("/rtc-steering/owner-thinks-again", test_owner_thinks_again);
  g_test_add_func ("/rtc-steering/another-encoder", test_another_encoder);
  g_test_add_func ("/rtc-steering/limit-from-a-handler", test_limit_from_a_handler);
  g_test_add_func ("/rtc-steering/find", test_find);
  g_test_add_func ("/rtc-steering/unlinked-bins", test_unlinked_bins);
  return g_test_run ();
}
