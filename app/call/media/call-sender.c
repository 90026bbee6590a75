/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-sender.h"

#include <gio/gio.h>

#include "call-pipeline.h"

/*
 *   appsrc ─► nertcsink.audio_0    fed by a tap; muted without one
 *   appsrc ─► nertcsink.video_0
 */

typedef struct {
  GstElement *appsrc; /* NULL: there is no such track */
  GstPad *pad;        /* of the nertcsink, which is requested */
  CallTap *tap;
} Track;

struct _CallSender {
  GObject parent_instance;

  GstElement *pipeline;
  GstElement *sink;
  Track audio;
  Track video;
};

G_DEFINE_FINAL_TYPE (CallSender, call_sender, G_TYPE_OBJECT)

/* Encoding */

/* What opusenc is told. A lost packet of speech can be made up from the next one; what nobody says
 * need not be sent. */
static const struct {
  const char *profile;
  const char *audio_type;
  gboolean speech;
} encodings[] = {
  { "speech", "voice", TRUE },
  { "music", "generic", FALSE },
  { "music-stereo", "generic", FALSE },
};

static gboolean
is_opus (GstElement *encoder)
{
  GstElementFactory *factory = gst_element_get_factory (encoder);

  return factory && g_str_equal (GST_OBJECT_NAME (factory), "opusenc");
}

static void
on_encoder_setup (GstElement *sink, GstElement *encoder, gpointer row)
{
  const guint i = GPOINTER_TO_UINT (row);

  if (!is_opus (encoder))
    return;
  gst_util_set_object_arg (G_OBJECT (encoder), "audio-type", encodings[i].audio_type);
  g_object_set (encoder, "dtx", encodings[i].speech, "inband-fec", encodings[i].speech,
                "packet-loss-percentage", encodings[i].speech ? 10 : 0, NULL);
}

static guint
find_encoding (const char *profile)
{
  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++) {
    if (g_strcmp0 (encodings[i].profile, profile) == 0)
      return i;
  }
  return 0;
}

static GstElement *
make_sink (const CallSenderOptions *options)
{
  g_autoptr (GError) error = NULL;
  GstElement *sink = call_pipeline_make ("nertcsink", &error);

  if (!sink) {
    g_warning ("Nothing is sent: %s", error->message);
    return NULL;
  }
  gst_util_set_object_arg (G_OBJECT (sink), "source", options->screen ? "screen" : "camera");
  g_object_set (sink, "publish", !options->unpublished, NULL);
  if (options->audio_bitrate)
    g_object_set (sink, "audio-bitrate", options->audio_bitrate, NULL);
  if (options->video_bitrate)
    g_object_set (sink, "video-bitrate", options->video_bitrate, NULL);
  g_signal_connect (sink, "encoder-setup", G_CALLBACK (on_encoder_setup),
                    GUINT_TO_POINTER (find_encoding (options->audio_profile)));
  return sink;
}

/* Tracks */

static void
add_track (CallSender *self, Track *track, const char *template)
{
  g_autoptr (GstPad) src = NULL;

  track->appsrc = gst_object_ref_sink (call_tap_make_appsrc (NULL));
  track->pad = gst_element_request_pad_simple (self->sink, template);
  g_object_set (track->pad, "mute", TRUE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), track->appsrc);
  src = gst_element_get_static_pad (track->appsrc, "src");
  gst_pad_link (src, track->pad);
}

/* The first buffer comes before the mute is over, the last one after it has begun. */
static void
feed (Track *track, CallTap *tap)
{
  if (!track->appsrc || track->tap == tap)
    return;
  if (!tap)
    g_object_set (track->pad, "mute", TRUE, NULL);
  if (track->tap)
    call_tap_remove (track->tap, track->appsrc);
  g_set_object (&track->tap, tap);
  if (!tap)
    return;
  call_tap_add (tap, track->appsrc);
  g_object_set (track->pad, "mute", FALSE, NULL);
}

void
call_sender_set_audio (CallSender *self, CallTap *tap)
{
  feed (&self->audio, tap);
}

void
call_sender_set_video (CallSender *self, CallTap *tap)
{
  feed (&self->video, tap);
}

void
call_sender_set_published (CallSender *self, gboolean published)
{
  if (self->sink)
    g_object_set (self->sink, "publish", published, NULL);
}

GstElement *
call_sender_get_element (CallSender *self)
{
  return self->sink;
}

/* The end */

/* What is taken out of a pipeline that goes on. Encoders and connections may take their time. */
typedef struct {
  GstElement *pipeline;
  GstElement *elements[3]; /* sources first, as their threads push into the sink */
} Remains;

static void
take_out (GstBin *pipeline, GstElement *element)
{
  gst_element_set_locked_state (element, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  if (GST_OBJECT_PARENT (element) == GST_OBJECT (pipeline))
    gst_bin_remove (pipeline, element);
  gst_object_unref (element);
}

static void
take_out_all (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Remains *remains = data;

  for (guint i = 0; i < G_N_ELEMENTS (remains->elements); i++) {
    if (remains->elements[i])
      take_out (GST_BIN (remains->pipeline), remains->elements[i]);
  }
  gst_object_unref (remains->pipeline);
  g_task_return_boolean (task, TRUE);
}

void
call_sender_end (CallSender *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);
  Remains *remains;

  if (!self->sink)
    return;
  call_sender_set_audio (self, NULL);
  call_sender_set_video (self, NULL);
  gst_clear_object (&self->audio.pad);
  gst_clear_object (&self->video.pad);
  remains = g_new0 (Remains, 1);
  remains->pipeline = g_steal_pointer (&self->pipeline);
  remains->elements[0] = g_steal_pointer (&self->audio.appsrc);
  remains->elements[1] = g_steal_pointer (&self->video.appsrc);
  remains->elements[2] = g_steal_pointer (&self->sink);
  g_task_set_task_data (task, remains, g_free);
  g_task_run_in_thread (task, take_out_all);
}

/* The object */

static void
call_sender_dispose (GObject *object)
{
  CallSender *self = CALL_SENDER (object);

  call_sender_end (self);
  gst_clear_object (&self->pipeline);
  G_OBJECT_CLASS (call_sender_parent_class)->dispose (object);
}

static void
call_sender_class_init (CallSenderClass *class)
{
  G_OBJECT_CLASS (class)->dispose = call_sender_dispose;
}

static void
call_sender_init (CallSender *self)
{
}

/* The sink first, so that nothing comes to it before it is ready. */
static void
start (CallSender *self)
{
  gst_element_sync_state_with_parent (self->sink);
  if (self->audio.appsrc)
    gst_element_sync_state_with_parent (self->audio.appsrc);
  if (self->video.appsrc)
    gst_element_sync_state_with_parent (self->video.appsrc);
}

/* Returns: (transfer full): what has no nertcsink, as the plugin is missing, sends nothing */
CallSender *
call_sender_new (GstElement *pipeline, const CallSenderOptions *options)
{
  CallSender *self = g_object_new (CALL_TYPE_SENDER, NULL);

  self->pipeline = gst_object_ref (pipeline);
  self->sink = make_sink (options);
  if (!self->sink)
    return self;
  gst_bin_add (GST_BIN (pipeline), gst_object_ref_sink (self->sink));
  if (options->audio)
    add_track (self, &self->audio, "audio_%u");
  if (options->video)
    add_track (self, &self->video, "video_%u");
  start (self);
  return self;
}
