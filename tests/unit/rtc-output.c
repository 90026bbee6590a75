/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How an output fills the time, and how media and the time without it go together. */
#include "rtc-drain.h"
#include "rtc.h"

#define AUDIO RTC_MEDIA_AUDIO
#define VIDEO RTC_MEDIA_VIDEO

#define RAW_AUDIO "audio/x-raw, format=S16LE, layout=interleaved, rate=48000, channels=2"
#define SMALL_RAW_VIDEO "video/x-raw, width=160, height=120"

/* What comes before any media */

typedef struct {
  RtcMedia media;
  const char *caps;
  const char *items;
} Beginning;

static const Beginning beginnings[] = {
  { AUDIO, "ANY", "stream-start, caps audio/x-raw, segment, gap" },
  { VIDEO, "ANY", "stream-start, caps video/x-raw, segment, gap" },
  { AUDIO, "audio/x-raw, rate=8000", "stream-start, caps audio/x-raw, segment, gap" },
  { VIDEO, "video/x-raw, format=RGB", "stream-start, caps video/x-raw, segment, gap" },
  { AUDIO, "audio/x-opus", "stream-start" },
  { VIDEO, "video/x-vp8", "stream-start" },
  { VIDEO, "application/x-rtp", "stream-start" },
};

static gboolean
has_come (RtcDrain *drain, const char *items)
{
  g_autofree char *come = rtc_drain_describe (drain, 0);

  return g_str_equal (come, items);
}

static void
test_beginning (gconstpointer data)
{
  const Beginning *beginning = data;
  g_autoptr (RtcDrain) drain = rtc_drain_new (beginning->media, beginning->caps);
  g_autoptr (GPtrArray) items = NULL;
  const char *stream_id;
  guint group_id;

  rtc_drain_set_state (drain, GST_STATE_PAUSED);
  nertc_await (has_come (drain, beginning->items));
  items = rtc_drain_get_items (drain);
  gst_event_parse_stream_start (g_ptr_array_index (items, 0), &stream_id);
  g_assert_cmpstr (stream_id, ==, "drain");
  g_assert_true (gst_event_parse_group_id (g_ptr_array_index (items, 0), &group_id));
  g_assert_cmpuint (group_id, ==, 7);
}

static void
test_begins_within_peer_caps (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, "video/x-raw, format=RGB, width=320");
  g_autoptr (GPtrArray) items = NULL;
  GstCaps *caps;

  rtc_drain_set_state (drain, GST_STATE_PAUSED);
  nertc_await (rtc_drain_count (drain) == 4);
  items = rtc_drain_get_items (drain);
  gst_event_parse_caps (g_ptr_array_index (items, 1), &caps);
  g_assert_true (gst_caps_is_fixed (caps));
  g_assert_true (gst_caps_is_subset (caps, drain->caps));
}

/* Nothing is due while paused, and nothing that comes is kept. */
static void
test_paused (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (AUDIO, RAW_AUDIO);

  rtc_drain_set_state (drain, GST_STATE_PAUSED);
  nertc_await (rtc_drain_count (drain) == 4);
  rtc_drain_push (drain, 0, 5 * GST_SECOND);
  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  nertc_await (rtc_drain_count_samples (drain) > 0);
  rtc_drain_set_state (drain, GST_STATE_PAUSED);
  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_set_state (drain, GST_STATE_PAUSED);
  rtc_drain_set_state (drain, GST_STATE_READY);
  rtc_drain_forget (drain);
  rtc_drain_set_state (drain, GST_STATE_PAUSED);
  nertc_await (has_come (drain, "stream-start, caps audio/x-raw, segment, gap"));
}

/* Playing is noticed, however close it follows upon a pause. */
static void
test_paused_and_playing (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (AUDIO, RAW_AUDIO);

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  for (guint i = 0; i < 100; i++) {
    for (guint j = 0; j < i % 50; j++)
      rtc_output_set_playing (drain->output, j % 2);
    rtc_output_set_playing (drain->output, TRUE);
    rtc_drain_forget (drain);
    nertc_await (rtc_drain_count_samples (drain) > 0);
    rtc_output_set_playing (drain->output, FALSE);
  }
}

/* Raw audio */

static GstClockTime
get_end (GstSample *sample)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);

  return GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
}

