/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-input.h"

#include "rtc-gate.h"
#include "rtc-meter.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video-event.h>

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

/* The requests of all consumers within this time become one. */
#define KEY_FRAME_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

/* What a muted microphone sends, so that receivers know it from a dead one. */
#define SILENCE_INTERVAL (400 * GST_MSECOND)

/* RFC 6716, section 3.1: a CELT-only frame of 20 ms, fullband, stereo, of digital silence. */
static const guint8 opus_silence[] = { 0xfc, 0xff, 0xfe };

struct _RtcInput {
  GObject parent_instance;

  /* Set once */
  RtcMedia media;
  GstBin *bin; /* not owned: it owns the input */
  RtcEncoderSetup setup;
  gpointer user_data;
  GstElement *appsink;

  /* On the thread that brings caps and frames only */
  GPtrArray *chain;  /* of the elements before the appsink */
  gboolean skipping; /* raw frames: nobody takes the track */

  RtcMeter meter; /* of the encoded frames that are handed out */
  guint dropped;  /* raw frames that the encoder was too slow for; atomic */

  GMutex lock;
  const RtcCodec *codec; /* protected by lock, as all below */
  GstElement *encoder;
  GPtrArray *consumers; /* never changed, only replaced, so that it can be read without the lock */
  RtcGate *gate;        /* closed while muted */
  gboolean muted;
  guint bitrate;
  gint64 last_request;
  gboolean request_pending; /* came too soon after another */
  GstClockTime last_silence;
  GstClockTime resumed_at; /* of the raw frame after those that nobody took */
};

G_DEFINE_TYPE (RtcInput, rtc_input, G_TYPE_OBJECT)

/* Frames */

static GstBuffer *
make_silence (GstBuffer *frame)
{
  GstBuffer *silence = gst_buffer_new_memdup (opus_silence, sizeof opus_silence);

  GST_BUFFER_PTS (silence) = GST_BUFFER_PTS (frame);
  GST_BUFFER_DURATION (silence) = 20 * GST_MSECOND;
  return silence;
}

/* Returns: (transfer full) (nullable): what is sent instead of a frame of muted audio */
static GstBuffer *
mute_frame (RtcInput *self, GstBuffer *frame)
{
  GstClockTime pts = GST_BUFFER_PTS (frame);
  gboolean due;

  if (self->media == RTC_MEDIA_VIDEO)
    return NULL;
  g_mutex_lock (&self->lock);
  due = !GST_CLOCK_TIME_IS_VALID (self->last_silence) || pts < self->last_silence ||
        pts >= self->last_silence + SILENCE_INTERVAL;
  if (due)
    self->last_silence = pts;
  g_mutex_unlock (&self->lock);
  return due ? make_silence (frame) : NULL;
}

/* Returns: (transfer full): a frame whose timestamp is a time of the clock */
static GstBuffer *
stamp_frame (RtcInput *self, GstSample *sample)
{
  GstBuffer *buffer = gst_buffer_copy (gst_sample_get_buffer (sample));
  GstSegment *segment = gst_sample_get_segment (sample);
  GstClockTime pts = GST_BUFFER_PTS (buffer);

  if (GST_CLOCK_TIME_IS_VALID (pts))
    pts = gst_segment_to_running_time (segment, GST_FORMAT_TIME, pts);
  if (GST_CLOCK_TIME_IS_VALID (pts))
    pts += gst_element_get_base_time (GST_ELEMENT (self->bin));
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  /* Payloaders would take the offset for RTP time. */
  GST_BUFFER_OFFSET (buffer) = GST_BUFFER_OFFSET_NONE;
  return buffer;
}

static void
send_frame (RtcInput *self, GstBuffer *buffer, GstCaps *caps)
{
  GPtrArray *consumers;

  rtc_meter_count (&self->meter, buffer, caps);
  g_mutex_lock (&self->lock);
  consumers = g_ptr_array_ref (self->consumers);
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < consumers->len; i++)
    rtc_peer_push (g_ptr_array_index (consumers, i), self->media, buffer, caps);
  g_ptr_array_unref (consumers);
}

/* A key frame serves whoever has asked until then. Returns: whether somebody still waits for one */
static gboolean
is_request_pending (RtcInput *self, GstBuffer *frame)
{
  gboolean pending;

  g_mutex_lock (&self->lock);
  if (!GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT))
    self->request_pending = FALSE;
  pending = self->request_pending;
  g_mutex_unlock (&self->lock);
  return pending;
}

/* What an encoder kept over a time without frames comes out long after its time. */
static gboolean
is_leftover (RtcInput *self, GstBuffer *frame)
{
  gboolean leftover;

  g_mutex_lock (&self->lock);
  leftover = GST_CLOCK_TIME_IS_VALID (self->resumed_at) && GST_BUFFER_PTS_IS_VALID (frame) &&
             GST_BUFFER_DURATION_IS_VALID (frame) &&
             GST_BUFFER_PTS (frame) + GST_BUFFER_DURATION (frame) <= self->resumed_at;
  g_mutex_unlock (&self->lock);
  return leftover;
}

