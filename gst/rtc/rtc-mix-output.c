/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-mix-output.h"

#include "rtc-element.h"
#include "rtc-mixer.h"

#include <gst/audio/audio.h>

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

#define RATE 48000
#define CHANNELS 2
#define PERIOD_FRAMES (RATE / 100)
#define CAPS \
  "audio/x-raw, format = (string) " GST_AUDIO_NE ( \
      S16) ", layout = (string) interleaved, rate = (int) 48000, channels = (int) 2, " \
           "channel-mask = (bitmask) 0x3"
/* The sound of some time is there so long after its capture, if it comes at all. */
#define ARRIVAL_TIME (60 * GST_MSECOND)
/* What is so much behind, after a pause, is not made up for. */
#define BEHIND_MAX (GST_SECOND)

struct _RtcMixOutput {
  GObject parent_instance;

  /* Set once */
  GstPad *pad;
  char *stream_id;
  guint group_id;
  GstCaps *caps;

  /* On the task of the pad only */
  GstClockTime next_time; /* running time of what is sent next */
  gboolean started;

  GMutex lock;
  GCond cond;
  RtcMixer *mixer; /* protected by lock, as all below */
  gboolean flushing;
  gboolean playing;
  gboolean eos;
  gboolean eos_sent;
  GstClockTime latency;
};

/* The pad that takes one of the sounds. Its mixer's input has the lock of the mixture. */
typedef struct {
  RtcMixOutput *mix;
  RtcMixerInput *input;
  GstPad *pad;
} Way;

G_DEFINE_TYPE (RtcMixOutput, rtc_mix_output, G_TYPE_OBJECT)

/* The pads that sounds come in by */

static GstFlowReturn
on_sound (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  Way *way = gst_pad_get_element_private (pad);
  GstMapInfo map;

  if (!GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP) && GST_BUFFER_PTS_IS_VALID (buffer) &&
      gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    g_mutex_lock (&way->mix->lock);
    rtc_mixer_push (way->mix->mixer, way->input, GST_BUFFER_PTS (buffer), (gint16 *) map.data,
                    map.size / (CHANNELS * sizeof (gint16)));
    g_mutex_unlock (&way->mix->lock);
    gst_buffer_unmap (buffer, &map);
  }
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static gboolean
on_sound_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

static gboolean
answer_caps (GstCaps *caps, GstQuery *query)
{
  g_autoptr (GstCaps) answer = NULL;
  GstCaps *other;

  if (GST_QUERY_TYPE (query) == GST_QUERY_ACCEPT_CAPS) {
    gst_query_parse_accept_caps (query, &other);
    gst_query_set_accept_caps_result (query, gst_caps_is_subset (other, caps));
    return TRUE;
  }
  gst_query_parse_caps (query, &other);
  answer =
      other ? gst_caps_intersect_full (other, caps, GST_CAPS_INTERSECT_FIRST) : gst_caps_ref (caps);
  gst_query_set_caps_result (query, answer);
  return TRUE;
}

static gboolean
on_sound_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  Way *way = gst_pad_get_element_private (pad);

  if (GST_QUERY_TYPE (query) == GST_QUERY_CAPS || GST_QUERY_TYPE (query) == GST_QUERY_ACCEPT_CAPS)
    return answer_caps (way->mix->caps, query);
  return FALSE;
}

static void
way_free (gpointer data)
{
  Way *way = data;

  g_mutex_lock (&way->mix->lock);
  rtc_mixer_remove (way->mix->mixer, way->input);
  g_mutex_unlock (&way->mix->lock);
  gst_object_unref (way->pad);
  g_object_unref (way->mix);
  g_free (way);
}

static Way *
way_new (RtcMixOutput *self)
{
  Way *way = g_new0 (Way, 1);

  way->mix = g_object_ref (self);
  way->pad = gst_object_ref_sink (gst_pad_new (NULL, GST_PAD_SINK));
  g_mutex_lock (&self->lock);
  way->input = rtc_mixer_add (self->mixer);
  g_mutex_unlock (&self->lock);
  gst_pad_set_element_private (way->pad, way);
  gst_pad_set_chain_function (way->pad, on_sound);
  gst_pad_set_event_function (way->pad, on_sound_event);
  gst_pad_set_query_function (way->pad, on_sound_query);
  gst_pad_set_active (way->pad, TRUE);
  return way;
}

static GQuark
get_way_quark (void)
{
  return g_quark_from_static_string ("rtc-mix-output-way");
}

