/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is mixed of the sounds of streams, and what becomes of it when the speaker fails. The
 * speaker is an appsink. */
#include <gst/app/app.h>

#include "call-pipeline.h"
#include "call-playback.h"
#include "media-fixture.h"

/* Of audiotestsrc volume=0.5, of 32768 */
#define LOUD 16384

typedef struct {
  GstElement *pipeline;
  CallPlayback *playback;
  GError *failure;
  guint n_sources;

  /* Atomic, of the speaker's thread */
  int n_heard;
  int peak; /* of the last piece */
} Fixture;

static void
on_failed (Fixture *fixture, GError *error)
{
  g_clear_error (&fixture->failure);
  fixture->failure = g_error_copy (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->pipeline = call_pipeline_new ("call");
  gst_element_set_state (fixture->pipeline, GST_STATE_PLAYING);
  fixture->playback = call_playback_new (fixture->pipeline);
  g_signal_connect_swapped (fixture->playback, "failed", G_CALLBACK (on_failed), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  call_playback_end (fixture->playback);
  g_assert_finalize_object (fixture->playback);
  media_stop (&fixture->pipeline);
  g_clear_error (&fixture->failure);
}

static int
find_peak (GstBuffer *buffer)
{
  GstMapInfo map;
  const gint16 *samples;
  int peak = 0;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  samples = (const gint16 *) (gpointer) map.data;
  for (gsize i = 0; i < map.size / sizeof (*samples); i++)
    peak = MAX (peak, ABS (samples[i]));
  gst_buffer_unmap (buffer, &map);
  return peak;
}

static GstFlowReturn
on_heard (GstAppSink *appsink, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);

  g_atomic_int_set (&fixture->peak, find_peak (gst_sample_get_buffer (sample)));
  g_atomic_int_inc (&fixture->n_heard);
  return GST_FLOW_OK;
}

static GstElement *
make_speaker (Fixture *fixture)
{
  static const GstAppSinkCallbacks callbacks = { .new_sample = on_heard };
  GstElement *appsink = gst_element_factory_make ("appsink", NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string ("audio/x-raw,format=S16LE");

  g_object_set (appsink, "caps", caps, "async", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (appsink), (GstAppSinkCallbacks *) &callbacks, fixture,
                              NULL);
  return appsink;
}

/* Returns: (transfer none): a source in the pipeline, whose sound is an input */
static GstElement *
add_tone (Fixture *fixture, const char *id, const char *caps)
{
  /* Two of the same could cancel each other. */
  guint frequency = g_str_equal (id, "a") ? 1000 : 1300;
  g_autofree char *line =
      g_strdup_printf ("audiotestsrc is-live=true volume=0.5 freq=%u "
                       "timestamp-offset=%" G_GUINT64_FORMAT " ! capsfilter caps=%s",
                       frequency, call_pipeline_get_time (), caps);
  GstElement *source = gst_parse_bin_from_description (line, TRUE, NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");

  gst_bin_add (GST_BIN (fixture->pipeline), source);
  call_playback_add (fixture->playback, id, pad);
  gst_element_sync_state_with_parent (source);
  return source;
}

static void
remove_tone (Fixture *fixture, const char *id, GstElement *source)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");

  call_playback_remove (fixture->playback, id, pad);
  call_pipeline_take_out (source);
}

static gboolean
is_heard (gpointer user_data)
{
  return g_atomic_int_get (&((Fixture *) user_data)->n_heard) > 0;
}

static gboolean
is_loud (gpointer user_data)
{
  return ABS (g_atomic_int_get (&((Fixture *) user_data)->peak) - LOUD) < LOUD / 20;
}

static gboolean
is_half_as_loud (gpointer user_data)
{
  return ABS (g_atomic_int_get (&((Fixture *) user_data)->peak) - LOUD / 2) < LOUD / 20;
}

static gboolean
is_twice_as_loud (gpointer user_data)
{
  return g_atomic_int_get (&((Fixture *) user_data)->peak) > LOUD * 3 / 2;
}

static gboolean
is_silent (gpointer user_data)
{
  return g_atomic_int_get (&((Fixture *) user_data)->peak) == 0;
}

static void
test_volume (Fixture *fixture, gconstpointer data)
{
  GstElement *source;

  call_playback_set_sink (fixture->playback, make_speaker (fixture));
  media_wait (is_heard, fixture);
  g_assert_true (is_silent (fixture));
  source = add_tone (fixture, "a", "audio/x-raw,rate=48000,channels=1");
  media_wait (is_loud, fixture);
  call_playback_set_volume (fixture->playback, "a", 0.5, FALSE);
  media_wait (is_half_as_loud, fixture);
  call_playback_set_volume (fixture->playback, "a", 1, TRUE);
  media_wait (is_silent, fixture);
  remove_tone (fixture, "a", source);

  /* It stays known, for a stream that comes again. */
  source = add_tone (fixture, "a", "audio/x-raw,rate=8000,channels=2");
  call_playback_set_volume (fixture->playback, "b", 0.5, FALSE);
  add_tone (fixture, "b", "audio/x-raw,rate=48000,channels=2");
  media_wait (is_half_as_loud, fixture);
  call_playback_set_volume (fixture->playback, "b", 1, FALSE);
  media_wait (is_loud, fixture);
  call_playback_set_volume (fixture->playback, "a", 1, FALSE);
  media_wait (is_twice_as_loud, fixture);
}

/* One that is there but says nothing, and one that stops */
static void
test_inputs_do_not_disturb (Fixture *fixture, gconstpointer data)
{
  GstElement *idle = call_tap_make_appsrc (NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (idle, "src");
  GstElement *source;

  gst_bin_add (GST_BIN (fixture->pipeline), idle);
  gst_element_sync_state_with_parent (idle);
  call_playback_set_sink (fixture->playback, make_speaker (fixture));
  call_playback_add (fixture->playback, "idle", pad);
  source = add_tone (fixture, "a", "audio/x-raw,rate=48000,channels=2");
  media_wait (is_loud, fixture);
  gst_element_set_locked_state (source, TRUE);
  gst_element_set_state (source, GST_STATE_PAUSED);
  media_wait (is_silent, fixture);
  add_tone (fixture, "b", "audio/x-raw,rate=48000,channels=2");
  media_wait (is_loud, fixture);
  call_playback_remove (fixture->playback, "idle", NULL);
  gst_element_set_locked_state (source, FALSE);
}

static gboolean
has_failed (gpointer user_data)
{
  return ((Fixture *) user_data)->failure != NULL;
}

static void
test_speaker_fails (Fixture *fixture, gconstpointer data)
{
  GstElement *broken = gst_element_factory_make ("filesink", NULL);

  g_object_set (broken, "location", "/nonexistent/speaker", NULL);
  add_tone (fixture, "a", "audio/x-raw,rate=48000,channels=2");
  call_playback_set_sink (fixture->playback, broken);
  media_wait (has_failed, fixture);
  g_assert_cmpuint (call_playback_get_delay (fixture->playback), ==, GST_CLOCK_TIME_NONE);

  call_playback_set_sink (fixture->playback, make_speaker (fixture));
  media_wait (is_loud, fixture);
}

static gboolean
is_delay_known (gpointer user_data)
{
  return GST_CLOCK_TIME_IS_VALID (call_playback_get_delay (((Fixture *) user_data)->playback));
}

static void
test_delay (Fixture *fixture, gconstpointer data)
{
  call_playback_set_sink (fixture->playback, make_speaker (fixture));
  media_wait (is_delay_known, fixture);
  g_assert_cmpuint (call_playback_get_delay (fixture->playback), >=, 10 * GST_MSECOND);
  g_assert_cmpuint (call_playback_get_delay (fixture->playback), <, 200 * GST_MSECOND);
}

static void
test_streams_come_and_go (Fixture *fixture, gconstpointer data)
{
  guint threads = 0;
  guint files = 0;

  for (guint i = 0; i < 50; i++) {
    GstElement *source = add_tone (fixture, "a", "audio/x-raw,rate=48000,channels=2");

    call_playback_set_sink (fixture->playback, make_speaker (fixture));
    media_wait (is_loud, fixture);
    remove_tone (fixture, "a", source);
    media_wait (is_silent, fixture);
    call_pipeline_wait_stopped ();
    if (i == 10) {
      threads = media_count_threads ();
      files = media_count_files ();
    }
  }
  g_assert_cmpuint (media_count_threads (), <=, threads + 2);
  g_assert_cmpuint (media_count_files (), <=, files + 4);
}

#define ADD(path, function) \
  g_test_add ("/call/playback/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  ADD ("volume", test_volume);
  ADD ("undisturbed", test_inputs_do_not_disturb);
  ADD ("failure", test_speaker_fails);
  ADD ("delay", test_delay);
  ADD ("cycles", test_streams_come_and_go);
  return g_test_run ();
}