static GstFlowReturn
on_new_sample (GstAppSink *appsink, gpointer user_data)
{
  RtcInput *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);
  GstBuffer *buffer;
  RtcGateVerdict verdict;

  if (!sample || is_leftover (self, gst_sample_get_buffer (sample)))
    return GST_FLOW_OK;
  buffer = stamp_frame (self, sample);
  verdict = rtc_gate_filter (self->gate, self, &buffer, g_get_monotonic_time () * GST_USECOND);
  if (verdict == RTC_GATE_REQUEST || is_request_pending (self, buffer))
    rtc_input_request_key_frame (self);
  if (verdict == RTC_GATE_DROP || verdict == RTC_GATE_REQUEST) {
    GstBuffer *silence = rtc_input_get_muted (self) ? mute_frame (self, buffer) : NULL;

    gst_buffer_unref (buffer);
    buffer = silence;
  }
  if (buffer) {
    send_frame (self, buffer, gst_sample_get_caps (sample));
    gst_buffer_unref (buffer);
  }
  return GST_FLOW_OK;
}

/* The chain before the appsink */

static gboolean
add_element (RtcInput *self, const char *factory, const char *options, GError **error)
{
  GstElement *element = rtc_element_make (factory, options, error);

  if (!element)
    return FALSE;
  gst_bin_add (self->bin, element);
  g_ptr_array_add (self->chain, gst_object_ref (element));
  return TRUE;
}

static void
apply_bitrate (RtcInput *self)
{
  g_autoptr (GstElement) encoder = NULL;
  const char *property;
  guint bitrate;

  g_mutex_lock (&self->lock);
  encoder = self->encoder ? gst_object_ref (self->encoder) : NULL;
  property = self->codec ? self->codec->bitrate_property : NULL;
  bitrate = self->bitrate;
  g_mutex_unlock (&self->lock);
  if (encoder && property && bitrate > 0)
    g_object_set (encoder, property, bitrate, NULL);
}

static gboolean
add_encoder (RtcInput *self, GError **error)
{
  const RtcCodec *codec = rtc_codec_get_default (self->media);
  GstElement *encoder;

  if (!add_element (self, codec->encoder, codec->encoder_options, error))
    return FALSE;
  encoder = g_ptr_array_index (self->chain, self->chain->len - 1);
  g_mutex_lock (&self->lock);
  g_set_object (&self->encoder, encoder);
  self->codec = codec;
  g_mutex_unlock (&self->lock);
  apply_bitrate (self);
  self->setup (encoder, self->user_data);
  return TRUE;
}

/* Whether an encoded frame would be of use to anybody. */
static gboolean
is_taken (RtcInput *self)
{
  g_autoptr (GPtrArray) consumers = NULL;
  gboolean taken;

  g_mutex_lock (&self->lock);
  taken = !self->muted || self->media == RTC_MEDIA_AUDIO;
  consumers = g_ptr_array_ref (self->consumers);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; taken && i < consumers->len; i++) {
    if (rtc_peer_takes (g_ptr_array_index (consumers, i), self->media))
      return TRUE;
  }
  return FALSE;
}

static void
resume (RtcInput *self, GstPad *pad, GstPadProbeInfo *info)
{
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));

  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  g_mutex_lock (&self->lock);
  self->resumed_at = GST_BUFFER_PTS (buffer);
  g_mutex_unlock (&self->lock);
  if (self->media == RTC_MEDIA_VIDEO)
    gst_pad_send_event (
        pad, gst_video_event_new_downstream_force_key_unit (
                 GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, TRUE, 0));
}

/* While nobody takes the track its raw frames go no further; the first that does is a key frame. */
static GstPadProbeReturn
on_raw_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  RtcInput *self = user_data;

  if (!is_taken (self)) {
    self->skipping = TRUE;
    return GST_PAD_PROBE_DROP;
  }
  if (self->skipping)
    resume (self, pad, info);
  self->skipping = FALSE;
  return GST_PAD_PROBE_OK;
}

