/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-input-private.h"

#include "rtc-encoder.h"

#include <gst/video/video-event.h>

/* The requests of all consumers within this time become one. */
#define KEY_FRAME_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

enum {
  SIGNAL_CODEC_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (RtcInput, rtc_input, G_TYPE_OBJECT)

/* Codecs */

/* Returns: the first codec in the order for raw media that can be made, or %NULL and an error */
const RtcCodec *
rtc_input_choose_codec (RtcInput *self, GError **error)
{
  g_autoptr (GPtrArray) order = NULL;

  g_mutex_lock (&self->lock);
  order = g_ptr_array_ref (self->order);
  g_mutex_unlock (&self->lock);
  return rtc_codecs_choose (order, error);
}

/*
 * Returns: the codec that is published; before any caps came, the one that what is linked gives, or
 *   that raw media would get
 */
const RtcCodec *
rtc_input_get_codec (RtcInput *self)
{
  const RtcCodec *codec;

  g_mutex_lock (&self->lock);
  codec = self->codec ? self->codec : self->expected;
  g_mutex_unlock (&self->lock);
  if (!codec)
    codec = rtc_input_choose_codec (self, NULL);
  return codec ? codec : rtc_codec_get_default (self->media);
}

/* Tells of another codec than @before. */
static void
announce_codec (RtcInput *self, const RtcCodec *before)
{
  if (rtc_input_get_codec (self) != before)
    g_signal_emit (self, signals[SIGNAL_CODEC_CHANGED], 0);
}

void
rtc_input_set_codec (RtcInput *self, const RtcCodec *codec, gboolean is_raw)
{
  const RtcCodec *before = rtc_input_get_codec (self);

  g_mutex_lock (&self->lock);
  self->codec = codec;
  self->is_raw = is_raw;
  g_mutex_unlock (&self->lock);
  announce_codec (self, before);
}

/* @caps: what is linked could give; any codec of which there is only one is expected from there */
void
rtc_input_expect (RtcInput *self, GstCaps *caps)
{
  const RtcCodec *before = rtc_input_get_codec (self);
  const RtcCodec *codec = gst_caps_is_any (caps) ? NULL : rtc_codec_find_encoded (caps);
  g_autoptr (GstCaps) encoded = codec ? rtc_codec_get_encoded_caps (codec) : NULL;

  g_mutex_lock (&self->lock);
  self->expected = codec && gst_caps_is_subset (caps, encoded) ? codec : NULL;
  g_mutex_unlock (&self->lock);
  announce_codec (self, before);
}

/*
 * rtc_input_set_codecs:
 * @order: (element-type RtcCodec): what raw media is encoded with: the first that can be made
 *
 * May be changed at any time. The codec before goes on beside the new one until no consumer has it
 * any more. What comes in encoded keeps its codec.
 */
void
rtc_input_set_codecs (RtcInput *self, GPtrArray *order)
{
  const RtcCodec *before = rtc_input_get_codec (self);
  const RtcCodec *codec = rtc_codecs_choose (order, NULL);
  g_autoptr (GPtrArray) old = NULL;

  g_mutex_lock (&self->lock);
  old = self->order;
  self->order = g_ptr_array_ref (order);
  if (codec && self->is_raw)
    self->codec = codec;
  g_mutex_unlock (&self->lock);
  announce_codec (self, before);
}

/* Bitrate */

/* Returns: (transfer full) (element-type GstElement): the encoders inside */
static GPtrArray *
get_encoders (RtcInput *self)
{
  GPtrArray *encoders = g_ptr_array_new_with_free_func (gst_object_unref);
  RtcInputBranch *branches[2];

  g_mutex_lock (&self->lock);
  branches[0] = self->branch;
  branches[1] = self->old_branch;
  for (guint i = 0; i < G_N_ELEMENTS (branches); i++) {
    if (branches[i] && branches[i]->encoder)
      g_ptr_array_add (encoders, gst_object_ref (branches[i]->encoder));
  }
  g_mutex_unlock (&self->lock);
  return encoders;
}

/* Returns: the lower one; 0 is no limit */
static guint
get_lower (guint one, guint other)
{
  return one == 0 || (other > 0 && other < one) ? other : one;
}

static guint
get_limit (RtcInput *self, gboolean upstream)
{
  guint limit;

  g_mutex_lock (&self->lock);
  limit = get_lower (upstream ? self->upstream : self->bitrate, self->target);
  if (upstream && !self->steer)
    limit = 0;
  g_mutex_unlock (&self->lock);
  return limit;
}

void
rtc_input_apply_bitrate (RtcInput *self)
{
  g_autoptr (GPtrArray) encoders = get_encoders (self);
  guint bitrate = get_limit (self, FALSE);

  for (guint i = 0; bitrate > 0 && i < encoders->len; i++)
    rtc_encoder_set_bitrate (g_ptr_array_index (encoders, i), bitrate);
  rtc_steering_limit (self->steering, get_limit (self, TRUE));
}

/* @sink_pad: (nullable): what comes in encoded comes here; its encoder is looked for upstream */
void
rtc_input_find_encoder (RtcInput *self, GstPad *sink_pad)
{
  g_autoptr (GstElement) encoder = NULL;
  gboolean is_raw;

  g_mutex_lock (&self->lock);
  is_raw = self->is_raw;
  g_mutex_unlock (&self->lock);
  if (sink_pad && !is_raw)
    encoder = rtc_encoder_find_upstream (sink_pad);
  rtc_steering_take (self->steering, encoder, get_limit (self, TRUE));
}

/* @bitrate: what the encoder inside may use at most, bit/s */
void
rtc_input_set_bitrate (RtcInput *self, guint bitrate)
{
  g_mutex_lock (&self->lock);
  self->bitrate = bitrate;
  g_mutex_unlock (&self->lock);
  rtc_input_apply_bitrate (self);
}

/*
 * rtc_input_set_steering:
 * @steer: whether the encoder upstream may be told its bitrate, which is never raised above what
 * its owner has set
 * @bitrate: what it may use at most, bit/s; 0: what its owner has set
 */
void
rtc_input_set_steering (RtcInput *self, gboolean steer, guint bitrate)
{
  g_mutex_lock (&self->lock);
  self->steer = steer;
  self->upstream = bitrate;
  g_mutex_unlock (&self->lock);
  rtc_input_apply_bitrate (self);
}

/*
 * rtc_input_set_target:
 * @bitrate: what the network has room for, bit/s; 0: not known. It lowers the bitrate of the
 *   encoder, inside or upstream, and raises it again.
 */
void
rtc_input_set_target (RtcInput *self, guint bitrate)
{
  g_mutex_lock (&self->lock);
  self->target = bitrate;
  g_mutex_unlock (&self->lock);
  rtc_input_apply_bitrate (self);
}

/* Returns: (transfer full): the pad that takes encoded media */
GstPad *
rtc_input_get_sink_pad (RtcInput *self)
{
  return gst_element_get_static_pad (self->branch->appsink, "sink");
}

/* Muted video sends nothing, muted audio a little silence; unmuted video begins with a key frame.
 */
void
rtc_input_set_muted (RtcInput *self, gboolean muted)
{
  g_mutex_lock (&self->lock);
  self->muted = muted;
  g_mutex_unlock (&self->lock);
  if (!muted)
    rtc_input_request_key_frame (self);
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

/* Returns: (transfer full) (element-type RtcPeer): not to be changed */
GPtrArray *
rtc_input_get_consumers (RtcInput *self)
{
  GPtrArray *consumers;

  g_mutex_lock (&self->lock);
  consumers = g_ptr_array_ref (self->consumers);
  g_mutex_unlock (&self->lock);
  return consumers;
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

/* Returns: (transfer full) (element-type GstElement) */
static GPtrArray *
get_appsinks (RtcInput *self)
{
  GPtrArray *appsinks = g_ptr_array_new_with_free_func (gst_object_unref);

  g_mutex_lock (&self->lock);
  g_ptr_array_add (appsinks, gst_object_ref (self->branch->appsink));
  if (self->old_branch)
    g_ptr_array_add (appsinks, gst_object_ref (self->old_branch->appsink));
  g_mutex_unlock (&self->lock);
  return appsinks;
}

/* Asks the encoder, inside or upstream, for a key frame: at once, or when the time has come. */
void
rtc_input_request_key_frame (RtcInput *self)
{
  g_autoptr (GPtrArray) appsinks = NULL;

  if (self->media != RTC_MEDIA_VIDEO || !is_request_due (self))
    return;
  appsinks = get_appsinks (self);
  for (guint i = 0; i < appsinks->len; i++) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (g_ptr_array_index (appsinks, i), "sink");

    gst_pad_push_event (pad,
                        gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
  }
}

/* @stats: (out): of what is encoded here, or comes encoded, for all consumers */
void
rtc_input_get_stats (RtcInput *self, RtcTrackStats *stats)
{
  rtc_track_stats_init (stats, rtc_input_get_codec (self));
  rtc_meter_read (&self->meter, stats);
  stats->level = rtc_input_get_level (self);
  stats->dropped = g_atomic_int_get (&self->dropped);
}

/* Takes everything out of the bin; to be called before the last reference goes. */
void
rtc_input_remove_elements (RtcInput *self)
{
  rtc_input_remove_chain (self);
  rtc_input_branch_remove (self->branch);
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

  self->media = media;
  self->bin = bin;
  self->setup = setup;
  self->user_data = user_data;
  self->order = rtc_codecs_parse (media, NULL, NULL);
  self->branch = rtc_input_make_branch (self);
  return self;
}

static void
rtc_input_finalize (GObject *object)
{
  RtcInput *self = RTC_INPUT (object);

  g_clear_pointer (&self->branch, rtc_input_branch_free);
  g_clear_pointer (&self->front, g_ptr_array_unref);
  g_clear_pointer (&self->steering, rtc_steering_free);
  g_clear_pointer (&self->order, g_ptr_array_unref);
  g_clear_pointer (&self->consumers, g_ptr_array_unref);
  rtc_meter_clear (&self->meter);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (rtc_input_parent_class)->finalize (object);
}

static void
rtc_input_class_init (RtcInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rtc_input_finalize;

  /* rtc_input_get_codec() has another answer now. On the thread that brings the media, or the one
   * that changed the order of codecs. */
  signals[SIGNAL_CODEC_CHANGED] =
      g_signal_new ("codec-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 0);
}

static void
rtc_input_init (RtcInput *self)
{
  g_mutex_init (&self->lock);
  self->front = g_ptr_array_new_with_free_func (gst_object_unref);
  self->steering = rtc_steering_new ();
  self->steer = TRUE;
  self->consumers = g_ptr_array_new_with_free_func (g_object_unref);
  rtc_meter_init (&self->meter);
  self->level = RTC_LEVEL_UNKNOWN;
  self->resumed_at = GST_CLOCK_TIME_NONE;
}
