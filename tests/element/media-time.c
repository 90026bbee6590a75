/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When media come out: sound and picture together, with any clock, and not later than they must. */
#include "media-fixture.h"

#include <gst/app/gstappsink.h>
#include <math.h>

/* A picture tells its capture time in these units; the sound changes its pitch so often. */
#define TICK (4 * GST_MSECOND)
#define PITCH_DURATION (500 * GST_MSECOND)
#define LOW 1000
#define HIGH 2500

#define CAMERA \
  "videotestsrc is-live=true name=camera ! video/x-raw,width=176,height=144,framerate=30/1 ! "
#define MICROPHONE \
  "audiotestsrc is-live=true samplesperbuffer=960 name=microphone ! " \
  "audio/x-raw,format=S16LE,rate=48000,channels=1 ! "
#define SINKS \
  "them. ! video/x-raw ! appsink name=picture sync=false " \
  "them. ! audio/x-raw,format=S16LE,rate=48000 ! appsink name=sound sync=false "

/* What is sent */

static GstPadProbeReturn
draw_time (GstPad *pad, GstPadProbeInfo *info, gpointer unused)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GstVideoInfo video;
  GstVideoFrame frame;

  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  fail_unless (gst_video_info_from_caps (&video, caps));
  fail_unless (gst_video_frame_map (&frame, &video, buffer, GST_MAP_WRITE));
  nertc_picture_draw (&frame, GST_BUFFER_PTS (buffer) / TICK);
  gst_video_frame_unmap (&frame);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
sing_time (GstPad *pad, GstPadProbeInfo *info, gpointer unused)
{
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  guint64 first = gst_util_uint64_scale_round (GST_BUFFER_PTS (buffer), 48000, GST_SECOND);
  GstMapInfo map;

  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (guint i = 0; i < map.size / 2; i++) {
    guint64 time = gst_util_uint64_scale (first + i, GST_SECOND, 48000);
    int frequency = time / PITCH_DURATION % 2 ? HIGH : LOW;

    ((gint16 *) map.data)[i] = 12000 * sin (2 * G_PI * frequency * (first + i) / 48000);
  }
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

static GstElement *
make_sender (const char *line)
{
  GstElement *pipeline = room_pipeline_new (line);
  g_autoptr (GstPad) camera = media_get_pad (pipeline, "camera", "src");
  g_autoptr (GstPad) microphone = media_get_pad (pipeline, "microphone", "src");

  gst_pad_add_probe (camera, GST_PAD_PROBE_TYPE_BUFFER, draw_time, NULL, NULL);
  gst_pad_add_probe (microphone, GST_PAD_PROBE_TYPE_BUFFER, sing_time, NULL, NULL);
  return pipeline;
}

/* What arrives */

typedef struct {
  GMutex lock;
  guint pictures;
  guint pitches;
  GstClockTimeDiff picture_shift; /* by how much the latest is later than captured */
  GstClockTimeDiff pitch_time;    /* when the latest change of pitch came out */
  int pitch;                      /* 0: not known yet */
} Ear;

static GstFlowReturn
on_picture (GstAppSink *appsink, gpointer user_data)
{
  Ear *ear = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);
  guint number = sample ? nertc_picture_read_sample (sample) : NERTC_PICTURE_NONE;

  if (number == NERTC_PICTURE_NONE)
    return GST_FLOW_OK;
  g_mutex_lock (&ear->lock);
  ear->pictures++;
  ear->picture_shift =
      GST_CLOCK_DIFF (number * TICK, GST_BUFFER_PTS (gst_sample_get_buffer (sample)));
  g_mutex_unlock (&ear->lock);
  return GST_FLOW_OK;
}

/* Listens to pieces of 5 ms. */
static void
listen (Ear *ear, GstSample *sample)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstAudioInfo info;
  gsize piece;

  fail_unless (gst_audio_info_from_caps (&info, gst_sample_get_caps (sample)));
  piece = info.rate / 200 * info.bpf;
  for (gsize at = 0; at + piece <= gst_buffer_get_size (buffer); at += piece) {
    g_autoptr (GstBuffer) part = gst_buffer_copy_region (buffer, GST_BUFFER_COPY_MEMORY, at, piece);
    g_autoptr (GstSample) heard = gst_sample_new (part, gst_sample_get_caps (sample), NULL, NULL);
    int pitch = nertc_tone_measure (heard, LOW) > 0.8    ? LOW
                : nertc_tone_measure (heard, HIGH) > 0.8 ? HIGH
                                                         : 0;

    if (pitch && ear->pitch && pitch != ear->pitch) {
      ear->pitches++;
      ear->pitch_time = GST_BUFFER_PTS (buffer) + at / info.bpf * GST_SECOND / info.rate;
    }
    if (pitch)
      ear->pitch = pitch;
  }
}

