/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcpublisher.h"

#include "gstnertccall.h"
#include "gstnertcmonitor.h"
#include "gstnertcstats.h"
#include "gstnertctransport.h"
#include "rtc.h"

#include <string.h>

/* Between two warnings of the same. */
#define TURN_WARNING_INTERVAL (60 * G_TIME_SPAN_SECOND)

struct _GstNertcPublisher {
  GObject parent_instance;

  /* Set once */
  GWeakRef element;
  NertcRoom *room;
  GstNertcPublisherCallbacks callbacks;
  RtcRoutes routes;

  /* On the room's context only */
  gboolean closed;
  gboolean ready;  /* the engine is */
  gboolean wanted; /* to be published as soon as the room is joined */
  gboolean waits;  /* for the right to publish */
  GstNertcPublication publication;
  GstNertcPublishState state;
  char *stream_id;    /* in force */
  gboolean requested; /* the answer is still to come; there is one request at a time */
  gboolean outdated;  /* what was requested is not wanted any more */
  NertcMedia media;   /* as the room knows it, as the next two */
  NertcMedia muted;
  NertcMedia told_muted; /* by an administrator, as the element knows it */
  const RtcCodec *codecs[RTC_N_MEDIA];
  guint32 timestamp_offsets[RTC_N_MEDIA]; /* of all transports, so that receivers can merge them */
  GPtrArray *transports;                  /* of GstNertcTransport */
  GPtrArray *early; /* of NertcTransport: opened before the answer told our stream id */
  gint64 next_turn_warning;
};

G_DEFINE_TYPE (GstNertcPublisher, gst_nertc_publisher, G_TYPE_OBJECT)

GType
gst_nertc_publish_state_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_NERTC_PUBLISH_STATE_NO_PUBLISH, "Nothing is published", "no-publish" },
    { GST_NERTC_PUBLISH_STATE_PUBLISH_REQUESTING, "Publishing is under way", "publish-requesting" },
    { GST_NERTC_PUBLISH_STATE_PUBLISHING, "The stream is published", "publishing" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstNertcPublishState", values));
  return type;
}

/* The server wants nothing of it then, so that there is nothing to do but to say so. */
static void
tell_muted_by_admin (GstNertcPublisher *self)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  NertcMedia muted = self->state == GST_NERTC_PUBLISH_STATE_NO_PUBLISH
                         ? NERTC_MEDIA_NONE
                         : nertc_room_get_muted_by_admin (self->room) & self->media;
  gboolean tell = muted != self->told_muted && self->state != GST_NERTC_PUBLISH_STATE_NO_PUBLISH;

  self->told_muted = muted;
  if (tell && element)
    self->callbacks.muted_by_admin (element, muted);
}

static void
tell_state (GstNertcPublisher *self)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);

  if (element)
    self->callbacks.state_changed (element, self->state, self->stream_id, self->media);
  tell_muted_by_admin (self);
}

static void
set_state (GstNertcPublisher *self, GstNertcPublishState state)
{
  if (self->state == state)
    return;
  self->state = state;
  tell_state (self);
}

static NertcMedia
get_media (GstNertcPublisher *self, gboolean only_muted)
{
  NertcMedia media = NERTC_MEDIA_NONE;

  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    RtcInput *input = self->publication.inputs[i];

    if (input && (!only_muted || rtc_input_get_muted (input)))
      media |= i == RTC_MEDIA_AUDIO ? NERTC_MEDIA_AUDIO : NERTC_MEDIA_VIDEO;
  }
  return media;
}

/* Transports */

static void
update_sending (GstNertcTransport *transport)
{
  NertcMedia wanted = nertc_transport_get_wanted (gst_nertc_transport_get_signalling (transport));
  RtcPeer *peer = gst_nertc_transport_get_peer (transport);

  rtc_peer_set_sending (peer, RTC_MEDIA_AUDIO, (wanted & NERTC_MEDIA_AUDIO) != 0);
  rtc_peer_set_sending (peer, RTC_MEDIA_VIDEO, (wanted & NERTC_MEDIA_VIDEO) != 0);
}

