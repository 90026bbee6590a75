/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Transports that replace each other while their stream plays: nothing of it is lost. */
#include "media-fixture.h"

#include <gst/app/gstappsink.h>
#include <math.h>

/* The sound of a sender that says which piece it is, and where it comes out */
#define NUMBERED_SOUND \
  "audiotestsrc is-live=true samplesperbuffer=960 ! opusenc name=opus ! nertcsink name=me "
#define FRAMES_OUT "audio/x-opus ! appsink name=frames sync=false "
#define CAMERA_BRANCH \
  "videotestsrc is-live=true ! video/x-raw,width=176,height=144,framerate=30/1 ! " \
  "identity name=camera ! vp8enc deadline=1 cpu-used=8"

/* Not so that 20 ms are whole periods: a piece that is missing or comes twice is a click. */
#define FREQUENCY 1025
/* How much the next sample of a tone differs from what the two before it tell. A click is several
 * times that, what Opus adds a fraction. */
#define CLICK 6000

/* Connections of a room, counted on its thread */
typedef struct {
  GMutex lock;
  guint opened;
  guint open;
  guint most;    /* open at a time */
  guint failing; /* so many of the next are reported as failed at once */
} Connections;

static void
on_closed (NertcTransport *transport, NertcCloseReason reason, Connections *self)
{
  g_mutex_lock (&self->lock);
  self->open--;
  g_mutex_unlock (&self->lock);
}

static void
on_opened (NertcRoom *room, NertcTransport *transport, Connections *self)
{
  gboolean fails;

  g_signal_connect (transport, "closed", G_CALLBACK (on_closed), self);
  g_mutex_lock (&self->lock);
  self->opened++;
  self->open++;
  self->most = MAX (self->most, self->open);
  fails = self->failing > 0;
  if (fails)
    self->failing--;
  g_mutex_unlock (&self->lock);
  if (fails)
    nertc_transport_report_failed (transport, NERTC_FAILURE_MEDIA, "as the test wants it");
}

static void
connections_watch (Connections *self, GstElement *pipeline)
{
  g_autoptr (GstElement) signal = media_get (pipeline, "room");
  g_autoptr (NertcRoom) room = NULL;

  *self = (Connections){ 0 };
  g_mutex_init (&self->lock);
  g_object_get (signal, "room", &room, NULL);
  g_signal_connect (room, "transport-opened", G_CALLBACK (on_opened), self);
}

static guint
connections_get (Connections *self, const guint *field)
{
  guint value;

  g_mutex_lock (&self->lock);
  value = *field;
  g_mutex_unlock (&self->lock);
  return value;
}

#define GET(connections, field) connections_get (connections, &(connections)->field)

static void
connections_fail_next (Connections *self, guint count)
{
  g_mutex_lock (&self->lock);
  self->failing = count;
  g_mutex_unlock (&self->lock);
}

/* Numbered frames */

typedef struct {
  GMutex lock;
  gboolean pictures;
  guint32 first;
  guint32 last;
  guint count;
  guint lost;
  guint repeated;
  GstClockTime last_pts;
  GstClockTime largest_gap; /* in media time */
} Frames;

static GstPadProbeReturn
number_frame (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  guint32 *next = user_data;
  GstBuffer *old = GST_PAD_PROBE_INFO_BUFFER (info);
  GstBuffer *frame = nertc_make_opus ((*next)++);

  gst_buffer_copy_into (frame, old, GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
  GST_PAD_PROBE_INFO_DATA (info) = frame;
  gst_buffer_unref (old);
  return GST_PAD_PROBE_OK;
}

static void
take_frame (Frames *self, guint32 number, GstClockTime pts)
{
  if (self->count++ == 0) {
    self->first = number;
  } else if (number <= self->last) {
    self->repeated++;
  } else {
    self->lost += number - self->last - 1;
    self->largest_gap = MAX (self->largest_gap, pts - self->last_pts);
  }
  self->last = number;
  self->last_pts = pts;
}

static GstFlowReturn
on_frame (GstAppSink *appsink, gpointer user_data)
{
  Frames *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);
  GstBuffer *buffer = sample ? gst_sample_get_buffer (sample) : NULL;

  if (!sample)
    return GST_FLOW_OK;
  g_mutex_lock (&self->lock);
  take_frame (self, self->pictures ? nertc_picture_read_sample (sample) : nertc_read_opus (buffer),
              GST_BUFFER_PTS (buffer));
  g_mutex_unlock (&self->lock);
  return GST_FLOW_OK;
}

