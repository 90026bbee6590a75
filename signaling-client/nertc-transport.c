/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-transport-private.h"

#include "nertc-enum-types.h"
#include "nertc-ice-server.h"
#include "nertc-room-private.h"
#include "nertc-wire.h"

#define SDP_MAX 65536
#define CANDIDATE_MAX 1024
#define MESSAGE_MAX 1024

/**
 * NertcTransport:
 *
 * One connection that carries one stream to one consumer, as the server opened it.
 *
 * The end whose role is %NERTC_ROLE_SENDER offers, once; the other answers; both send their
 * candidates as they find them. All tracks of the stream are negotiated whatever is wanted at
 * present. The receiver tells with nertc_transport_report_playing() when media has come, and
 * either end with nertc_transport_report_failed() that it will not come any more; then the server
 * closes the transport and opens its successor.
 *
 * When the connection to the server is lost, the media goes on, and what is sent goes out when the
 * connection is back. Should the server not know the session any more then, because it was
 * restarted, say, the media still goes on: nertc_transport_is_open() becomes %FALSE, what is sent
 * is dropped, and no #NertcTransport::closed is emitted. The room tells the server of the
 * transport; if the other end does so, too, it is open again. Otherwise it is to be kept until it
 * is closed: with reason %NERTC_CLOSE_REASON_SUCCEEDED at the receiver when a successor plays, with
 * %NERTC_CLOSE_REASON_FAILED when its own failure is reported, or because the stream or the room
 * ended.
 *
 * A transport belongs to the context of its room: its properties, methods and signals are used
 * there only.
 */
struct _NertcTransport {
  GObject parent_instance;

  NertcRoom *room; /* unowned; NULL: closed */
  gboolean open;   /* the server knows it */
  gboolean reported_playing;
  gboolean reported_failed;
  gboolean superseded; /* made for what the stream is not any more */

  char *id;
  char *stream_id;
  char *uid;
  NertcRole role;
  NertcMedia media;
  NertcMedia wanted;
  GStrv ice_servers;
};

G_DEFINE_FINAL_TYPE (NertcTransport, nertc_transport, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ID,
  PROP_STREAM_ID,
  PROP_UID,
  PROP_ROLE,
  PROP_MEDIA,
  PROP_WANTED,
  PROP_ICE_SERVERS,
  N_PROPS,
};

enum {
  SIGNAL_DESCRIPTION,
  SIGNAL_CANDIDATE,
  SIGNAL_CLOSED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
nertc_transport_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NertcTransport *self = NERTC_TRANSPORT (object);