static void
on_wanted_changed (GstNertcTransport *transport, gpointer owner)
{
  update_sending (transport);
}

static void
detach (GstNertcPublisher *self, GstNertcTransport *transport)
{
  RtcPeer *peer = gst_nertc_transport_get_peer (transport);

  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (self->publication.inputs[i])
      rtc_input_remove_consumer (self->publication.inputs[i], peer);
  }
}

/* Each consumer has its transports, and each of them is tried again. */
static void
tell_of_turn (GstNertcPublisher *self, const char *problem)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  gint64 now = g_get_monotonic_time ();

  if (!element || now < self->next_turn_warning)
    return;
  self->next_turn_warning = now + TURN_WARNING_INTERVAL;
  self->callbacks.lacks_turn (element, problem);
}

static void
on_ended (GstNertcTransport *transport, gpointer owner)
{
  GstNertcPublisher *self = owner;

  if (g_strcmp0 (gst_nertc_transport_get_failure (transport), "turn") == 0)
    tell_of_turn (self, gst_nertc_transport_get_problem (transport));
  detach (self, transport);
  g_ptr_array_remove (self->transports, transport);
}

static void
on_key_frame_requested (GstNertcTransport *transport, RtcMedia media, gpointer owner)
{
  GstNertcPublisher *self = owner;

  if (self->publication.inputs[media])
    rtc_input_request_key_frame (self->publication.inputs[media]);
}

static const GstNertcTransportCallbacks transport_callbacks = {
  .wanted_changed = on_wanted_changed,
  .ended = on_ended,
  .key_frame_requested = on_key_frame_requested,
};

static GstNertcTransport *
make_transport (GstNertcPublisher *self, NertcTransport *signalling, GError **error)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  g_autoptr (GstClock) clock = element ? gst_element_get_clock (element) : NULL;
  RtcPeerConfig config = { .context = nertc_room_get_context (self->room), .routes = self->routes };

  if (!clock)
    clock = gst_system_clock_obtain ();
  config.clock = clock;
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (self->publication.inputs[i])
      config.codecs[i] = rtc_input_get_codec (self->publication.inputs[i]);
    config.timestamp_offsets[i] = self->timestamp_offsets[i];
  }
  return gst_nertc_transport_new (signalling, &config, &transport_callbacks, G_OBJECT (self),
                                  error);
}

static void
serve_consumer (GstNertcPublisher *self, NertcTransport *signalling)
{
  g_autoptr (GstNertcTransport) transport = NULL;
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (nertc_transport_get_stream_id (signalling), self->stream_id) != 0)
    return;
  transport = make_transport (self, signalling, &error);
  if (!transport) {
    nertc_transport_report_failed (signalling, NERTC_FAILURE_CODEC, error->message);
    return;
  }
  g_ptr_array_add (self->transports, g_object_ref (transport));
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (self->publication.inputs[i])
      rtc_input_add_consumer (self->publication.inputs[i],
                              gst_nertc_transport_get_peer (transport));
  }
  update_sending (transport);
  gst_nertc_transport_start (transport);
}

static void
on_transport_opened (NertcRoom *room, NertcTransport *signalling, GstNertcPublisher *self)
{
  if (nertc_transport_get_role (signalling) != NERTC_ROLE_SENDER || !self->wanted)
    return;
  if (self->requested)
    g_ptr_array_add (self->early, g_object_ref (signalling));
  else
    serve_consumer (self, signalling);
}

static void
serve_early_consumers (GstNertcPublisher *self)
{
  for (guint i = 0; i < self->early->len; i++)
    serve_consumer (self, g_ptr_array_index (self->early, i));
  g_ptr_array_set_size (self->early, 0);
}

static void
close_transports (GstNertcPublisher *self)
{
  g_ptr_array_set_size (self->early, 0);
  for (guint i = 0; i < self->transports->len; i++) {
    GstNertcTransport *transport = g_ptr_array_index (self->transports, i);

    detach (self, transport);
    gst_nertc_transport_close (transport);
  }
  g_ptr_array_set_size (self->transports, 0);
}

