/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings, read again by GStreamer's own elements. */
#include <glib/gstdio.h>

#include "await.h"
#include "call-pipeline.h"
#include "call-recording-layout.h"
#include "call-recording.h"
#include "media.h"

#define FIRST_BASE 0
#define SECOND_BASE 20000
#define FIRST_TONE 440
#define SECOND_TONE 1760

/* Where to look in a picture of 1280×720 */
#define LEFT "videocrop right=640 top=120 bottom=120"
#define RIGHT "videocrop left=640 top=120 bottom=120"
#define MIDDLE "videocrop left=160 right=160"

/* Members */

typedef struct {
  GstElement *pipeline;
  CallTap *picture;
  CallTap *sound;
  int pictures; /* that have come */
  int sounds;
} Member;

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer count)
{
  g_atomic_int_inc ((int *) count);
  return GST_PAD_PROBE_OK;
}

static CallTap *
make_tap (GstElement *pipeline, const char *name, int *count)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");
  CallTap *tap = call_tap_new ();

  call_tap_watch (tap, pad);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, count, NULL);
  return tap;
}

static Member *
member_new (guint base, guint tone)
{
  g_autofree char *line = g_strdup_printf (
      "videotestsrc is-live=true ! video/x-raw,format=I420,framerate=15/1 ! identity name=draw ! "
      "videoscale ! capsfilter name=picture caps=video/x-raw,width=320,height=240 ! fakesink "
      "audiotestsrc is-live=true freq=%u volume=0.2 ! audio/x-raw,rate=48000,channels=1 ! "
      "identity name=sound ! fakesink",
      tone);
  Member *self = g_new0 (Member, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) made = gst_parse_launch (line, &error);
  g_autoptr (GstElement) draw = gst_bin_get_by_name (GST_BIN (made), "draw");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (draw, "src");

  g_assert_no_error (error);
  self->pipeline = call_pipeline_new ("member");
  gst_bin_add (GST_BIN (self->pipeline), gst_object_ref (made));
  nertc_picture_draw_on_pad (pad, base);
  self->picture = make_tap (self->pipeline, "picture", &self->pictures);
  self->sound = make_tap (self->pipeline, "sound", &self->sounds);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return self;
}

static void
member_set_size (Member *self, const char *caps)
{
  g_autoptr (GstElement) filter = gst_bin_get_by_name (GST_BIN (self->pipeline), "picture");

  gst_util_set_object_arg (G_OBJECT (filter), "caps", caps);
}

static void
member_await (Member *self, int pictures)
{
  int since = g_atomic_int_get (&self->pictures);

  nertc_await (g_atomic_int_get (&self->pictures) - since >= pictures);
}

static void
member_free (Member *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  call_tap_unwatch (self->picture);
  call_tap_unwatch (self->sound);
  g_object_unref (self->picture);
  g_object_unref (self->sound);
  gst_object_unref (self->pipeline);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Member, member_free)

/* What is in a file */

typedef struct {
  int first_left;
  int second_right;
  int second_middle;
  int pictures;
  int first_tones;
  int second_tones;
  gint64 duration;
  int width;
} Contents;

static GstFlowReturn
on_left (GstElement *sink, gpointer data)
{
  Contents *self = data;
  g_autoptr (GstSample) sample = NULL;

  g_signal_emit_by_name (sink, "pull-sample", &sample);
  self->first_left += nertc_picture_read_sample (sample) < SECOND_BASE;
  return GST_FLOW_OK;
}

static gboolean
is_of_second (GstSample *sample)
{
  guint number = nertc_picture_read_sample (sample);

  return number >= SECOND_BASE && number != NERTC_PICTURE_NONE;
}

static GstFlowReturn
on_right (GstElement *sink, gpointer data)
{
  Contents *self = data;
  g_autoptr (GstSample) sample = NULL;

  g_signal_emit_by_name (sink, "pull-sample", &sample);
  self->second_right += is_of_second (sample);
  return GST_FLOW_OK;
}

static GstFlowReturn
on_middle (GstElement *sink, gpointer data)
{
  Contents *self = data;
  g_autoptr (GstSample) sample = NULL;

  g_signal_emit_by_name (sink, "pull-sample", &sample);
  self->pictures++;
  self->second_middle += is_of_second (sample);
  gst_structure_get_int (gst_caps_get_structure (gst_sample_get_caps (sample), 0), "width",
                         &self->width);
  return GST_FLOW_OK;
}

static GstFlowReturn
on_sound (GstElement *sink, gpointer data)
{
  Contents *self = data;
  g_autoptr (GstSample) sample = NULL;

  g_signal_emit_by_name (sink, "pull-sample", &sample);
  self->first_tones += nertc_tone_measure (sample, FIRST_TONE) > 0.01;
  self->second_tones += nertc_tone_measure (sample, SECOND_TONE) > 0.01;
  return GST_FLOW_OK;
}

static void
listen (GstElement *pipeline, const char *name, gpointer callback, Contents *contents)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), name);

  g_object_set (sink, "emit-signals", TRUE, "sync", FALSE, NULL);
  g_signal_connect (sink, "new-sample", callback, contents);
}