  switch (property_id) {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_STREAM_ID:
      g_value_set_string (value, self->stream_id);
      break;
    case PROP_UID:
      g_value_set_string (value, self->uid);
      break;
    case PROP_ROLE:
      g_value_set_enum (value, self->role);
      break;
    case PROP_MEDIA:
      g_value_set_flags (value, self->media);
      break;
    case PROP_WANTED:
      g_value_set_flags (value, self->wanted);
      break;
    case PROP_ICE_SERVERS:
      g_value_set_boxed (value, self->ice_servers);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
nertc_transport_finalize (GObject *object)
{
  NertcTransport *self = NERTC_TRANSPORT (object);

  g_free (self->id);
  g_free (self->stream_id);
  g_free (self->uid);
  g_strfreev (self->ice_servers);
  G_OBJECT_CLASS (nertc_transport_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * NertcTransport:id:
   *
   * The name of the transport, made by the server.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * NertcTransport:stream-id:
   *
   * The stream it carries.
   */
  properties[PROP_STREAM_ID] = g_param_spec_string ("stream-id", NULL, NULL, NULL, flags);

  /**
   * NertcTransport:uid:
   *
   * The publisher of the stream, at both ends.
   */
  properties[PROP_UID] = g_param_spec_string ("uid", NULL, NULL, NULL, flags);

  /**
   * NertcTransport:role:
   *
   * Which end this is.
   */
  properties[PROP_ROLE] =
      g_param_spec_enum ("role", NULL, NULL, NERTC_TYPE_ROLE, NERTC_ROLE_SENDER, flags);

  /**
   * NertcTransport:media:
   *
   * The tracks that the stream had when the transport was opened, all of which are negotiated.
   */
  properties[PROP_MEDIA] =
      g_param_spec_flags ("media", NULL, NULL, NERTC_TYPE_MEDIA, NERTC_MEDIA_NONE, flags);

  /**
   * NertcTransport:wanted:
   *
   * The tracks that the consumer wants at present. The sender sends no others.
   */
  properties[PROP_WANTED] =
      g_param_spec_flags ("wanted", NULL, NULL, NERTC_TYPE_MEDIA, NERTC_MEDIA_NONE, flags);

  /**
   * NertcTransport:ice-servers:
   *
   * STUN and TURN servers, as nertc_transport_get_ice_servers() tells.
   */
  properties[PROP_ICE_SERVERS] = g_param_spec_boxed ("ice-servers", NULL, NULL, G_TYPE_STRV, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
install_signals (void)
{
  /**
   * NertcTransport::description:
   * @self: the transport
   * @type: an offer or an answer
   * @sdp: the session description (RFC 8866)
   *
   * The description of the other end has come.
   */
  signals[SIGNAL_DESCRIPTION] =
      g_signal_new ("description", NERTC_TYPE_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, NERTC_TYPE_DESCRIPTION_TYPE, G_TYPE_STRING);

  /**
   * NertcTransport::candidate:
   * @self: the transport
   * @sdp_m_line_index: the media section it belongs to, from 0
   * @candidate: a candidate of the other end (RFC 8839, section 5.1); empty: no more will follow
   *
   * The other end can perhaps be reached there.
   */
  signals[SIGNAL_CANDIDATE] =
      g_signal_new ("candidate", NERTC_TYPE_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);

  /**
   * NertcTransport::closed:
   * @self: the transport
   * @reason: why
   *
   * The transport is over. It is emitted once, and nothing follows it.
   */
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", NERTC_TYPE_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, NERTC_TYPE_CLOSE_REASON);
}

static void
nertc_transport_class_init (NertcTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = nertc_transport_get_property;
  object_class->finalize = nertc_transport_finalize;
  install_properties (object_class);
  install_signals ();
}

static void
nertc_transport_init (NertcTransport *self)
{
}

/*
 * @open: of the event transport.open
 * @media: the tracks of the stream
 */
NertcTransport *
nertc_transport_new (NertcRoom *room, JsonObject *open, NertcMedia media)
{
  NertcTransport *self = g_object_new (NERTC_TYPE_TRANSPORT, NULL);

  self->room = room;
  self->open = TRUE;
  self->id = g_strdup (json_object_get_string_member (open, "transportId"));
  self->stream_id = g_strdup (json_object_get_string_member (open, "streamId"));
  self->uid = g_strdup (json_object_get_string_member (open, "uid"));
  self->role = nertc_role_from_wire (json_object_get_string_member (open, "role"));
  self->media = media;
  self->wanted = nertc_media_from_wire (open, "audio", "video");
  self->ice_servers = nertc_ice_servers_read (json_object_get_array_member (open, "iceServers"));
  return self;
}

void
nertc_transport_take_description (NertcTransport *self, JsonObject *params)
{
  g_signal_emit (self, signals[SIGNAL_DESCRIPTION], 0,
                 nertc_description_type_from_wire (json_object_get_string_member (params, "type")),
                 json_object_get_string_member (params, "sdp"));
}

void
nertc_transport_take_candidate (NertcTransport *self, JsonObject *params)
{
  g_signal_emit (self, signals[SIGNAL_CANDIDATE], 0,
                 (guint) json_object_get_int_member (params, "sdpMLineIndex"),
                 json_object_get_string_member (params, "candidate"));
}

void
nertc_transport_take_update (NertcTransport *self, JsonObject *params)
{
  NertcMedia wanted = nertc_media_from_wire (params, "audio", "video");

  if (wanted == self->wanted)
    return;
  self->wanted = wanted;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WANTED]);
}

void
nertc_transport_close (NertcTransport *self, NertcCloseReason reason)
{
  G_GNUC_UNUSED g_autoptr (NertcTransport) keep = g_object_ref (self);

  if (!self->room)
    return;
  self->open = FALSE;
  self->room = NULL;
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, reason);
}

typedef struct {
  NertcTransport *transport;
  NertcCloseReason reason;
} LateClose;

static gboolean
close_now (gpointer user_data)
{
  LateClose *late = user_data;

  if (late->transport->room && !late->transport->open)
    nertc_room_close_transport (late->transport->room, late->transport, late->reason);
  return G_SOURCE_REMOVE;
}

static void
late_close_free (LateClose *late)
{
  g_object_unref (late->transport);
  g_free (late);
}

/*
 * An orphan. Not within the call that asks for it, so that "closed" comes as if the server had sent
 * it.
 */
void
nertc_transport_close_later (NertcTransport *self, NertcCloseReason reason)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  LateClose *late = g_new (LateClose, 1);

  late->transport = g_object_ref (self);
  late->reason = reason;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, close_now, late, (GDestroyNotify) late_close_free);
  g_source_attach (source, nertc_room_get_context (self->room));
}