/* Publishing */

static void
update_muted (gpointer object, gpointer unused)
{
  GstNertcPublisher *self = object;

  if (!self->stream_id)
    return;
  self->muted = get_media (self, TRUE);
  nertc_room_set_muted_async (self->room, self->stream_id, self->muted, NULL, NULL, NULL);
}

/* What the room is about to be told. Returns: whether a track has another codec now */
static gboolean
take_tracks (GstNertcPublisher *self)
{
  gboolean renew = FALSE;

  self->media = get_media (self, FALSE);
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    RtcInput *input = self->publication.inputs[i];
    const RtcCodec *codec = input ? rtc_input_get_codec (input) : NULL;

    renew = renew || (codec && self->codecs[i] && codec != self->codecs[i]);
    self->codecs[i] = codec;
  }
  return renew;
}

static void
on_updated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GstNertcPublisher) self = user_data;
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  g_autoptr (GError) error = NULL;

  if (nertc_room_update_stream_finish (NERTC_ROOM (source), result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      g_error_matches (error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND)) /* it was taken back */
    return;
  if (element)
    self->callbacks.failed (element, error);
}

/*
 * Tells the room when the tracks or codecs are others than it knows. The transports that there are
 * go on, with what they have, until their successors play.
 */
static void
update_tracks (GstNertcPublisher *self)
{
  NertcMedia media = self->media;
  gboolean renew;

  if (!self->stream_id || !self->wanted || self->requested ||
      self->state == GST_NERTC_PUBLISH_STATE_NO_PUBLISH)
    return;
  renew = take_tracks (self);
  if (renew || self->media != media) {
    nertc_room_update_stream_async (self->room, self->stream_id, self->media, renew, NULL,
                                    on_updated, g_object_ref (self));
    tell_state (self);
  }
  if (self->muted != get_media (self, TRUE))
    update_muted (self, NULL);
}

static void
on_muted_by_admin (NertcRoom *room, GParamSpec *pspec, GstNertcPublisher *self)
{
  tell_muted_by_admin (self);
}

static gboolean
may_publish (GstNertcPublisher *self)
{
  return nertc_room_get_role (self->room) == NERTC_MEMBER_ROLE_HOST &&
         (nertc_room_get_grants (self->room) & NERTC_GRANTS_PUBLISH);
}

static void
wait_for_right (GstNertcPublisher *self)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  gboolean waited = self->waits;

  self->waits = TRUE;
  set_state (self, GST_NERTC_PUBLISH_STATE_NO_PUBLISH);
  if (element && !waited)
    self->callbacks.forbidden (element);
}

static void publish_if_possible (GstNertcPublisher *self);

static void
take_published (GstNertcPublisher *self, char *stream_id)
{
  g_free (self->stream_id);
  self->stream_id = stream_id;
  set_state (self, GST_NERTC_PUBLISH_STATE_PUBLISHING);
  serve_early_consumers (self);
  update_tracks (self);
}

static void
take_error (GstNertcPublisher *self, const GError *error)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);

  if (g_error_matches (error, NERTC_ERROR, NERTC_ERROR_GRANT_MISSING)) {
    wait_for_right (self);
    return;
  }
  set_state (self, GST_NERTC_PUBLISH_STATE_NO_PUBLISH);
  /* The room publishes again by itself what a lost connection has taken. */
  if (element && !g_error_matches (error, NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST))
    self->callbacks.failed (element, error);
}

static void
on_published (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GstNertcPublisher) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *stream_id = nertc_room_publish_finish (NERTC_ROOM (source), result, &error);
  gboolean outdated = self->outdated;

  self->requested = self->outdated = FALSE;
  if (outdated) {
    if (stream_id)
      nertc_room_unpublish_async (self->room, stream_id, NULL, NULL, NULL);
    g_ptr_array_set_size (self->early, 0);
    publish_if_possible (self);
  } else if (stream_id) {
    take_published (self, g_steal_pointer (&stream_id));
  } else {
    g_ptr_array_set_size (self->early, 0);
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      take_error (self, error);
    else
      publish_if_possible (self); /* the room was left, and perhaps joined again */
  }
}

