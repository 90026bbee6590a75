/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 *   tap ─► appsrc ─► audioconvert ─► audioresample ─► sink
 */
#include "call-speaker.h"

#include "call-pipeline.h"

/* How much later than its timestamp a piece of the mixture may come */
#define MIXING_TIME (20 * GST_MSECOND)
/* What the device holds: less is heard sooner, and stutters sooner on a machine that is busy */
#define BUFFER_TIME_US 50000
#define PIECE_TIME_US 10000

struct _CallSpeaker {
  GObject parent_instance;

  CallTap *tap;
  GstElement *pipeline; /* NULL: stopped, or failed */
  GstElement *appsrc;   /* of it */
  guint watch;
  GstClockTime delay;
};

enum {
  FAILED,
  DELAY_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CallSpeaker, call_speaker, G_TYPE_OBJECT)

static void
call_speaker_dispose (GObject *object)
{
  CallSpeaker *self = CALL_SPEAKER (object);

  call_speaker_stop (self);
  g_clear_object (&self->tap);
  G_OBJECT_CLASS (call_speaker_parent_class)->dispose (object);
}

static void
call_speaker_class_init (CallSpeakerClass *class)
{
  G_OBJECT_CLASS (class)->dispose = call_speaker_dispose;

  signals[FAILED] = g_signal_new ("failed", G_OBJECT_CLASS_TYPE (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[DELAY_CHANGED] = g_signal_new ("delay-changed", G_OBJECT_CLASS_TYPE (class),
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
call_speaker_init (CallSpeaker *self)
{
  self->delay = GST_CLOCK_TIME_NONE;
}

/* What the pipeline tells */

static void
set_delay (CallSpeaker *self, GstClockTime delay)
{
  if (self->delay == delay)
    return;
  self->delay = delay;
  g_signal_emit (self, signals[DELAY_CHANGED], 0);
}

static void
update_delay (CallSpeaker *self)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean live;
  GstClockTime least;

  if (!gst_element_query (self->pipeline, query))
    return;
  gst_query_parse_latency (query, &live, &least, NULL);
  if (live)
    set_delay (self, least);
}

static void
fail (CallSpeaker *self, GError *error)
{
  g_object_ref (self);
  call_speaker_stop (self);
  g_signal_emit (self, signals[FAILED], 0, error);
  g_object_unref (self);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  CallSpeaker *self = user_data;
  g_autoptr (GError) error = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      fail (self, error);
      return G_SOURCE_REMOVE;
    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency (GST_BIN (self->pipeline));
      update_delay (self);
      break;
    case GST_MESSAGE_STATE_CHANGED:
      if (GST_MESSAGE_SRC (message) == GST_OBJECT (self->pipeline))
        update_delay (self);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* The pipeline */

/* The sink, or that which an autoaudiosink has chosen. All follow the clock of the application. */
static void
on_element_added (GstBin *bin, GstBin *parent, GstElement *element, gpointer user_data)
{
  GObjectClass *class = G_OBJECT_GET_CLASS (element);

  if (!g_object_class_find_property (class, "buffer-time"))
    return;
  g_object_set (element, "buffer-time", (gint64) BUFFER_TIME_US, "latency-time",
                (gint64) PIECE_TIME_US, NULL);
  if (g_object_class_find_property (class, "provide-clock"))
    g_object_set (element, "provide-clock", FALSE, NULL);
}

static void
build (CallSpeaker *self, GstElement *sink)
{
  GstElement *convert = gst_element_factory_make ("audioconvert", NULL);
  GstElement *resample = gst_element_factory_make ("audioresample", NULL);

  self->pipeline = call_pipeline_new ("speaker");
  self->appsrc = call_tap_make_appsrc (NULL);
  g_signal_connect (self->pipeline, "deep-element-added", G_CALLBACK (on_element_added), NULL);
  g_object_set (self->appsrc, "min-latency", (gint64) MIXING_TIME, NULL);
  gst_bin_add_many (GST_BIN (self->pipeline), self->appsrc, convert, resample, sink, NULL);
  gst_element_link_many (self->appsrc, convert, resample, sink, NULL);
}

CallSpeaker *
call_speaker_new (CallTap *tap, GstElement *sink)
{
  CallSpeaker *self = g_object_new (CALL_TYPE_SPEAKER, NULL);
  g_autoptr (GstBus) bus = NULL;

  self->tap = g_object_ref (tap);
  build (self, sink);
  bus = gst_element_get_bus (self->pipeline);
  self->watch = gst_bus_add_watch (bus, on_message, self);
  call_tap_add (tap, self->appsrc);
  call_pipeline_start (self->pipeline);
  return self;
}

GstClockTime
call_speaker_get_delay (CallSpeaker *self)
{
  return self->delay;
}

void
call_speaker_stop (CallSpeaker *self)
{
  if (!self->pipeline)
    return;
  call_tap_remove (self->tap, self->appsrc);
  g_clear_handle_id (&self->watch, g_source_remove);
  call_pipeline_stop (self->pipeline);
  gst_clear_object (&self->pipeline);
  self->appsrc = NULL;
}
