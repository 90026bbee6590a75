/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every codec through a call: encoded inside or before, decoded, as it comes, as RTP, in files. */
#include "media-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#define SMALL "videotestsrc is-live=true ! video/x-raw,format=I420,width=176,height=144,"
#define CAMERA SMALL "framerate=15/1 ! identity name=camera ! "
#define X264 "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=600 bitrate=300 ! "
#define VIEWER MEDIA_ROOM "nertcsrc name=them subscribe=video ! "
#define PICTURES 5

/* Pictures */

static void
await_pictures (CallSink *picture, guint count)
{
  guint since;

  nertc_await (call_shows (picture, CALL_BASE));
  since = call_get_picture (picture);
  nertc_await (call_get_picture (picture) >= since + count);
}

/* Whether what @sender sends is seen behind @viewer, which ends in raw pictures. */
static void
assert_seen (const char *sender, const char *viewer)
{
  g_autofree char *sending = g_strconcat (MEDIA_ROOM CAMERA, sender, NULL);
  g_autofree char *viewing = g_strconcat (VIEWER, viewer, " ! videoconvert ! " MEDIA_PICTURE, NULL);
  GstElement *watcher = room_pipeline_new (viewing);
  GstElement *camera;
  CallSink picture;

  GST_INFO ("%s -> %s", sender, viewer);
  call_watch (&picture, watcher, "picture", 0);
  room_join (watcher);
  camera = media_start (sending, CALL_BASE);
  await_pictures (&picture, PICTURES);
  room_pipeline_free (camera);
  room_pipeline_free (watcher);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}

#define RAW "video/x-raw"

GST_START_TEST (test_raw_in)
{
  assert_seen ("nertcsink video-codecs=H264", RAW);
  assert_seen ("nertcsink video-codecs=VP9", RAW);
  assert_seen ("nertcsink video-codecs=H265", RAW);
}
GST_END_TEST

/* Where neither x264enc nor libav is installed, openh264 does both. */
GST_START_TEST (test_second_choice)
{
  GstPluginFeature *encoder = media_remove_feature ("x264enc");
  GstPluginFeature *decoder = media_remove_feature ("avdec_h264");

  assert_seen ("nertcsink video-codecs=H264", RAW);
  media_restore_feature (encoder);
  media_restore_feature (decoder);
}
GST_END_TEST

/* As an encoder or a parser gives it */
GST_START_TEST (test_encoded_in)
{
  assert_seen (X264 "video/x-h264,stream-format=avc ! queue ! nertcsink", RAW);
  assert_seen (X264 "h264parse ! video/x-h264,stream-format=byte-stream,alignment=nal ! nertcsink",
               RAW);
  assert_seen ("openh264enc rate-control=bitrate ! nertcsink", RAW);
  assert_seen ("vp9enc deadline=1 cpu-used=8 ! nertcsink", RAW);
}
GST_END_TEST

/* Without being decoded, in the form that downstream takes, or as RTP */
GST_START_TEST (test_encoded_out)
{
  assert_seen (X264 "nertcsink", "video/x-h264,stream-format=avc,alignment=au ! avdec_h264");
  assert_seen (X264 "nertcsink",
               "application/x-rtp,encoding-name=H264 ! rtph264depay ! avdec_h264");
  assert_seen ("nertcsink video-codecs=VP9", "application/x-rtp ! rtpvp9depay ! vp9dec");
}
GST_END_TEST

/* The offer is right even if nothing has come yet: there is one transport, not a second one. */
GST_START_TEST (test_codec_is_known_before_frames)
{
  GstElement *sender =
      room_pipeline_new (MEDIA_ROOM CAMERA X264 "valve name=valve drop=true ! nertcsink name=me");
  g_autoptr (GstElement) valve = media_get (sender, "valve");
  GstElement *watcher = room_pipeline_new (VIEWER MEDIA_PICTURE);
  CallSink picture;

  call_code_pictures (sender, "camera", CALL_BASE);
  call_watch (&picture, watcher, "picture", 0);
  room_join (watcher);
  room_join (sender);
  media_await_text (watcher, "play-state", "play-requesting");
  g_object_set (valve, "drop", FALSE, NULL);
  await_pictures (&picture, PICTURES);
  room_pipeline_free (sender);
  room_pipeline_free (watcher);
  call_unwatch (&picture);
}
GST_END_TEST

/* Sound */