static void
publish_if_possible (GstNertcPublisher *self)
{
  if (!self->ready || !self->wanted || self->requested ||
      self->state != GST_NERTC_PUBLISH_STATE_NO_PUBLISH ||
      nertc_room_get_state (self->room) != NERTC_ROOM_STATE_CONNECTED)
    return;
  if (!may_publish (self)) {
    wait_for_right (self);
    return;
  }
  self->requested = TRUE;
  self->waits = FALSE;
  take_tracks (self);
  self->muted = get_media (self, TRUE);
  set_state (self, GST_NERTC_PUBLISH_STATE_PUBLISH_REQUESTING);
  nertc_room_publish_async (self->room, self->publication.stream_id, self->publication.source,
                            self->media, self->muted, NULL, on_published, g_object_ref (self));
}

/* A stream that was published before, the room publishes again by itself. */
static void
publish_again (GstNertcPublisher *self)
{
  if (!may_publish (self)) {
    wait_for_right (self);
    return;
  }
  self->waits = FALSE;
  set_state (self, GST_NERTC_PUBLISH_STATE_PUBLISHING);
  update_tracks (self);
}

static void
on_rights (NertcRoom *room, GParamSpec *pspec, GstNertcPublisher *self)
{
  if (!self->wanted || !self->waits || self->requested || !may_publish (self) ||
      nertc_room_get_state (room) != NERTC_ROOM_STATE_CONNECTED)
    return;
  if (self->stream_id)
    publish_again (self);
  else
    publish_if_possible (self);
}

/* What was published, and could not be kept up or taken up again. */
static void
on_stream_failed (NertcRoom *room, const char *stream_id, const GError *error,
                  GstNertcPublisher *self)
{
  if (!self->wanted || g_strcmp0 (stream_id, self->stream_id) != 0)
    return;
  close_transports (self);
  if (!g_error_matches (error, NERTC_ERROR, NERTC_ERROR_GRANT_MISSING))
    g_clear_pointer (&self->stream_id, g_free);
  take_error (self, error);
}

/* The next room gets a stream of its own. */
static void
end_publication (GstNertcPublisher *self)
{
  self->waits = FALSE;
  set_state (self, GST_NERTC_PUBLISH_STATE_NO_PUBLISH);
  close_transports (self);
  g_clear_pointer (&self->stream_id, g_free);
}

static void
on_room_state (NertcRoom *room, NertcRoomState old, NertcRoomState new, NertcCloseReason reason,
               GstNertcPublisher *self)
{
  switch (new) {
    case NERTC_ROOM_STATE_CONNECTED:
      if (old == NERTC_ROOM_STATE_RECONNECTING && self->stream_id && self->wanted)
        publish_again (self);
      else
        publish_if_possible (self);
      break;
    case NERTC_ROOM_STATE_RECONNECTING:
      if (self->state == GST_NERTC_PUBLISH_STATE_PUBLISHING)
        set_state (self, GST_NERTC_PUBLISH_STATE_PUBLISH_REQUESTING);
      break;
    case NERTC_ROOM_STATE_DISCONNECTING:
    case NERTC_ROOM_STATE_DISCONNECTED:
    case NERTC_ROOM_STATE_FAILED:
      end_publication (self);
      break;
    default:
      break;
  }
}

static void
clear_publication (GstNertcPublication *publication)
{
  g_clear_pointer (&publication->stream_id, g_free);
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    g_clear_object (&publication->inputs[i]);
}

static void
free_publication (gpointer data)
{
  clear_publication (data);
  g_free (data);
}