/* @name: of the appsink; @pictures: whether coded pictures come, not numbered sound */
static void
frames_watch (Frames *self, GstElement *pipeline, const char *name, gboolean pictures)
{
  g_autoptr (GstElement) appsink = media_get (pipeline, name);
  GstAppSinkCallbacks callbacks = { .new_sample = on_frame };

  *self = (Frames){ .pictures = pictures };
  g_mutex_init (&self->lock);
  gst_app_sink_set_callbacks (GST_APP_SINK (appsink), &callbacks, self, NULL);
}

static guint
frames_count (Frames *self)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = self->count;
  g_mutex_unlock (&self->lock);
  return count;
}

static void
frames_await_more (Frames *self, guint more)
{
  guint count = frames_count (self) + more;

  nertc_await (frames_count (self) >= count);
}

/* A gap is a frame that is missing. The timestamps of a receiver follow its machine's moods. */
static void
frames_check (Frames *self)
{
  g_mutex_lock (&self->lock);
  fail_unless_equals_int (self->lost, 0);
  fail_unless_equals_int (self->repeated, 0);
  fail_unless_equals_int (self->last - self->first + 1, self->count);
  GST_INFO ("%u frames, largest gap %" GST_TIME_FORMAT, self->count,
            GST_TIME_ARGS (self->largest_gap));
  g_mutex_unlock (&self->lock);
}

static void
remove_branch (GstElement *pipeline, GstElement *branch, GstElement *me, GstPad *pad)
{
  gst_element_set_locked_state (branch, TRUE);
  gst_element_set_state (branch, GST_STATE_NULL);
  gst_element_release_request_pad (me, pad);
  gst_object_unref (pad);
  gst_bin_remove (GST_BIN (pipeline), branch);
}

/* A sender with numbered sound, to which a camera is added and taken away */

typedef struct {
  GstElement *pipeline;
  GstElement *me;
  GstElement *camera; /* (nullable) */
  GstPad *pad;
  guint32 next; /* piece of sound */
} Sender;

/* @line: with a camera, or one is added later */
static void
sender_start_with (Sender *self, const char *line)
{
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstElement) camera = NULL;

  *self = (Sender){ .pipeline = room_pipeline_new (line) };
  camera = gst_bin_get_by_name (GST_BIN (self->pipeline), "camera");
  if (camera)
    call_code_pictures (self->pipeline, "camera", CALL_BASE);
  pad = media_get_pad (self->pipeline, "opus", "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, number_frame, &self->next, NULL);
  self->me = media_get (self->pipeline, "me");
  room_join (self->pipeline);
}

static void
sender_start (Sender *self)
{
  sender_start_with (self, MEDIA_ROOM "name=room uid=alice " NUMBERED_SOUND);
}

static void
sender_add_camera (Sender *self, guint base)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstPad) src_pad = NULL;

  self->camera = gst_parse_bin_from_description (CAMERA_BRANCH, TRUE, &error);
  fail_unless (self->camera && !error);
  call_code_pictures (self->camera, "camera", base);
  gst_bin_add (GST_BIN (self->pipeline), self->camera);
  self->pad = gst_element_request_pad_simple (self->me, "video_0");
  fail_unless (self->pad != NULL);
  src_pad = gst_element_get_static_pad (self->camera, "src");
  fail_unless_equals_int (gst_pad_link (src_pad, self->pad), GST_PAD_LINK_OK);
  gst_element_sync_state_with_parent (self->camera);
}

static void
sender_remove_camera (Sender *self)
{
  remove_branch (self->pipeline, self->camera, self->me, g_steal_pointer (&self->pad));
  self->camera = NULL;
}

static void
sender_stop (Sender *self)
{
  g_clear_object (&self->pad);
  g_clear_object (&self->me);
  room_pipeline_free (self->pipeline);
}

typedef struct {
  GstElement *pipeline;
  Connections connections;
  Frames frames;
  CallSink picture;
} Receiver;

