/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A CallMedia by itself: tells what it does as lines, and does what it is told by lines:
 *
 *   PROPERTY on|off          previewing, camera-on, microphone-on, audio-only
 *   in-call on|off
 *   set KEY VALUE            of the settings, VALUE as text of a GVariant
 *   sound                    the test sound
 *   play                     in the call: somebody is heard, who sounds like noise
 *   quit
 */
#include "call-media-private.h"
#include "call-pipeline.h"
#include "call-playback.h"

#include <gst/video/video.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  GMainLoop *loop;
  CallMedia *media;
  GSettings *settings;
  GstElement *pipeline; /* where what the taps give is looked at */
  GstElement *call;     /* stands for it: what is played, with its probe for the echo */
  CallPlayback *playback;
  GstElement *camera; /* appsrc */
  CallTap *tap;
  int seen; /* the last brightness and size */
  int level;
} Probe;

G_GNUC_PRINTF (1, 2)
static void
tell (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
  fflush (stdout);
}

static void
tell_list (Probe *self, CallDeviceKind kind, const char *name)
{
  GListModel *list = call_devices_get_list (call_media_get_devices (self->media), kind);
  GString *line = g_string_new (name);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (CallDevice) device = g_list_model_get_item (list, i);

    g_string_append_printf (line, " [%s=%s%s]", call_device_get_id (device),
                            call_device_get_name (device),
                            call_device_is_default (device) ? "!" : "");
  }
  tell ("%s", line->str);
  g_string_free (line, TRUE);
}

static void
on_devices_changed (Probe *self)
{
  tell_list (self, CALL_DEVICE_CAMERA, "cameras");
  tell_list (self, CALL_DEVICE_MICROPHONE, "microphones");
  tell_list (self, CALL_DEVICE_SPEAKER, "speakers");
}

static void
on_problem (CallMedia *media, GParamSpec *pspec, gpointer unused)
{
  g_autoptr (CallProblem) problem = NULL;

  g_object_get (media, pspec->name, &problem, NULL);
  tell ("%s: %s", pspec->name, problem ? call_problem_get_title (problem) : "none");
  if (problem)
    tell ("  %s", call_problem_get_text (problem));
}

static void
on_notice (CallMedia *media, const char *notice, gpointer unused)
{
  tell ("notice: %s", notice);
}

static void
on_level (Probe *self)
{
  double level;
  int rounded;

  g_object_get (self->media, "level", &level, NULL);
  rounded = (int) (level * 20 + 0.5) * 5;
  if (rounded != self->level)
    tell ("level %d %%", rounded);
  self->level = rounded;
}

static void
on_taps_changed (Probe *self)
{
  CallTap *tap = call_media_get_camera_tap (self->media);

  tell ("taps: camera %s, microphone %s, picture %s", tap ? "open" : "closed",
        call_media_get_microphone_tap (self->media) ? "open" : "closed",
        call_media_get_picture (self->media) ? "shown" : "none");
  if (tap == self->tap)
    return;
  if (self->tap)
    call_tap_remove (self->tap, self->camera);
  g_set_object (&self->tap, tap);
  if (tap)
    call_tap_add (tap, self->camera);
}

static guint
get_brightness (GstVideoFrame *frame)
{
  const guint8 *line = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);
  const guint width = GST_VIDEO_FRAME_WIDTH (frame);
  guint sum = 0;

  line += GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0) * (GST_VIDEO_FRAME_HEIGHT (frame) / 2);
  for (guint i = 0; i < width; i++)
    sum += line[i];
  return sum / width;
}

static GstPadProbeReturn
on_picture (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Probe *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstClockTime now = call_pipeline_get_time ();
  GstVideoFrame frame;
  GstVideoInfo video;
  guint brightness;

  g_assert (caps && gst_video_info_from_caps (&video, caps));
  g_assert (gst_video_frame_map (&frame, &video, buffer, GST_MAP_READ));
  brightness = get_brightness (&frame);
  gst_video_frame_unmap (&frame);
  if (self->seen != (int) (brightness + (guint) video.width * 256))
    tell ("picture %dx%d brightness %u age %s", video.width, video.height, brightness,
          ABS (GST_CLOCK_DIFF (GST_BUFFER_PTS (buffer), now)) < 5 * (GstClockTimeDiff) GST_SECOND
              ? "new"
              : "wrong");
  self->seen = (int) (brightness + (guint) video.width * 256);
  return GST_PAD_PROBE_OK;
}

