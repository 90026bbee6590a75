/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-pair.h"

#include "rtc-peer-private.h"

#define PICTURES 90
#define FEED_INTERVAL_MS 5
#define PICTURE_DURATION (GST_SECOND / 30)
#define SOUND_DURATION (20 * GST_MSECOND)

static const char *const caps_texts[] = {
  [RTC_MEDIA_AUDIO] = "audio/x-opus, rate = 48000, channels = 2, channel-mapping-family = 0, "
                      "stream-count = 1, coupled-count = 1",
  [RTC_MEDIA_VIDEO] = "video/x-vp8, width = 160, height = 120, framerate = 30/1",
};

G_DEFINE_TYPE (RtcPairEnd, rtc_pair_end, G_TYPE_OBJECT)

static void
rtc_pair_end_finalize (GObject *object)
{
  RtcPairEnd *self = RTC_PAIR_END (object);

  for (guint i = 0; i < RTC_N_MEDIA; i++)
    g_array_unref (self->received[i]);
  g_free (self->description);
  g_ptr_array_unref (self->candidates);
  g_free (self->message);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (rtc_pair_end_parent_class)->finalize (object);
}

static void
rtc_pair_end_class_init (RtcPairEndClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rtc_pair_end_finalize;
}

static void
rtc_pair_end_init (RtcPairEnd *self)
{
  g_mutex_init (&self->lock);
  self->candidates = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    self->received[i] = g_array_new (FALSE, FALSE, sizeof (RtcPairFrame));
}

/* What a peer tells */

static RtcPair *
get_pair (RtcPairEnd *self)
{
  return g_object_get_data (G_OBJECT (self), "pair");
}

static void
on_description (RtcPeer *peer, GstWebRTCSDPType type, const char *sdp, gpointer user_data)
{
  RtcPairEnd *self = user_data;
  RtcPair *pair = get_pair (self);
  RtcPairEdit edit = type == GST_WEBRTC_SDP_TYPE_OFFER ? pair->edit_offer : pair->edit_answer;
  g_autofree char *edited = edit ? edit (sdp) : g_strdup (sdp);

  g_assert_cmpint (type, ==,
                   self == pair->sender ? GST_WEBRTC_SDP_TYPE_OFFER : GST_WEBRTC_SDP_TYPE_ANSWER);
  g_assert_null (self->description);
  self->description = g_strdup (sdp);
  if (!self->other->deaf)
    rtc_peer_set_remote_description (self->other->peer, type, edited);
}

static void
on_candidate (RtcPeer *peer, guint sdp_m_line_index, const char *candidate, gpointer user_data)
{
  RtcPairEnd *self = user_data;

  g_assert_nonnull (self->description);
  if (*candidate)
    g_ptr_array_add (self->candidates, g_strdup (candidate));
  if (!self->other->deaf && !get_pair (self)->adrift)
    rtc_peer_add_candidate (self->other->peer, sdp_m_line_index, candidate);
}

static void
on_connected (RtcPeer *peer, gpointer user_data)
{
  RtcPairEnd *self = user_data;

  g_assert_false (self->connected);
  g_assert_true (rtc_peer_is_connected (peer));
  self->connected = TRUE;
}

static void
on_failed (RtcPeer *peer, RtcFailure failure, const char *message, gpointer user_data)
{
  RtcPairEnd *self = user_data;

  g_assert_nonnull (message);
  self->failures++;
  self->failure = failure;
  g_free (self->message);
  self->message = g_strdup (message);
}

static void
on_recovered (RtcPeer *peer, gpointer user_data)
{
  RtcPairEnd *self = user_data;

  self->recoveries++;
}

static void
on_key_frame_requested (RtcPeer *peer, RtcMedia media, gpointer user_data)
{
  RtcPairEnd *self = user_data;

  if (media != RTC_MEDIA_VIDEO)
    return;
  self->requests++;
  get_pair (self)->next_picture = 0;
}

/* Of a frame from elsewhere it means nothing. */
static guint32
read_number (RtcMedia media, GstBuffer *buffer)
{
  gsize size = gst_buffer_get_size (buffer);
  guint32 number;

  if (gst_buffer_extract (buffer, media == RTC_MEDIA_AUDIO ? 1 : size - 4, &number, 4) < 4)
    return 0;
  return GUINT32_FROM_BE (number);
}