/*
 * rtc_mix_output_add:
 * @element: that of the mixture: its clock is followed, and it posts what there is to be told
 *
 * Returns: (transfer full): an output that sounds into the mixture. Its pad belongs to @element but
 *   is not one of its pads. rtc_mix_output_remove() has to follow.
 */
RtcOutput *
rtc_mix_output_add (RtcMixOutput *self, GstElement *element)
{
  Way *way = way_new (self);
  GstPad *pad = gst_pad_new (NULL, GST_PAD_SRC);
  RtcOutput *output = rtc_output_new (pad, RTC_MEDIA_AUDIO, self->stream_id, self->group_id);

  gst_object_set_parent (GST_OBJECT (pad), GST_OBJECT (element));
  g_object_set_qdata_full (G_OBJECT (output), get_way_quark (), way, way_free);
  gst_pad_link_full (pad, way->pad, GST_PAD_LINK_CHECK_NOTHING);
  gst_pad_set_active (pad, TRUE);
  return output;
}

/* What has come of it is still heard, and that faded out. */
void
rtc_mix_output_remove (RtcMixOutput *self, RtcOutput *output)
{
  GstPad *pad = rtc_output_get_pad (output);
  Way *way = g_object_get_qdata (G_OBJECT (output), get_way_quark ());

  gst_pad_set_active (pad, FALSE);
  gst_pad_unlink (pad, way->pad);
  gst_pad_set_active (way->pad, FALSE);
  g_object_set_qdata (G_OBJECT (output), get_way_quark (), NULL);
  gst_object_unparent (GST_OBJECT (pad));
}

/* Whether @output was made by rtc_mix_output_add() */
gboolean
rtc_mix_output_has (RtcMixOutput *self, RtcOutput *output)
{
  Way *way = g_object_get_qdata (G_OBJECT (output), get_way_quark ());

  return way && way->mix == self;
}

/* The task of the pad */

static void
send_start (RtcMixOutput *self)
{
  GstEvent *event = gst_event_new_stream_start (self->stream_id);
  GstSegment segment;

  gst_event_set_group_id (event, self->group_id);
  gst_pad_push_event (self->pad, event);
  gst_pad_push_event (self->pad, gst_event_new_caps (self->caps));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->pad, gst_event_new_segment (&segment));
  gst_pad_push_event (self->pad, gst_event_new_gap (0, GST_CLOCK_TIME_NONE));
  self->started = TRUE;
}

/* Must be called with lock. Returns: when the next piece is due, as a running time */
static GstClockTime
get_due_time (RtcMixOutput *self)
{
  GstClockTime wait = self->latency < ARRIVAL_TIME ? ARRIVAL_TIME - self->latency : 0;

  return self->next_time + wait - MIN (self->next_time + wait, RTC_MIX_PERIOD);
}

/* Must be called with lock. Returns: whether a piece is to be sent */
static gboolean
wait_for_turn (RtcMixOutput *self)
{
  GstClockTime now;

  while (!self->flushing && !self->eos) {
    if (!self->playing || !rtc_pad_get_running_time (self->pad, &now)) {
      g_cond_wait (&self->cond, &self->lock);
      continue;
    }
    if (now > self->next_time + BEHIND_MAX)
      self->next_time = now;
    if (now >= get_due_time (self))
      return TRUE;
    g_cond_wait_until (&self->cond, &self->lock,
                       g_get_monotonic_time () + (get_due_time (self) - now) / GST_USECOND + 1);
  }
  return FALSE;
}

/* Returns: (transfer full): the sum of what sounded RTC_MIX_PERIOD ago */
static GstBuffer *
make_piece (RtcMixOutput *self)
{
  GstBuffer *buffer = gst_buffer_new_and_alloc (PERIOD_FRAMES * CHANNELS * sizeof (gint16));
  GstClockTime time = self->next_time - MIN (self->next_time, RTC_MIX_PERIOD);
  GstMapInfo map;

  if (gst_buffer_map (buffer, &map, GST_MAP_WRITE)) {
    g_mutex_lock (&self->lock);
    rtc_mixer_mix (self->mixer, time, (gint16 *) map.data, PERIOD_FRAMES);
    g_mutex_unlock (&self->lock);
    gst_buffer_unmap (buffer, &map);
  }
  GST_BUFFER_PTS (buffer) = self->next_time;
  GST_BUFFER_DURATION (buffer) = RTC_MIX_PERIOD;
  return buffer;
}

