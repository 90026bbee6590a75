/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-ringtone.h"

#include <gst/app/app.h>
#include <gst/audio/audio.h>
#include <math.h>

#include "call-media-private.h"

#define RATE 48000
#define SECONDS 3
#define PIECE (RATE / 10)
#define LOUDNESS 0.15

struct _CallRingtone {
  GObject parent_instance;

  GstElement *pipeline;
};

G_DEFINE_FINAL_TYPE (CallRingtone, call_ringtone, G_TYPE_OBJECT)

/* To open or close a speaker may take long; what is asked for first is done first. */
typedef struct {
  GstElement *pipeline;
  GstState state;
} Step;

static void
take_step (gpointer data, gpointer user_data)
{
  Step *step = data;

  gst_element_set_state (step->pipeline, step->state);
  gst_object_unref (step->pipeline);
  g_free (step);
}

static void
set_state (GstElement *pipeline, GstState state)
{
  static GThreadPool *pool = NULL;
  Step *step = g_new (Step, 1);

  if (!pool)
    pool = g_thread_pool_new (take_step, NULL, 1, FALSE, NULL);
  step->pipeline = gst_object_ref (pipeline);
  step->state = state;
  g_thread_pool_push (pool, step, NULL);
}

/* Rises at once and fades away, as a bell does */
static void
add_tone (gint16 *samples, double hertz, double start)
{
  const int first = (int) (start * RATE);

  for (int i = 0; i < RATE / 2; i++) {
    double time = (double) i / RATE;
    double envelope = MIN (time / 0.02, 1) * exp (-time * 10);

    samples[first + i] +=
        (gint16) (sin (2 * G_PI * hertz * time) * envelope * LOUDNESS * G_MAXINT16);
  }
}

static GBytes *
make_tones (void)
{
  gint16 *samples = g_new0 (gint16, RATE * SECONDS);

  add_tone (samples, 660, 0);
  add_tone (samples, 880, 0.25);
  return g_bytes_new_take (samples, RATE * SECONDS * sizeof *samples);
}

/* Used on the streaming thread */
typedef struct {
  GBytes *tones; /* SECONDS of them, over and over again */
  guint64 pieces;
} Feed;

static void
on_need_data (GstAppSrc *source, guint length, gpointer user_data)
{
  Feed *feed = user_data;
  const gsize size = PIECE * sizeof (gint16);
  gsize offset = feed->pieces % (RATE * SECONDS / PIECE) * size;
  g_autoptr (GBytes) piece = g_bytes_new_from_bytes (feed->tones, offset, size);
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (piece);

  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (feed->pieces, PIECE * GST_SECOND, RATE);
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (PIECE, GST_SECOND, RATE);
  feed->pieces++;
  gst_app_src_push_buffer (source, buffer);
}

static void
feed_free (gpointer data)
{
  Feed *feed = data;

  g_bytes_unref (feed->tones);
  g_free (feed);
}

static GstElement *
make_source (void)
{
  GstElement *source = gst_element_factory_make ("appsrc", NULL);
  GstAppSrcCallbacks callbacks = { .need_data = on_need_data };
  g_autoptr (GstCaps) caps = gst_caps_from_string ("audio/x-raw, format=(string)" GST_AUDIO_NE (
      S16) ", layout=(string)interleaved, "
           "rate=(int)" G_STRINGIFY (RATE) ", channels=(int)1");
  Feed *feed;

  if (!source)
    return NULL;
  feed = g_new0 (Feed, 1);
  feed->tones = make_tones ();
  g_object_set (source, "caps", caps, "format", GST_FORMAT_TIME, NULL);
  gst_app_src_set_callbacks (GST_APP_SRC (source), &callbacks, feed, feed_free);
  return source;
}

static GstElement *
make_speaker (CallMedia *media)
{
  GstDevice *device = media ? call_media_get_speaker_device (media) : NULL;
  GstElement *element = device ? gst_device_create_element (device, NULL)
                               : gst_element_factory_make ("pulsesink", NULL);

  return element ? element : gst_element_factory_make ("autoaudiosink", NULL);
}

/* NULL: this machine cannot */
static GstElement *
make_pipeline (CallMedia *media)
{
  g_autoptr (GstElement) pipeline = gst_object_ref_sink (gst_pipeline_new ("ringtone"));
  GstElement *elements[] = {
    make_source (),
    gst_element_factory_make ("audioconvert", NULL),
    gst_element_factory_make ("audioresample", NULL),
    make_speaker (media),
  };
  gboolean complete = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++) {
    if (elements[i])
      gst_bin_add (GST_BIN (pipeline), elements[i]);
    complete &= elements[i] != NULL;
  }
  if (!complete ||
      !gst_element_link_many (elements[0], elements[1], elements[2], elements[3], NULL))
    return NULL;
  return g_steal_pointer (&pipeline);
}

static void
call_ringtone_finalize (GObject *object)
{
  CallRingtone *self = CALL_RINGTONE (object);

  if (self->pipeline)
    set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->pipeline);
  G_OBJECT_CLASS (call_ringtone_parent_class)->finalize (object);
}

static void
call_ringtone_class_init (CallRingtoneClass *class)
{
  G_OBJECT_CLASS (class)->finalize = call_ringtone_finalize;
}

static void
call_ringtone_init (CallRingtone *self)
{
}

/* Returns: (transfer full) */
CallRingtone *
call_ringtone_new (CallMedia *media)
{
  CallRingtone *self = g_object_new (CALL_TYPE_RINGTONE, NULL);

  self->pipeline = make_pipeline (media);
  if (self->pipeline)
    set_state (self->pipeline, GST_STATE_PLAYING);
  return self;
}