/*
 * The server does not know it any more, the media engine still does. One that had failed waited for
 * a word of the server, which will not come.
 */
void
nertc_transport_orphan (NertcTransport *self)
{
  self->open = FALSE;
  if (self->reported_failed)
    nertc_transport_close_later (self, NERTC_CLOSE_REASON_FAILED);
}

/* The stream changes so that this transport cannot carry it any more. */
void
nertc_transport_supersede (NertcTransport *self)
{
  self->superseded = TRUE;
}

/* Whether it works, as far as this end knows, so that a server that lost it may have it back. */
gboolean
nertc_transport_is_alive (NertcTransport *self)
{
  return !self->reported_failed && !self->superseded &&
         (self->role == NERTC_ROLE_SENDER || self->reported_playing);
}

/* The server has taken an orphan back. It may have failed since it was offered. */
void
nertc_transport_adopt (NertcTransport *self)
{
  gboolean failed = self->reported_failed;

  self->open = TRUE;
  self->reported_failed = FALSE;
  if (failed)
    nertc_transport_report_failed (self, NERTC_FAILURE_MEDIA, "It failed meanwhile");
}

/**
 * nertc_transport_get_id:
 * @self: a transport
 *
 * Returns: (transfer none): its name, made by the server
 */
const char *
nertc_transport_get_id (NertcTransport *self)
{
  g_return_val_if_fail (NERTC_IS_TRANSPORT (self), NULL);

  return self->id;
}

/**
 * nertc_transport_get_stream_id:
 * @self: a transport
 *
 * Returns: (transfer none): the stream it carries
 */
const char *
nertc_transport_get_stream_id (NertcTransport *self)
{
  g_return_val_if_fail (NERTC_IS_TRANSPORT (self), NULL);

  return self->stream_id;
}

/**
 * nertc_transport_get_uid:
 * @self: a transport
 *
 * Returns: (transfer none): the publisher of the stream, at both ends
 */
const char *
nertc_transport_get_uid (NertcTransport *self)
{
  g_return_val_if_fail (NERTC_IS_TRANSPORT (self), NULL);

  return self->uid;
}

/**
 * nertc_transport_get_role:
 * @self: a transport
 *
 * Returns: which end this is
 */
NertcRole
nertc_transport_get_role (NertcTransport *self)
{
  g_return_val_if_fail (NERTC_IS_TRANSPORT (self), NERTC_ROLE_SENDER);

  return self->role;
}

/**
 * nertc_transport_get_media:
 * @self: a transport
 *
 * Returns: the tracks that the stream had when the transport was opened, all of which are
 * negotiated
 */
NertcMedia
nertc_transport_get_media (NertcTransport *self)
{
  g_return_val_if_fail (NERTC_IS_TRANSPORT (self), NERTC_MEDIA_NONE);

  return self->media;
}

/**
 * nertc_transport_get_wanted:
 * @self: a transport
 *
 * Returns: the tracks that the consumer wants at present
 */
NertcMedia
nertc_transport_get_wanted (NertcTransport *self)
{
  g_return_val_if_fail (NERTC_IS_TRANSPORT (self), NERTC_MEDIA_NONE);

  return self->wanted;
}

/**
 * nertc_transport_get_ice_servers:
 * @self: a transport
 *
 * STUN and TURN servers in the form that webrtcbin takes: `stun://host:port`,
 * `turn://user:password@host:port` or `turns://…`, user and password percent-encoded.
 *
 * Returns: (transfer none) (array zero-terminated=1): the servers, perhaps none
 */
const char *const *
nertc_transport_get_ice_servers (NertcTransport *self)
{
  g_return_val_if_fail (NERTC_IS_TRANSPORT (self), NULL);

  return (const char *const *) self->ice_servers;
}

/**
 * nertc_transport_is_open:
 * @self: a transport
 *
 * Returns: whether the server knows the transport. %FALSE after #NertcTransport::closed, and also
 *   while a server that has lost the session does not know it again: then the media goes on, but
 *   what is sent here reaches nobody
 */
gboolean
nertc_transport_is_open (NertcTransport *self)
{
  g_return_val_if_fail (NERTC_IS_TRANSPORT (self), FALSE);

  return self->open;
}

static void
send (NertcTransport *self, const char *method, JsonObject *params)
{
  json_object_set_string_member (params, "transportId", self->id);
  nertc_room_notify (self->room, method, params);
}

/**
 * nertc_transport_send_description:
 * @self: a transport
 * @type: an offer from the sender, an answer from the receiver
 * @sdp: the session description, at most 65536 characters
 *
 * Sends the description of this end to the other one. It is dropped if the transport is not open.
 */