static void
receiver_start (Receiver *self)
{
  self->pipeline = room_pipeline_new (MEDIA_ROOM "name=room nertcsrc name=them them. ! " FRAMES_OUT
                                                 "them. ! " MEDIA_PICTURE);
  connections_watch (&self->connections, self->pipeline);
  frames_watch (&self->frames, self->pipeline, "frames", FALSE);
  call_watch (&self->picture, self->pipeline, "picture", 0);
  room_join (self->pipeline);
}

static void
receiver_stop (Receiver *self)
{
  room_pipeline_free (self->pipeline);
  room_await_rooms (0);
  g_mutex_clear (&self->connections.lock);
  g_mutex_clear (&self->frames.lock);
  call_unwatch (&self->picture);
}

/* Waits until a successor has taken over. @before: how many connections there were */
static void
await_takeover (Connections *self, guint before)
{
  nertc_await (GET (self, opened) > before && GET (self, open) == 1);
}

/* A camera comes and goes: sound goes on, and each piece of it comes out once. */
GST_START_TEST (test_a_track_comes_and_goes)
{
  Receiver receiver;
  Sender sender;

  receiver_start (&receiver);
  sender_start (&sender);
  frames_await_more (&receiver.frames, 10);
  for (guint i = 1; i <= 3; i++) {
    guint before = GET (&receiver.connections, opened);

    sender_add_camera (&sender, i * CALL_BASE);
    nertc_await (call_shows (&receiver.picture, i * CALL_BASE));
    await_takeover (&receiver.connections, before);
    media_await_text (receiver.pipeline, "play-state", "audio=(boolean)true, video=(boolean)true");
    before = GET (&receiver.connections, opened);
    sender_remove_camera (&sender);
    await_takeover (&receiver.connections, before);
    frames_await_more (&receiver.frames, 10);
  }
  room_await_text (sender.pipeline, "publish-state", "audio=(boolean)true, video=(boolean)false");
  sender_stop (&sender);
  fail_unless_equals_int (GET (&receiver.connections, most), 2);
  frames_check (&receiver.frames);
  call_check_pictures (&receiver.picture);
  receiver_stop (&receiver);
}
GST_END_TEST

/* A pad for each track: that of the sound knows nothing of the other. */

typedef struct {
  Receiver receiver;
  int pads; /* atomic: of pictures */
} Pads;

static void
on_pad_added (GstElement *them, GstPad *pad, Pads *self)
{
  gboolean is_sound = g_str_has_prefix (GST_PAD_NAME (pad), "audio_");
  g_autoptr (GstElement) sink = is_sound
                                    ? media_get (self->receiver.pipeline, "frames")
                                    : gst_object_ref (gst_element_factory_make ("fakesink", NULL));
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (sink, "sink");

  if (!is_sound) {
    g_object_set (sink, "async", FALSE, NULL);
    gst_bin_add (GST_BIN (self->receiver.pipeline), sink);
    gst_element_sync_state_with_parent (sink);
    g_atomic_int_inc (&self->pads);
  }
  fail_unless_equals_int (gst_pad_link (pad, sink_pad), GST_PAD_LINK_OK);
}

static void
on_pad_removed (GstElement *them, GstPad *pad, Pads *self)
{
  g_atomic_int_dec_and_test (&self->pads);
}

