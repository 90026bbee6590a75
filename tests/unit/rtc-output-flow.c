/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What downstream may do to an output, and what an output makes of bad input. */
#include "rtc-drain.h"
#include "rtc.h"

#include <gst/video/video-event.h>

#define AUDIO RTC_MEDIA_AUDIO
#define VIDEO RTC_MEDIA_VIDEO

#define RAW_AUDIO "audio/x-raw, format=S16LE, layout=interleaved, rate=48000, channels=2"
#define RAW_VIDEO "video/x-raw, format=I420"
#define RGB_VIDEO "video/x-raw, format=RGB, width=320, height=240"
#define VP8 "video/x-vp8"
#define RTP "application/x-rtp"

static const char *
get_caps_name (GstSample *sample)
{
  return gst_structure_get_name (gst_caps_get_structure (gst_sample_get_caps (sample), 0));
}

static GstSample *
get_first (GPtrArray *samples)
{
  g_assert_cmpuint (samples->len, >, 0);
  return g_ptr_array_index (samples, 0);
}

static gboolean
is_delta (GstSample *sample)
{
  return GST_BUFFER_FLAG_IS_SET (gst_sample_get_buffer (sample), GST_BUFFER_FLAG_DELTA_UNIT);
}

/* Samples from now on */
static void
await_samples (RtcDrain *drain, guint count)
{
  rtc_drain_forget (drain);
  nertc_await (rtc_drain_count_samples (drain) >= count);
}

/* Formats */

static guint
find_caps (GPtrArray *samples, const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  for (guint i = 0; i < samples->len; i++) {
    if (gst_caps_is_subset (gst_sample_get_caps (g_ptr_array_index (samples, i)), caps))
      return i;
  }
  return samples->len;
}

static gboolean
has_caps (RtcDrain *drain, const char *text, guint count)
{
  g_autoptr (GPtrArray) samples = rtc_drain_get_samples (drain);

  return find_caps (samples, text) + count <= samples->len;
}

/* Every format after the other, by what the same peer takes and tells. */
static void
test_reconfigure (void)
{
  const char *formats[] = { RAW_VIDEO, VP8, RTP, RGB_VIDEO, VP8, RAW_VIDEO, RTP, RAW_VIDEO };
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, RAW_VIDEO);

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_feed (drain, TRUE);
  nertc_await (rtc_drain_count_samples (drain) > 3);
  for (guint i = 1; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (GPtrArray) samples = NULL;
    guint first;

    rtc_drain_forget (drain);
    rtc_drain_set_caps (drain, formats[i]);
    nertc_await (has_caps (drain, formats[i], 5));
    samples = rtc_drain_get_samples (drain);
    first = find_caps (samples, formats[i]);
    g_assert_false (is_delta (g_ptr_array_index (samples, first)));
    for (guint j = first; j < samples->len; j++)
      g_assert_cmpstr (get_caps_name (g_ptr_array_index (samples, j)), ==,
                       get_caps_name (g_ptr_array_index (samples, first)));
  }
}

static void
test_relinked_to_another_format (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, RAW_VIDEO);
  const char *formats[] = { VP8, RTP, RGB_VIDEO };

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_feed (drain, TRUE);
  nertc_await (rtc_drain_count_samples (drain) > 3);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (formats[i]);
    g_autoptr (GPtrArray) samples = NULL;

    rtc_drain_unlink (drain);
    rtc_drain_forget (drain);
    rtc_drain_set_caps (drain, formats[i]);
    rtc_drain_link (drain);
    nertc_await (rtc_drain_count_samples (drain) > 5);
    samples = rtc_drain_get_samples (drain);
    g_assert_true (gst_caps_is_subset (gst_sample_get_caps (get_first (samples)), caps));
    g_assert_false (is_delta (get_first (samples)));
  }
}

static void
test_nothing_fits (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, RAW_VIDEO);
  g_autoptr (GstBus) bus = gst_element_get_bus (drain->pipeline);
  g_autoptr (GstMessage) message = NULL;

  rtc_drain_set_caps (drain, "video/x-theora");
  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 10 * GST_SECOND, GST_MESSAGE_WARNING);
  g_assert_nonnull (message);
  rtc_drain_feed (drain, TRUE);
  nertc_await (drain->fed > 10);
  g_assert_cmpuint (rtc_drain_count_samples (drain), ==, 0);

  rtc_drain_set_caps (drain, RAW_VIDEO);
  nertc_await (rtc_drain_count_samples (drain) > 5);
}

