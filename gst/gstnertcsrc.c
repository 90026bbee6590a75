/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-nertcsrc
 * @title: nertcsrc
 * @see_also: roomsignal, nertcsink
 *
 * Receives the streams of a room. It has #GstNertcSrc:slots slots; a slot is a pair of pads,
 * `audio_0` and `video_0`, `audio_1` and `video_1`, …, as far as #GstNertcSrc:subscribe asks for
 * sound and pictures. A slot carries the first stream that matches and that no other slot has, of
 * this nertcsrc or another one with the same room; when that ends, the next. Its pads are there
 * from the start and stay until the element stops, so that a pipeline lives through an empty room,
 * members who come and go, and other picture sizes. Meanwhile a raw audio pad sends silence, the
 * others GAP events.
 *
 * What a pad sends is decided by what it is linked to: encoded frames where these are taken
 * (`nertcsrc ! video/x-vp8 ! …`), decoded ones otherwise (`nertcsrc ! videoconvert ! …`), RTP where
 * only that is taken. What is not linked is not decoded. Encoded frames are in the form that is
 * asked for, such as H264 for a muxer. A pad that sends encoded frames or RTP keeps the codec of
 * the first stream that is taken; a stream with another one is skipped with a warning.
 *
 * With #GstNertcSrc:audio-mix there is one audio pad, `audio_0`: the sum of all streams that match
 * #GstNertcSrc:subscribe, #GstNertcSrc:from-uid and #GstNertcSrc:from-stream, whether a slot shows
 * them or not. It is raw, 48 kHz stereo S16 in the byte order of the machine, so that audioconvert
 * and audioresample may be needed behind it. Who comes is faded in, who goes is faded out. The
 * mixture is made when its turn has come: 10 ms later than a single sound for a sink that follows
 * the clock, and as late as that one for a sink that does not.
 *
 * With #GstNertcSrc:slots `0` a pad comes with each track of each stream that matches, and goes
 * with it, after an EOS. It is named `audio_UID/STREAM` or `video_UID/STREAM`, where “/” and “%” of
 * a uid are written as “%2F” and “%25”. That is for applications, which link it in a handler of
 * #GstElement::pad-added: that is emitted on the thread of the room.
 *
 * The element is a live source. #GstNertcSrc:latency is part of its timestamps and is not reported
 * as latency, so that a preview in the same pipeline is not delayed by it.
 *
 * The `stream-start` event of each stream has the id `UID/STREAM/audio` or `UID/STREAM/video`; the
 * tag `title` tells the stream id and `artist` the name (or uid) of the member.
 *
 * The bus gets the element messages `stream-subscribed` (fields `uid`, `stream-id`) and
 * `play-state` (fields `slot`, `state`, `uid`, `stream-id`, and the booleans `audio` and `video`:
 * which tracks the stream has), the latter at each change of the state or the tracks. A track that
 * the publisher adds or takes away is received over a new connection beside the old one, which ends
 * when the new one plays; what stays goes on without a gap. A stream whose media does not come
 * within 12 s is told by a warning that says what was tried; it is tried on. Its details have the
 * field failure (string, the nick of a #NertcFailure, or none): turn stands for a TURN server that
 * does not answer, or refuses. A path that is lost in the call is noticed after 6 s: the play state
 * goes back to play-requesting, and to playing when the path is there again or another one is
 * found.
 *
 * A member whose token does not grant to subscribe gets a warning, and the play state of each slot
 * is no-play; streams are received when it is granted, also when the right was lost in the call.
 *
 * While the element plays the bus gets an element message `play-stats` every 2 seconds;
 * #GstNertcSrc:stats is the latest of them. See nertcstats for its fields.
 *
 * ## Example pipelines
 * |[
 * gst-launch-1.0 roomsignal channel=standup uid=4 nertcsrc name=them \
 *     them. ! videoconvert ! autovideosink  them. ! audioconvert ! autoaudiosink
 * ]| Show and play whoever is in the room.
 * |[
 * gst-launch-1.0 -e roomsignal channel=standup uid=5 nertcsrc name=them \
 *     matroskamux name=mux ! filesink location=call.mkv \
 *     them.video_0 ! mux.  them.audio_0 ! mux.
 * ]| Record what comes as it comes, without decoding; end with Ctrl-C.
 * |[
 * gst-launch-1.0 roomsignal channel=standup uid=6 \
 *     nertcsrc subscribe=audio ! audioconvert ! autoaudiosink
 * ]| Only listen, to one stream after the other.
 * |[
 * gst-launch-1.0 roomsignal channel=standup uid=7 \
 *     nertcsrc name=them slots=4 audio-mix=true  them.audio_0 ! audioconvert ! autoaudiosink \
 *     them.video_0 ! videoconvert ! autovideosink  them.video_1 ! videoconvert ! autovideosink
 * ]| Hear everybody, and see two.
 * |[
 * gst-launch-1.0 playbin3 uri=nertc://127.0.0.1:8980/standup
 * ]| Any player that takes a URI plays a room: the streams of slot 0. (Of GStreamer 1.22 playbin3,
 * rarely, makes a sink for one of the two only; uridecodebin3 and gst-play-1.0 do not.)
 */

#include "gstnertcsrc.h"

#include "gstnertcaccess.h"
#include "gstnertcpads.h"
#include "gstnertcstats.h"
#include "gstnertcsubscriber.h"
#include "gstroomuri.h"
#include "rtc.h"
#include "rtc-format.h"

GST_DEBUG_CATEGORY_STATIC (nertcsrc_debug);
#define GST_CAT_DEFAULT nertcsrc_debug

#define DEFAULT_LATENCY 60
#define DEFAULT_SLOTS 1
#define MAX_SLOTS 64

struct _GstNertcSrc {
  GstElement parent_instance;

  /* Protected by the object lock */
  GstNertcAccess access;
  GstNertcSelection selection;
  guint n_slots;
  gboolean audio_mix;
  GstNertcPads *pads; /* from READY→PAUSED to PAUSED→READY, as the next */
  GstNertcSubscriber *subscriber;
  GstNertcEnd *end;    /* of the subscriber before */
  GstStructure *stats; /* the latest */
  GArray *play_states; /* of GstNertcPlayState, by the numbers of slots */
  gboolean started;
};

enum {
  PROP_0,
  PROP_SUBSCRIBE,
  PROP_FROM_UID,
  PROP_FROM_STREAM,
  PROP_LATENCY,
  PROP_SLOTS,
  PROP_AUDIO_MIX,
  PROP_PLAY_STATE,
  PROP_STATS,
  N_PROPERTIES,
};

enum {
  SIGNAL_SUBSCRIBE,
  SIGNAL_UNSUBSCRIBE,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_CODE (GstNertcSrc, gst_nertc_src, GST_TYPE_ELEMENT,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_room_uri_init_src))
GST_ELEMENT_REGISTER_DEFINE (nertcsrc, "nertcsrc", GST_RANK_NONE, GST_TYPE_NERTC_SRC)

/* What the subscriber tells, on the room's context */

static void
post (GstElement *element, GstStructure *structure)
{
  gst_element_post_message (element, gst_message_new_element (GST_OBJECT (element), structure));
}

static void
on_subscribed (GstElement *element, NertcStream *stream)
{
  post (element,
        gst_structure_new ("stream-subscribed", "uid", G_TYPE_STRING, nertc_stream_get_uid (stream),
                           "stream-id", G_TYPE_STRING, nertc_stream_get_id (stream), NULL));
}

static void
on_play_state (GstElement *element, guint slot, GstNertcPlayState state, NertcStream *stream)
{
  GstNertcSrc *self = GST_NERTC_SRC (element);
  NertcMedia media = nertc_stream_get_media (stream);

  GST_OBJECT_LOCK (self);
  if (slot >= self->play_states->len)
    g_array_set_size (self->play_states, slot + 1);
  g_array_index (self->play_states, GstNertcPlayState, slot) = state;
  GST_OBJECT_UNLOCK (self);

  post (element, gst_structure_new ("play-state", "slot", G_TYPE_UINT, slot, "state",
                                    GST_TYPE_NERTC_PLAY_STATE, state, "uid", G_TYPE_STRING,
                                    nertc_stream_get_uid (stream), "stream-id", G_TYPE_STRING,
                                    nertc_stream_get_id (stream), "audio", G_TYPE_BOOLEAN,
                                    (media & NERTC_MEDIA_AUDIO) != 0, "video", G_TYPE_BOOLEAN,
                                    (media & NERTC_MEDIA_VIDEO) != 0, NULL));
  g_object_notify_by_pspec (G_OBJECT (element), properties[PROP_PLAY_STATE]);
}

static void
on_timed_out (GstElement *element, NertcStream *stream, const char *problem, const char *failure)
{
  GST_ELEMENT_WARNING_WITH_DETAILS (
      element, RESOURCE, READ,
      ("No media of the stream “%s” of member “%s” came within 12 s; it is tried on. %s",
       nertc_stream_get_id (stream), nertc_stream_get_uid (stream),
       problem ? problem : "The transport reports no problem."),
      (NULL), ("failure", G_TYPE_STRING, failure ? failure : "none", NULL));
}

static void
on_forbidden (GstElement *element)
{
  GST_ELEMENT_WARNING (
      element, RESOURCE, NOT_AUTHORIZED,
      ("Nothing is received: the token of this member does not grant to subscribe. "
       "It is received as soon as the token is renewed by one that grants it."),
      (NULL));
}

static void
on_stats (GstElement *element, GstStructure *stats)
{
  gst_nertc_stats_post (element, &GST_NERTC_SRC (element)->stats, stats);
}

/* What is wanted beside the slots, on the room's context */

static GstNertcPads *
get_pads (GstNertcSrc *self)
{
  GstNertcPads *pads;

  GST_OBJECT_LOCK (self);
  pads = self->pads ? g_object_ref (self->pads) : NULL;
  GST_OBJECT_UNLOCK (self);
  return pads;
}

static gboolean
on_stream_opened (GstElement *element, NertcStream *stream, NertcMedia media,
                  RtcOutput *outputs[RTC_N_MEDIA])
{
  g_autoptr (GstNertcPads) pads = get_pads (GST_NERTC_SRC (element));

  return pads && gst_nertc_pads_open_stream (pads, stream, media, outputs);
}

static void
on_stream_closed (GstElement *element, RtcOutput *const outputs[RTC_N_MEDIA])
{
  g_autoptr (GstNertcPads) pads = get_pads (GST_NERTC_SRC (element));

  if (pads)
    gst_nertc_pads_close_stream (pads, outputs);
}

static const GstNertcSubscriberCallbacks subscriber_callbacks = {
  .subscribed = on_subscribed,
  .play_state = on_play_state,
  .stats = on_stats,
  .timed_out = on_timed_out,
  .forbidden = on_forbidden,
  .open_stream = on_stream_opened,
  .close_stream = on_stream_closed,
};

/* States */

static GstNertcSubscriber *
get_subscriber (GstNertcSrc *self)
{
  GstNertcSubscriber *subscriber;

  GST_OBJECT_LOCK (self);
  subscriber = self->subscriber ? g_object_ref (self->subscriber) : NULL;
  GST_OBJECT_UNLOCK (self);
  return subscriber;
}

static void
open_pads (GstNertcSrc *self, GstNertcSubscriber *subscriber)
{
  g_autoptr (GstNertcPads) pads = NULL;
  GstNertcLayout layout;

  GST_OBJECT_LOCK (self);
  layout = (GstNertcLayout){ .subscribe = self->selection.subscribe,
                             .slots = self->n_slots,
                             .mix = self->audio_mix,
                             .latency_ms = self->selection.latency };
  pads = gst_nertc_pads_new (GST_ELEMENT (self), &layout);
  self->pads = g_object_ref (pads);
  self->subscriber = g_object_ref (subscriber);
  self->started = FALSE;
  GST_OBJECT_UNLOCK (self);
  gst_nertc_pads_open_slots (pads, subscriber);
}

static void
close_pads (GstNertcSrc *self)
{
  g_autoptr (GstNertcPads) pads = NULL;

  GST_OBJECT_LOCK (self);
  pads = g_steal_pointer (&self->pads);
  g_array_set_size (self->play_states, 0);
  GST_OBJECT_UNLOCK (self);
  if (pads)
    gst_nertc_pads_close (pads);
}

static gboolean
open_room (GstNertcSrc *self)
{
  g_autoptr (NertcRoom) room = NULL;
  g_autoptr (GstNertcSubscriber) subscriber = NULL;
  RtcRoutes routes;

  room = gst_nertc_access_acquire (&self->access, GST_ELEMENT (self), &routes);
  if (!room)
    return FALSE;
  subscriber = gst_nertc_subscriber_new (GST_ELEMENT (self), room, &subscriber_callbacks, &routes);
  open_pads (self, subscriber);
  return TRUE;
}

static void
close_room (GstNertcSrc *self)
{
  g_autoptr (GstNertcSubscriber) subscriber = NULL;

  GST_OBJECT_LOCK (self);
  subscriber = g_steal_pointer (&self->subscriber);
  GST_OBJECT_UNLOCK (self);
  if (subscriber)
    gst_nertc_end_take (GST_OBJECT (self), &self->end, gst_nertc_subscriber_close (subscriber));
  gst_room_release (GST_ELEMENT (self));
}

/* The first time: before that there is no clock. */
static void
start_subscribing (GstNertcSrc *self)
{
  g_autoptr (GstNertcSubscriber) subscriber = NULL;
  GstNertcSelection selection;

  GST_OBJECT_LOCK (self);
  if (self->subscriber && !self->started)
    subscriber = g_object_ref (self->subscriber);
  self->started = TRUE;
  selection = self->selection;
  selection.from_uid = g_strdup (selection.from_uid);
  selection.from_stream = g_strdup (selection.from_stream);
  GST_OBJECT_UNLOCK (self);

  if (subscriber)
    gst_nertc_subscriber_start (subscriber, &selection);
  g_free (selection.from_uid);
  g_free (selection.from_stream);
}

static void
set_playing (GstNertcSrc *self, gboolean playing)
{
  g_autoptr (GstNertcPads) pads = get_pads (self);

  if (pads)
    gst_nertc_pads_set_playing (pads, playing);
  if (playing)
    start_subscribing (self);
}

static GstStateChangeReturn
gst_nertc_src_change_state (GstElement *element, GstStateChange transition)
{
  GstNertcSrc *self = GST_NERTC_SRC (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !rtc_start (element))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !open_room (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    set_playing (self, FALSE);
  else if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    close_room (self);

  result = GST_ELEMENT_CLASS (gst_nertc_src_parent_class)->change_state (element, transition);
  if (result == GST_STATE_CHANGE_FAILURE) {
    if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
      close_room (self);
      close_pads (self);
    }
    return result;
  }

  switch (transition) {
    case GST_STATE_CHANGE_READY_TO_PAUSED:
    case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
      return GST_STATE_CHANGE_NO_PREROLL;
    case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
      set_playing (self, TRUE);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      close_pads (self);
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      gst_nertc_end_finish (GST_OBJECT (self), &self->end);
      rtc_stop ();
      break;
    default:
      break;
  }
  return result;
}

static gboolean
gst_nertc_src_set_clock (GstElement *element, GstClock *clock)
{
  g_autoptr (GstNertcSubscriber) subscriber = get_subscriber (GST_NERTC_SRC (element));

  if (subscriber && clock)
    gst_nertc_subscriber_set_clock (subscriber, clock);
  return GST_ELEMENT_CLASS (gst_nertc_src_parent_class)->set_clock (element, clock);
}

/* An EOS, as `gst-launch-1.0 -e` sends it, leaves on every pad. */
static gboolean
gst_nertc_src_send_event (GstElement *element, GstEvent *event)
{
  g_autoptr (GstNertcPads) pads = NULL;

  if (GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    return GST_ELEMENT_CLASS (gst_nertc_src_parent_class)->send_event (element, event);
  gst_event_unref (event);
  pads = get_pads (GST_NERTC_SRC (element));
  if (pads)
    gst_nertc_pads_send_eos (pads);
  return TRUE;
}

/* Actions */

static void
gst_nertc_src_subscribe (GstNertcSrc *self, const char *stream_id)
{
  g_autoptr (GstNertcSubscriber) subscriber = get_subscriber (self);

  if (subscriber && stream_id)
    gst_nertc_subscriber_subscribe (subscriber, stream_id);
}

static void
gst_nertc_src_unsubscribe (GstNertcSrc *self, const char *stream_id)
{
  g_autoptr (GstNertcSubscriber) subscriber = get_subscriber (self);

  if (subscriber && stream_id)
    gst_nertc_subscriber_unsubscribe (subscriber, stream_id);
}

/* Properties */

static void
set_string (char **field, const GValue *value)
{
  const char *text = g_value_get_string (value);

  g_free (*field);
  *field = text && *text ? g_strdup (text) : NULL;
}

static void
set_latency (GstNertcSrc *self, guint latency)
{
  g_autoptr (GstNertcPads) pads = get_pads (self);

  GST_OBJECT_LOCK (self);
  self->selection.latency = latency;
  GST_OBJECT_UNLOCK (self);
  if (pads)
    gst_nertc_pads_set_latency (pads, latency);
}

static void
gst_nertc_src_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstNertcSrc *self = GST_NERTC_SRC (object);

  if (id == PROP_LATENCY) {
    set_latency (self, g_value_get_uint (value));
    return;
  }
  if (gst_nertc_access_has (id)) {
    gst_nertc_access_set (&self->access, GST_ELEMENT (self), id, value);
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SUBSCRIBE:
      self->selection.subscribe = g_value_get_flags (value);
      break;
    case PROP_FROM_UID:
      set_string (&self->selection.from_uid, value);
      break;
    case PROP_FROM_STREAM:
      set_string (&self->selection.from_stream, value);
      break;
    case PROP_SLOTS:
      self->n_slots = g_value_get_uint (value);
      break;
    case PROP_AUDIO_MIX:
      self->audio_mix = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  GST_OBJECT_UNLOCK (self);
}

/* Must be called with the object lock. Returns: the furthest of all slots */
static GstNertcPlayState
get_play_state (GstNertcSrc *self)
{
  GstNertcPlayState state = GST_NERTC_PLAY_STATE_NO_PLAY;

  for (guint i = 0; i < self->play_states->len; i++)
    state = MAX (state, g_array_index (self->play_states, GstNertcPlayState, i));
  return state;
}

static void
gst_nertc_src_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstNertcSrc *self = GST_NERTC_SRC (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SUBSCRIBE:
      g_value_set_flags (value, self->selection.subscribe);
      break;
    case PROP_FROM_UID:
      g_value_set_string (value, self->selection.from_uid);
      break;
    case PROP_FROM_STREAM:
      g_value_set_string (value, self->selection.from_stream);
      break;
    case PROP_LATENCY:
      g_value_set_uint (value, self->selection.latency);
      break;
    case PROP_SLOTS:
      g_value_set_uint (value, self->n_slots);
      break;
    case PROP_AUDIO_MIX:
      g_value_set_boolean (value, self->audio_mix);
      break;
    case PROP_STATS:
      g_value_set_boxed (value, self->stats);
      break;
    case PROP_PLAY_STATE:
      g_value_set_enum (value, get_play_state (self));
      break;
    default:
      if (gst_nertc_access_has (id))
        gst_nertc_access_get (&self->access, id, value);
      else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_nertc_src_finalize (GObject *object)
{
  GstNertcSrc *self = GST_NERTC_SRC (object);

  g_clear_pointer (&self->end, gst_nertc_end_free);
  gst_nertc_access_clear (&self->access);
  g_clear_pointer (&self->selection.from_uid, g_free);
  g_clear_pointer (&self->selection.from_stream, g_free);
  g_clear_pointer (&self->play_states, g_array_unref);
  g_clear_pointer (&self->stats, gst_structure_free);
  G_OBJECT_CLASS (gst_nertc_src_parent_class)->finalize (object);
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)
#define READY_FLAGS (FLAGS | GST_PARAM_MUTABLE_READY)

static void
install_selection_properties (void)
{
  /**
   * GstNertcSrc:subscribe:
   *
   * What is wanted; also which pads there are.
   */
  properties[PROP_SUBSCRIBE] =
      g_param_spec_flags ("subscribe", "Subscribe", "What is wanted of the streams of others",
                          GST_TYPE_NERTC_SUBSCRIBE, GST_NERTC_SUBSCRIBE_ALL, READY_FLAGS);
  /**
   * GstNertcSrc:from-uid:
   *
   * Only the streams of this member; unset or empty: anybody's.
   */
  properties[PROP_FROM_UID] = g_param_spec_string (
      "from-uid", "From uid", "Only the streams of this member", NULL, READY_FLAGS);
  /**
   * GstNertcSrc:from-stream:
   *
   * Only the stream with this id; unset or empty: any.
   */
  properties[PROP_FROM_STREAM] = g_param_spec_string (
      "from-stream", "From stream", "Only the stream with this id", NULL, READY_FLAGS);
  /**
   * GstNertcSrc:slots:
   *
   * How many streams are received at a time. Each slot has its own pads. 0: all, and each track
   * that is there has its own pad, see above.
   */
  properties[PROP_SLOTS] = g_param_spec_uint (
      "slots", "Slots",
      "How many streams are received at a time; 0: all, with pads that come and go", 0, MAX_SLOTS,
      DEFAULT_SLOTS, READY_FLAGS);
  /**
   * GstNertcSrc:audio-mix:
   *
   * Whether there is one audio pad only, `audio_0`, with the sound of all streams that match, also
   * of those that no slot shows.
   */
  properties[PROP_AUDIO_MIX] = g_param_spec_boolean (
      "audio-mix", "Audio mix", "Whether audio_0 is the sound of all streams", FALSE, READY_FLAGS);
}

static void
install_properties (GObjectClass *klass)
{
  install_selection_properties ();
  /**
   * GstNertcSrc:latency:
   *
   * How long the jitter buffer waits for packets that are late or lost, in ms. It is part of the
   * timestamps: a sink that follows the clock shows media so much after it arrived. A change while
   * receiving moves the timestamps at once and the jitter buffers of the streams that follow.
   */
  properties[PROP_LATENCY] =
      g_param_spec_uint ("latency", "Latency", "How long to wait for late packets, in ms", 0, 10000,
                         DEFAULT_LATENCY, FLAGS | GST_PARAM_MUTABLE_PLAYING);
  /**
   * GstNertcSrc:play-state:
   *
   * How far receiving is; with several slots, the furthest of them.
   */
  properties[PROP_PLAY_STATE] = g_param_spec_enum (
      "play-state", "Play state", "How far receiving is", GST_TYPE_NERTC_PLAY_STATE,
      GST_NERTC_PLAY_STATE_NO_PLAY, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GstNertcSrc:stats:
   *
   * The latest figures, as the message `play-stats` tells them every 2 seconds; unset before.
   */
  properties[PROP_STATS] =
      g_param_spec_boxed ("stats", "Statistics", "The latest figures", GST_TYPE_STRUCTURE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (klass, N_PROPERTIES, properties);
}

static void
install_actions (GObjectClass *klass)
{
  /**
   * GstNertcSrc::subscribe:
   * @src: the element
   * @stream_id: a stream of the room
   *
   * Receives a stream even if it does not match the properties. If no slot is free, the first one
   * gives up its stream for it.
   */
  signals[SIGNAL_SUBSCRIBE] = g_signal_new_class_handler (
      "subscribe", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (gst_nertc_src_subscribe), NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * GstNertcSrc::unsubscribe:
   * @src: the element
   * @stream_id: a stream of the room
   *
   * Does not receive a stream any more until it is subscribed again. The slot takes the next one.
   */
  signals[SIGNAL_UNSUBSCRIBE] = g_signal_new_class_handler (
      "unsubscribe", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (gst_nertc_src_unsubscribe), NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
add_templates (GstElementClass *klass)
{
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    g_autofree char *name = g_strdup_printf ("%s_%%u", rtc_media_to_string (i));
    g_autoptr (GstCaps) caps = rtc_format_get_template_caps (i);

    gst_element_class_add_pad_template (
        klass, gst_pad_template_new (name, GST_PAD_SRC, GST_PAD_SOMETIMES, caps));
  }
}

static void
gst_nertc_src_class_init (GstNertcSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (nertcsrc_debug, "nertcsrc", 0, "receives the streams of a room");
  object_class->set_property = gst_nertc_src_set_property;
  object_class->get_property = gst_nertc_src_get_property;
  object_class->finalize = gst_nertc_src_finalize;
  install_properties (object_class);
  gst_nertc_access_install (object_class);
  install_actions (object_class);

  element_class->change_state = gst_nertc_src_change_state;
  element_class->set_clock = gst_nertc_src_set_clock;
  element_class->send_event = gst_nertc_src_send_event;
  add_templates (element_class);
  gst_element_class_set_static_metadata (
      element_class, "Room call receiver", "Source/Network/WebRTC",
      "Receives the streams of the members of a room", "The gst-nertc authors");
  gst_type_mark_as_plugin_api (GST_TYPE_NERTC_PLAY_STATE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_NERTC_SUBSCRIBE, 0);
}

static void
gst_nertc_src_init (GstNertcSrc *self)
{
  gst_nertc_access_init (&self->access);
  self->selection.subscribe = GST_NERTC_SUBSCRIBE_ALL;
  self->selection.latency = DEFAULT_LATENCY;
  self->n_slots = DEFAULT_SLOTS;
  self->play_states = g_array_new (FALSE, TRUE, sizeof (GstNertcPlayState));
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
}