/* Returns: the largest distance between the end of a buffer and the next, in ns */
static GstClockTimeDiff
get_largest_break (GPtrArray *samples)
{
  GstClockTimeDiff largest = 0;

  for (guint i = 1; i < samples->len; i++) {
    GstBuffer *buffer = gst_sample_get_buffer (g_ptr_array_index (samples, i));
    GstClockTimeDiff distance =
        GST_CLOCK_DIFF (get_end (g_ptr_array_index (samples, i - 1)), GST_BUFFER_PTS (buffer));

    largest = MAX (largest, ABS (distance));
  }
  return largest;
}

static guint64
count_frames (GPtrArray *samples)
{
  guint64 frames = 0;

  for (guint i = 0; i < samples->len; i++) {
    GstSample *sample = g_ptr_array_index (samples, i);
    GstAudioInfo info;

    g_assert_true (gst_audio_info_from_caps (&info, gst_sample_get_caps (sample)));
    g_assert_cmpuint (gst_buffer_get_size (gst_sample_get_buffer (sample)) % info.bpf, ==, 0);
    frames += gst_buffer_get_size (gst_sample_get_buffer (sample)) / info.bpf;
  }
  return frames;
}

static void
assert_silent (GstSample *sample, guint8 silence)
{
  GstMapInfo map;

  g_assert_true (GST_BUFFER_FLAG_IS_SET (gst_sample_get_buffer (sample), GST_BUFFER_FLAG_GAP));
  g_assert_true (gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ));
  for (guint i = 0; i < map.size; i++)
    g_assert_cmpuint (map.data[i], ==, silence);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
}

typedef struct {
  const char *caps;
  guint rate;
  guint8 silence;
} Silence;

static const Silence silences[] = {
  { RAW_AUDIO, 48000, 0 },
  { "audio/x-raw, format=S16LE, rate=44100, channels=1", 44100, 0 },
  { "audio/x-raw, format=U8, rate=11025, channels=2", 11025, 128 },
  { "audio/x-raw, format=F32LE, rate=22050, channels=6", 22050, 0 },
};

static gboolean
is_up_to_date (RtcDrain *drain)
{
  g_autoptr (GPtrArray) samples = rtc_drain_get_samples (drain);
  GstClockTimeDiff ahead = GST_CLOCK_DIFF (rtc_drain_get_running_time (drain),
                                           get_end (g_ptr_array_index (samples, samples->len - 1)));

  return ABS (ahead) < 60 * GST_MSECOND;
}

/* As much as the time that passes, to the sample */
static void
test_silence (gconstpointer data)
{
  const Silence *silence = data;
  g_autoptr (RtcDrain) drain = rtc_drain_new (AUDIO, silence->caps);
  g_autoptr (GPtrArray) samples = NULL;
  GstClockTime begin, end;

  rtc_output_set_latency (drain->output, 60 * GST_MSECOND);
  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  nertc_await (rtc_drain_count_samples (drain) > 30);
  samples = rtc_drain_get_samples (drain);
  begin = GST_BUFFER_PTS (gst_sample_get_buffer (g_ptr_array_index (samples, 0)));
  end = get_end (g_ptr_array_index (samples, samples->len - 1));
  g_assert_cmpint (get_largest_break (samples), <=, 1);
  g_assert_cmpfloat_with_epsilon (count_frames (samples),
                                  (gdouble) (end - begin) * silence->rate / GST_SECOND, 0.5);
  for (guint i = 0; i < samples->len; i++)
    assert_silent (g_ptr_array_index (samples, i), silence->silence);
  nertc_await (is_up_to_date (drain));
}

static gboolean
is_tone (GstSample *sample)
{
  return nertc_tone_measure (sample, 440) > 0.9;
}

static guint
count_tones (RtcDrain *drain)
{
  g_autoptr (GPtrArray) samples = rtc_drain_get_samples (drain);
  guint count = 0;

  for (guint i = 0; i < samples->len; i++)
    count += is_tone (g_ptr_array_index (samples, i));
  return count;
}

static gboolean
is_silent_again (RtcDrain *drain)
{
  g_autoptr (GPtrArray) samples = rtc_drain_get_samples (drain);

  for (guint i = samples->len - 5; i < samples->len; i++) {
    if (nertc_sound_level (g_ptr_array_index (samples, i)) > 0)
      return FALSE;
  }
  return TRUE;
}

