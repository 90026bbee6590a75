/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From one pipeline into others, which do not hold up each other. */
#include "call-pipeline.h"
#include "call-tap.h"
#include "media-fixture.h"

typedef struct {
  CallTap *tap;
  GstElement *from;
  GstElement *to;
  GstElement *appsrc;
  GstPad *pad;      /* behind appsrc */
  guint n_come;     /* atomic, as the next */
  guint n_untimely; /* whose time is not what the clock says, about */
} Fixture;

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Fixture *fixture = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstClockTimeDiff late = GST_CLOCK_DIFF (GST_BUFFER_PTS (buffer), call_pipeline_get_time ());

  if (late < 0 || late > 30 * (GstClockTimeDiff) GST_SECOND)
    g_atomic_int_inc ((int *) &fixture->n_untimely);
  g_atomic_int_inc ((int *) &fixture->n_come);
  return GST_PAD_PROBE_OK;
}

static void
make_to (Fixture *fixture)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);

  fixture->to = call_pipeline_new ("to");
  fixture->appsrc = call_tap_make_appsrc ("appsrc");
  g_object_set (sink, "async", FALSE, "sync", FALSE, NULL);
  gst_bin_add_many (GST_BIN (fixture->to), fixture->appsrc, sink, NULL);
  g_assert_true (gst_element_link (fixture->appsrc, sink));
  fixture->pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (fixture->pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, fixture, NULL);
  gst_element_set_state (fixture->to, GST_STATE_PLAYING);
}

static void
make_from (Fixture *fixture)
{
  GstElement *source = gst_element_factory_make ("audiotestsrc", "source");
  GstElement *filter = gst_element_factory_make ("capsfilter", "filter");
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string ("audio/x-raw,rate=48000,channels=1");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  fixture->from = call_pipeline_new ("from");
  g_object_set (source, "is-live", TRUE, "do-timestamp", TRUE, "samplesperbuffer", 480, NULL);
  g_object_set (filter, "caps", caps, NULL);
  g_object_set (sink, "async", FALSE, "sync", FALSE, NULL);
  gst_bin_add_many (GST_BIN (fixture->from), source, filter, sink, NULL);
  g_assert_true (gst_element_link_many (source, filter, sink, NULL));
  call_tap_watch (fixture->tap, pad);
  gst_element_set_state (fixture->from, GST_STATE_PLAYING);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->tap = call_tap_new ();
  make_to (fixture);
  make_from (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  media_stop (&fixture->from);
  media_stop (&fixture->to);
  gst_clear_object (&fixture->pad);
  g_assert_finalize_object (fixture->tap);
}

static gboolean
has_come (gpointer user_data)
{
  return g_atomic_int_get ((int *) &((Fixture *) user_data)->n_come) > 5;
}

static void
wait_for_more (Fixture *fixture)
{
  g_atomic_int_set ((int *) &fixture->n_come, 0);
  media_wait (has_come, fixture);
}

static guint
get_channels (Fixture *fixture)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (fixture->pad);
  int channels = 0;

  gst_structure_get_int (gst_caps_get_structure (caps, 0), "channels", &channels);
  return channels;
}

static void
test_arrives_in_time (Fixture *fixture, gconstpointer data)
{
  call_tap_add (fixture->tap, fixture->appsrc);
  wait_for_more (fixture);
  g_assert_cmpuint (get_channels (fixture), ==, 1);
  g_assert_cmpuint (fixture->n_untimely, ==, 0);
  call_tap_remove (fixture->tap, fixture->appsrc);
}

static gboolean
has_two_channels (gpointer user_data)
{
  return get_channels (user_data) == 2;
}

static void
test_caps_change (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstElement) filter = gst_bin_get_by_name (GST_BIN (fixture->from), "filter");
  g_autoptr (GstCaps) caps = gst_caps_from_string ("audio/x-raw,rate=48000,channels=2");

  call_tap_add (fixture->tap, fixture->appsrc);
  wait_for_more (fixture);
  g_object_set (filter, "caps", caps, NULL);
  media_wait (has_two_channels, fixture);
}

/* One that has stopped, one that never began, one that is removed twice */
static void
test_others_do_not_matter (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstElement) idle = gst_object_ref_sink (call_tap_make_appsrc (NULL));

  call_tap_add (fixture->tap, idle);
  call_tap_add (fixture->tap, fixture->appsrc);
  wait_for_more (fixture);
  media_stop (&fixture->to);
  gst_clear_object (&fixture->pad);
  make_to (fixture);
  call_tap_add (fixture->tap, fixture->appsrc);
  wait_for_more (fixture);
  call_tap_remove (fixture->tap, idle);
  call_tap_remove (fixture->tap, idle);
  wait_for_more (fixture);
  call_tap_remove (fixture->tap, fixture->appsrc);
}

/* The source is another one: who wants the buffers need not know. */
static void
test_source_changes (Fixture *fixture, gconstpointer data)
{
  call_tap_add (fixture->tap, fixture->appsrc);
  wait_for_more (fixture);
  media_stop (&fixture->from);
  make_from (fixture);
  wait_for_more (fixture);
}

static void
test_stops_while_it_is_fed (Fixture *fixture, gconstpointer data)
{
  guint threads = 0;

  for (guint i = 0; i < 50; i++) {
    call_tap_add (fixture->tap, fixture->appsrc);
    wait_for_more (fixture);
    media_stop (&fixture->to);
    call_tap_remove (fixture->tap, fixture->appsrc);
    gst_clear_object (&fixture->pad);
    make_to (fixture);
    if (i == 5)
      threads = media_count_threads ();
  }
  g_assert_cmpuint (media_count_threads (), <=, threads + 2);
}

static void
test_missing_element (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (call_pipeline_make ("no-such-element", &error));
  g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN);
  g_assert_nonnull (strstr (error->message, "no-such-element"));
}

#define ADD(path, function) \
  g_test_add ("/call/tap/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  ADD ("in-time", test_arrives_in_time);
  ADD ("caps", test_caps_change);
  ADD ("others", test_others_do_not_matter);
  ADD ("source", test_source_changes);
  ADD ("cycles", test_stops_while_it_is_fed);
  g_test_add_func ("/call/pipeline/missing", test_missing_element);
  return g_test_run ();
}
