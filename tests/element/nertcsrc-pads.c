/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pads that come and go with streams, and the pad with the sound of all. */
#include "media-fixture.h"

#include <gst/app/gstappsink.h>
#include <string.h>

/* slots=0 */

typedef struct {
  GstElement *pipeline;
  GMutex lock;
  GString *log; /* “+NAME ” when a pad comes, “.NAME ” at its EOS, “-NAME ” when it goes */
  int frames; /* atomic: at all sinks */
} Watch;

static void
note (Watch *self, char what, GstPad *pad)
{
  g_mutex_lock (&self->lock);
  g_string_append_printf (self->log, "%c%s ", what, GST_PAD_NAME (pad));
  g_mutex_unlock (&self->lock);
}

static gboolean
has_noted (Watch *self, const char *what)
{
  gboolean has;

  g_mutex_lock (&self->lock);
  has = strstr (self->log->str, what) != NULL;
  g_mutex_unlock (&self->lock);
  return has;
}

static GstPadProbeReturn
on_data (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Watch *self = user_data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    g_atomic_int_inc (&self->frames);
  else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    note (self, '.', pad);
  return GST_PAD_PROBE_OK;
}

/* As an application does it: a sink for each pad */
static void
on_pad_added (GstElement *element, GstPad *pad, Watch *self)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (sink, "sink");

  note (self, '+', pad);
  g_object_set (sink, "async", FALSE, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_data,
                     self, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  fail_unless (gst_pad_link (pad, sink_pad) == GST_PAD_LINK_OK);
}

static void
on_pad_removed (GstElement *element, GstPad *pad, Watch *self)
{
  note (self, '-', pad);
}