/* On a streaming thread. */
static void
on_received (RtcPeer *peer, RtcMedia media, GstSample *sample, gpointer user_data)
{
  RtcPairEnd *self = user_data;
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  RtcPairFrame frame = {
    .number = read_number (media, buffer),
    .size = gst_buffer_get_size (buffer),
    .pts = GST_BUFFER_PTS (buffer),
    .rtp_time = GST_BUFFER_OFFSET (buffer),
    .is_key_frame = !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT),
  };

  g_assert_nonnull (rtc_codec_find_encoded (gst_sample_get_caps (sample)));
  g_mutex_lock (&self->lock);
  g_array_append_val (self->received[media], frame);
  g_mutex_unlock (&self->lock);
}

static const RtcPeerCallbacks callbacks = {
  .description = on_description,
  .candidate = on_candidate,
  .connected = on_connected,
  .failed = on_failed,
  .recovered = on_recovered,
  .key_frame_requested = on_key_frame_requested,
  .received = on_received,
};

guint
rtc_pair_end_count (RtcPairEnd *self, RtcMedia media)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = self->received[media]->len;
  g_mutex_unlock (&self->lock);
  return count;
}

RtcPairFrame
rtc_pair_end_get (RtcPairEnd *self, RtcMedia media, guint index)
{
  RtcPairFrame frame;

  g_mutex_lock (&self->lock);
  g_assert_cmpuint (index, <, self->received[media]->len);
  frame = g_array_index (self->received[media], RtcPairFrame, index);
  g_mutex_unlock (&self->lock);
  return frame;
}

/* The feed */

static GstBuffer *
make_picture (RtcPair *self, guint32 number, gboolean *is_key_frame)
{
  /* After the last the first but one: nobody decodes these. */
  guint index = self->next_picture < self->pictures->len ? self->next_picture : 1;
  GstBuffer *picture = gst_sample_get_buffer (g_ptr_array_index (self->pictures, index));
  guint32 tail = GUINT32_TO_BE (number);

  self->next_picture = index + 1;
  *is_key_frame = index == 0;
  /* What follows the last partition of a VP8 frame is part of it, and no decoder minds. */
  return gst_buffer_append (gst_buffer_copy (picture), gst_buffer_new_memdup (&tail, sizeof tail));
}

static void
push_frame (RtcPair *self, RtcMedia media, GstClockTime pts)
{
  RtcPairFrame frame = { .number = self->sent[media]->len, .pts = pts, .is_key_frame = TRUE };
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_texts[media]);
  g_autoptr (GstBuffer) buffer = media == RTC_MEDIA_AUDIO
                                     ? nertc_make_opus (frame.number)
                                     : make_picture (self, frame.number, &frame.is_key_frame);

  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_OFFSET (buffer) = GST_BUFFER_OFFSET_NONE;
  g_array_append_val (self->sent[media], frame);
  rtc_peer_push (self->sender->peer, media, buffer, caps);
}

static gboolean
on_feed (gpointer user_data)
{
  const GstClockTime durations[] = { SOUND_DURATION, PICTURE_DURATION };
  RtcPair *self = user_data;
  GstClockTime now = gst_clock_get_time (self->clock);

  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    GstClockTime delay = i == RTC_MEDIA_VIDEO ? self->video_delay : 0;
    GstClockTime pts = self->started + self->sent[i]->len * durations[i];

    if (pts + delay <= now)
      push_frame (self, i, pts);
  }
  return G_SOURCE_CONTINUE;
}

/* Made once for the process */
static GPtrArray *
get_pictures (void)
{
  static GPtrArray *pictures;

  if (!pictures)
    pictures = nertc_encode_pictures (0, PICTURES, 160, 120);
  return pictures;
}

/* Feeds the sender from now on, or no more. Nothing is caught up on. */
void
rtc_pair_feed (RtcPair *self, gboolean feed)
{
  if (self->feed)
    g_source_destroy (self->feed);
  g_clear_pointer (&self->feed, g_source_unref);
  if (!feed)
    return;
  self->pictures = get_pictures ();
  self->started = gst_clock_get_time (self->clock);
  self->feed = g_timeout_source_new (FEED_INTERVAL_MS);
  g_source_set_callback (self->feed, on_feed, self, NULL);
  g_source_attach (self->feed, NULL);
}

/* The pair */

