/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 *   in the pipeline of the call:
 *
 *   sound of a stream ─► queue ─► audioconvert ─► audioresample ─┐
 *   …                                                            ├► audiomixer ─► echo probe ─► tap
 *   audiotestsrc: silence, so that there is always something ────┘                               │
 *                                                            CallSpeaker, a pipeline of its own ◄┘
 *
 * The mixer waits for no input for longer than until a piece is due; what nertcsrc sends is there
 * some time before, which is the latency of that element.
 */
#include "call-playback.h"

#include "call-pipeline.h"
#include "call-speaker.h"

/* As the echo probe takes it */
#define MIXTURE "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2"
#define PIECE_SAMPLES 480
/* Of what comes before it is due: the latency of a call, and more */
#define HELD_TIME (500 * GST_MSECOND)

typedef struct {
  double volume;
  gboolean muted;
  GstElement *bin; /* NULL: no sound comes; else in the pipeline */
  GstPad *mixed;   /* of the mixer */
  gpointer pad;    /* where it comes from; not a reference */
} Input;

struct _CallPlayback {
  GObject parent_instance;

  GstElement *pipeline;
  GstElement *mixer;
  GPtrArray *elements; /* behind the mixer and before it, in the pipeline */
  GstPad *probe;       /* the source pad of the echo probe; nullable */
  gulong latency_probe;
  int delay_ms;       /* atomic; 0: not known */
  GHashTable *inputs; /* stream id → Input */
  CallTap *tap;
  CallSpeaker *speaker; /* nullable */
};

enum {
  PROP_0,
  PROP_DELAY,
  N_PROPS,
};

enum {
  FAILED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CallPlayback, call_playback, G_TYPE_OBJECT)

static void
call_playback_dispose (GObject *object)
{
  call_playback_end (CALL_PLAYBACK (object));
  G_OBJECT_CLASS (call_playback_parent_class)->dispose (object);
}

static void
call_playback_finalize (GObject *object)
{
  CallPlayback *self = CALL_PLAYBACK (object);

  g_hash_table_unref (self->inputs);
  g_ptr_array_unref (self->elements);
  g_object_unref (self->tap);
  G_OBJECT_CLASS (call_playback_parent_class)->finalize (object);
}