static void
watch_start (Watch *self, const char *description)
{
  g_autoptr (GstElement) them = NULL;

  self->pipeline = room_pipeline_new (description);
  self->log = g_string_new (NULL);
  self->frames = 0;
  g_mutex_init (&self->lock);
  them = media_get (self->pipeline, "them");
  g_signal_connect (them, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (them, "pad-removed", G_CALLBACK (on_pad_removed), self);
  room_join (self->pipeline);
}

static void
watch_end (Watch *self)
{
  room_pipeline_free (self->pipeline);
  g_string_free (self->log, TRUE);
  g_mutex_clear (&self->lock);
}

static void
await_frames (Watch *self)
{
  int wanted = g_atomic_int_get (&self->frames) + 20;

  nertc_await (g_atomic_int_get (&self->frames) >= wanted);
}

/* A pad for each track, as long as it is there */
GST_START_TEST (test_pads_come_and_go)
{
  GstElement *both, *screen;
  Watch watch;

  watch_start (&watch, MEDIA_ROOM "nertcsrc name=them slots=0");
  both = media_start (MEDIA_ROOM "uid=7 " MEDIA_CAMERA
                                 "nertcsink name=me stream-id=door " MEDIA_MICROPHONE (1000) "me.",
                      CALL_BASE);
  nertc_await (has_noted (&watch, "+audio_7/door ") && has_noted (&watch, "+video_7/door "));
  screen =
      media_start (MEDIA_ROOM "uid=a/b " MEDIA_CAMERA "nertcsink stream-id=desk", 2 * CALL_BASE);
  nertc_await (has_noted (&watch, "+video_a%2Fb/desk "));
  fail_if (has_noted (&watch, "audio_a"));
  await_frames (&watch);
  room_pipeline_free (both);
  nertc_await (has_noted (&watch, "-audio_7/door ") && has_noted (&watch, "-video_7/door "));
  fail_unless (has_noted (&watch, ".audio_7/door ") && has_noted (&watch, ".video_7/door "));
  fail_if (has_noted (&watch, "-video_a%2Fb/desk "));
  await_frames (&watch);
  gst_element_set_state (watch.pipeline, GST_STATE_READY);
  fail_unless (has_noted (&watch, "-video_a%2Fb/desk "));
  room_pipeline_free (screen);
  watch_end (&watch);
}
GST_END_TEST

/* Gone and back at once: the next pad of a name comes when the one before has gone. */
GST_START_TEST (test_pads_of_a_stream_that_comes_back)
{
  GstElement *camera =
      media_start (MEDIA_ROOM "uid=7 " MEDIA_CAMERA "nertcsink name=me stream-id=door", CALL_BASE);
  g_autoptr (GstElement) me = media_get (camera, "me");
  Watch watch;

  watch_start (&watch, MEDIA_ROOM "nertcsrc name=them slots=0");
  nertc_await (has_noted (&watch, "+video_7/door "));
  for (guint i = 0; i < 5; i++) {
    g_object_set (me, "publish", FALSE, NULL);
    g_object_set (me, "publish", TRUE, NULL);
    nertc_await (has_noted (&watch, "+video_7/door .video_7/door -video_7/door +video_7/door "));
    g_mutex_lock (&watch.lock);
    g_string_assign (watch.log, "+video_7/door ");
    g_mutex_unlock (&watch.lock);
  }
  await_frames (&watch);
  room_pipeline_free (camera);
  watch_end (&watch);
}
GST_END_TEST

/* Two streams of one member, and a filter */
GST_START_TEST (test_pads_of_one_member)
{
  GstElement *member = room_pipeline_new (
      MEDIA_ROOM "uid=7 " MEDIA_CAMERA "nertcsink stream-id=desk videotestsrc is-live=true ! "
                 "nertcsink source=screen stream-id=slides name=s " MEDIA_MICROPHONE (440) "s.");
  GstElement *other =
      room_pipeline_new (MEDIA_ROOM "uid=8 " MEDIA_CAMERA "nertcsink stream-id=door");
  Watch watch;

  room_join (member);
  room_join (other);
  watch_start (&watch, MEDIA_ROOM "nertcsrc name=them slots=0 from-uid=7 subscribe=video+"
                                  "screen+screen-audio");
  nertc_await (has_noted (&watch, "+video_7/desk ") && has_noted (&watch, "+video_7/slides ") &&
               has_noted (&watch, "+audio_7/slides "));
  await_frames (&watch);
  fail_if (has_noted (&watch, "_8/"));
  room_pipeline_free (other);
  room_pipeline_free (member);
  nertc_await (has_noted (&watch, "-video_7/desk ") && has_noted (&watch, "-audio_7/slides "));
  watch_end (&watch);
}
GST_END_TEST

/* The application says which. */
GST_START_TEST (test_pads_as_told)
{
  GstElement *camera =
      media_start (MEDIA_ROOM "uid=7 " MEDIA_CAMERA "nertcsink stream-id=door", CALL_BASE);
  g_autoptr (GstElement) them = NULL;
  Watch watch;

  watch_start (&watch, MEDIA_ROOM "nertcsrc name=them slots=0 from-uid=nobody");
  media_await_text (watch.pipeline, "stream-added", "stream-id=(string)door");
  them = media_get (watch.pipeline, "them");
  g_signal_emit_by_name (them, "subscribe", "door");
  nertc_await (has_noted (&watch, "+video_7/door "));
  await_frames (&watch);
  g_signal_emit_by_name (them, "unsubscribe", "door");
  nertc_await (has_noted (&watch, ".video_7/door -video_7/door "));
  room_pipeline_free (camera);
  watch_end (&watch);
}
GST_END_TEST

/* A track that is added to a stream gets its pad. */
GST_START_TEST (test_pad_of_a_later_track)
{
  GstElement *member = room_pipeline_new (
      MEDIA_ROOM "uid=7 nertcsink name=me stream-id=door " MEDIA_MICROPHONE (1000) "me.audio_0");
  g_autoptr (GstElement) camera = gst_parse_bin_from_description (
      "videotestsrc is-live=true ! video/x-raw,width=176,height=144", TRUE, NULL);
  g_autoptr (GstElement) me = media_get (member, "me");
  Watch watch;

  watch_start (&watch, MEDIA_ROOM "nertcsrc name=them slots=0");
  room_join (member);
  nertc_await (has_noted (&watch, "+audio_7/door "));
  await_frames (&watch);
  gst_bin_add (GST_BIN (member), gst_object_ref (camera));
  fail_unless (gst_element_link_pads (camera, "src", me, "video_%u"));
  gst_element_sync_state_with_parent (camera);
  nertc_await (has_noted (&watch, "+video_7/door "));
  await_frames (&watch);
  room_pipeline_free (member);
  nertc_await (has_noted (&watch, "-video_7/door "));
  watch_end (&watch);
}
GST_END_TEST

/* audio-mix */

#define TALKER(uid, tone) \
  "roomsignal server=%s channel=standup uid=" #uid \
  " audiotestsrc is-live=true volume=0.2 samplesperbuffer=960 freq=" #tone " ! nertcsink name=me "

static const double tones[] = { 200, 300, 400 };

typedef struct {
  GMutex lock;
  double shares[G_N_ELEMENTS (tones)]; /* of the latest piece */
  double level;
  int step; /* the largest between two samples */
  gint16 last;
  GstClockTime end;
  guint holes;
  guint samples;
} Ear;

static void
take_steps (Ear *self, GstBuffer *buffer)
{
  GstMapInfo map;
  const gint16 *samples;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  samples = (const gint16 *) map.data;
  for (guint i = 0; i < map.size / sizeof (gint16); i += 2) {
    self->step = MAX (self->step, abs (samples[i] - self->last));
    self->last = samples[i];
  }
  gst_buffer_unmap (buffer, &map);
}

static GstFlowReturn
on_sample (GstAppSink *appsink, gpointer user_data)
{
  Ear *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);
  GstBuffer *buffer = gst_sample_get_buffer (sample);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < G_N_ELEMENTS (tones); i++)
    self->shares[i] = nertc_tone_measure (sample, tones[i]);
  self->level = nertc_sound_level (sample);
  self->holes += GST_CLOCK_TIME_IS_VALID (self->end) && GST_BUFFER_PTS (buffer) != self->end;
  self->end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  self->samples++;
  take_steps (self, buffer);
  g_mutex_unlock (&self->lock);
  return GST_FLOW_OK;
}