static void
test_sound_between_silence (gconstpointer data)
{
  guint latency = GPOINTER_TO_UINT (data);
  g_autoptr (RtcDrain) drain = rtc_drain_new (AUDIO, RAW_AUDIO);
  g_autoptr (GPtrArray) samples = NULL;

  rtc_output_set_latency (drain->output, latency * GST_MSECOND);
  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  nertc_await (rtc_drain_count_samples (drain) > 10);
  for (guint i = 0; i < (latency < 1000 ? 2 : 1); i++) {
    guint tones = count_tones (drain);

    rtc_drain_feed (drain, TRUE);
    nertc_await (count_tones (drain) > tones + 10);
    rtc_drain_feed (drain, FALSE);
    nertc_await (is_silent_again (drain));
  }
  samples = rtc_drain_get_samples (drain);
  g_assert_cmpint (get_largest_break (samples), <=, 30 * GST_MSECOND);
}

/* What comes is stamped with its running time and the latency. */
static void
test_latency (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, SMALL_RAW_VIDEO);
  g_autoptr (GPtrArray) samples = NULL;
  GstClockTime begin;

  rtc_output_set_latency (drain->output, 100 * GST_MSECOND);
  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  nertc_await (g_atomic_int_get (&drain->requests) > 0);
  rtc_drain_feed (drain, TRUE);
  begin = drain->feed_pts - gst_element_get_base_time (drain->element);
  nertc_await (rtc_drain_count_samples (drain) > 5);
  samples = rtc_drain_get_samples (drain);
  for (guint i = 0; i < samples->len; i++) {
    guint number = nertc_picture_read_sample (g_ptr_array_index (samples, i));

    g_assert_cmpuint (GST_BUFFER_PTS (gst_sample_get_buffer (g_ptr_array_index (samples, i))), ==,
                      begin + number * drain->frame_duration + 100 * GST_MSECOND);
  }
}

static void
test_latency_query (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (AUDIO, RAW_AUDIO);
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  GstClockTime min, max;
  gboolean live;

  rtc_output_set_latency (drain->output, 300 * GST_MSECOND);
  g_assert_true (gst_pad_peer_query (drain->sink_pad, query));
  gst_query_parse_latency (query, &live, &min, &max);
  g_assert_true (live);
  g_assert_cmpuint (min, ==, 0);
  g_assert_cmpuint (max, ==, GST_CLOCK_TIME_NONE);
}

/* Sound that overlaps what was sent is cut, what is older is dropped. */
static void
test_overlap (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (AUDIO, RAW_AUDIO);
  g_autoptr (GPtrArray) samples = NULL;
  GstClockTime now;

  rtc_output_set_latency (drain->output, 60 * GST_MSECOND);
  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_feed (drain, TRUE);
  nertc_await (count_tones (drain) > 10);
  now = rtc_drain_get_time (drain);
  for (guint i = 0; i < 10; i++)
    rtc_drain_push (drain, i, now - 500 * GST_MSECOND + i * 20 * GST_MSECOND);
  for (guint i = 0; i < 10; i++)
    rtc_drain_push (drain, i, now - 50 * GST_MSECOND + i * 7 * GST_MSECOND);
  nertc_await (count_tones (drain) > 25);
  samples = rtc_drain_get_samples (drain);
  g_assert_cmpint (get_largest_break (samples), <=, 30 * GST_MSECOND);
}

/* Encoded audio has no silence of its own; the time is told by GAPs. */
static void
test_encoded_audio (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (AUDIO, "audio/x-opus");
  g_autoptr (GPtrArray) samples = NULL;

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  nertc_await (has_come (drain, "stream-start"));
  rtc_drain_feed (drain, TRUE);
  nertc_await (rtc_drain_count_samples (drain) > 10);
  samples = rtc_drain_get_samples (drain);
  for (guint i = 0; i < samples->len; i++)
    g_assert_cmpstr (gst_structure_get_name (gst_caps_get_structure (
                         gst_sample_get_caps (g_ptr_array_index (samples, i)), 0)),
                     ==, "audio/x-opus");
}

/* Video */

static guint
count_gaps (RtcDrain *drain)
{
  g_autoptr (GPtrArray) items = rtc_drain_get_items (drain);
  guint count = 0;

  for (guint i = 0; i < items->len; i++) {
    gpointer item = g_ptr_array_index (items, i);

    count += GST_IS_EVENT (item) && GST_EVENT_TYPE (item) == GST_EVENT_GAP;
  }
  return count;
}