static void
test_missing_decoder (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, RAW_VIDEO);
  g_autoptr (GstBus) bus = gst_element_get_bus (drain->pipeline);
  g_autoptr (GstPluginFeature) feature =
      gst_registry_find_feature (gst_registry_get (), "vp8dec", GST_TYPE_ELEMENT_FACTORY);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  nertc_await (rtc_drain_count (drain) >= 4);
  gst_registry_remove_feature (gst_registry_get (), feature);
  rtc_drain_push (drain, 0, rtc_drain_get_time (drain));
  rtc_drain_push (drain, 0, rtc_drain_get_time (drain));
  gst_registry_add_feature (gst_registry_get (), feature);
  message = gst_bus_timed_pop_filtered (bus, 10 * GST_SECOND, GST_MESSAGE_WARNING);
  g_assert_nonnull (message);
  gst_message_parse_warning (message, &error, NULL);
  g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN);
  g_assert_null (gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING));

  rtc_drain_feed (drain, TRUE);
  nertc_await (rtc_drain_count_samples (drain) > 5);
}

/* Nobody there */

static void
test_unlinked (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, NULL);

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_feed (drain, TRUE);
  nertc_await (drain->fed > 10);
  rtc_drain_link (drain);
  nertc_await (rtc_drain_count_samples (drain) > 5);
}

/* Returns: how many threads there are when those that wait half a second for new work are gone */
static guint
settle_threads (void)
{
  guint threads = nertc_count_entries ("task");
  guint steady = 0;

  while (steady < 300) {
    guint now;

    g_thread_pool_stop_unused_threads ();
    nertc_await_turn (g_get_monotonic_time (), 1, "", __FILE__, __LINE__);
    now = nertc_count_entries ("task");
    steady = now == threads ? steady + 1 : 0;
    threads = now;
  }
  return threads;
}

/* What nobody takes is not decoded. */
static void
test_unlinked_later (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, NULL);
  guint threads;

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_feed (drain, TRUE);
  nertc_await (drain->fed > 10);
  threads = settle_threads ();
  rtc_drain_link (drain);
  nertc_await (rtc_drain_count_samples (drain) > 5);
  g_assert_cmpuint (nertc_count_entries ("task"), >, threads);
  rtc_drain_unlink (drain);
  nertc_await ((g_thread_pool_stop_unused_threads (), nertc_count_entries ("task") <= threads));
  rtc_drain_link (drain);
  rtc_drain_forget (drain);
  nertc_await (rtc_drain_count_samples (drain) > 5);
}

/* Silence for somebody new begins now. */
static void
test_unlinked_audio (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (AUDIO, RAW_AUDIO);
  g_autoptr (GPtrArray) samples = NULL;
  GstClockTime linked;

  rtc_output_set_latency (drain->output, 60 * GST_MSECOND);
  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  await_samples (drain, 5);
  rtc_drain_unlink (drain);
  nertc_await (rtc_drain_get_running_time (drain) > 1500 * GST_MSECOND);
  rtc_drain_forget (drain);
  linked = rtc_drain_get_running_time (drain);
  rtc_drain_link (drain);
  nertc_await (rtc_drain_count_samples (drain) > 5);
  samples = rtc_drain_get_samples (drain);
  g_assert_cmpuint (GST_BUFFER_PTS (gst_sample_get_buffer (get_first (samples))), >=, linked);
}

/* Answers of downstream */

static void
test_flow (gconstpointer data)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, VP8);

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_feed (drain, TRUE);
  nertc_await (rtc_drain_count_samples (drain) > 3);
  rtc_drain_set_flow (drain, GPOINTER_TO_INT (data));
  await_samples (drain, 5);
  rtc_drain_set_flow (drain, GST_FLOW_OK);
  await_samples (drain, 5);
}