static void
assert_heard (const char *sender, const char *viewer)
{
  g_autofree char *sending = g_strconcat (MEDIA_ROOM MEDIA_MICROPHONE (1000), sender, NULL);
  g_autofree char *listening = g_strconcat (
      MEDIA_ROOM "nertcsrc subscribe=audio ! ", viewer,
      " ! audioconvert ! audio/x-raw,format=S16LE ! appsink name=sound sync=false", NULL);
  GstElement *listener = room_pipeline_new (listening);
  GstElement *microphone = room_pipeline_new (sending);
  CallSink sound;

  call_watch (&sound, listener, "sound", 1000);
  room_join (listener);
  room_join (microphone);
  nertc_await (call_get_tone (&sound) > 0.8);
  room_pipeline_free (microphone);
  room_pipeline_free (listener);
  call_unwatch (&sound);
}

GST_START_TEST (test_sound)
{
  assert_heard ("nertcsink audio-codecs=PCMU", "audio/x-raw");
  assert_heard ("nertcsink audio-codecs=PCMA,OPUS", "audio/x-raw");
  assert_heard ("audioresample ! mulawenc ! audio/x-mulaw,rate=8000,channels=1 ! nertcsink",
                "audio/x-mulaw ! mulawdec");
}
GST_END_TEST

/* Muted, it is heard as silence, not as noise. */
GST_START_TEST (test_muted_sound)
{
  GstElement *listener = room_pipeline_new (MEDIA_ROOM "nertcsrc subscribe=audio ! " MEDIA_SOUND);
  GstElement *microphone =
      room_pipeline_new (MEDIA_ROOM MEDIA_MICROPHONE (1000) "nertcsink name=me audio-codecs=PCMA");
  g_autoptr (GstPad) pad = NULL;
  CallSink sound;

  call_watch (&sound, listener, "sound", 1000);
  room_join (listener);
  room_join (microphone);
  pad = media_get_pad (microphone, "me", "audio_0");
  nertc_await (call_get_tone (&sound) > 0.8);
  g_object_set (pad, "mute", TRUE, NULL);
  nertc_await (call_get_tone (&sound) < 0.01);
  g_object_set (pad, "mute", FALSE, NULL);
  nertc_await (call_get_tone (&sound) > 0.8);
  room_pipeline_free (microphone);
  room_pipeline_free (listener);
  call_unwatch (&sound);
}
GST_END_TEST

/* Waits for an error of the stream that has all of the NULL-terminated @parts in its text. */
static void
await_error (GstElement *pipeline, int code, const char *const *parts)
{
  g_autoptr (GstMessage) message = media_await_message (pipeline, GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR, code), "%s", error->message);
  for (; *parts; parts++)
    fail_unless (strstr (error->message, *parts) != NULL, "“%s” is not in “%s”", *parts,
                 error->message);
}

/* B-frames */

static void
assert_refused (const char *description)
{
  const char *parts[] = { "B-frames", "bframes=0", "tune=zerolatency", NULL };
  GstElement *pipeline = room_pipeline_new (description);

  room_start (pipeline);
  await_error (pipeline, GST_STREAM_ERROR_FORMAT, parts);
  room_pipeline_free (pipeline);
}

#define B_FRAMES "x264enc bframes=2 b-adapt=false rc-lookahead=2 sync-lookahead=0 threads=1 "