static void
send_piece (RtcMixOutput *self)
{
  GstBuffer *buffer = make_piece (self);
  GstFlowReturn flow;

  self->next_time += RTC_MIX_PERIOD;
  flow = gst_pad_push (self->pad, buffer);
  if (flow != GST_FLOW_OK)
    GST_LOG_OBJECT (self->pad, "downstream answers %s", gst_flow_get_name (flow));
}

static void
run_task (gpointer user_data)
{
  RtcMixOutput *self = user_data;
  gboolean turn, flushing, ends;

  if (!self->started)
    send_start (self);
  g_mutex_lock (&self->lock);
  turn = wait_for_turn (self);
  flushing = self->flushing;
  ends = self->eos && !self->eos_sent && !flushing;
  self->eos_sent |= ends;
  g_mutex_unlock (&self->lock);

  if (turn)
    send_piece (self);
  else if (ends)
    gst_pad_push_event (self->pad, gst_event_new_eos ());
  if (!turn)
    gst_pad_pause_task (self->pad);
}

/* What is done to the pad */

static void
start_over (RtcMixOutput *self)
{
  self->next_time = 0;
  self->started = FALSE;
  g_mutex_lock (&self->lock);
  self->flushing = self->playing = self->eos = self->eos_sent = FALSE;
  g_mutex_unlock (&self->lock);
}

static gboolean
on_activate_mode (GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active)
{
  RtcMixOutput *self = gst_pad_get_element_private (pad);

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  if (active) {
    start_over (self);
    return gst_pad_start_task (pad, run_task, self, NULL);
  }
  g_mutex_lock (&self->lock);
  self->flushing = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  return gst_pad_stop_task (pad);
}

static gboolean
on_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gboolean handled = GST_EVENT_TYPE (event) == GST_EVENT_QOS ||
                     GST_EVENT_TYPE (event) == GST_EVENT_LATENCY ||
                     GST_EVENT_TYPE (event) == GST_EVENT_RECONFIGURE;

  gst_event_unref (event);
  return handled;
}

static gboolean
on_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  RtcMixOutput *self = gst_pad_get_element_private (pad);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_CAPS:
    case GST_QUERY_ACCEPT_CAPS:
      return answer_caps (self->caps, query);
    case GST_QUERY_LATENCY:
      /* It is part of the timestamps, as that of every pad. */
      gst_query_set_latency (query, TRUE, 0, GST_CLOCK_TIME_NONE);
      return TRUE;
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}

/* The interface */

/*
 * rtc_mix_output_new:
 * @pad: a src pad that is not active yet
 * @stream_id: of the stream-start event
 */
RtcMixOutput *
rtc_mix_output_new (GstPad *pad, const char *stream_id, guint group_id)
{
  RtcMixOutput *self = g_object_new (RTC_TYPE_MIX_OUTPUT, NULL);

  self->pad = gst_object_ref (pad);
  self->stream_id = g_strdup (stream_id);
  self->group_id = group_id;
  gst_pad_set_element_private (pad, self);
  gst_pad_set_activatemode_function (pad, on_activate_mode);
  gst_pad_set_event_function (pad, on_event);
  gst_pad_set_query_function (pad, on_query);
  return self;
}

GstPad *
rtc_mix_output_get_pad (RtcMixOutput *self)
{
  return self->pad;
}

void
rtc_mix_output_set_playing (RtcMixOutput *self, gboolean playing)
{
  g_mutex_lock (&self->lock);
  self->playing = playing;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

/* @latency: part of the times that the sounds come with */
void
rtc_mix_output_set_latency (RtcMixOutput *self, GstClockTime latency)
{
  g_mutex_lock (&self->lock);
  self->latency = latency;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

/* Nothing follows until the pad is activated anew. */
void
rtc_mix_output_send_eos (RtcMixOutput *self)
{
  g_mutex_lock (&self->lock);
  self->eos = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
rtc_mix_output_finalize (GObject *object)
{
  RtcMixOutput *self = RTC_MIX_OUTPUT (object);

  rtc_mixer_free (self->mixer);
  gst_caps_unref (self->caps);
  g_free (self->stream_id);
  gst_object_unref (self->pad);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (rtc_mix_output_parent_class)->finalize (object);
}

static void
rtc_mix_output_class_init (RtcMixOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rtc_mix_output_finalize;
}

static void
rtc_mix_output_init (RtcMixOutput *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->mixer = rtc_mixer_new (RATE, CHANNELS);
  self->caps = gst_caps_from_string (CAPS);
  self->flushing = TRUE;
}