GST_START_TEST (test_pads_come_and_go)
{
  Pads self = { .pads = 0 };
  Receiver *receiver = &self.receiver;
  g_autoptr (GstElement) them = NULL;
  Sender sender;

  receiver->pipeline =
      room_pipeline_new (MEDIA_ROOM "name=room nertcsrc name=them slots=0 appsink name=frames "
                                    "caps=audio/x-opus sync=false async=false");
  them = media_get (receiver->pipeline, "them");
  g_signal_connect (them, "pad-added", G_CALLBACK (on_pad_added), &self);
  connections_watch (&receiver->connections, receiver->pipeline);
  frames_watch (&receiver->frames, receiver->pipeline, "frames", FALSE);
  room_join (receiver->pipeline);
  sender_start (&sender);
  frames_await_more (&receiver->frames, 10);
  g_signal_connect (them, "pad-removed", G_CALLBACK (on_pad_removed), &self);
  for (guint i = 0; i < 2; i++) {
    guint before = GET (&receiver->connections, opened);

    sender_add_camera (&sender, CALL_BASE);
    nertc_await (g_atomic_int_get (&self.pads) == 1);
    await_takeover (&receiver->connections, before);
    before = GET (&receiver->connections, opened);
    sender_remove_camera (&sender);
    nertc_await (g_atomic_int_get (&self.pads) == 0);
    await_takeover (&receiver->connections, before);
  }
  frames_await_more (&receiver->frames, 10);
  frames_check (&receiver->frames);
  g_signal_handlers_disconnect_by_data (them, &self);
  sender_stop (&sender);
  room_pipeline_free (receiver->pipeline);
  g_clear_object (&them);
  room_await_rooms (0);
  g_mutex_clear (&receiver->connections.lock);
  g_mutex_clear (&receiver->frames.lock);
}
GST_END_TEST

static GstElement *
add_microphone (GstElement *pipeline, GstElement *me, GstPad **pad)
{
  GstElement *branch = gst_parse_bin_from_description (
      "audiotestsrc is-live=true samplesperbuffer=960 ! opusenc", TRUE, NULL);
  g_autoptr (GstPad) src_pad = gst_element_get_static_pad (branch, "src");

  gst_bin_add (GST_BIN (pipeline), branch);
  *pad = gst_element_request_pad_simple (me, "audio_0");
  fail_unless_equals_int (gst_pad_link (src_pad, *pad), GST_PAD_LINK_OK);
  gst_element_sync_state_with_parent (branch);
  return branch;
}

/* Sound comes and goes: every picture comes out, and once. */
GST_START_TEST (test_sound_comes_and_goes)
{
  GstElement *receiver =
      room_pipeline_new (MEDIA_ROOM "name=room nertcsrc name=them them. ! " MEDIA_PICTURE
                                    "them. ! audio/x-raw ! fakesink async=false");
  GstElement *sender;
  g_autoptr (GstElement) me = NULL;
  Connections connections;
  Frames pictures;

  connections_watch (&connections, receiver);
  frames_watch (&pictures, receiver, "picture", TRUE);
  room_join (receiver);
  sender = media_start (MEDIA_ROOM MEDIA_CAMERA "vp8enc deadline=1 cpu-used=8 ! nertcsink name=me",
                        CALL_BASE);
  me = media_get (sender, "me");
  frames_await_more (&pictures, 10);
  for (guint i = 0; i < 2; i++) {
    guint before = GET (&connections, opened);
    GstPad *pad;
    GstElement *branch = add_microphone (sender, me, &pad);

    await_takeover (&connections, before);
    before = GET (&connections, opened);
    remove_branch (sender, branch, me, pad);
    await_takeover (&connections, before);
    frames_await_more (&pictures, 10);
  }
  room_pipeline_free (sender);
  room_pipeline_free (receiver);
  room_await_rooms (0);
  frames_check (&pictures);
  g_mutex_clear (&connections.lock);
  g_mutex_clear (&pictures.lock);
}
GST_END_TEST

/* The picture gets another codec and back: each piece of the sound comes out once. */
GST_START_TEST (test_a_codec_changes)
{
  static const char *const codecs[] = { "H264", "VP8" };
  Receiver receiver;
  Sender sender;

  receiver_start (&receiver);
  sender_start_with (&sender, MEDIA_ROOM "name=room uid=alice " NUMBERED_SOUND MEDIA_CAMERA "me.");
  nertc_await (call_shows (&receiver.picture, CALL_BASE));
  frames_await_more (&receiver.frames, 10);
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    guint before = GET (&receiver.connections, opened);
    guint picture;

    g_object_set (sender.me, "video-codecs", codecs[i], NULL);
    await_takeover (&receiver.connections, before);
    picture = call_get_picture (&receiver.picture);
    nertc_await (call_get_picture (&receiver.picture) > picture + 10);
  }
  sender_stop (&sender);
  fail_unless_equals_int (GET (&receiver.connections, most), 2);
  frames_check (&receiver.frames);
  fail_unless_equals_int (receiver.picture.unreadable, 0);
  receiver_stop (&receiver);
}
GST_END_TEST