static void
call_playback_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
    case PROP_DELAY:
      g_value_set_uint64 (value, call_playback_get_delay (CALL_PLAYBACK (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_playback_class_init (CallPlaybackClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_playback_dispose;
  object_class->finalize = call_playback_finalize;
  object_class->get_property = call_playback_get_property;

  properties[PROP_DELAY] =
      g_param_spec_uint64 ("delay", NULL, NULL, 0, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[FAILED] = g_signal_new ("failed", G_OBJECT_CLASS_TYPE (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
call_playback_init (CallPlayback *self)
{
  self->inputs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->elements = g_ptr_array_new ();
  self->tap = call_tap_new ();
}

/* The mixer and what is behind it */

static GstElement *
add_element (CallPlayback *self, const char *factory, const char *name)
{
  GstElement *element = gst_element_factory_make (factory, name);

  if (element) {
    gst_bin_add (GST_BIN (self->pipeline), element);
    g_ptr_array_add (self->elements, element);
  }
  return element;
}

static GstElement *
add_filter (CallPlayback *self)
{
  GstElement *filter = add_element (self, "capsfilter", NULL);

  gst_util_set_object_arg (G_OBJECT (filter), "caps", MIXTURE);
  return filter;
}

static GstElement *
add_silence (CallPlayback *self)
{
  GstElement *silence = add_element (self, "audiotestsrc", NULL);

  gst_util_set_object_arg (G_OBJECT (silence), "wave", "silence");
  /* It counts from 0, the clock of the application does not. */
  g_object_set (silence, "is-live", TRUE, "samplesperbuffer", PIECE_SAMPLES, "timestamp-offset",
                (gint64) call_pipeline_get_time (), NULL);
  return silence;
}

static GstElement *
add_mixer (CallPlayback *self)
{
  GstElement *mixer = add_element (self, "audiomixer", NULL);

  gst_util_set_object_arg (G_OBJECT (mixer), "start-time-selection", "first");
  g_object_set (mixer, "ignore-inactive-pads", TRUE, NULL);
  return mixer;
}

static GstElement *
add_end (CallPlayback *self)
{
  GstElement *end = add_element (self, "fakesink", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (end, "sink");

  g_object_set (end, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, NULL);
  call_tap_watch (self->tap, pad);
  return end;
}

/* The echo probe goes by the latency of its pipeline; what counts is when it is heard. */
static GstPadProbeReturn
on_latency (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  CallPlayback *self = user_data;
  int delay_ms = g_atomic_int_get (&self->delay_ms);

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_LATENCY && delay_ms) {
    gst_event_unref (GST_PAD_PROBE_INFO_EVENT (info));
    info->data = gst_event_new_latency (delay_ms * GST_MSECOND);
  }
  return GST_PAD_PROBE_OK;
}

/* Returns: (nullable) */
static GstElement *
add_probe (CallPlayback *self)
{
  GstElement *probe = add_element (self, "webrtcechoprobe", CALL_PLAYBACK_ECHO_PROBE);

  if (!probe)
    return NULL;
  self->probe = gst_element_get_static_pad (probe, "src");
  self->latency_probe =
      gst_pad_add_probe (self->probe, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_latency, self, NULL);
  return probe;
}

static void
build (CallPlayback *self)
{
  GstElement *end = add_end (self);
  GstElement *probe = add_probe (self);
  GstElement *filter = add_filter (self);
  GstElement *silence_filter = add_filter (self);
  GstElement *silence;

  self->mixer = add_mixer (self);
  silence = add_silence (self);
  if (probe)
    gst_element_link_many (self->mixer, filter, probe, end, NULL);
  else
    gst_element_link_many (self->mixer, filter, end, NULL);
  gst_element_link_many (silence, silence_filter, self->mixer, NULL);
  /* From the end on, as a bin does */
  for (guint i = 0; i < self->elements->len; i++)
    gst_element_sync_state_with_parent (self->elements->pdata[i]);
}

/* @pipeline: of the call */
CallPlayback *
call_playback_new (GstElement *pipeline)
{
  CallPlayback *self = g_object_new (CALL_TYPE_PLAYBACK, NULL);

  self->pipeline = gst_object_ref (pipeline);
  build (self);
  return self;
}

/* Inputs */

static Input *
get_input (CallPlayback *self, const char *stream_id)
{
  Input *input = g_hash_table_lookup (self->inputs, stream_id);

  if (!input) {
    input = g_new0 (Input, 1);
    input->volume = 1;
    g_hash_table_insert (self->inputs, g_strdup (stream_id), input);
  }
  return input;
}

static void
apply_volume (Input *input)
{
  if (input->mixed)
    g_object_set (input->mixed, "volume", input->volume, "mute", input->muted, NULL);
}

static GstElement *
make_bin (void)
{
  GstElement *bin = gst_bin_new (NULL);
  GstElement *queue = gst_element_factory_make ("queue", NULL);
  GstElement *convert = gst_element_factory_make ("audioconvert", NULL);
  GstElement *resample = gst_element_factory_make ("audioresample", NULL);
  g_autoptr (GstPad) first = gst_element_get_static_pad (queue, "sink");
  g_autoptr (GstPad) last = gst_element_get_static_pad (resample, "src");
  GstPad *sink;

  gst_util_set_object_arg (G_OBJECT (queue), "leaky", "downstream");
  g_object_set (queue, "max-size-buffers", 0, "max-size-bytes", 0, "max-size-time",
                (guint64) HELD_TIME, NULL);
  gst_bin_add_many (GST_BIN (bin), queue, convert, resample, NULL);
  gst_element_link_many (queue, convert, resample, NULL);
  sink = gst_ghost_pad_new ("sink", first);
  call_pipeline_shield (sink);
  gst_element_add_pad (bin, sink);
  gst_element_add_pad (bin, gst_ghost_pad_new ("src", last));
  return bin;
}

static void
disconnect (CallPlayback *self, Input *input)
{
  call_pipeline_take_out (input->bin);
  gst_element_release_request_pad (self->mixer, input->mixed);
  gst_clear_object (&input->mixed);
  input->bin = NULL;
}

/* @pad: (nullable): that which goes: there may be another one already. The volume of the stream
 * stays known. */
void
call_playback_remove (CallPlayback *self, const char *stream_id, GstPad *pad)
{
  Input *input = g_hash_table_lookup (self->inputs, stream_id);

  if (input && input->bin && (!pad || input->pad == pad))
    disconnect (self, input);
}

/* @pad: of nertcsrc, with raw sound */
void
call_playback_add (CallPlayback *self, const char *stream_id, GstPad *pad)
{
  Input *input = get_input (self, stream_id);
  g_autoptr (GstPad) source = NULL;
  g_autoptr (GstPad) sink = NULL;

  if (!self->mixer)
    return;
  call_playback_remove (self, stream_id, NULL);
  input->pad = pad;
  input->bin = make_bin ();
  gst_bin_add (GST_BIN (self->pipeline), input->bin);
  input->mixed = gst_element_request_pad_simple (self->mixer, "sink_%u");
  apply_volume (input);
  source = gst_element_get_static_pad (input->bin, "src");
  gst_pad_link (source, input->mixed);
  gst_element_sync_state_with_parent (input->bin);
  sink = gst_element_get_static_pad (input->bin, "sink");
  gst_pad_link (pad, sink);
}

/* @volume: 1: as it comes; also for a stream whose sound is still to come */
void
call_playback_set_volume (CallPlayback *self, const char *stream_id, double volume, gboolean muted)
{
  Input *input = get_input (self, stream_id);

  input->volume = volume;
  input->muted = muted;
  apply_volume (input);
}

CallTap *
call_playback_get_tap (CallPlayback *self)
{
  return self->tap;
}

/* The speaker */

/* From the timestamp of a sound to when it is heard; GST_CLOCK_TIME_NONE: it is not */
GstClockTime
call_playback_get_delay (CallPlayback *self)
{
  return self->speaker ? call_speaker_get_delay (self->speaker) : GST_CLOCK_TIME_NONE;
}

static void
on_delay_changed (CallPlayback *self)
{
  GstClockTime delay = call_playback_get_delay (self);

  g_atomic_int_set (&self->delay_ms,
                    GST_CLOCK_TIME_IS_VALID (delay) ? GST_TIME_AS_MSECONDS (delay) : 0);
  if (self->probe && GST_CLOCK_TIME_IS_VALID (delay))
    gst_pad_send_event (self->probe, gst_event_new_latency (delay));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DELAY]);
}

static void
on_failed (CallPlayback *self, GError *error)
{
  g_signal_emit (self, signals[FAILED], 0, error);
}

static void
stop_speaker (CallPlayback *self)
{
  if (!self->speaker)
    return;
  g_signal_handlers_disconnect_by_data (self->speaker, self);
  call_speaker_stop (self->speaker);
  g_clear_object (&self->speaker);
}

/* @sink: (transfer floating): where it is heard instead of the present one, as elements go */
void
call_playback_set_sink (CallPlayback *self, GstElement *sink)
{
  stop_speaker (self);
  self->speaker = call_speaker_new (self->tap, sink);
  g_signal_connect_swapped (self->speaker, "failed", G_CALLBACK (on_failed), self);
  g_signal_connect_swapped (self->speaker, "delay-changed", G_CALLBACK (on_delay_changed), self);
  on_delay_changed (self);
}

/* @device: (nullable): NULL: the default one */
void
call_playback_set_speaker (CallPlayback *self, GstDevice *device)
{
  g_autoptr (GError) error = NULL;
  GstElement *sink = device ? gst_device_create_element (device, NULL)
                            : call_pipeline_make ("autoaudiosink", &error);

  if (sink) {
    call_playback_set_sink (self, sink);
    return;
  }
  stop_speaker (self);
  on_delay_changed (self);
  if (!error)
    error = g_error_new (GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
                         "The speaker is not there any more");
  on_failed (self, error);
}

/* The end */

static void
take_out_elements (CallPlayback *self)
{
  /* From the source on */
  for (guint i = self->elements->len; i > 0; i--)
    call_pipeline_take_out (self->elements->pdata[i - 1]);
  g_ptr_array_set_size (self->elements, 0);
}

void
call_playback_end (CallPlayback *self)
{
  GHashTableIter iter;
  Input *input;

  if (!self->pipeline)
    return;
  stop_speaker (self);
  call_tap_unwatch (self->tap);
  g_hash_table_iter_init (&iter, self->inputs);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &input)) {
    if (input->bin)
      disconnect (self, input);
  }
  if (self->probe)
    gst_pad_remove_probe (self->probe, self->latency_probe);
  gst_clear_object (&self->probe);
  take_out_elements (self);
  self->mixer = NULL;
  gst_clear_object (&self->pipeline);
}