static void
test_flushing (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (AUDIO, RAW_AUDIO);

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  await_samples (drain, 5);
  gst_pad_set_active (drain->sink_pad, FALSE);
  rtc_drain_feed (drain, TRUE);
  nertc_await (drain->fed > 10);
  gst_pad_set_active (drain->sink_pad, TRUE);
  await_samples (drain, 5);
}

/* Frames that had to be dropped are dropped up to a key frame. */
static void
test_overflow (gconstpointer caps)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, caps);
  g_autoptr (GPtrArray) samples = NULL;
  GstClockTime last = 0;

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_feed (drain, TRUE);
  nertc_await (rtc_drain_count_samples (drain) > 3);
  rtc_drain_set_blocks (drain, TRUE);
  nertc_await (drain->fed > 45);
  rtc_drain_forget (drain);
  rtc_drain_set_blocks (drain, FALSE);
  nertc_await (rtc_drain_count_samples (drain) > 20);
  samples = rtc_drain_get_samples (drain);
  g_assert_cmpuint (samples->len, <, 45);
  for (guint i = 0; i < samples->len; i++) {
    GstSample *sample = g_ptr_array_index (samples, i);
    GstClockTime pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));

    if (last && pts > last + 100 * GST_MSECOND && g_str_equal (caps, VP8))
      g_assert_false (is_delta (sample));
    last = pts;
  }
}

/* EOS */

static gboolean
has_eos (RtcDrain *drain)
{
  g_autofree char *text = rtc_drain_describe (drain, 0);

  return g_str_has_suffix (text, "eos");
}

static void
test_eos (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (AUDIO, RAW_AUDIO);

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_feed (drain, TRUE);
  await_samples (drain, 5);
  rtc_output_send_eos (drain->output);
  nertc_await (has_eos (drain));
  rtc_output_set_stream (drain->output, "next", gst_tag_list_new_empty ());
  rtc_drain_set_caps (drain, "audio/x-opus");
  nertc_await_for ((rtc_drain_push (drain, 0, 0), drain->fed > 20), 5);
  g_assert_true (has_eos (drain));

  rtc_drain_set_state (drain, GST_STATE_READY);
  rtc_drain_forget (drain);
  gst_pad_set_active (drain->sink_pad, FALSE);
  gst_pad_set_active (drain->sink_pad, TRUE);
  rtc_drain_set_caps (drain, RAW_AUDIO);
  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  await_samples (drain, 5);
  g_assert_false (has_eos (drain));
}

static void
test_eos_while_paused (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, VP8);

  rtc_drain_set_state (drain, GST_STATE_PAUSED);
  nertc_await (rtc_drain_count (drain) == 1);
  rtc_output_send_eos (drain->output);
  nertc_await (has_eos (drain));
}

/* Streams */

static void
test_next_stream (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, VP8);
  g_autoptr (GPtrArray) items = NULL;
  g_autofree char *text = NULL;
  const char *stream_id;
  guint group_id;
  guint begin;

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_feed (drain, TRUE);
  nertc_await (rtc_drain_count_samples (drain) > 3);
  rtc_drain_feed (drain, FALSE);
  nertc_await ((rtc_drain_forget (drain), rtc_drain_count (drain) == 0));
  begin = rtc_drain_count (drain);
  rtc_output_set_stream (drain->output, "next", gst_tag_list_new (GST_TAG_TITLE, "a title", NULL));
  nertc_await (rtc_drain_count (drain) >= begin + 2);
  items = rtc_drain_get_items (drain);
  text = rtc_drain_describe (drain, 0);
  g_assert_nonnull (strstr (text, "stream-start, tag"));
  for (guint i = 0; i < items->len; i++) {
    if (GST_EVENT_TYPE (g_ptr_array_index (items, i)) != GST_EVENT_STREAM_START)
      continue;
    gst_event_parse_stream_start (g_ptr_array_index (items, i), &stream_id);
    gst_event_parse_group_id (g_ptr_array_index (items, i), &group_id);
    g_assert_cmpstr (stream_id, ==, "next");
    g_assert_cmpuint (group_id, ==, 7);
  }
  rtc_drain_feed (drain, TRUE);
  await_samples (drain, 5);
}