/*
 * The time that the items tell of goes on: nothing is told twice. A picture may come into a gap
 * that was told of already, when the machine is so busy that it is late.
 */
static void
assert_time_goes_on (RtcDrain *drain)
{
  g_autoptr (GPtrArray) items = rtc_drain_get_items (drain);
  GstClockTime late_max = nertc_get_patience () * 150 * GST_MSECOND;
  GstClockTime end = 0;

  for (guint i = 0; i < items->len; i++) {
    gpointer item = g_ptr_array_index (items, i);
    GstClockTime time, duration = 0;

    if (GST_IS_SAMPLE (item))
      time = GST_BUFFER_PTS (gst_sample_get_buffer (item));
    else if (GST_EVENT_TYPE (item) == GST_EVENT_GAP)
      gst_event_parse_gap (item, &time, &duration);
    else
      continue;
    g_assert_cmpuint (time + (GST_IS_SAMPLE (item) ? late_max : 0), >=, end);
    end = time + (GST_CLOCK_TIME_IS_VALID (duration) ? duration : 0);
  }
}

static void
test_gaps (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, "video/x-raw");

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  nertc_await (count_gaps (drain) >= 4);
  g_assert_cmpuint (rtc_drain_get_running_time (drain), >, 500 * GST_MSECOND);
  assert_time_goes_on (drain);
}

/* A picture twice a second: the gaps between do not run ahead of it. */
static void
test_slow_pictures (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, SMALL_RAW_VIDEO);

  rtc_output_set_latency (drain->output, 60 * GST_MSECOND);
  drain->frame_duration = 450 * GST_MSECOND;
  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  nertc_await (count_gaps (drain) >= 2);
  rtc_drain_feed (drain, TRUE);
  nertc_await (rtc_drain_count_samples (drain) >= 3);
  rtc_drain_feed (drain, FALSE);
  nertc_await (count_gaps (drain) >= 6);
  assert_time_goes_on (drain);
}

static void
test_pictures (void)
{
  g_autoptr (RtcDrain) drain = rtc_drain_new (VIDEO, SMALL_RAW_VIDEO);
  g_autoptr (GPtrArray) samples = NULL;

  rtc_drain_set_state (drain, GST_STATE_PLAYING);
  rtc_drain_feed (drain, TRUE);
  nertc_await (rtc_drain_count_samples (drain) > 20);
  samples = rtc_drain_get_samples (drain);
  for (guint i = 0; i < samples->len; i++)
    g_assert_cmpuint (nertc_picture_read_sample (g_ptr_array_index (samples, i)), ==, i);
}

static void
add_tests (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++) {
    g_autofree char *path = g_strdup_printf ("/rtc-output/beginning/%u", i);

    g_test_add_data_func (path, &beginnings[i], test_beginning);
  }
  for (guint i = 0; i < G_N_ELEMENTS (silences); i++) {
    g_autofree char *path = g_strdup_printf ("/rtc-output/silence/%u", silences[i].rate);

    g_test_add_data_func (path, &silences[i], test_silence);
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  rtc_init ();
  add_tests ();
  g_test_add_func ("/rtc-output/begins-within-peer-caps", test_begins_within_peer_caps);
  g_test_add_func ("/rtc-output/paused", test_paused);
  g_test_add_func ("/rtc-output/paused-and-playing", test_paused_and_playing);
  g_test_add_data_func ("/rtc-output/sound-between-silence/0", GUINT_TO_POINTER (0),
                        test_sound_between_silence);
  g_test_add_data_func ("/rtc-output/sound-between-silence/60", GUINT_TO_POINTER (60),
                        test_sound_between_silence);
  g_test_add_data_func ("/rtc-output/sound-between-silence/1200", GUINT_TO_POINTER (1200),
                        test_sound_between_silence);
  g_test_add_func ("/rtc-output/latency", test_latency);
  g_test_add_func ("/rtc-output/latency-query", test_latency_query);
  g_test_add_func ("/rtc-output/overlap", test_overlap);
  g_test_add_func ("/rtc-output/encoded-audio", test_encoded_audio);
  g_test_add_func ("/rtc-output/gaps", test_gaps);
  g_test_add_func ("/rtc-output/slow-pictures", test_slow_pictures);
  g_test_add_func ("/rtc-output/pictures", test_pictures);
  status = g_test_run ();
  gst_deinit (); /* no thread is left that a leak checker could meet */
  return status;
}