static Contents
read_file (const char *path)
{
  g_autofree char *line = g_strdup_printf (
      "filesrc location=%s ! matroskademux name=file "
      "file.video_0 ! queue ! vp8dec ! tee name=pictures "
      "pictures. ! queue ! " LEFT " ! appsink name=left "
      "pictures. ! queue ! " RIGHT " ! appsink name=right "
      "pictures. ! queue ! " MIDDLE " ! appsink name=middle "
      "file.audio_0 ! queue ! opusdec ! audioconvert ! audio/x-raw,format=S16LE,channels=1 ! "
      "audiobuffersplit output-buffer-duration=1/10 ! appsink name=sound",
      path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;
  Contents contents = { 0 };

  g_assert_no_error (error);
  listen (pipeline, "left", on_left, &contents);
  listen (pipeline, "right", on_right, &contents);
  listen (pipeline, "middle", on_middle, &contents);
  listen (pipeline, "sound", on_sound, &contents);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_EOS, ==, GST_MESSAGE_TYPE (message));
  g_assert_true (gst_element_query_duration (pipeline, GST_FORMAT_TIME, &contents.duration));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_test_message ("%d pictures, left %d, right %d, middle %d, tones %d and %d, %.3f s",
                  contents.pictures, contents.first_left, contents.second_right,
                  contents.second_middle, contents.first_tones, contents.second_tones,
                  contents.duration / 1e9);
  return contents;
}

/* Tests */

typedef struct {
  char *folder;
  char *path;
  CallRecording *recording;
  GError *error;
  gboolean done;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("nertc-recording-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "call.webm", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->recording);
  g_clear_error (&self->error);
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

static void
on_finished (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;

  call_recording_finish_finish (CALL_RECORDING (source), result, &self->error);
  self->done = TRUE;
}

static void
finish (Fixture *self)
{
  call_recording_finish_async (self->recording, on_finished, self);
  nertc_await (self->done);
}

static void
begin (Fixture *self)
{
  self->recording = call_recording_new (self->path, &self->error);
  g_assert_no_error (self->error);
}

static void
test_members (Fixture *self, gconstpointer data)
{
  g_autoptr (Member) first = member_new (FIRST_BASE, FIRST_TONE);
  g_autoptr (Member) second = member_new (SECOND_BASE, SECOND_TONE);
  const char *ids[] = { "2", NULL };
  gint64 before = g_get_monotonic_time ();
  gint64 length;
  Contents contents;

  begin (self);
  call_recording_set_picture (self->recording, "1", first->picture, FALSE);
  call_recording_set_sound (self->recording, "1", first->sound);
  call_recording_set_picture (self->recording, "2", second->picture, FALSE);
  member_await (first, 20);
  member_set_size (second, "video/x-raw,width=640,height=480");
  call_recording_set_sound (self->recording, "2", second->sound);
  member_await (second, 15);
  call_recording_keep_pictures (self->recording, ids);
  call_recording_set_sound (self->recording, "1", NULL);
  member_await (second, 25);
  finish (self);
  g_assert_no_error (self->error);
  length = (g_get_monotonic_time () - before) * GST_USECOND;

  contents = read_file (self->path);
  g_assert_cmpint (960, ==, contents.width);
  g_assert_cmpint (3, <=, contents.first_left);
  g_assert_cmpint (3, <=, contents.second_right);
  g_assert_cmpint (3, <=, contents.second_middle);
  g_assert_cmpint (2, <=, contents.first_tones);
  g_assert_cmpint (2, <=, contents.second_tones);
  g_assert_cmpint (2 * GST_SECOND, <=, contents.duration);
  g_assert_cmpint (contents.duration, <=, length);
}

/* Nobody is there, and it ends before it has begun: a file that can be played all the same */
static void
test_empty (Fixture *self, gconstpointer data)
{
  Contents contents;

  begin (self);
  finish (self);
  g_assert_no_error (self->error);
  contents = read_file (self->path);
  g_assert_cmpint (1, <=, contents.pictures);
  g_assert_cmpint (0, ==, contents.first_left);
}

static void
test_unwritable (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "none", "call.webm", NULL);

  self->recording = call_recording_new (path, &self->error);
  g_assert_null (self->recording);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
on_failed (CallRecording *recording, const GError *error, Fixture *self)
{
  self->error = g_error_copy (error);
}

static void
test_full_disk (Fixture *self, gconstpointer data)
{
  self->recording = call_recording_new ("/dev/full", &self->error);
  g_assert_no_error (self->error);
  g_signal_connect (self->recording, "failed", G_CALLBACK (on_failed), self);
  nertc_await (self->error);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_clear_error (&self->error);
  finish (self);
  g_assert_no_error (self->error);
}

static void
assert_place (CallRecordingPlace place, guint x, guint y, guint width, guint height)
{
  g_assert_cmpuint (x, ==, place.x);
  g_assert_cmpuint (y, ==, place.y);
  g_assert_cmpuint (width, ==, place.width);
  g_assert_cmpuint (height, ==, place.height);
}

static void
test_layout (void)
{
  assert_place (call_recording_layout (1280, 720, 0, 1, FALSE, 0), 0, 0, 1280, 720);
  assert_place (call_recording_layout (1280, 720, 0, 2, FALSE, 0), 0, 0, 640, 720);
  assert_place (call_recording_layout (1280, 720, 0, 2, FALSE, 1), 640, 0, 640, 720);
  assert_place (call_recording_layout (1280, 720, 0, 3, FALSE, 2), 320, 360, 640, 360);
  assert_place (call_recording_layout (1280, 720, 0, 9, FALSE, 8), 852, 480, 426, 240);
  assert_place (call_recording_layout (1280, 720, 1, 0, TRUE, 0), 0, 0, 1280, 720);
  assert_place (call_recording_layout (1280, 720, 1, 2, TRUE, 0), 0, 0, 1024, 720);
  assert_place (call_recording_layout (1280, 720, 1, 2, FALSE, 1), 1024, 360, 256, 360);
}

#define ADD(name, function) \
  g_test_add ("/call/recording/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/call/recording/layout", test_layout);
  ADD ("members", test_members);
  ADD ("empty", test_empty);
  ADD ("unwritable", test_unwritable);
  ADD ("full-disk", test_full_disk);

  return g_test_run ();
}