static void
ear_listen (Ear *self, GstElement *pipeline)
{
  g_autoptr (GstElement) appsink = media_get (pipeline, "sound");
  GstAppSinkCallbacks callbacks = { .new_sample = on_sample };

  *self = (Ear){ .end = GST_CLOCK_TIME_NONE };
  g_mutex_init (&self->lock);
  gst_app_sink_set_callbacks (GST_APP_SINK (appsink), &callbacks, self, NULL);
}

/* Whether it hears those of the tones whose bit is set, and no other. */
static gboolean
hears (Ear *self, guint mask)
{
  gboolean hears = TRUE;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < G_N_ELEMENTS (tones); i++)
    hears = hears && (mask & 1 << i ? self->shares[i] > 0.2 : self->shares[i] < 0.05);
  hears = hears && (mask ? self->level > 1000 : self->level < 1);
  g_mutex_unlock (&self->lock);
  return hears;
}

/* A line of one pad hears the whole room; who comes and goes is heard without a click. */
GST_START_TEST (test_mix)
{
  const char *talkers[] = { TALKER (1, 200), TALKER (2, 300), TALKER (3, 400) };
  GstElement *listener =
      room_pipeline_new (MEDIA_ROOM "nertcsrc audio-mix=true subscribe=audio ! appsink name=sound "
                                    "sync=false");
  GstElement *members[G_N_ELEMENTS (talkers)];
  Ear ear;

  ear_listen (&ear, listener);
  room_join (listener);
  nertc_await (ear.samples > 10 && hears (&ear, 0));
  for (guint i = 0; i < G_N_ELEMENTS (talkers); i++) {
    members[i] = room_pipeline_new (talkers[i]);
    room_join (members[i]);
    nertc_await (hears (&ear, (2 << i) - 1));
  }
  for (guint i = 0; i < G_N_ELEMENTS (talkers); i++) {
    room_pipeline_free (members[i]);
    nertc_await (hears (&ear, 7 & ~((2 << i) - 1)));
  }
  room_pipeline_free (listener);
  fail_unless_equals_int (ear.holes, 0);
  /* The three together have 800; a wave of one that is cut off has 6500. */
  fail_unless (ear.step < 2500, "%d", ear.step);
  g_mutex_clear (&ear.lock);
}
GST_END_TEST

