/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is fed into a sender arrives at another member, and stays one stream whatever is fed. */
#include "call-sender.h"

#include <gst/app/app.h>

#include "await.h"
#include "call-pipeline.h"
#include "gstnertcsink.h"
#include "gstnertcsrc.h"
#include "gstroomsignal.h"
#include "media.h"
#include "nertc-room.h"
#include "nertc-test-server.h"

#define BASE 4096 /* of the numbers of one source's pictures */

typedef struct {
  NertcTestServer *server;
  GstElement *call;
  GstElement *listener;
  NertcRoom *room; /* of the listener */
  guint removed;
} Fixture;

static void
on_stream_removed (NertcRoom *room, NertcStream *stream, NertcCloseReason reason, Fixture *f)
{
  g_atomic_int_inc (&f->removed);
}

static GstElement *
make_listener (Fixture *f)
{
  g_autofree char *line = g_strdup_printf (
      "roomsignal name=room server=%s channel=standup uid=listener nertcsrc name=them "
      "them.video_0 ! video/x-raw ! appsink name=picture sync=false max-buffers=1 drop=true "
      "them.audio_0 ! audio/x-raw ! appsink name=sound sync=false max-buffers=5 drop=true",
      nertc_test_server_get_uri (f->server));
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error);

  g_assert_no_error (error);
  return pipeline;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  GstElement *signal = gst_element_factory_make ("roomsignal", NULL);
  g_autoptr (GstElement) theirs = NULL;

  f->server = nertc_test_server_new ();
  f->call = call_pipeline_new ("call");
  g_object_set (signal, "server", nertc_test_server_get_uri (f->server), "channel", "standup",
                "uid", "me", NULL);
  gst_bin_add (GST_BIN (f->call), signal);
  f->listener = make_listener (f);
  theirs = gst_bin_get_by_name (GST_BIN (f->listener), "room");
  gst_element_set_state (f->call, GST_STATE_PLAYING);
  gst_element_set_state (f->listener, GST_STATE_PLAYING);
  nertc_await (GST_STATE (f->call) == GST_STATE_PLAYING);
  g_object_get (theirs, "room", &f->room, NULL);
  g_signal_connect (f->room, "stream-removed", G_CALLBACK (on_stream_removed), f);
}

static void
stop (GstElement *pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (f->room, f);
  g_object_unref (f->room);
  stop (f->call);
  stop (f->listener);
  nertc_test_server_free (f->server);
}

/* What is captured */
static GstElement *
start_source (const char *line, guint base, CallTap *tap)
{
  GstElement *pipeline = call_pipeline_new ("source");
  g_autoptr (GError) error = NULL;
  GstElement *bin = gst_parse_bin_from_description (line, FALSE, &error);
  g_autoptr (GstElement) last = gst_bin_get_by_name (GST_BIN (bin), "last");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (last, "src");

  g_assert_no_error (error);
  gst_bin_add (GST_BIN (pipeline), bin);
  if (base)
    nertc_picture_draw_on_pad (pad, base);
  call_tap_watch (tap, pad);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

#define CAMERA \
  "videotestsrc is-live=true ! video/x-raw,format=I420,width=176,height=144,framerate=30/1 ! " \
  "identity name=last ! fakesink async=false"
#define MICROPHONE \
  "audiotestsrc is-live=true freq=600 samplesperbuffer=480 ! " \
  "audio/x-raw,format=S16LE,rate=48000,channels=1 ! identity name=last ! fakesink async=false"

/* Returns: (nullable): what comes next, if it is there */
static GstSample *
pull (Fixture *f, const char *name)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (f->listener), name);

  return gst_app_sink_try_pull_sample (GST_APP_SINK (sink), 0);
}

static gboolean
is_seen (Fixture *f, guint base)
{
  g_autoptr (GstSample) sample = pull (f, "picture");
  const guint number = sample ? nertc_picture_read_sample (sample) : NERTC_PICTURE_NONE;

  return number != NERTC_PICTURE_NONE && number / BASE == base / BASE;
}

static gboolean
is_heard (Fixture *f, double frequency)
{
  g_autoptr (GstSample) sample = pull (f, "sound");

  return sample && nertc_tone_measure (sample, frequency) > 0.8;
}

static gboolean
has_stream (Fixture *f, NertcMedia muted)
{
  g_autoptr (GPtrArray) streams = nertc_room_get_streams (f->room);

  return streams->len == 1 && nertc_stream_get_muted (streams->pdata[0]) == muted;
}

static guint
count_streams (Fixture *f)
{
  g_autoptr (GPtrArray) streams = nertc_room_get_streams (f->room);

  return streams->len;
}

static const CallSenderOptions speech = {
  .audio = TRUE,
  .video = TRUE,
  .audio_bitrate = 32000,
  .video_bitrate = 250000,
  .audio_profile = "speech",
};