static GstFlowReturn
on_sound (GstAppSink *appsink, gpointer user_data)
{
  Ear *ear = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);

  if (!sample)
    return GST_FLOW_OK;
  g_mutex_lock (&ear->lock);
  listen (ear, sample);
  g_mutex_unlock (&ear->lock);
  return GST_FLOW_OK;
}

static GstElement *
make_receiver (Ear *ear, const char *line)
{
  GstElement *pipeline = room_pipeline_new (line);
  g_autoptr (GstElement) picture = media_get (pipeline, "picture");
  g_autoptr (GstElement) sound = media_get (pipeline, "sound");
  GstAppSinkCallbacks picture_callbacks = { .new_sample = on_picture };
  GstAppSinkCallbacks sound_callbacks = { .new_sample = on_sound };

  gst_app_sink_set_callbacks (GST_APP_SINK (picture), &picture_callbacks, ear, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sound), &sound_callbacks, ear, NULL);
  return pipeline;
}

static guint
get_pitches (Ear *ear)
{
  guint pitches;

  g_mutex_lock (&ear->lock);
  pitches = ear->pitches;
  g_mutex_unlock (&ear->lock);
  return pitches;
}

/* Returns: by how much the sound is later than the picture, in ms */
static int
get_skew (Ear *ear)
{
  GstClockTimeDiff shift;

  g_mutex_lock (&ear->lock);
  /* Which change of pitch it is is not known, but that it is not a quarter of a second off. */
  shift = ear->pitch_time - ear->picture_shift + 1000 * PITCH_DURATION + PITCH_DURATION / 2;
  g_mutex_unlock (&ear->lock);
  return (int) (shift % PITCH_DURATION / GST_MSECOND) - (int) (PITCH_DURATION / 2 / GST_MSECOND);
}

static int
get_picture_shift (Ear *ear)
{
  int shift;

  g_mutex_lock (&ear->lock);
  shift = (int) (ear->picture_shift / (gint64) GST_MSECOND);
  g_mutex_unlock (&ear->lock);
  return shift;
}

/* In sync several times in a row: a machine that is busy may be out of step for a moment. */
static void
await_sync (Ear *ear)
{
  guint in_sync = 0;
  gint64 start = g_get_monotonic_time ();

  while (in_sync < 3) {
    guint pitches = get_pitches (ear);

    while (get_pitches (ear) == pitches)
      nertc_await_turn (start, 60, "sound and picture in sync", __FILE__, __LINE__);
    GST_INFO ("the sound is %d ms later than the picture", get_skew (ear));
    in_sync = ABS (get_skew (ear)) <= 40 ? in_sync + 1 : 0;
  }
}

static void
set_clock (GstElement *pipeline, GstClockType type)
{
  g_autoptr (GstClock) clock = g_object_new (GST_TYPE_SYSTEM_CLOCK, "clock-type", type, NULL);

  gst_pipeline_use_clock (GST_PIPELINE (pipeline), clock);
}

typedef struct {
  const char *sender;
  GstClockType sender_clock;
  GstClockType receiver_clock;
} Sync;

static const Sync syncs[] = {
  { MEDIA_ROOM CAMERA "nertcsink name=me " MICROPHONE "me." },
  { MEDIA_ROOM CAMERA "vp8enc deadline=1 ! nertcsink name=me " MICROPHONE "opusenc ! me." },
  /* an encoder that takes its time */
  { MEDIA_ROOM CAMERA "queue min-threshold-time=200000000 ! nertcsink name=me " MICROPHONE "me." },
  { MEDIA_ROOM CAMERA "vp8enc deadline=1 ! queue min-threshold-time=200000000 max-size-time=0 ! "
                      "nertcsink name=me " MICROPHONE "opusenc ! me." },
  { MEDIA_ROOM CAMERA "nertcsink name=me " MICROPHONE "me.", GST_CLOCK_TYPE_REALTIME,
    GST_CLOCK_TYPE_MONOTONIC },
  { MEDIA_ROOM CAMERA "nertcsink name=me " MICROPHONE "me.", GST_CLOCK_TYPE_MONOTONIC,
    GST_CLOCK_TYPE_REALTIME },
};