/* They are refused with a sentence that says what to do; the other members go on. */
GST_START_TEST (test_b_frames)
{
  GstElement *viewer = room_pipeline_new (VIEWER MEDIA_PICTURE);
  GstElement *camera;
  CallSink picture;

  call_watch (&picture, viewer, "picture", 0);
  room_join (viewer);
  camera = media_start (MEDIA_ROOM CAMERA "nertcsink", CALL_BASE);
  await_pictures (&picture, 2);
  assert_refused (MEDIA_ROOM SMALL "framerate=30/1 ! " B_FRAMES "! nertcsink");
  assert_refused (MEDIA_ROOM SMALL "framerate=30/1 ! x265enc speed-preset=ultrafast "
                                   "option-string=bframes=3:b-adapt=0 ! nertcsink");
  await_pictures (&picture, PICTURES);
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

/* Files */

static char *
get_path (const char *name)
{
  return g_strdup_printf ("%s/nertc-%d-%s", g_get_tmp_dir (), getpid (), name);
}

/* Runs a line to its end; coded pictures come out of its camera, if it has one. */
static void
run (const char *description)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, &error);
  g_autoptr (GstElement) camera = NULL;
  GstMessage *message;

  g_assert_no_error (error);
  camera = gst_bin_get_by_name (GST_BIN (pipeline), "camera");
  if (camera)
    call_code_pictures (pipeline, "camera", CALL_BASE);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = media_await_message (pipeline, GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
make_file (const char *path, const char *encoder)
{
  g_autofree char *line =
      g_strdup_printf ("videotestsrc num-buffers=90 ! video/x-raw,format=I420,width=176,"
                       "height=144,framerate=30/1 ! identity name=camera ! %s ! h264parse ! "
                       "qtmux ! filesink location=%s",
                       encoder, path);

  run (line);
}

GST_START_TEST (test_file_in)
{
  g_autofree char *path = get_path ("in.mp4");
  g_autofree char *line =
      g_strdup_printf (MEDIA_ROOM "filesrc location=%s ! qtdemux ! h264parse ! nertcsink",
                       nertc_test_server_get_uri (room_server), path);
  GstElement *viewer = room_pipeline_new (VIEWER MEDIA_PICTURE);
  GstElement *player;
  CallSink picture;

  make_file (path, "x264enc bframes=0 key-int-max=15");
  call_watch (&picture, viewer, "picture", 0);
  room_join (viewer);
  player = gst_parse_launch (line, NULL);
  room_join (player);
  nertc_await (call_shows (&picture, CALL_BASE));
  room_pipeline_free (player);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);

  make_file (path, B_FRAMES);
  assert_refused (line);
  g_unlink (path);
}
GST_END_TEST

static GstPadProbeReturn
on_frame (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_atomic_int_inc ((int *) user_data);
  return GST_PAD_PROBE_OK;
}

static void
assert_recorded (const char *sender, const char *muxer, const char *player)
{
  g_autofree char *path = get_path ("recording");
  g_autofree char *sending = g_strconcat (MEDIA_ROOM CAMERA, sender, NULL);
  g_autofree char *recording =
      g_strdup_printf (MEDIA_ROOM "nertcsrc name=them subscribe=video ! %s ! filesink location=%s",
                       nertc_test_server_get_uri (room_server), muxer, path);
  g_autofree char *playing =
      g_strdup_printf ("filesrc location=%s ! %s ! " MEDIA_PICTURE, path, player);
  GstElement *recorder = gst_parse_launch (recording, NULL);
  g_autoptr (GstElement) them = media_get (recorder, "them");
  g_autoptr (GstPad) pad = NULL;
  GstElement *camera, *replay;
  CallSink picture;
  int frames = 0;

  GST_INFO ("%s -> %s", sender, muxer);
  room_join (recorder);
  camera = media_start (sending, CALL_BASE);
  pad = media_get_pad (recorder, "them", "video_0");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_frame, &frames, NULL);
  nertc_await (g_atomic_int_get (&frames) > PICTURES);
  gst_element_send_event (them, gst_event_new_eos ());
  gst_message_unref (media_await_message (recorder, GST_MESSAGE_EOS));
  room_pipeline_free (recorder);
  room_pipeline_free (camera);

  replay = gst_parse_launch (playing, NULL);
  call_watch (&picture, replay, "picture", 0);
  gst_element_set_state (replay, GST_STATE_PLAYING);
  gst_message_unref (media_await_message (replay, GST_MESSAGE_EOS));
  fail_unless (call_get_samples (&picture) >= PICTURES);
  room_pipeline_free (replay);
  call_check_pictures (&picture); /* from the first on */
  call_unwatch (&picture);
  g_unlink (path);
}

/* Without decoding, in what a muxer takes: Matroska and MP4 want H264 with its sizes in front. */
GST_START_TEST (test_recordings)
{
  assert_recorded (X264 "nertcsink", "matroskamux",
                   "matroskademux ! h264parse ! avdec_h264 ! videoconvert");
  assert_recorded (X264 "nertcsink", "mp4mux", "qtdemux ! h264parse ! avdec_h264 ! videoconvert");
}
GST_END_TEST

/* One codec for one pad */

static char *
await_warning (GstElement *pipeline)
{
  GstMessage *message = media_await_message (pipeline, GST_MESSAGE_WARNING);
  g_autoptr (GError) warning = NULL;

  gst_message_parse_warning (message, &warning, NULL);
  gst_message_unref (message);
  return g_strdup (warning->message);
}