static void
unpublish (gpointer object, gpointer unused)
{
  GstNertcPublisher *self = object;

  if (!self->wanted)
    return;
  self->wanted = self->waits = FALSE;
  self->outdated = self->requested;
  close_transports (self);
  if (self->stream_id)
    nertc_room_unpublish_async (self->room, self->stream_id, NULL, NULL, NULL);
  self->media = NERTC_MEDIA_NONE;
  set_state (self, GST_NERTC_PUBLISH_STATE_NO_PUBLISH);
  g_clear_pointer (&self->stream_id, g_free);
  clear_publication (&self->publication);
  memset (self->codecs, 0, sizeof self->codecs);
}

static void
move_transports (GstNertcPublisher *self, RtcInput *old, RtcInput *new)
{
  for (guint i = 0; i < self->transports->len; i++) {
    RtcPeer *peer = gst_nertc_transport_get_peer (g_ptr_array_index (self->transports, i));

    if (old)
      rtc_input_remove_consumer (old, peer);
    if (new)
      rtc_input_add_consumer (new, peer);
  }
}

/* @publication: (transfer full) in its fields. A transport takes of an input what it is made for.
 */
static void
take_publication (GstNertcPublisher *self, GstNertcPublication *publication)
{
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (self->publication.inputs[i] != publication->inputs[i])
      move_transports (self, self->publication.inputs[i], publication->inputs[i]);
  }
  clear_publication (&self->publication);
  self->publication = *publication;
  memset (publication, 0, sizeof *publication);
}

/* Whether it is what is published already, but perhaps with other tracks. */
static gboolean
is_same_stream (GstNertcPublisher *self, const GstNertcPublication *publication)
{
  return self->wanted && publication->source == self->publication.source &&
         g_strcmp0 (publication->stream_id, self->publication.stream_id) == 0;
}

static void
publish (gpointer object, gpointer data)
{
  GstNertcPublisher *self = object;
  GstNertcPublication *publication = data;

  if (self->closed)
    return;
  if (!is_same_stream (self, publication))
    unpublish (self, NULL);
  take_publication (self, publication);
  self->wanted = TRUE;
  publish_if_possible (self);
  update_tracks (self);
}

static void
set_clock (gpointer object, gpointer data)
{
  GstNertcPublisher *self = object;

  for (guint i = 0; i < self->transports->len; i++)
    rtc_peer_set_clock (gst_nertc_transport_get_peer (g_ptr_array_index (self->transports, i)),
                        data);
}

static gboolean
on_ready (gpointer user_data)
{
  GstNertcPublisher *self = user_data;

  self->ready = TRUE;
  publish_if_possible (self);
  return G_SOURCE_REMOVE;
}

/* Figures */

static GstStructure *
describe (GstNertcPublisher *self, GArray *grades)
{
  GstStructure *stats =
      gst_structure_new ("publish-stats", "stream-id", G_TYPE_STRING, self->stream_id, NULL);
  GPtrArray *consumers = g_ptr_array_new ();

  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (self->publication.inputs[i])
      gst_nertc_stats_add_input (stats, self->publication.inputs[i], i);
  }
  for (guint i = 0; i < self->transports->len; i++)
    g_ptr_array_add (consumers,
                     gst_nertc_stats_of_consumer (g_ptr_array_index (self->transports, i), grades));
  gst_nertc_stats_take_list (stats, "consumers", consumers);
  return stats;
}

static void
report (gpointer object, GArray *up, GArray *down)
{
  GstNertcPublisher *self = object;
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);

  if (element && self->stream_id)
    self->callbacks.stats (element, describe (self, up));
}

static const GstNertcReporterFuncs reporter_funcs = { .report = report };

static void
connect_room (gpointer object, gpointer unused)
{
  GstNertcPublisher *self = object;

  rtc_when_ready (nertc_room_get_context (self->room), on_ready, G_OBJECT (self));
  gst_nertc_monitor_add (self->room, self, &reporter_funcs);
  g_signal_connect_object (self->room, "state-changed", G_CALLBACK (on_room_state), self, 0);
  g_signal_connect_object (self->room, "stream-failed", G_CALLBACK (on_stream_failed), self, 0);
  g_signal_connect_object (self->room, "notify::role", G_CALLBACK (on_rights), self, 0);
  g_signal_connect_object (self->room, "notify::grants", G_CALLBACK (on_rights), self, 0);
  g_signal_connect_object (self->room, "notify::muted-by-admin", G_CALLBACK (on_muted_by_admin),
                           self, 0);
  g_signal_connect_object (self->room, "transport-opened", G_CALLBACK (on_transport_opened), self,
                           0);
}