/* Two cameras, one after the other, and a microphone that is muted: one stream */
static void
test_tracks (Fixture *f, gconstpointer data)
{
  g_autoptr (CallTap) camera = call_tap_new ();
  g_autoptr (CallTap) other = call_tap_new ();
  g_autoptr (CallTap) microphone = call_tap_new ();
  GstElement *sources[] = { start_source (CAMERA, 1 * BASE, camera),
                            start_source (CAMERA, 2 * BASE, other),
                            start_source (MICROPHONE, 0, microphone) };
  g_autoptr (CallSender) sender = call_sender_new (f->call, &speech);

  nertc_await (has_stream (f, NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO));
  call_sender_set_video (sender, camera);
  call_sender_set_audio (sender, microphone);
  nertc_await (has_stream (f, NERTC_MEDIA_NONE));
  nertc_await (is_seen (f, 1 * BASE));
  nertc_await (is_heard (f, 600));
  call_sender_set_video (sender, other);
  nertc_await (is_seen (f, 2 * BASE));
  call_sender_set_audio (sender, NULL);
  nertc_await (has_stream (f, NERTC_MEDIA_AUDIO));
  call_sender_set_audio (sender, microphone);
  nertc_await (has_stream (f, NERTC_MEDIA_NONE));
  nertc_await (is_heard (f, 600));
  g_assert_cmpint (g_atomic_int_get (&f->removed), ==, 0);
  call_sender_end (sender);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    stop (sources[i]);
}

/* Returns: (transfer full) (nullable) */
static GstElement *
find_encoder (CallSender *sender, const char *factory)
{
  g_autoptr (GstIterator) elements = gst_bin_iterate_all_by_element_factory_name (
      GST_BIN (call_sender_get_element (sender)), factory);
  g_auto (GValue) found = G_VALUE_INIT;

  return gst_iterator_next (elements, &found) == GST_ITERATOR_OK ? g_value_dup_object (&found)
                                                                 : NULL;
}

static gboolean
is_encoding (CallSender *sender)
{
  g_autoptr (GstElement) encoder = find_encoder (sender, "opusenc");

  return encoder && GST_STATE (encoder) == GST_STATE_PLAYING;
}

static void
check_encoder (Fixture *f, const char *profile, gboolean dtx, int audio_type)
{
  const CallSenderOptions options = {
    .audio = TRUE,
    .audio_bitrate = 48000,
    .audio_profile = profile,
  };
  g_autoptr (CallTap) microphone = call_tap_new ();
  GstElement *source = start_source (MICROPHONE, 0, microphone);
  g_autoptr (CallSender) sender = call_sender_new (f->call, &options);
  g_autoptr (GstElement) encoder = NULL;
  gboolean has_dtx, has_fec;
  int type, bitrate;

  call_sender_set_audio (sender, microphone);
  nertc_await (is_encoding (sender));
  encoder = find_encoder (sender, "opusenc");
  g_object_get (encoder, "dtx", &has_dtx, "inband-fec", &has_fec, "audio-type", &type, "bitrate",
                &bitrate, NULL);
  g_assert_cmpint (has_dtx, ==, dtx);
  g_assert_cmpint (has_fec, ==, dtx);
  g_assert_cmpint (type, ==, audio_type);
  g_assert_cmpint (bitrate, ==, 48000);
  call_sender_end (sender);
  stop (source);
}

/* As opus_defines.h counts: OPUS_APPLICATION_VOIP, OPUS_APPLICATION_AUDIO */
static void
test_encoders (Fixture *f, gconstpointer data)
{
  check_encoder (f, "speech", TRUE, 2048);
  check_encoder (f, "music", FALSE, 2049);
}

static guint
count_elements (GstElement *pipeline)
{
  guint count;

  GST_OBJECT_LOCK (pipeline);
  count = (guint) GST_BIN_NUMCHILDREN (pipeline);
  GST_OBJECT_UNLOCK (pipeline);
  return count;
}

/* What is not published any more, or ends, goes; the call goes on. */
static void
test_ends (Fixture *f, gconstpointer data)
{
  const guint before = count_elements (f->call);
  g_autoptr (CallTap) camera = call_tap_new ();
  GstElement *source = start_source (CAMERA, 1 * BASE, camera);
  g_autoptr (CallSender) sender = call_sender_new (f->call, &speech);

  call_sender_set_video (sender, camera);
  nertc_await (has_stream (f, NERTC_MEDIA_AUDIO));
  call_sender_set_published (sender, FALSE);
  nertc_await (count_streams (f) == 0);
  call_sender_set_published (sender, TRUE);
  nertc_await (has_stream (f, NERTC_MEDIA_AUDIO));
  nertc_await (is_seen (f, 1 * BASE));
  call_sender_end (sender);
  g_assert_null (call_sender_get_element (sender));
  nertc_await (count_streams (f) == 0);
  nertc_await (count_elements (f->call) == before);
  g_assert_cmpint (GST_STATE (f->call), ==, GST_STATE_PLAYING);
  stop (source);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_assert_true (GST_ELEMENT_REGISTER (roomsignal, NULL));
  g_assert_true (GST_ELEMENT_REGISTER (nertcsink, NULL));
  g_assert_true (GST_ELEMENT_REGISTER (nertcsrc, NULL));

#define ADD(name, function) \
  g_test_add ("/call/sender/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("tracks", test_tracks);
  ADD ("encoders", test_encoders);
  ADD ("ends", test_ends);
  return g_test_run ();
}