/* One slot for pictures, the sound of all; the picture goes over to who is left. */
GST_START_TEST (test_mix_beside_a_slot)
{
  GstElement *viewer = room_pipeline_new (
      MEDIA_ROOM "nertcsrc audio-mix=true name=them them.audio_0 ! appsink name=sound sync=false "
                 "them.video_0 ! " MEDIA_PICTURE);
  GstElement *one, *two;
  CallSink picture;
  Ear ear;

  ear_listen (&ear, viewer);
  call_watch (&picture, viewer, "picture", 0);
  room_join (viewer);
  one = media_start (TALKER (1, 200) MEDIA_CAMERA "me.", 1 * CALL_BASE);
  nertc_await (call_shows (&picture, 1 * CALL_BASE));
  two = media_start (TALKER (2, 300) MEDIA_CAMERA "me.", 2 * CALL_BASE);
  nertc_await (hears (&ear, 3));
  fail_unless (call_shows (&picture, 1 * CALL_BASE));
  room_pipeline_free (one);
  nertc_await (call_shows (&picture, 2 * CALL_BASE) && hears (&ear, 2));
  gst_element_set_state (viewer, GST_STATE_READY);
  room_pipeline_free (two);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
  g_mutex_clear (&ear.lock);
}
GST_END_TEST

/* A member's system sound beside the microphone: a stream of its own, to be had by itself. */
GST_START_TEST (test_auxiliary_audio)
{
  const char *lines[] = {
    MEDIA_ROOM "nertcsrc subscribe=screen-audio ! audioconvert ! audioresample ! audio/x-raw,"
               "format=S16LE,rate=48000,channels=2 ! appsink name=sound sync=false",
    MEDIA_ROOM "nertcsrc subscribe=audio ! audioconvert ! audioresample ! audio/x-raw,"
               "format=S16LE,rate=48000,channels=2 ! appsink name=sound sync=false",
    MEDIA_ROOM "nertcsrc audio-mix=true subscribe=audio+screen-audio ! appsink name=sound "
               "sync=false",
  };
  const guint masks[] = { 2, 1, 3 };
  GstElement *member = room_pipeline_new (
      TALKER (1, 200) "nertcsink source=screen name=s audiotestsrc is-live=true volume=0.2 "
                      "samplesperbuffer=960 freq=300 ! s.");

  room_join (member);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    GstElement *listener = room_pipeline_new (lines[i]);
    Ear ear;

    ear_listen (&ear, listener);
    room_join (listener);
    nertc_await (hears (&ear, masks[i]));
    room_pipeline_free (listener);
    g_mutex_clear (&ear.lock);
  }
  room_pipeline_free (member);
}
GST_END_TEST

static Suite *
nertcsrc_pads_suite (void)
{
  Suite *suite = suite_create ("nertcsrc-pads");
  TCase *tcase = tcase_create ("nertcsrc-pads");

  tcase_add_checked_fixture (tcase, call_start, room_server_free);
  tcase_set_timeout (tcase, 60);
  tcase_add_test (tcase, test_pads_come_and_go);
  tcase_add_test (tcase, test_pads_of_a_stream_that_comes_back);
  tcase_add_test (tcase, test_pads_of_one_member);
  tcase_add_test (tcase, test_pads_as_told);
  tcase_add_test (tcase, test_pad_of_a_later_track);
  tcase_add_test (tcase, test_auxiliary_audio);
  tcase_add_test (tcase, test_mix);
  tcase_add_test (tcase, test_mix_beside_a_slot);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (nertcsrc_pads)