static RtcPairEnd *
make_end (RtcPair *self, const RtcPeerConfig *config)
{
  RtcPairEnd *end = g_object_new (RTC_TYPE_PAIR_END, NULL);
  g_autoptr (GError) error = NULL;

  g_object_set_data (G_OBJECT (end), "pair", self);
  end->peer = rtc_peer_new (config, &callbacks, g_object_ref (G_OBJECT (end)), &error);
  g_assert_no_error (error);
  return end;
}

static RtcPair *
make_pair (gboolean audio, gboolean video, const RtcRoutes *routes)
{
  RtcPair *self = g_new0 (RtcPair, 1);
  RtcPeerConfig receiver = { .context = g_main_context_default (), .latency = 60 };
  RtcPeerConfig sender = { .context = g_main_context_default () };

  if (routes)
    sender.routes = receiver.routes = *routes;
  self->cut = g_atomic_rc_box_new0 (int);
  self->clock = gst_system_clock_obtain ();
  sender.clock = receiver.clock = self->clock;
  if (audio)
    sender.codecs[RTC_MEDIA_AUDIO] = rtc_codec_get_default (RTC_MEDIA_AUDIO);
  if (video)
    sender.codecs[RTC_MEDIA_VIDEO] = rtc_codec_get_default (RTC_MEDIA_VIDEO);
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    self->sent[i] = g_array_new (FALSE, FALSE, sizeof (RtcPairFrame));
    sender.timestamp_offsets[i] = RTC_PAIR_TIMESTAMP_OFFSET;
  }
  self->sender = make_end (self, &sender);
  self->receiver = make_end (self, &receiver);
  self->sender->other = self->receiver;
  self->receiver->other = self->sender;
  return self;
}

/* Returns: (transfer full): a pair on the default main context, to be started */
RtcPair *
rtc_pair_new (gboolean audio, gboolean video)
{
  return make_pair (audio, video, NULL);
}

/* @routes: of both ends */
RtcPair *
rtc_pair_new_with_routes (const RtcRoutes *routes)
{
  return make_pair (TRUE, TRUE, routes);
}

static void
free_end (RtcPairEnd *end)
{
  guint failures = end->failures;

  rtc_peer_close (end->peer);
  g_assert_cmpuint (end->failures, ==, failures);
  g_object_unref (end->peer);
  g_object_unref (end);
}

void
rtc_pair_free (RtcPair *self)
{
  rtc_pair_feed (self, FALSE);
  free_end (self->sender);
  free_end (self->receiver);
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    g_array_unref (self->sent[i]);
  gst_object_unref (self->clock);
  g_atomic_rc_box_release (self->cut);
  g_free (self);
}

void
rtc_pair_start (RtcPair *self)
{
  rtc_peer_start (self->receiver->peer);
  rtc_peer_start (self->sender->peer);
}

void
rtc_pair_connect (RtcPair *self)
{
  rtc_pair_start (self);
  nertc_await (self->sender->connected && self->receiver->connected);
}

void
rtc_pair_send (RtcPair *self, RtcMedia media, gboolean send)
{
  rtc_peer_set_sending (self->sender->peer, media, send);
}

/* Connects, and sends both tracks until something of each has arrived. */
void
rtc_pair_play (RtcPair *self)
{
  rtc_pair_connect (self);
  rtc_pair_feed (self, TRUE);
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    rtc_pair_send (self, i, TRUE);
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    nertc_await (rtc_pair_end_count (self->receiver, i) > 0);
}

/* Cuts */

static GstPadProbeReturn
on_packet (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  int *cut = user_data;

  return g_atomic_int_get (cut) ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static gboolean
is_nicesink (GstElement *element)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  return factory && g_str_equal (GST_OBJECT_NAME (factory), "nicesink");
}

static void
watch_packets (RtcPair *self, RtcPairEnd *end)
{
  g_autoptr (GstIterator) elements = gst_bin_iterate_recurse (GST_BIN (end->peer->pipeline));
  GValue value = G_VALUE_INIT;

  while (gst_iterator_next (elements, &value) == GST_ITERATOR_OK) {
    GstElement *element = g_value_get_object (&value);

    if (is_nicesink (element)) {
      g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");

      gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packet,
                         g_atomic_rc_box_acquire (self->cut), g_atomic_rc_box_release);
    }
    g_value_unset (&value);
  }
}

/* Lets no packet of a pair that is connected arrive any more, or lets them again. */
void
rtc_pair_cut (RtcPair *self, gboolean cut)
{
  if (cut) {
    watch_packets (self, self->sender);
    watch_packets (self, self->receiver);
  }
  g_atomic_int_set (self->cut, cut);
}