/* Successors fail: the old connection goes on until one comes that does not. */
GST_START_TEST (test_successors_fail)
{
  Receiver receiver;
  Sender sender;

  receiver_start (&receiver);
  sender_start (&sender);
  frames_await_more (&receiver.frames, 10);
  connections_fail_next (&receiver.connections, 2);
  sender_add_camera (&sender, CALL_BASE);
  nertc_await (call_shows (&receiver.picture, CALL_BASE));
  await_takeover (&receiver.connections, 3);
  frames_await_more (&receiver.frames, 10);
  fail_unless_equals_int (GET (&receiver.connections, most), 2);
  sender_stop (&sender);
  frames_check (&receiver.frames);
  call_check_pictures (&receiver.picture);
  receiver_stop (&receiver);
}
GST_END_TEST

/* The server is restarted amidst: what plays goes on, and in the end one connection is left. */
GST_START_TEST (test_server_restarts_amidst)
{
  Receiver receiver;
  Sender sender;

  receiver_start (&receiver);
  sender_start (&sender);
  frames_await_more (&receiver.frames, 10);
  sender_add_camera (&sender, CALL_BASE);
  nertc_await (GET (&receiver.connections, opened) == 2);
  nertc_test_server_stop (room_server);
  room_await_state (receiver.pipeline, "reconnecting");
  nertc_test_server_start (room_server);
  nertc_await (call_shows (&receiver.picture, CALL_BASE));
  await_takeover (&receiver.connections, 2);
  frames_await_more (&receiver.frames, 10);
  sender_stop (&sender);
  frames_check (&receiver.frames);
  call_check_pictures (&receiver.picture);
  receiver_stop (&receiver);
}
GST_END_TEST

/* A stream that has nothing of use any more gives its slot to another, until it has again. */
GST_START_TEST (test_slot_takes_another)
{
  GstElement *viewer =
      room_pipeline_new (MEDIA_ROOM "nertcsrc name=them subscribe=video ! " MEDIA_PICTURE);
  GstElement *other;
  CallSink picture;
  Sender sender;

  call_watch (&picture, viewer, "picture", 0);
  room_join (viewer);
  sender_start (&sender);
  sender_add_camera (&sender, 1 * CALL_BASE);
  nertc_await (call_shows (&picture, 1 * CALL_BASE));
  other = media_start (MEDIA_ROOM MEDIA_CAMERA "nertcsink", 2 * CALL_BASE);
  sender_remove_camera (&sender);
  nertc_await (call_shows (&picture, 2 * CALL_BASE));
  room_pipeline_free (other);
  sender_add_camera (&sender, 3 * CALL_BASE);
  nertc_await (call_shows (&picture, 3 * CALL_BASE));
  sender_stop (&sender);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

static void
leave_amidst (void)
{
  Receiver receiver;
  Sender sender;
  Connections sent;

  sender_start (&sender);
  connections_watch (&sent, sender.pipeline);
  receiver_start (&receiver);
  frames_await_more (&receiver.frames, 3);
  sender_add_camera (&sender, CALL_BASE);
  nertc_await (GET (&receiver.connections, opened) == 2);
  room_pipeline_free (receiver.pipeline);
  if (!g_getenv ("NERTC_TEST_MEDIA")) /* what goes to a media server does not depend on receivers */
    nertc_await (GET (&sent, opened) == 2 && GET (&sent, open) == 0);
  sender_stop (&sender);
  room_await_rooms (0);
  g_mutex_clear (&sent.lock);
  g_mutex_clear (&receiver.connections.lock);
  g_mutex_clear (&receiver.frames.lock);
  call_unwatch (&receiver.picture);
}

/* A receiver leaves while its connection is being replaced: nothing of either stays. */
GST_START_TEST (test_leaving_amidst)
{
  guint threads, files;

  room_warm_up ();
  leave_amidst ();
  threads = room_count_threads ();
  files = room_count_files ();
  for (guint i = 0; i < 2; i++)
    leave_amidst ();
  nertc_await (room_count_threads () <= threads && room_count_files () <= files);
}
GST_END_TEST

/* Sound as it is heard */

typedef struct {
  GMutex lock;
  gboolean listening;
  guint samples;
  int before[2];
  double largest; /* difference between a sample and what the two before it tell */
} Ear;

static void
listen (Ear *self, GstSample *sample)
{
  double factor = 2 * cos (2 * G_PI * FREQUENCY / 48000);
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size / sizeof (gint16); i++) {
    int now = ((const gint16 *) (const void *) map.data)[i];
    double difference = fabs (now - (factor * self->before[1] - self->before[0]));

    if (self->listening)
      self->largest = MAX (self->largest, difference);
    self->before[0] = self->before[1];
    self->before[1] = now;
    self->samples++;
  }
  gst_buffer_unmap (buffer, &map);
}