static void
test_next_input (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, VP8);
  g_autoptr (GPtrArray) samples = NULL;
  GstClockTime now;

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  nertc_await (rtc_drain_count (drain) >= 1);
  now = rtc_drain_get_time (drain);
  g_assert_cmpint (rtc_drain_push (drain, 0, now), ==, RTC_GATE_SWITCH);
  g_assert_cmpint (rtc_drain_push (drain, 1, now + 33 * GST_MSECOND), ==, RTC_GATE_PASS);
  rtc_output_open (drain->output, "other");
  drain->input = "other";
  g_assert_cmpint (rtc_drain_push (drain, 2, now + 34 * GST_MSECOND), ==, RTC_GATE_REQUEST);
  g_assert_cmpint (rtc_drain_push (drain, 0, now + 20 * GST_MSECOND), ==, RTC_GATE_SWITCH);
  drain->input = drain;
  g_assert_cmpint (rtc_drain_push (drain, 3, now + 66 * GST_MSECOND), ==, RTC_GATE_DROP);
  rtc_output_close (drain->output, "other");
  drain->input = "other";
  g_assert_cmpint (rtc_drain_push (drain, 0, now + 99 * GST_MSECOND), ==, RTC_GATE_DROP);
  nertc_await (rtc_drain_count_samples (drain) == 3);
  samples = rtc_drain_get_samples (drain);
  for (guint i = 1; i < samples->len; i++)
    g_assert_cmpuint (GST_BUFFER_PTS (gst_sample_get_buffer (g_ptr_array_index (samples, i))), >,
                      GST_BUFFER_PTS (gst_sample_get_buffer (g_ptr_array_index (samples, i - 1))));
}

static void
test_other_size (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, RAW_VIDEO);
  const struct {
    int width, height;
  } sizes[] = { { 320, 240 }, { 160, 120 }, { 176, 144 } };

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GPtrArray) samples = NULL;
    GstStructure *structure;
    int width, height;

    rtc_drain_feed (drain, FALSE);
    g_clear_pointer (&drain->frames, g_ptr_array_unref);
    drain->frames = nertc_encode_pictures (0, 60, sizes[i].width, sizes[i].height);
    rtc_drain_feed (drain, TRUE);
    await_samples (drain, 10);
    samples = rtc_drain_get_samples (drain);
    structure = gst_caps_get_structure (
        gst_sample_get_caps (g_ptr_array_index (samples, samples->len - 1)), 0);
    gst_structure_get_int (structure, "width", &width);
    gst_structure_get_int (structure, "height", &height);
    g_assert_cmpint (width, ==, sizes[i].width);
    g_assert_cmpint (height, ==, sizes[i].height);
  }
}

/* A frame that cannot be decoded costs the pictures up to the next key frame. */
static void
test_broken_frame (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, RAW_VIDEO);
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-vp8");

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_feed (drain, TRUE);
  nertc_await (rtc_drain_count_samples (drain) > 3);
  for (guint i = 0; i < 20; i++) {
    g_autoptr (GstBuffer) buffer = gst_buffer_new_memdup ("\x10nonsense", 9);
    g_autoptr (GstSample) sample = NULL;

    GST_BUFFER_PTS (buffer) = rtc_drain_get_time (drain);
    sample = gst_sample_new (buffer, caps, NULL, NULL);
    rtc_output_push (drain->output, drain->input, sample);
  }
  await_samples (drain, 5);
}

static void
test_key_frame_event (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, VP8);
  int requests = 0;

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  nertc_await ((requests = g_atomic_int_get (&drain->requests)) > 0);
  gst_pad_push_event (drain->sink_pad,
                      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
  g_assert_cmpint (g_atomic_int_get (&drain->requests), >, requests);
}

static void
test_unknown_events (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, VP8);

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  g_assert_false (gst_pad_push_event (
      drain->sink_pad, gst_event_new_seek (1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
                                           GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0)));
  g_assert_true (gst_pad_push_event (drain->sink_pad,
                                     gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 1, 0, GST_SECOND)));
}

/* The end */

static void
test_deactivated_while_blocked (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (AUDIO, RAW_AUDIO);

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_set_blocks (drain, TRUE);
  gst_pad_set_active (drain->sink_pad, FALSE);
  rtc_drain_set_state (drain, GST_STATE_READY);
}

