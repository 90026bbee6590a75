/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-nertcsink
 * @title: nertcsink
 * @see_also: roomsignal, nertcsrc
 *
 * Publishes one stream in a room: at most one audio and one video track that belong together. A
 * camera and a shared screen are two streams, so two nertcsinks.
 *
 * Encoded media is sent as it comes: `vp8enc ! nertcsink`. Raw media is encoded inside, once for
 * all who watch, with settings for real-time calls: `v4l2src ! nertcsink`; its size stays as it is,
 * and so does its frame rate, unless the encoder cannot keep to #GstNertcSink:video-bitrate, as
 * with noise: then fewer frames are encoded, but at least five a second. #GstNertcSink:video-codecs
 * and #GstNertcSink:audio-codecs choose the codec. Each new consumer begins with a key frame, which
 * is asked for from the encoder, inside or upstream. H264 and H265 may come in any form, but
 * without B-frames, which a call cannot carry.
 *
 * The room comes from the #element-roomsignal of the same pipeline. Two of them in one pipeline
 * need the #GstNertcSink:room property. Without a roomsignal #GstNertcSink:uri tells which room it
 * is. An application that has a room already gives it in #GstNertcSink:room-object.
 *
 * A pad may be requested or released, and caps may change to those of another codec, while the
 * stream is published: it stays the same stream, and stays #GST_NERTC_PUBLISH_STATE_PUBLISHING.
 * Each consumer gets a new connection beside the old one, which ends when the new one plays; what
 * stays of the stream goes on without a gap.
 *
 * The bus gets an element message `publish-state` with the fields `state` (#GstNertcPublishState),
 * `stream-id` (string), `audio` and `video` (booleans: which tracks there are) at each change of
 * the state or the tracks.
 *
 * A member that may not publish, because it is audience or its token does not grant it, gets a
 * warning, and #GstNertcSink:publish-state is #GST_NERTC_PUBLISH_STATE_NO_PUBLISH; what is wanted
 * is published when it may, also when the right to it was lost during the call.
 *
 * While the element plays the bus gets an element message `publish-stats` every 2 seconds;
 * #GstNertcSink:stats is the latest of them. See nertcstats for its fields.
 *
 * A connection to a consumer that comes to nothing because no TURN server answers, or each refuses,
 * is told by a warning that names the servers, at most once a minute; it is tried on. Its details
 * have the field failure (string), which is turn.
 *
 * ## Example pipelines
 * |[
 * gst-launch-1.0 roomsignal channel=standup uid=1 \
 *     v4l2src ! videoconvert ! vp8enc deadline=1 ! nertcsink
 * ]| Publish a camera, encoded by an encoder of your choice.
 * |[
 * gst-launch-1.0 roomsignal channel=standup uid=2 \
 *     videotestsrc is-live=true pattern=ball ! nertcsink name=me \
 *     audiotestsrc is-live=true wave=ticks ! me.
 * ]| Publish a test picture and a ticking sound as one stream; both are encoded inside.
 * |[
 * gst-launch-1.0 roomsignal channel=standup uid=2 \
 *     videotestsrc is-live=true ! nertcsink video-codecs=H264,VP8
 * ]| Encode with H264, or with VP8 where there is no encoder for H264.
 * |[
 * gst-launch-1.0 roomsignal channel=standup uid=3 \
 *     videotestsrc is-live=true ! nertcsink source=screen stream-id=slides
 * ]| Publish what others see as a shared screen, under a chosen stream id.
 */

#include "gstnertcsink.h"

#include "gstnertcaccess.h"
#include "gstnertcpublisher.h"
#include "gstnertcsinkencoding.h"
#include "gstnertcsinkpad.h"
#include "gstnertcstats.h"
#include "gstroomuri.h"
#include "rtc.h"

GST_DEBUG_CATEGORY_STATIC (nertcsink_debug);
#define GST_CAT_DEFAULT nertcsink_debug

struct _GstNertcSink {
  GstBin parent_instance;

  /* Protected by the object lock */
  GstNertcAccess access;
  char *stream_id;
  char *stream_id_in_force;
  NertcSource source;
  gboolean publish;
  gboolean playing;
  GstNertcSinkEncoding encoding;
  GstNertcPublishState publish_state;
  GstStructure *stats; /* the latest */
  GstPad *pads[RTC_N_MEDIA];
  GstNertcPublisher *publisher; /* from READY→PAUSED to PAUSED→READY */
  GstNertcEnd *end;             /* of the publisher before */
};

enum {
  PROP_0,
  PROP_STREAM_ID,
  PROP_SOURCE,
  PROP_PUBLISH,
  PROP_PUBLISH_STATE,
  PROP_STATS,
  N_PROPERTIES,
};

enum {
  SIGNAL_ENCODER_SETUP,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_CODE (GstNertcSink, gst_nertc_sink, GST_TYPE_BIN,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_room_uri_init_sink))
GST_ELEMENT_REGISTER_DEFINE (nertcsink, "nertcsink", GST_RANK_NONE, GST_TYPE_NERTC_SINK)

/* What the publisher tells, on the room's context */

static void
on_state_changed (GstElement *element, GstNertcPublishState state, const char *stream_id,
                  NertcMedia media)
{
  GstNertcSink *self = GST_NERTC_SINK (element);

  GST_OBJECT_LOCK (self);
  self->publish_state = state;
  g_free (self->stream_id_in_force);
  self->stream_id_in_force = g_strdup (stream_id);
  GST_OBJECT_UNLOCK (self);

  gst_element_post_message (
      element, gst_message_new_element (
                   GST_OBJECT (element),
                   gst_structure_new ("publish-state", "state", GST_TYPE_NERTC_PUBLISH_STATE, state,
                                      "stream-id", G_TYPE_STRING, stream_id, "audio",
                                      G_TYPE_BOOLEAN, (media & NERTC_MEDIA_AUDIO) != 0, "video",
                                      G_TYPE_BOOLEAN, (media & NERTC_MEDIA_VIDEO) != 0, NULL)));
  g_object_notify_by_pspec (G_OBJECT (element), properties[PROP_PUBLISH_STATE]);
}

static void
on_failed (GstElement *element, const GError *error)
{
  GstNertcSink *self = GST_NERTC_SINK (element);
  g_autofree char *stream_id = NULL;

  GST_OBJECT_LOCK (self);
  stream_id = g_strdup (self->stream_id);
  GST_OBJECT_UNLOCK (self);

  if (g_error_matches (error, NERTC_ERROR, NERTC_ERROR_STREAM_ID_TAKEN))
    GST_ELEMENT_ERROR (element, RESOURCE, BUSY,
                       ("The stream id “%s” is in use by another publisher: choose another one "
                        "in the property “stream-id”, or leave it out.",
                        stream_id),
                       ("%s", error->message));
  else
    GST_ELEMENT_ERROR (element, RESOURCE, OPEN_WRITE,
                       ("The stream could not be published: %s", error->message), (NULL));
}

static void
on_forbidden (GstElement *element)
{
  GST_ELEMENT_WARNING (element, RESOURCE, NOT_AUTHORIZED,
                       ("Nothing is published: this member is audience, or its token does not "
                        "grant to publish. It is published as soon as an admin makes the member a "
                        "host, or the token is renewed by one that grants it."),
                       (NULL));
}

static void
on_muted_by_admin (GstElement *element, NertcMedia muted)
{
  const char *what = muted == NERTC_MEDIA_AUDIO   ? "The sound"
                     : muted == NERTC_MEDIA_VIDEO ? "The picture"
                                                  : "Sound and picture";

  if (muted == NERTC_MEDIA_NONE)
    GST_INFO_OBJECT (element, "no administrator mutes this member any more");
  else
    GST_ELEMENT_WARNING (element, RESOURCE, NOT_AUTHORIZED,
                         ("%s of this member was muted by an administrator, and is not sent. It is "
                          "sent again as soon as an administrator unmutes it.",
                          what),
                         (NULL));
}

static void
on_stats (GstElement *element, GstStructure *stats)
{
  gst_nertc_stats_post (element, &GST_NERTC_SINK (element)->stats, stats);
}

static void
on_lacks_turn (GstElement *element, const char *problem)
{
  GST_ELEMENT_WARNING_WITH_DETAILS (element, RESOURCE, WRITE,
                                    ("No connection to a member who wants this stream; it is tried "
                                     "on. %s",
                                     problem),
                                    (NULL), ("failure", G_TYPE_STRING, "turn", NULL));
}

static const GstNertcPublisherCallbacks publisher_callbacks = {
  .state_changed = on_state_changed,
  .failed = on_failed,
  .forbidden = on_forbidden,
  .muted_by_admin = on_muted_by_admin,
  .lacks_turn = on_lacks_turn,
  .stats = on_stats,
};

/* Publishing */

/* Begins, changes or ends what is published, by the state, the pads and the properties; any thread
 */
static void
update_publication (GstNertcSink *self)
{
  g_autoptr (GstNertcPublisher) publisher = NULL;
  GstNertcPublication publication = { 0 };
  g_autofree char *stream_id = NULL;
  gboolean wanted;

  GST_OBJECT_LOCK (self);
  if (self->publisher)
    publisher = g_object_ref (self->publisher);
  wanted = self->publish && self->playing;
  publication.stream_id = stream_id = g_strdup (self->stream_id);
  publication.source = self->source;
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (self->pads[i])
      publication.inputs[i] =
          g_object_ref (gst_nertc_sink_pad_get_input (GST_NERTC_SINK_PAD (self->pads[i])));
  }
  GST_OBJECT_UNLOCK (self);

  wanted = wanted && (publication.inputs[0] || publication.inputs[1]);
  if (publisher && wanted)
    gst_nertc_publisher_publish (publisher, &publication);
  else if (publisher)
    gst_nertc_publisher_unpublish (publisher);
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    g_clear_object (&publication.inputs[i]);
}