/* @first: of those that work on what comes; before it there is at most what keeps the pace */
static void
watch_raw_buffers (RtcInput *self, guint first)
{
  g_autoptr (GstPad) pad =
      gst_element_get_static_pad (g_ptr_array_index (self->chain, first), "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_raw_buffer, self, NULL);
}

/* The queue is full: it drops its oldest frame. */
static void
on_overrun (GstElement *queue, RtcInput *self)
{
  g_atomic_int_inc (&self->dropped);
}

/* A live source must not be held up: when the encoder is too slow, raw frames are dropped. */
static gboolean
add_queue (RtcInput *self, GError **error)
{
  if (!add_element (self, "queue",
                    "leaky=downstream max-size-buffers=3 max-size-time=0 max-size-bytes=0", error))
    return FALSE;
  g_signal_connect_object (g_ptr_array_index (self->chain, self->chain->len - 1), "overrun",
                           G_CALLBACK (on_overrun), self, 0);
  return TRUE;
}

static gboolean
add_converters (RtcInput *self, gboolean is_live, GError **error)
{
  if (self->media == RTC_MEDIA_AUDIO)
    return add_element (self, "audioconvert", NULL, error) &&
           add_element (self, "audioresample", NULL, error) && add_encoder (self, error);
  if (is_live && !add_queue (self, error))
    return FALSE;
  return add_element (self, "videoconvert", NULL, error) && add_encoder (self, error);
}

/* What does not come at its own pace gets one here, for the appsink may see nothing of it. */
static gboolean
add_raw_chain (RtcInput *self, gboolean is_live, GError **error)
{
  if (!is_live && !add_element (self, "clocksync", NULL, error))
    return FALSE;
  if (!add_converters (self, is_live, error))
    return FALSE;
  watch_raw_buffers (self, is_live ? 0 : 1);
  return TRUE;
}

static void
link_chain (RtcInput *self)
{
  GstElement *next = self->appsink;

  for (guint i = self->chain->len; i > 0; i--) {
    GstElement *element = g_ptr_array_index (self->chain, i - 1);

    gst_element_link (element, next);
    gst_element_sync_state_with_parent (element);
    next = element;
  }
}

/* A bin that is being disposed of has let go of its elements already. */
static void
remove_element (RtcInput *self, GstElement *element)
{
  gst_element_set_locked_state (element, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  if (gst_object_has_as_parent (GST_OBJECT (element), GST_OBJECT (self->bin)))
    gst_bin_remove (self->bin, element);
}

static void
remove_chain (RtcInput *self)
{
  g_mutex_lock (&self->lock);
  g_clear_object (&self->encoder);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < self->chain->len; i++)
    remove_element (self, g_ptr_array_index (self->chain, i));
  g_ptr_array_set_size (self->chain, 0);
}

static gboolean
is_raw (GstCaps *caps)
{
  const char *name = gst_structure_get_name (gst_caps_get_structure (caps, 0));

  return g_str_has_suffix (name, "/x-raw");
}

/*
 * rtc_input_configure:
 * @caps: what is about to come; on the thread that will bring it
 * @is_live: whether it comes at its own pace; else it is paced by its timestamps
 *
 * Builds what is needed between @caps and the appsink. What is there and still fits stays.
 *
 * Returns: (transfer full): the pad that takes it, or %NULL with @error set
 */
GstPad *
rtc_input_configure (RtcInput *self, GstCaps *caps, gboolean is_live, GError **error)
{
  gboolean raw = is_raw (caps);

  g_object_set (self->appsink, "sync", !is_live, NULL);
  if (!raw || !self->encoder) {
    remove_chain (self);
    if (raw && !add_raw_chain (self, is_live, error)) {
      remove_chain (self);
      return NULL;
    }
    link_chain (self);
  }
  if (!raw) {
    g_mutex_lock (&self->lock);
    self->codec = rtc_codec_find_encoded (caps);
    g_mutex_unlock (&self->lock);
  }
  GST_INFO_OBJECT (self->bin, "%s comes as %" GST_PTR_FORMAT, rtc_media_to_string (self->media),
                   caps);
  return gst_element_get_static_pad (raw ? g_ptr_array_index (self->chain, 0) : self->appsink,
                                     "sink");
}

/* Returns: (transfer full): the pad that takes encoded media */
GstPad *
rtc_input_get_sink_pad (RtcInput *self)
{
  return gst_element_get_static_pad (self->appsink, "sink");
}

/* Returns: the codec that is published; before any caps came, the one that raw media would get */
const RtcCodec *
rtc_input_get_codec (RtcInput *self)
{
  const RtcCodec *codec;

  g_mutex_lock (&self->lock);
  codec = self->codec;
  g_mutex_unlock (&self->lock);
  return codec ? codec : rtc_codec_get_default (self->media);
}

/* @bitrate: what the encoder inside may use at most, bit/s */
void
rtc_input_set_bitrate (RtcInput *self, guint bitrate)
{
  g_mutex_lock (&self->lock);
  self->bitrate = bitrate;
  g_mutex_unlock (&self->lock);
  apply_bitrate (self);
}

/* Muted video sends nothing, muted audio a little silence; unmuted video begins with a key frame.
 */
void
rtc_input_set_muted (RtcInput *self, gboolean muted)
{
  g_mutex_lock (&self->lock);
  self->muted = muted;
  self->last_silence = GST_CLOCK_TIME_NONE;
  g_mutex_unlock (&self->lock);
  if (muted) {
    rtc_gate_close (self->gate, self);
  } else {
    rtc_gate_open (self->gate, self);
    rtc_input_request_key_frame (self);
  }
}

gboolean
rtc_input_get_muted (RtcInput *self)
{
  gboolean muted;

  g_mutex_lock (&self->lock);
  muted = self->muted;
  g_mutex_unlock (&self->lock);
  return muted;
}

static void
replace_consumers (RtcInput *self, RtcPeer *added, RtcPeer *removed)
{
  GPtrArray *consumers = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *old;

  g_mutex_lock (&self->lock);
  old = self->consumers;
  for (guint i = 0; i < old->len; i++) {
    RtcPeer *peer = g_ptr_array_index (old, i);

    if (peer != removed)
      g_ptr_array_add (consumers, g_object_ref (peer));
  }
  if (added)
    g_ptr_array_add (consumers, g_object_ref (added));
  self->consumers = consumers;
  g_mutex_unlock (&self->lock);
  g_ptr_array_unref (old);
}

void
rtc_input_add_consumer (RtcInput *self, RtcPeer *peer)
{
  replace_consumers (self, peer, NULL);
}

void
rtc_input_remove_consumer (RtcInput *self, RtcPeer *peer)
{
  replace_consumers (self, NULL, peer);
}

static gboolean
is_request_due (RtcInput *self)
{
  gint64 now = g_get_monotonic_time ();
  gboolean due;

  g_mutex_lock (&self->lock);
  due = self->last_request == 0 || now - self->last_request >= KEY_FRAME_INTERVAL;
  if (due)
    self->last_request = now;
  self->request_pending = !due;
  g_mutex_unlock (&self->lock);
  return due;
}

/* Asks the encoder, inside or upstream, for a key frame: at once, or when the time has come. */
void
rtc_input_request_key_frame (RtcInput *self)
{
  g_autoptr (GstPad) pad = NULL;

  if (self->media != RTC_MEDIA_VIDEO || !is_request_due (self))
    return;
  pad = rtc_input_get_sink_pad (self);
  gst_pad_push_event (pad,
                      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
}

/* @stats: (out): of what is encoded here, or comes encoded, for all consumers */
void
rtc_input_get_stats (RtcInput *self, RtcTrackStats *stats)
{
  rtc_track_stats_init (stats, rtc_input_get_codec (self));
  rtc_meter_read (&self->meter, stats);
  stats->dropped = g_atomic_int_get (&self->dropped);
}

/* Takes everything out of the bin; to be called before the last reference goes. */
void
rtc_input_remove_elements (RtcInput *self)
{
  remove_chain (self);
  remove_element (self, self->appsink);
}

/*
 * rtc_input_new:
 * @bin: gets the elements; its base time turns running times into times of the clock
 * @setup: called with every encoder made, before it is used
 */
RtcInput *
rtc_input_new (RtcMedia media, GstBin *bin, RtcEncoderSetup setup, gpointer user_data)
{
  RtcInput *self = g_object_new (RTC_TYPE_INPUT, NULL);
  GstAppSinkCallbacks callbacks = { .new_sample = on_new_sample };

  self->media = media;
  self->bin = bin;
  self->setup = setup;
  self->user_data = user_data;
  gst_app_sink_set_callbacks (GST_APP_SINK (self->appsink), &callbacks, self, NULL);
  gst_bin_add (bin, self->appsink);
  gst_element_sync_state_with_parent (self->appsink);
  return self;
}

static void
rtc_input_finalize (GObject *object)
{
  RtcInput *self = RTC_INPUT (object);

  g_clear_pointer (&self->chain, g_ptr_array_unref);
  g_clear_pointer (&self->consumers, g_ptr_array_unref);
  g_clear_object (&self->encoder);
  g_clear_object (&self->appsink);
  rtc_gate_free (self->gate);
  rtc_meter_clear (&self->meter);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (rtc_input_parent_class)->finalize (object);
}

static void
rtc_input_class_init (RtcInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rtc_input_finalize;
}

static void
rtc_input_init (RtcInput *self)
{
  g_mutex_init (&self->lock);
  self->chain = g_ptr_array_new_with_free_func (gst_object_unref);
  self->consumers = g_ptr_array_new_with_free_func (g_object_unref);
  self->gate = rtc_gate_new ();
  rtc_meter_init (&self->meter);
  self->last_silence = GST_CLOCK_TIME_NONE;
  self->resumed_at = GST_CLOCK_TIME_NONE;
  rtc_gate_open (self->gate, self);
  self->appsink = rtc_element_make ("appsink", "sync=false async=false max-buffers=1", NULL);
  gst_object_ref_sink (self->appsink);
}
