/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-publisher.h"

#include "call-media-private.h"
#include "call-picture.h"
#include "call-track-figures.h"

typedef struct {
  CallSender *sender; /* NULL: it is not sent */
  CallStream *stream;
} Sent;

struct _CallPublisher {
  GObject parent_instance;

  GstElement *pipeline;
  CallMedia *media;
  CallMember *user;
  GListStore *streams;
  gboolean published;
  Sent camera;
  Sent screen;
};

G_DEFINE_FINAL_TYPE (CallPublisher, call_publisher, G_TYPE_OBJECT)

/* bit/s, as the settings video-profile and audio-profile count */
static const guint video_bitrates[] = { 250000, 800000, 1800000 };
static const guint audio_bitrates[] = { 32000, 96000, 128000 };

#define SCREEN_BITRATE 1500000

/* It is scaled before it comes, as those of others are. */
static void
scale_picture (CallStream *stream)
{
  GdkPaintable *picture = call_stream_get_picture (stream);
  guint width, height;

  call_stream_get_shown_size (stream, &width, &height);
  if (picture)
    call_picture_set_size (CALL_PICTURE (picture), width, height);
}

static void
add_stream (CallPublisher *self, Sent *sent, const CallSenderOptions *options)
{
  sent->sender = call_sender_new (self->pipeline, options);
  sent->stream =
      call_stream_new (options->screen ? "own-screen" : "own-camera", self->user, options->screen);
  g_object_set (sent->stream, "has-audio", options->audio, "has-video", options->video, NULL);
  g_signal_connect (sent->stream, "notify::width", G_CALLBACK (scale_picture), NULL);
  g_signal_connect (sent->stream, "notify::height", G_CALLBACK (scale_picture), NULL);
  g_list_store_append (self->streams, sent->stream);
}

static void
remove_stream (CallPublisher *self, Sent *sent)
{
  guint position;

  if (!sent->sender)
    return;
  call_sender_end (sent->sender);
  if (g_list_store_find (self->streams, sent->stream, &position))
    g_list_store_remove (self->streams, position);
  g_clear_object (&sent->sender);
  g_clear_object (&sent->stream);
}

/* A screen is shared as long as the user wishes, also by who has taken camera and microphone back.
 */
static gboolean
is_published (CallPublisher *self, Sent *sent)
{
  return self->published || sent == &self->screen;
}

/* What is not captured is muted, and what is not published is as if it was. */
static void
feed (CallPublisher *self, Sent *sent, CallTap *audio, CallTap *video, GdkPaintable *picture)
{
  call_sender_set_audio (sent->sender, audio);
  call_sender_set_video (sent->sender, video);
  g_object_set (sent->stream, "audio-muted", !audio || !is_published (self, sent), "video-muted",
                !video, "picture", picture, NULL);
  scale_picture (sent->stream);
}

static void
feed_camera (CallPublisher *self)
{
  CallTap *microphone = call_media_get_microphone_tap (self->media);
  CallTap *camera = call_media_get_camera_tap (self->media);

  feed (self, &self->camera, microphone, camera, call_media_get_picture (self->media));
  g_object_set (self->user, "audio-muted", !microphone || !self->published, "video-muted", !camera,
                NULL);
}

/* Another screen, with sound, is shared instead of one without: which tracks there are is decided
 * when a stream begins. */
static gboolean
lacks_sound (Sent *sent, CallTap *sound)
{
  return sent->sender && sound && !call_stream_has_audio (sent->stream);
}

static void
feed_screen (CallPublisher *self)
{
  CallTap *sound = call_media_get_screen_sound_tap (self->media);
  CallTap *screen = call_media_get_screen_tap (self->media);
  const CallSenderOptions options = {
    .screen = TRUE,
    .audio = sound != NULL,
    .video = TRUE,
    .audio_bitrate = audio_bitrates[2],
    .video_bitrate = SCREEN_BITRATE,
    .audio_profile = "music-stereo",
  };

  if (!screen || lacks_sound (&self->screen, sound))
    remove_stream (self, &self->screen);
  if (!screen)
    return;
  if (!self->screen.sender)
    add_stream (self, &self->screen, &options);
  feed (self, &self->screen, sound, screen, call_media_get_screen_picture (self->media));
}

static void
on_taps_changed (CallPublisher *self)
{
  feed_camera (self);
  feed_screen (self);
}