GST_START_TEST (test_sync)
{
  const Sync *sync = &syncs[__i__];
  Ear ear = { .pitches = 0 };
  GstElement *sender = make_sender (sync->sender);
  GstElement *receiver = make_receiver (&ear, MEDIA_ROOM "nertcsrc name=them " SINKS);

  if (sync->sender_clock != sync->receiver_clock) {
    set_clock (sender, sync->sender_clock);
    set_clock (receiver, sync->receiver_clock);
  }
  room_join (receiver);
  room_join (sender);
  await_sync (&ear);
  room_pipeline_free (sender);
  room_pipeline_free (receiver);
}
GST_END_TEST

/* Returns: what is to be added to the shift of running times for that of the clock, in ms */
static int
get_offset (GstElement *sender, GstElement *receiver)
{
  return (int) (((gint64) gst_element_get_base_time (receiver) -
                 (gint64) gst_element_get_base_time (sender)) /
                (gint64) GST_MSECOND);
}

/* What was captured comes out with its capture time and the latency, and little more. */
static gboolean
is_delay (Ear *ear, GstElement *sender, GstElement *receiver, int min, int max)
{
  int delay = get_picture_shift (ear) + get_offset (sender, receiver);

  return delay > min && delay < max;
}

GST_START_TEST (test_delay)
{
  Ear ear = { .pitches = 0 };
  GstElement *sender = make_sender (syncs[0].sender);
  GstElement *receiver = make_receiver (&ear, MEDIA_ROOM "nertcsrc name=them latency=60 " SINKS);
  g_autoptr (GstElement) them = media_get (receiver, "them");

  room_join (receiver);
  room_join (sender);
  await_sync (&ear);
  nertc_await (is_delay (&ear, sender, receiver, 40, 140));
  g_object_set (them, "latency", 260, NULL);
  nertc_await (is_delay (&ear, sender, receiver, 240, 340));
  await_sync (&ear);
  room_pipeline_free (sender);
  room_pipeline_free (receiver);
}
GST_END_TEST

/* Sinks that follow the clock take what comes: nothing is too late for them. */

static gboolean
is_rendering (GstElement *sink, guint64 last[2])
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 now[2] = { 0, 0 };
  gboolean good;

  g_object_get (sink, "stats", &stats, NULL);
  gst_structure_get (stats, "rendered", G_TYPE_UINT64, &now[0], "dropped", G_TYPE_UINT64, &now[1],
                     NULL);
  if (now[0] + now[1] < last[0] + last[1] + 40)
    return FALSE;
  good = now[1] == last[1];
  last[0] = now[0];
  last[1] = now[1];
  return good;
}

GST_START_TEST (test_sinks_that_follow_the_clock)
{
  GstElement *sender = make_sender (syncs[0].sender);
  GstElement *receiver = room_pipeline_new (
      MEDIA_ROOM "nertcsrc name=them them. ! videoconvert ! fakevideosink name=picture "
                 "them. ! audioconvert ! fakesink sync=true max-lateness=20000000 name=sound");
  const char *names[] = { "picture", "sound" };

  room_join (receiver);
  room_join (sender);
  media_await_text (receiver, "play-state", "state=(GstNertcPlayState)playing");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GstElement) sink = media_get (receiver, names[i]);
    guint64 last[2] = { 0, 0 };

    nertc_await (is_rendering (sink, last));
  }
  room_pipeline_free (sender);
  room_pipeline_free (receiver);
}
GST_END_TEST

/* A pause, after which the pipelines have another clock */
GST_START_TEST (test_clock_changes)
{
  Ear ear = { .pitches = 0 };
  GstElement *sender = make_sender (syncs[0].sender);
  GstElement *receiver = make_receiver (&ear, MEDIA_ROOM "nertcsrc name=them " SINKS);
  GstElement *pipelines[] = { receiver, sender };

  room_join (receiver);
  room_join (sender);
  await_sync (&ear);
  for (guint i = 0; i < 2; i++) {
    gst_element_set_state (pipelines[i], GST_STATE_PAUSED);
    set_clock (pipelines[i], GST_CLOCK_TYPE_REALTIME);
    gst_element_set_state (pipelines[i], GST_STATE_PLAYING);
    await_sync (&ear);
  }
  room_pipeline_free (sender);
  room_pipeline_free (receiver);
}
GST_END_TEST

static Suite *
media_time_suite (void)
{
  Suite *suite = suite_create ("media-time");
  TCase *tcase = tcase_create ("media-time");

  tcase_add_checked_fixture (tcase, call_start, room_server_free);
  tcase_set_timeout (tcase, 60);
  tcase_add_loop_test (tcase, test_sync, 0, G_N_ELEMENTS (syncs));
  tcase_add_test (tcase, test_delay);
  tcase_add_test (tcase, test_sinks_that_follow_the_clock);
  tcase_add_test (tcase, test_clock_changes);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (media_time)