static GstNertcPublisher *
get_publisher (GstNertcSink *self)
{
  GstNertcPublisher *publisher;

  GST_OBJECT_LOCK (self);
  publisher = self->publisher ? g_object_ref (self->publisher) : NULL;
  GST_OBJECT_UNLOCK (self);
  return publisher;
}

static void
on_mute_changed (GstPad *pad, GParamSpec *pspec, GstNertcSink *self)
{
  g_autoptr (GstNertcPublisher) publisher = get_publisher (self);

  if (publisher)
    gst_nertc_publisher_update_muted (publisher);
}

static void
on_codec_changed (GstPad *pad, GParamSpec *pspec, GstNertcSink *self)
{
  update_publication (self);
}

static gboolean
open_room (GstNertcSink *self)
{
  g_autoptr (NertcRoom) room = NULL;
  RtcRoutes routes;

  room = gst_nertc_access_acquire (&self->access, GST_ELEMENT (self), &routes);
  if (!room)
    return FALSE;
  GST_OBJECT_LOCK (self);
  self->publisher =
      gst_nertc_publisher_new (GST_ELEMENT (self), room, &publisher_callbacks, &routes);
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static void
close_room (GstNertcSink *self)
{
  g_autoptr (GstNertcPublisher) publisher = NULL;

  GST_OBJECT_LOCK (self);
  publisher = g_steal_pointer (&self->publisher);
  self->playing = FALSE;
  self->publish_state = GST_NERTC_PUBLISH_STATE_NO_PUBLISH;
  GST_OBJECT_UNLOCK (self);
  if (publisher)
    gst_nertc_end_take (GST_OBJECT (self), &self->end, gst_nertc_publisher_close (publisher));
  gst_room_release (GST_ELEMENT (self));
}

/* The first time: before that there is no clock. */
static void
start_publishing (GstNertcSink *self)
{
  gboolean was_playing;

  GST_OBJECT_LOCK (self);
  was_playing = self->playing;
  self->playing = TRUE;
  GST_OBJECT_UNLOCK (self);
  if (!was_playing)
    update_publication (self);
}

static GstStateChangeReturn
gst_nertc_sink_change_state (GstElement *element, GstStateChange transition)
{
  GstNertcSink *self = GST_NERTC_SINK (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY &&
      !gst_nertc_sink_encoding_check (&self->encoding, element))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !rtc_start (element))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !open_room (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    close_room (self);

  result = GST_ELEMENT_CLASS (gst_nertc_sink_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && result == GST_STATE_CHANGE_FAILURE)
    close_room (self);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL) {
    gst_nertc_end_finish (GST_OBJECT (self), &self->end);
    rtc_stop ();
  } else if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING && result != GST_STATE_CHANGE_FAILURE)
    start_publishing (self);
  return result;
}