/* What is linked to something that takes one codec skips the others, and says so. */
GST_START_TEST (test_other_codec_is_skipped)
{
  GstElement *viewer = room_pipeline_new (VIEWER "video/x-vp8 ! vp8dec ! " MEDIA_PICTURE);
  GstElement *camera;
  g_autofree char *warning = NULL;
  CallSink picture;

  call_watch (&picture, viewer, "picture", 0);
  room_join (viewer);
  camera = media_start (MEDIA_ROOM CAMERA "nertcsink video-codecs=H264", 2 * CALL_BASE);
  warning = await_warning (viewer);
  fail_unless (strstr (warning, "H264") && strstr (warning, "video_0"), "%s", warning);
  room_pipeline_free (camera);
  camera = media_start (MEDIA_ROOM CAMERA "nertcsink", CALL_BASE);
  await_pictures (&picture, PICTURES);
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

/* Another codec amidst a call */

static char *
get_codec (GstElement *pipeline)
{
  g_autoptr (GstPad) pad = media_get_pad (pipeline, "me", "video_0");
  char *codec = NULL;

  g_object_get (pad, "codec", &codec, NULL);
  return codec;
}

static void
change_codec (GstElement *camera, CallSink *picture, const char *names, const char *codec)
{
  g_autoptr (GstElement) me = media_get (camera, "me");
  int children = GST_BIN_NUMCHILDREN (me);
  g_autofree char *changed = NULL;

  call_take_largest_gap (picture);
  g_object_set (me, "video-codecs", names, NULL);
  changed = get_codec (camera);
  fail_unless_equals_string (changed, codec);
  /* The encoder before goes on until nobody takes what it makes. */
  nertc_await (GST_BIN_NUMCHILDREN (me) > children);
  nertc_await (GST_BIN_NUMCHILDREN (me) == children);
  await_pictures (picture, 3);
  fail_unless (call_take_largest_gap (picture) < 300 * GST_MSECOND * nertc_get_patience ());
}

/* Both are encoded until the connection with the new one plays: the picture does not stop. */
GST_START_TEST (test_codec_is_changed)
{
  GstElement *viewer = room_pipeline_new (VIEWER MEDIA_PICTURE);
  GstElement *camera;
  CallSink picture;

  call_watch (&picture, viewer, "picture", 0);
  room_join (viewer);
  camera = media_start (MEDIA_ROOM CAMERA "nertcsink name=me", CALL_BASE);
  await_pictures (&picture, 3);
  change_codec (camera, &picture, "H264", "H264");
  change_codec (camera, &picture, "VP9,VP8", "VP9");
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
  call_unwatch (&picture);
}
GST_END_TEST

/* Names of codecs */

GST_START_TEST (test_unknown_codec)
{
  GstElement *pipeline = room_pipeline_new (MEDIA_ROOM "nertcsink name=me");
  g_autoptr (GstElement) me = media_get (pipeline, "me");
  const char *video[] = { "MPEG2", "VP8, H264, VP9, H265, AV1", "video-codecs", NULL };
  const char *audio[] = { "G729", "OPUS, PCMU, PCMA", "audio-codecs", NULL };

  g_object_set (me, "video-codecs", "VP8,MPEG2", NULL);
  fail_unless (gst_element_set_state (pipeline, GST_STATE_READY) == GST_STATE_CHANGE_FAILURE);
  await_error (pipeline, GST_STREAM_ERROR_CODEC_NOT_FOUND, video);
  g_object_set (me, "video-codecs", NULL, "audio-codecs", "G729", NULL);
  fail_unless (gst_element_set_state (pipeline, GST_STATE_READY) == GST_STATE_CHANGE_FAILURE);
  await_error (pipeline, GST_STREAM_ERROR_CODEC_NOT_FOUND, audio);
  room_pipeline_free (pipeline);
}
GST_END_TEST

static Suite *
codecs_suite (void)
{
  Suite *suite = suite_create ("codecs");
  TCase *tcase = tcase_create ("codecs");

  tcase_add_checked_fixture (tcase, call_start, room_server_free);
  tcase_set_timeout (tcase, 100);
  tcase_add_test (tcase, test_raw_in);
  tcase_add_test (tcase, test_second_choice);
  tcase_add_test (tcase, test_encoded_in);
  tcase_add_test (tcase, test_encoded_out);
  tcase_add_test (tcase, test_codec_is_known_before_frames);
  tcase_add_test (tcase, test_sound);
  tcase_add_test (tcase, test_muted_sound);
  tcase_add_test (tcase, test_b_frames);
  tcase_add_test (tcase, test_file_in);
  tcase_add_test (tcase, test_recordings);
  tcase_add_test (tcase, test_other_codec_is_skipped);
  tcase_add_test (tcase, test_codec_is_changed);
  tcase_add_test (tcase, test_unknown_codec);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (codecs)