static void
make_pipeline (Probe *self)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  self->pipeline = call_pipeline_new ("probe");
  self->camera = call_tap_make_appsrc ("camera");
  g_object_set (sink, "async", FALSE, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_picture, self, NULL);
  gst_bin_add_many (GST_BIN (self->pipeline), self->camera, sink, NULL);
  gst_element_link (self->camera, sink);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
end_call (Probe *self)
{
  if (!self->call)
    return;
  call_playback_end (self->playback);
  g_clear_object (&self->playback);
  gst_element_set_state (self->call, GST_STATE_NULL);
  gst_clear_object (&self->call);
}

/* In the order of CallRoom */
static void
set_in_call (Probe *self, gboolean in_call)
{
  if (in_call && !self->call) {
    self->call = call_pipeline_new ("call");
    gst_element_set_state (self->call, GST_STATE_PLAYING);
    self->playback = call_playback_new (self->call);
    call_playback_set_speaker (self->playback, call_media_get_speaker_device (self->media));
  }
  call_media_set_in_call (self->media, in_call);
  if (!in_call)
    end_call (self);
}

static void
play (Probe *self)
{
  GstElement *noise = gst_element_factory_make ("audiotestsrc", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (noise, "src");

  gst_util_set_object_arg (G_OBJECT (noise), "wave", "pink-noise");
  g_object_set (noise, "is-live", TRUE, "samplesperbuffer", 480, "volume", 0.5, NULL);
  gst_bin_add (GST_BIN (self->call), noise);
  call_playback_add (self->playback, "them", pad);
  gst_element_sync_state_with_parent (noise);
}

static gboolean
on_line (GIOChannel *channel, GIOCondition condition, gpointer user_data)
{
  Probe *self = user_data;
  g_autofree char *line = NULL;
  g_auto (GStrv) words = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL ||
      g_str_has_prefix (line, "quit")) {
    g_main_loop_quit (self->loop);
    return G_SOURCE_REMOVE;
  }
  words = g_strsplit (g_strstrip (line), " ", 3);
  if (g_str_equal (words[0], "set"))
    g_settings_set_value (self->settings, words[1],
                          g_variant_parse (NULL, words[2], NULL, NULL, NULL));
  else if (g_str_equal (words[0], "sound"))
    call_media_play_test_sound (self->media);
  else if (g_str_equal (words[0], "play"))
    play (self);
  else if (g_str_equal (words[0], "in-call"))
    set_in_call (self, g_str_equal (words[1], "on"));
  else
    g_object_set (self->media, words[0], g_str_equal (words[1], "on"), NULL);
  return G_SOURCE_CONTINUE;
}

static void
start (Probe *self)
{
  static const char *const problems[] = { "notify::camera-problem", "notify::microphone-problem",
                                          "notify::speaker-problem" };
  g_autoptr (GIOChannel) channel = g_io_channel_unix_new (0);

  self->loop = g_main_loop_new (NULL, FALSE);
  self->settings = g_settings_new ("org.gstnertc.Call");
  self->media = call_media_new (self->settings);
  make_pipeline (self);
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    g_signal_connect (self->media, problems[i], G_CALLBACK (on_problem), NULL);
  g_signal_connect (self->media, "notice", G_CALLBACK (on_notice), NULL);
  g_signal_connect_swapped (self->media, "notify::level", G_CALLBACK (on_level), self);
  g_signal_connect_swapped (self->media, "taps-changed", G_CALLBACK (on_taps_changed), self);
  g_signal_connect_swapped (call_media_get_devices (self->media), "changed",
                            G_CALLBACK (on_devices_changed), self);
  g_io_add_watch (channel, G_IO_IN | G_IO_HUP, on_line, self);
}

int
main (int argc, char **argv)
{
  Probe self = { 0 };

  gst_init (&argc, &argv);
  start (&self);
  g_main_loop_run (self.loop);
  g_signal_handlers_disconnect_by_data (call_media_get_devices (self.media), &self);
  g_object_run_dispose (G_OBJECT (self.media));
  g_object_unref (self.media);
  end_call (&self);
  gst_element_set_state (self.pipeline, GST_STATE_NULL);
  gst_object_unref (self.pipeline);
  g_clear_object (&self.tap);
  g_object_unref (self.settings);
  g_main_loop_unref (self.loop);
  tell ("over");
  return 0;
}