static gboolean
gst_nertc_sink_set_clock (GstElement *element, GstClock *clock)
{
  g_autoptr (GstNertcPublisher) publisher = get_publisher (GST_NERTC_SINK (element));

  if (publisher && clock)
    gst_nertc_publisher_set_clock (publisher, clock);
  return GST_ELEMENT_CLASS (gst_nertc_sink_parent_class)->set_clock (element, clock);
}

/* Pads */

static void
on_encoder_setup (GstElement *encoder, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_ENCODER_SETUP], 0, encoder);
}

static RtcMedia
get_template_media (GstPadTemplate *template)
{
  return g_str_has_prefix (GST_PAD_TEMPLATE_NAME_TEMPLATE (template), "audio") ? RTC_MEDIA_AUDIO
                                                                               : RTC_MEDIA_VIDEO;
}

static GstPad *
make_pad (GstNertcSink *self, GstPadTemplate *template, const char *name, RtcMedia media)
{
  g_autoptr (RtcInput) input = rtc_input_new (media, GST_BIN (self), on_encoder_setup, self);
  GstPad *pad = gst_nertc_sink_pad_new (template, name, input);

  gst_nertc_sink_encoding_apply (&self->encoding, GST_ELEMENT (self), media, input);
  g_signal_connect_object (pad, "notify::mute", G_CALLBACK (on_mute_changed), self, 0);
  g_signal_connect_object (pad, "notify::codec", G_CALLBACK (on_codec_changed), self, 0);
  GST_OBJECT_LOCK (self);
  self->pads[media] = pad;
  GST_OBJECT_UNLOCK (self);
  return pad;
}