static void
add_camera (CallPublisher *self)
{
  GSettings *settings = call_media_get_settings (self->media);
  guint video = (guint) g_settings_get_enum (settings, "video-profile");
  guint audio = (guint) g_settings_get_enum (settings, "audio-profile");
  g_autofree char *profile = g_settings_get_string (settings, "audio-profile");
  const CallSenderOptions options = {
    .audio = TRUE,
    .video = TRUE,
    .unpublished = !self->published,
    .audio_bitrate = audio_bitrates[MIN (audio, G_N_ELEMENTS (audio_bitrates) - 1)],
    .video_bitrate = video_bitrates[MIN (video, G_N_ELEMENTS (video_bitrates) - 1)],
    .audio_profile = profile,
  };

  add_stream (self, &self->camera, &options);
}

/* Another profile is another encoder: the stream is published anew. */
static void
on_profile_changed (CallPublisher *self)
{
  remove_stream (self, &self->camera);
  add_camera (self);
  feed_camera (self);
}

void
call_publisher_set_published (CallPublisher *self, gboolean published)
{
  self->published = published;
  call_sender_set_published (self->camera.sender, published);
  feed_camera (self);
}

/* The worst of those who receive it */
static double
find_worst (const GstStructure *stats, const char *field)
{
  const GValue *value = gst_structure_get_value (stats, "consumers");
  const GstStructure *consumers =
      value && GST_VALUE_HOLDS_STRUCTURE (value) ? gst_value_get_structure (value) : NULL;
  double worst = -1;

  for (int i = 0; consumers && i < gst_structure_n_fields (consumers); i++) {
    const char *name = gst_structure_nth_field_name (consumers, (guint) i);
    const GValue *consumer = gst_structure_get_value (consumers, name);

    if (GST_VALUE_HOLDS_STRUCTURE (consumer))
      worst = MAX (worst, call_structure_get_double (gst_value_get_structure (consumer), field));
  }
  return worst;
}

static void
update_figures (Sent *sent, const GstStructure *stats)
{
  CallTrackFigures audio, video;
  gboolean has_audio = call_track_figures_read (&audio, stats, "audio");
  gboolean has_video = call_track_figures_read (&video, stats, "video");

  call_figures_update (call_stream_get_figures (sent->stream), has_audio ? &audio : NULL,
                       has_video ? &video : NULL, find_worst (stats, "rtt"), -1,
                       find_worst (stats, "loss"));
}

void
call_publisher_update_figures (CallPublisher *self, GstObject *sender,
                               const GstStructure *publish_stats)
{
  if (self->camera.sender && sender == GST_OBJECT (call_sender_get_element (self->camera.sender)))
    update_figures (&self->camera, publish_stats);
  else if (self->screen.sender &&
           sender == GST_OBJECT (call_sender_get_element (self->screen.sender)))
    update_figures (&self->screen, publish_stats);
}

void
call_publisher_end (CallPublisher *self)
{
  if (!self->media)
    return;
  g_signal_handlers_disconnect_by_data (call_media_get_settings (self->media), self);
  g_signal_handlers_disconnect_by_data (self->media, self);
  remove_stream (self, &self->camera);
  remove_stream (self, &self->screen);
  g_clear_object (&self->media);
}

static void
call_publisher_dispose (GObject *object)
{
  CallPublisher *self = CALL_PUBLISHER (object);

  call_publisher_end (self);
  g_clear_object (&self->pipeline);
  g_clear_object (&self->user);
  g_clear_object (&self->streams);
  G_OBJECT_CLASS (call_publisher_parent_class)->dispose (object);
}

static void
call_publisher_class_init (CallPublisherClass *class)
{
  G_OBJECT_CLASS (class)->dispose = call_publisher_dispose;
}

static void
call_publisher_init (CallPublisher *self)
{
}

/* Returns: (transfer full): what is not to be published is not for a moment */
CallPublisher *
call_publisher_new (GstElement *pipeline, CallMedia *media, CallMember *user, GListStore *streams,
                    gboolean published)
{
  CallPublisher *self = g_object_new (CALL_TYPE_PUBLISHER, NULL);
  GSettings *settings = call_media_get_settings (media);

  self->pipeline = gst_object_ref (pipeline);
  self->media = g_object_ref (media);
  self->user = g_object_ref (user);
  self->streams = g_object_ref (streams);
  self->published = published;
  add_camera (self);
  on_taps_changed (self);
  g_signal_connect_swapped (media, "taps-changed", G_CALLBACK (on_taps_changed), self);
  g_signal_connect_swapped (settings, "changed::video-profile", G_CALLBACK (on_profile_changed),
                            self);
  g_signal_connect_swapped (settings, "changed::audio-profile", G_CALLBACK (on_profile_changed),
                            self);
  return self;
}