static void
close_publisher (gpointer object, gpointer unused)
{
  GstNertcPublisher *self = object;

  unpublish (self, NULL);
  self->closed = TRUE;
  gst_nertc_monitor_remove (self->room, self);
  g_signal_handlers_disconnect_by_data (self->room, self);
}

/* The interface: any thread */

/*
 * gst_nertc_publisher_new:
 * @element: not kept alive
 * @room: kept until the last call of this publisher has run
 * @routes: which ways its connections may take
 */
GstNertcPublisher *
gst_nertc_publisher_new (GstElement *element, NertcRoom *room,
                         const GstNertcPublisherCallbacks *callbacks, const RtcRoutes *routes)
{
  GstNertcPublisher *self = g_object_new (GST_TYPE_NERTC_PUBLISHER, NULL);

  g_weak_ref_set (&self->element, element);
  self->room = g_object_ref (room);
  self->callbacks = *callbacks;
  self->routes = *routes;
  gst_nertc_call (nertc_room_get_context (room), self, connect_room, NULL, NULL);
  return self;
}

/*
 * Publishes as soon as the room is joined. What was published before gets the tracks and codecs of
 * now, or ends if it was another stream.
 */
void
gst_nertc_publisher_publish (GstNertcPublisher *self, const GstNertcPublication *publication)
{
  GstNertcPublication *copy = g_new0 (GstNertcPublication, 1);

  copy->stream_id = g_strdup (publication->stream_id);
  copy->source = publication->source;
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    g_set_object (&copy->inputs[i], publication->inputs[i]);
  gst_nertc_call (nertc_room_get_context (self->room), self, publish, copy, free_publication);
}

void
gst_nertc_publisher_unpublish (GstNertcPublisher *self)
{
  gst_nertc_call (nertc_room_get_context (self->room), self, unpublish, NULL, NULL);
}

/* Tells the room what of the stream is muted now. */
void
gst_nertc_publisher_update_muted (GstNertcPublisher *self)
{
  gst_nertc_call (nertc_room_get_context (self->room), self, update_muted, NULL, NULL);
}

void
gst_nertc_publisher_set_clock (GstNertcPublisher *self, GstClock *clock)
{
  gst_nertc_call (nertc_room_get_context (self->room), self, set_clock, gst_object_ref (clock),
                  gst_object_unref);
}

/* Unpublishes and lets go of the room. Returns: (transfer full): tells when it is done */
GstNertcEnd *
gst_nertc_publisher_close (GstNertcPublisher *self)
{
  GMainContext *context = nertc_room_get_context (self->room);
  GstNertcEnd *end = gst_nertc_end_new (self, context);

  gst_nertc_call (context, self, close_publisher, NULL, NULL);
  return end;
}

static void
gst_nertc_publisher_finalize (GObject *object)
{
  GstNertcPublisher *self = GST_NERTC_PUBLISHER (object);

  clear_publication (&self->publication);
  g_clear_pointer (&self->stream_id, g_free);
  g_clear_pointer (&self->transports, g_ptr_array_unref);
  g_clear_pointer (&self->early, g_ptr_array_unref);
  g_clear_object (&self->room);
  g_weak_ref_clear (&self->element);
  G_OBJECT_CLASS (gst_nertc_publisher_parent_class)->finalize (object);
}

static void
gst_nertc_publisher_class_init (GstNertcPublisherClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_nertc_publisher_finalize;
}

static void
gst_nertc_publisher_init (GstNertcPublisher *self)
{
  g_weak_ref_init (&self->element, NULL);
  self->transports = g_ptr_array_new_with_free_func (g_object_unref);
  self->early = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    self->timestamp_offsets[i] = g_random_int_range (1, G_MAXINT32);
}