void
nertc_transport_send_description (NertcTransport *self, NertcDescriptionType type, const char *sdp)
{
  g_autoptr (JsonObject) params = NULL;

  g_return_if_fail (NERTC_IS_TRANSPORT (self));
  g_return_if_fail (sdp != NULL);
  g_return_if_fail (g_utf8_strlen (sdp, -1) <= SDP_MAX);

  if (!self->open)
    return;
  params = nertc_wire_object ("type", nertc_description_type_to_wire (type));
  json_object_set_string_member (params, "sdp", sdp);
  send (self, "transport.description", params);
}

/**
 * nertc_transport_send_candidate:
 * @self: a transport
 * @sdp_m_line_index: the media section it belongs to, 0 to 255
 * @candidate: a candidate of this end, at most 1024 characters; empty: no more will follow
 *
 * Sends a candidate to the other end. It is dropped if the transport is not open.
 */
void
nertc_transport_send_candidate (NertcTransport *self, guint sdp_m_line_index, const char *candidate)
{
  g_autoptr (JsonObject) params = NULL;

  g_return_if_fail (NERTC_IS_TRANSPORT (self));
  g_return_if_fail (sdp_m_line_index <= 255);
  g_return_if_fail (candidate != NULL);
  g_return_if_fail (g_utf8_strlen (candidate, -1) <= CANDIDATE_MAX);

  if (!self->open)
    return;
  params = nertc_wire_object ("candidate", candidate);
  json_object_set_int_member (params, "sdpMLineIndex", sdp_m_line_index);
  send (self, "transport.candidate", params);
}

/**
 * nertc_transport_report_playing:
 * @self: a transport
 *
 * Tells that media has come, the first key frame of a video track or the first packet of a lone
 * audio track. To be called by the receiver; older transports of the stream are closed then. Once
 * is enough, more does no harm. After nertc_transport_report_failed() it tells that the media is
 * back, and the successor is closed.
 */
void
nertc_transport_report_playing (NertcTransport *self)
{
  g_autoptr (JsonObject) params = NULL;

  g_return_if_fail (NERTC_IS_TRANSPORT (self));
  g_return_if_fail (self->role == NERTC_ROLE_RECEIVER);

  if (self->reported_playing && !self->reported_failed)
    return;
  self->reported_playing |= self->room != NULL;
  if (!self->open)
    return;
  self->reported_failed = FALSE;
  params = json_object_new ();
  send (self, "transport.playing", params);
  nertc_room_close_orphans_later (self->room, self->stream_id, self->role,
                                  NERTC_CLOSE_REASON_SUCCEEDED);
}

/**
 * nertc_transport_report_failed:
 * @self: a transport
 * @failure: what broke
 * @message: (nullable): the same for a log, of which the first 1024 characters are sent
 *
 * Tells that the transport cannot go on. The server closes it and opens a successor. One that has
 * played and fails with %NERTC_FAILURE_SILENCE or %NERTC_FAILURE_ICE stays open meanwhile, for its
 * path may come back: then the receiver calls nertc_transport_report_playing(), the sender
 * nertc_transport_report_recovered(), after which a failure can be reported anew. If it is not
 * open because the server has lost the session, it is just closed. Once is enough, more does no
 * harm.
 */
void
nertc_transport_report_failed (NertcTransport *self, NertcFailure failure, const char *message)
{
  g_autoptr (JsonObject) params = NULL;
  g_autofree char *bounded = NULL;

  g_return_if_fail (NERTC_IS_TRANSPORT (self));

  if (!self->room || self->reported_failed)
    return;
  self->reported_failed = TRUE;
  if (!self->open) {
    nertc_transport_close_later (self, NERTC_CLOSE_REASON_FAILED);
    return;
  }
  params = nertc_wire_object ("code", nertc_failure_to_wire (failure));
  if (message) {
    bounded = g_utf8_make_valid (message, -1);
    if (g_utf8_strlen (bounded, -1) > MESSAGE_MAX)
      *g_utf8_offset_to_pointer (bounded, MESSAGE_MAX) = '\0';
    json_object_set_string_member (params, "message", bounded);
  }
  send (self, "transport.failed", params);
}

/**
 * nertc_transport_report_recovered:
 * @self: a transport
 *
 * Tells that the other end is heard again on a transport of which a failure was reported; the next
 * failure is reported anew. For the sender; the receiver tells with
 * nertc_transport_report_playing().
 */
void
nertc_transport_report_recovered (NertcTransport *self)
{
  g_autoptr (JsonObject) params = NULL;

  g_return_if_fail (NERTC_IS_TRANSPORT (self));

  if (!self->open || !self->reported_failed)
    return;
  self->reported_failed = FALSE;
  params = json_object_new ();
  send (self, "transport.playing", params);
}