static GstFlowReturn
on_sound (GstAppSink *appsink, gpointer user_data)
{
  Ear *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);

  if (!sample)
    return GST_FLOW_OK;
  g_mutex_lock (&self->lock);
  listen (self, sample);
  g_mutex_unlock (&self->lock);
  return GST_FLOW_OK;
}

static void
ear_listen (Ear *self, gboolean listening)
{
  g_mutex_lock (&self->lock);
  self->listening = listening;
  self->samples = 0;
  g_mutex_unlock (&self->lock);
}

static gboolean
ear_has_heard (Ear *self, guint seconds)
{
  gboolean has;

  g_mutex_lock (&self->lock);
  has = self->samples >= seconds * 48000;
  g_mutex_unlock (&self->lock);
  return has;
}

/* One decoder hears the sound of all connections as one. The latency gives a slow machine time. */
GST_START_TEST (test_no_click)
{
  GstElement *receiver = room_pipeline_new (
      MEDIA_ROOM "name=room nertcsrc name=them subscribe=audio+video latency=500 them. ! "
                 "audio/x-raw,format=S16LE,rate=48000,channels=1 ! appsink name=sound sync=false "
                 "them. ! fakesink async=false");
  g_autoptr (GstElement) appsink = media_get (receiver, "sound");
  GstAppSinkCallbacks callbacks = { .new_sample = on_sound };
  Connections connections;
  Ear ear = { 0 };
  Sender sender = {
    .pipeline = room_pipeline_new (MEDIA_ROOM MEDIA_MICROPHONE (1025) "nertcsink name=me"),
  };

  g_mutex_init (&ear.lock);
  gst_app_sink_set_callbacks (GST_APP_SINK (appsink), &callbacks, &ear, NULL);
  connections_watch (&connections, receiver);
  sender.me = media_get (sender.pipeline, "me");
  room_join (receiver);
  room_join (sender.pipeline);
  media_await_text (receiver, "play-state", "state=(GstNertcPlayState)playing");
  ear_listen (&ear, FALSE);
  nertc_await (ear_has_heard (&ear, 2));
  ear_listen (&ear, TRUE);
  sender_add_camera (&sender, CALL_BASE);
  await_takeover (&connections, 1);
  sender_remove_camera (&sender);
  await_takeover (&connections, 2);
  ear_listen (&ear, TRUE);
  nertc_await (ear_has_heard (&ear, 1));
  sender_stop (&sender);
  room_pipeline_free (receiver);
  room_await_rooms (0);
  fail_unless (ear.largest < CLICK, "%f", ear.largest);
  g_mutex_clear (&connections.lock);
  g_mutex_clear (&ear.lock);
}
GST_END_TEST

static Suite *
succession_suite (void)
{
  Suite *suite = suite_create ("succession");
  TCase *tcase = tcase_create ("succession");

  tcase_add_checked_fixture (tcase, call_start, room_server_free);
  tcase_set_timeout (tcase, 90);
  tcase_add_test (tcase, test_a_track_comes_and_goes);
  tcase_add_test (tcase, test_pads_come_and_go);
  tcase_add_test (tcase, test_sound_comes_and_goes);
  tcase_add_test (tcase, test_a_codec_changes);
  tcase_add_test (tcase, test_successors_fail);
  tcase_add_test (tcase, test_server_restarts_amidst);
  tcase_add_test (tcase, test_slot_takes_another);
  tcase_add_test (tcase, test_leaving_amidst);
  tcase_add_test (tcase, test_no_click);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (succession)