static GstPad *
gst_nertc_sink_request_new_pad (GstElement *element, GstPadTemplate *template, const char *name,
                                const GstCaps *caps)
{
  GstNertcSink *self = GST_NERTC_SINK (element);
  RtcMedia media = get_template_media (template);
  g_autofree char *pad_name = g_strdup_printf ("%s_0", rtc_media_to_string (media));
  GstPad *pad;

  if ((name && !g_str_equal (name, pad_name)) || self->pads[media]) {
    GST_WARNING_OBJECT (self,
                        "%s is refused: a stream has one %s track at most, %s; use another "
                        "nertcsink for another stream",
                        name ? name : "A second track", rtc_media_to_string (media), pad_name);
    return NULL;
  }
  pad = make_pad (self, template, pad_name, media);
  if (GST_STATE (element) > GST_STATE_READY)
    gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (element, pad);
  update_publication (self);
  return pad;
}

static void
gst_nertc_sink_release_pad (GstElement *element, GstPad *pad)
{
  GstNertcSink *self = GST_NERTC_SINK (element);
  g_autoptr (RtcInput) input =
      g_object_ref (gst_nertc_sink_pad_get_input (GST_NERTC_SINK_PAD (pad)));

  GST_OBJECT_LOCK (self);
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (self->pads[i] == pad)
      self->pads[i] = NULL;
  }
  GST_OBJECT_UNLOCK (self);

  gst_pad_set_active (pad, FALSE);
  gst_ghost_pad_set_target (GST_GHOST_PAD (pad), NULL);
  gst_element_remove_pad (element, pad);
  update_publication (self);
  rtc_input_remove_elements (input);
}