static GstPadProbeReturn
on_blocked (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_atomic_int_set ((int *) user_data, TRUE);
  return GST_PAD_PROBE_OK;
}

static void
test_deactivated_while_a_probe_blocks (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (AUDIO, RAW_AUDIO);
  int blocked = FALSE;

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  gst_pad_add_probe (drain->src_pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, on_blocked, &blocked,
                     NULL);
  nertc_await (g_atomic_int_get (&blocked));
  rtc_drain_set_state (drain, GST_STATE_READY);
}

static gpointer
push_frames (gpointer data)
{
  RtcDrain *drain = data;

  for (guint i = 0; i < 600; i++)
    rtc_drain_push (drain, i % 30, g_get_monotonic_time () * 1000 + i);
  return NULL;
}

/* Frames of two threads while the state, the caps and the inputs change */
static void
test_hammer (void)
{
  RtcDrain *drain = rtc_drain_new (VIDEO, RAW_VIDEO);
  const char *formats[] = { VP8, RTP, RAW_VIDEO };
  GThread *threads[2];

  rtc_drain_push (drain, 0, 0);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("frames", push_frames, drain);
  for (guint i = 0; i < 60; i++) {
    rtc_drain_set_state (drain, GST_STATE_PLAYING);
    rtc_drain_set_caps (drain, formats[i % 3]);
    rtc_output_set_stream (drain->output, "stream", NULL);
    rtc_output_close (drain->output, drain->input);
    rtc_output_open (drain->output, drain->input);
    rtc_drain_set_state (drain, i % 2 ? GST_STATE_PAUSED : GST_STATE_READY);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  rtc_drain_free (drain);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  rtc_init ();
  g_test_add_func ("/rtc-output-flow/reconfigure", test_reconfigure);
  g_test_add_func ("/rtc-output-flow/relinked-to-another-format", test_relinked_to_another_format);
  g_test_add_func ("/rtc-output-flow/nothing-fits", test_nothing_fits);
  g_test_add_func ("/rtc-output-flow/missing-decoder", test_missing_decoder);
  g_test_add_func ("/rtc-output-flow/unlinked", test_unlinked);
  g_test_add_func ("/rtc-output-flow/unlinked-later", test_unlinked_later);
  g_test_add_func ("/rtc-output-flow/unlinked-audio", test_unlinked_audio);
  g_test_add_data_func ("/rtc-output-flow/error", GINT_TO_POINTER (GST_FLOW_ERROR), test_flow);
  g_test_add_data_func ("/rtc-output-flow/flow-eos", GINT_TO_POINTER (GST_FLOW_EOS), test_flow);
  g_test_add_data_func ("/rtc-output-flow/flow-flushing", GINT_TO_POINTER (GST_FLOW_FLUSHING),
                        test_flow);
  g_test_add_func ("/rtc-output-flow/flushing", test_flushing);
  g_test_add_data_func ("/rtc-output-flow/overflow/encoded", VP8, test_overflow);
  g_test_add_data_func ("/rtc-output-flow/overflow/raw", RAW_VIDEO, test_overflow);
  g_test_add_func ("/rtc-output-flow/eos", test_eos);
  g_test_add_func ("/rtc-output-flow/eos-while-paused", test_eos_while_paused);
  g_test_add_func ("/rtc-output-flow/next-stream", test_next_stream);
  g_test_add_func ("/rtc-output-flow/next-input", test_next_input);
  g_test_add_func ("/rtc-output-flow/other-size", test_other_size);
  g_test_add_func ("/rtc-output-flow/broken-frame", test_broken_frame);
  g_test_add_func ("/rtc-output-flow/key-frame-event", test_key_frame_event);
  g_test_add_func ("/rtc-output-flow/unknown-events", test_unknown_events);
  g_test_add_func ("/rtc-output-flow/deactivated-while-blocked", test_deactivated_while_blocked);
  g_test_add_func ("/rtc-output-flow/deactivated-while-a-probe-blocks",
                   test_deactivated_while_a_probe_blocks);
  g_test_add_func ("/rtc-output-flow/hammer", test_hammer);
  status = g_test_run ();
  gst_deinit (); /* no thread is left that a leak checker could meet */
  return status;
}