/* Properties */

static RtcInput *
get_input (GstNertcSink *self, RtcMedia media)
{
  RtcInput *input = NULL;

  GST_OBJECT_LOCK (self);
  if (self->pads[media])
    input = g_object_ref (gst_nertc_sink_pad_get_input (GST_NERTC_SINK_PAD (self->pads[media])));
  GST_OBJECT_UNLOCK (self);
  return input;
}

static void
set_encoding (GstNertcSink *self, guint id, const GValue *value)
{
  gst_nertc_sink_encoding_set (&self->encoding, GST_ELEMENT (self), id, value);
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    g_autoptr (RtcInput) input = get_input (self, i);

    if (input)
      gst_nertc_sink_encoding_apply (&self->encoding, GST_ELEMENT (self), i, input);
  }
}

static void
set_string (GstNertcSink *self, char **field, const GValue *value)
{
  GST_OBJECT_LOCK (self);
  g_free (*field);
  *field = g_value_dup_string (value);
  GST_OBJECT_UNLOCK (self);
}

static void
set_publish (GstNertcSink *self, gboolean publish)
{
  gboolean changed;

  GST_OBJECT_LOCK (self);
  changed = self->publish != publish;
  self->publish = publish;
  GST_OBJECT_UNLOCK (self);
  if (changed)
    update_publication (self);
}

static void
gst_nertc_sink_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstNertcSink *self = GST_NERTC_SINK (object);

  switch (id) {
    case PROP_STREAM_ID:
      set_string (self, &self->stream_id, value);
      break;
    case PROP_SOURCE:
      GST_OBJECT_LOCK (self);
      self->source = g_value_get_enum (value);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_PUBLISH:
      set_publish (self, g_value_get_boolean (value));
      break;
    default:
      if (gst_nertc_sink_encoding_has (id))
        set_encoding (self, id, value);
      else if (gst_nertc_access_has (id))
        gst_nertc_access_set (&self->access, GST_ELEMENT (self), id, value);
      else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_nertc_sink_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstNertcSink *self = GST_NERTC_SINK (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_STREAM_ID:
      g_value_set_string (value,
                          self->stream_id_in_force ? self->stream_id_in_force : self->stream_id);
      break;
    case PROP_SOURCE:
      g_value_set_enum (value, self->source);
      break;
    case PROP_PUBLISH:
      g_value_set_boolean (value, self->publish);
      break;
    case PROP_PUBLISH_STATE:
      g_value_set_enum (value, self->publish_state);
      break;
    case PROP_STATS:
      g_value_set_boxed (value, self->stats);
      break;
    default:
      if (gst_nertc_sink_encoding_has (id))
        gst_nertc_sink_encoding_get (&self->encoding, id, value);
      else if (gst_nertc_access_has (id))
        gst_nertc_access_get (&self->access, id, value);
      else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_nertc_sink_finalize (GObject *object)
{
  GstNertcSink *self = GST_NERTC_SINK (object);

  g_clear_pointer (&self->end, gst_nertc_end_free);
  gst_nertc_access_clear (&self->access);
  g_clear_pointer (&self->stream_id, g_free);
  g_clear_pointer (&self->stream_id_in_force, g_free);
  gst_nertc_sink_encoding_clear (&self->encoding);
  g_clear_pointer (&self->stats, gst_structure_free);
  G_OBJECT_CLASS (gst_nertc_sink_parent_class)->finalize (object);
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)
#define READY_FLAGS (FLAGS | GST_PARAM_MUTABLE_READY)
#define PLAYING_FLAGS (FLAGS | GST_PARAM_MUTABLE_PLAYING)

static void
install_properties (GObjectClass *klass)
{
  /**
   * GstNertcSink:stream-id:
   *
   * What to call the stream: 1 to 64 printable ASCII characters without space, not in use by
   * another stream of the same app key. Unset: the server chooses. Reads back the id in force.
   */
  properties[PROP_STREAM_ID] = g_param_spec_string (
      "stream-id", "Stream id", "Id of the stream; unset: the server chooses", NULL, READY_FLAGS);
  /**
   * GstNertcSink:source:
   *
   * Where the stream comes from, for the other members to know.
   */
  properties[PROP_SOURCE] = g_param_spec_enum ("source", "Source", "Where the stream comes from",
                                               NERTC_TYPE_SOURCE, NERTC_SOURCE_CAMERA, READY_FLAGS);
  /**
   * GstNertcSink:publish:
   *
   * Whether the stream is published. May be switched at any time without leaving the room.
   */
  properties[PROP_PUBLISH] = g_param_spec_boolean (
      "publish", "Publish", "Whether the stream is published", TRUE, PLAYING_FLAGS);
  /**
   * GstNertcSink:publish-state:
   *
   * How far publishing is.
   */
  properties[PROP_PUBLISH_STATE] = g_param_spec_enum (
      "publish-state", "Publish state", "How far publishing is", GST_TYPE_NERTC_PUBLISH_STATE,
      GST_NERTC_PUBLISH_STATE_NO_PUBLISH, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GstNertcSink:stats:
   *
   * The latest figures, as the message `publish-stats` tells them every 2 seconds; unset before.
   */
  properties[PROP_STATS] =
      g_param_spec_boxed ("stats", "Statistics", "The latest figures", GST_TYPE_STRUCTURE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (klass, N_PROPERTIES, properties);
}

static void
install_signals (GObjectClass *klass)
{
  /**
   * GstNertcSink::encoder-setup:
   * @sink: the element
   * @encoder: an encoder that is about to be used for raw media
   *
   * Lets the application change the settings of an encoder. Emitted on the thread that brings the
   * media.
   */
  signals[SIGNAL_ENCODER_SETUP] =
      g_signal_new ("encoder-setup", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, GST_TYPE_ELEMENT);
}

static void
add_templates (GstElementClass *klass)
{
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    g_autofree char *name = g_strdup_printf ("%s_%%u", rtc_media_to_string (i));
    g_autoptr (GstCaps) caps = gst_nertc_sink_pad_get_template_caps (i);

    gst_element_class_add_pad_template (
        klass, gst_pad_template_new_with_gtype (name, GST_PAD_SINK, GST_PAD_REQUEST, caps,
                                                GST_TYPE_NERTC_SINK_PAD));
  }
}

static void
gst_nertc_sink_class_init (GstNertcSinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (nertcsink_debug, "nertcsink", 0, "publishes a stream in a room");
  object_class->set_property = gst_nertc_sink_set_property;
  object_class->get_property = gst_nertc_sink_get_property;
  object_class->finalize = gst_nertc_sink_finalize;
  install_properties (object_class);
  gst_nertc_access_install (object_class);
  gst_nertc_sink_encoding_install (object_class);
  install_signals (object_class);

  element_class->change_state = gst_nertc_sink_change_state;
  element_class->set_clock = gst_nertc_sink_set_clock;
  element_class->request_new_pad = gst_nertc_sink_request_new_pad;
  element_class->release_pad = gst_nertc_sink_release_pad;
  add_templates (element_class);
  gst_element_class_set_static_metadata (element_class, "Room call sender", "Sink/Network/WebRTC",
                                         "Publishes a stream to the members of a room",
                                         "The gst-nertc authors");
  gst_type_mark_as_plugin_api (GST_TYPE_NERTC_SINK_PAD, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_NERTC_PUBLISH_STATE, 0);
}

static void
gst_nertc_sink_init (GstNertcSink *self)
{
  gst_nertc_access_init (&self->access);
  self->publish = TRUE;
  self->source = NERTC_SOURCE_CAMERA;
  gst_nertc_sink_encoding_init (&self->encoding);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SINK);
}
