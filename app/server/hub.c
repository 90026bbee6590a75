/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hub.h"

#include "event.h"
#include "expiry.h"
#include "farewell.h"
#include "ice-server.h"
#include "member-count.h"
#include "metrics.h"

#include <string.h>

struct _SrvHub {
  SrvRooms *rooms;
  SrvModeration *moderation;
  SrvMediaPlane *plane;
  SrvQuality *quality;
  SrvMessages *messages;
  SrvMemberCount *member_count;
  SrvAuth *auth;
  SrvExpiry *expiry;
  SrvInvites *invites;
  JsonArray *ice_servers;
  SrvTurn *turn; /* (nullable) */
  guint ping_interval;
  guint grace; /* seconds */
  SrvSessionLimits session_limits;
  SrvAway away;
  GHashTable *sessions; /* epoch → SrvSession */
  SrvFarewells *farewells;
  SrvHubObserver observer; /* (nullable) */
  gpointer observer_data;
};

/* Telling members */

static void
tell (SrvMember *member, const char *method, JsonObject *params)
{
  SrvSession *session = member->owner;

  if (session)
    srv_session_send_event (session, method, params);
}

typedef enum {
  AUDIENCE_ALL,
  AUDIENCE_ITSELF,
  AUDIENCE_OTHERS,
  AUDIENCE_USER_UPDATES, /* those of the others who asked for member.… */
} Audience;

/* Who takes a former place of its own hears nothing of what ends there. */
static gboolean
is_successor (const SrvChange *change, SrvMember *member)
{
  return change->reason == NERTC_CLOSE_REASON_REPLACED && member != change->member &&
         g_str_equal (member->uid, change->member->uid);
}

static gboolean
is_in_audience (Audience audience, const SrvChange *change, SrvMember *member)
{
  if (!member->owner || (change->only_to && change->only_to != member) ||
      is_successor (change, member))
    return FALSE;
  if (audience == AUDIENCE_USER_UPDATES && !srv_session_wants_user_updates (member->owner))
    return FALSE;
  if (audience == AUDIENCE_ITSELF)
    return member == change->member;
  return audience == AUDIENCE_ALL || member != change->member;
}

static JsonObject *
describe (const SrvChange *change, const char **method, Audience *audience)
{
  *audience = AUDIENCE_OTHERS;
  switch (change->kind) {
    case SRV_CHANGE_ROOM_UPDATED:
      *method = "room.updated";
      *audience = AUDIENCE_ALL;
      return srv_event_room (change->room);
    case SRV_CHANGE_MEMBER_JOINED:
      *method = "member.joined";
      *audience = AUDIENCE_USER_UPDATES;
      return srv_event_member (change->member);
    case SRV_CHANGE_MEMBER_UPDATED:
      *method = "member.updated";
      *audience = AUDIENCE_USER_UPDATES;
      return srv_event_member (change->member);
    case SRV_CHANGE_MEMBER_RIGHTS:
      *method = "room.role";
      *audience = AUDIENCE_ITSELF;
      return srv_event_rights (change->member);
    case SRV_CHANGE_MEMBER_MUTED:
      *method = "room.muted";
      *audience = AUDIENCE_ITSELF;
      return srv_event_muted (change->member);
    case SRV_CHANGE_MEMBER_LEFT:
      *method = "member.left";
      *audience = AUDIENCE_USER_UPDATES;
      return srv_event_member_left (change->member, change->reason);
    case SRV_CHANGE_STREAM_ADDED:
      *method = "stream.added";
      return srv_event_stream (change->stream);
    case SRV_CHANGE_STREAM_UPDATED:
      *method = "stream.updated";
      return srv_event_stream (change->stream);
    case SRV_CHANGE_STREAM_REMOVED:
      *method = "stream.removed";
      *audience = change->forced ? AUDIENCE_ALL : AUDIENCE_OTHERS;
      return srv_event_stream_removed (change->stream, change->reason);
    default:
      return NULL;
  }
}

static void
broadcast (const SrvChange *change)
{
  const char *method;
  Audience audience;
  g_autoptr (JsonObject) params = describe (change, &method, &audience);
  g_autoptr (GBytes) text = NULL;
  char *encoded;

  if (!params || (change->room->listening && audience != AUDIENCE_ITSELF))
    return;
  encoded = nertc_message_encode_notification (method, params);
  text = g_bytes_new_take (encoded, strlen (encoded));
  for (guint i = 0; i < change->room->members->len; i++) {
    SrvMember *member = g_ptr_array_index (change->room->members, i);

    if (is_in_audience (audience, change, member))
      srv_session_send_numbered (member->owner, text);
  }
}

static void
log_change (const SrvChange *change)
{
  const char *uid = change->member ? change->member->uid : NULL;
  const char *room = change->room->name;

  if (change->only_to || change->room->listening)
    return;
  if (change->kind == SRV_CHANGE_MEMBER_JOINED)
    g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "NERTC_ROOM", room, "NERTC_UID", uid,
                      "MESSAGE", "‘%s’ joined room ‘%s’", uid, room);
  else if (change->kind == SRV_CHANGE_MEMBER_LEFT)
    g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "NERTC_ROOM", room, "NERTC_UID", uid,
                      "NERTC_REASON", nertc_close_reason_to_string (change->reason), "MESSAGE",
                      "‘%s’ left room ‘%s’: %s", uid, room,
                      nertc_close_reason_to_string (change->reason));
}

/* Those who are out hear why, and nothing after that. */
static void
end_session (SrvHub *self, SrvSession *session, NertcCloseReason reason, const char *message)
{
  g_autoptr (SrvMember) member = srv_member_ref (srv_session_get_member (session));

  srv_session_say_closed (session, reason, message);
  g_hash_table_steal (self->sessions, srv_session_get_epoch (session));
  srv_farewells_take (self->farewells, session, reason);
  srv_invites_remove_member (self->invites, member);
}

static void
observe (SrvHub *self, GPtrArray *changes)
{
  for (guint i = 0; i < changes->len; i++) {
    const SrvChange *change = g_ptr_array_index (changes, i);

    if (!change->only_to && !change->room->listening)
      srv_metrics_count_change (change);
  }
  if (self->observer && changes->len > 0)
    self->observer (changes, self->observer_data);
}

/* Tells everybody whom @changes concern, in their order. */
void
srv_hub_apply (SrvHub *self, GPtrArray *changes)
{
  observe (self, changes);
  for (guint i = 0; i < changes->len; i++) {
    SrvChange *change = g_ptr_array_index (changes, i);

    if (change->kind == SRV_CHANGE_MEMBER_LEFT && change->member->owner)
      end_session (self, change->member->owner, change->reason, change->message);
  }
  for (guint i = 0; i < changes->len; i++) {
    SrvChange *change = g_ptr_array_index (changes, i);

    log_change (change);
    srv_event_forget_text (change);
    broadcast (change);
    if (change->only_to)
      continue;
    srv_media_plane_apply (self->plane, change);
    srv_member_count_apply (self->member_count, change);
    if (change->kind == SRV_CHANGE_MEMBER_LEFT) {
      srv_quality_forget (self->quality, change->member);
      srv_messages_forget (self->messages, change->member);
      srv_expiry_forget (self->expiry, change->member);
    }
  }
}

/* Sessions */

/* Takes the member of @session out of its room. */
static void
leave (SrvHub *self, SrvSession *session, NertcCloseReason reason)
{
  g_autoptr (GPtrArray) changes =
      srv_rooms_leave (self->rooms, srv_session_get_member (session), reason);

  srv_hub_apply (self, changes);
}

static void
on_session_expired (SrvSession *session, gpointer user_data)
{
  leave (user_data, session, NERTC_CLOSE_REASON_TIMEOUT);
}

/* Returns: (transfer none): the session of @member, which lasts until the member leaves */
SrvSession *
srv_hub_begin_session (SrvHub *self, SrvMember *member, gboolean user_updates)
{
  SrvSession *session =
      srv_session_new (member, user_updates, &self->session_limits, on_session_expired, self);

  g_hash_table_insert (self->sessions, (char *) srv_session_get_epoch (session), session);
  srv_invites_add_member (self->invites, member);
  return session;
}

/* Returns: (nullable): the session that may be resumed with these; it may have ended */
SrvSession *
srv_hub_find_session (SrvHub *self, const char *epoch, const char *secret, guint64 received)
{
  SrvSession *session = g_hash_table_lookup (self->sessions, epoch);

  if (!session)
    session = srv_farewells_find (self->farewells, epoch);
  return session && srv_session_can_resume (session, secret, received) ? session : NULL;
}

/* Its connection is lost: it may come back. */
static void
lose (SrvHub *self, SrvSession *session)
{
  SrvMember *member = srv_session_get_member (session);

  if (!srv_session_detach (session)) {
    leave (self, session, NERTC_CLOSE_REASON_TIMEOUT);
    return;
  }
  g_info ("‘%s’ in room ‘%s’ is away", member->uid, member->room->name);
  srv_member_set_away (member, TRUE);
  srv_media_plane_presence_changed (self->plane, member);
}

/* It is back, by way of @peer, and has got @received messages; if it has ended it hears that. */
void
srv_hub_resume_session (SrvHub *self, SrvSession *session, SrvPeer *peer, guint64 received)
{
  SrvMember *member = srv_session_get_member (session);

  if (srv_session_has_ended (session)) {
    srv_session_tell_end (session, peer, received);
    return;
  }
  srv_metrics.resumes++;
  srv_session_resume (session, peer, received);
  srv_member_set_away (member, FALSE);
  srv_messages_acknowledged (self->messages, member);
  srv_media_plane_presence_changed (self->plane, member);
}

/* What peers report: the callbacks of those names. A peer without a session is nobody's loss. */

void
srv_hub_peer_arrived (SrvHub *self, SrvPeer *peer, guint64 messages)
{
  SrvSession *session = srv_peer_get_session (peer);

  if (!session)
    return;
  srv_session_acknowledge (session, messages);
  srv_messages_acknowledged (self->messages, srv_session_get_member (session));
}

void
srv_hub_peer_offended (SrvHub *self, SrvPeer *peer, NertcCloseReason reason)
{
  SrvSession *session = srv_peer_get_session (peer);

  if (session)
    leave (self, session, reason);
  srv_peer_close (peer, reason, nertc_close_reason_to_string (reason));
}

/* It would send again what it is being closed for: its session ends here. */
void
srv_hub_peer_broken (SrvHub *self, SrvPeer *peer)
{
  SrvSession *session = srv_peer_get_session (peer);

  if (!session)
    return;
  srv_session_abandon_peer (session);
  leave (self, session, NERTC_CLOSE_REASON_TIMEOUT);
}

void
srv_hub_peer_gone (SrvHub *self, SrvPeer *peer, NertcCloseReason reason)
{
  SrvSession *session = srv_peer_get_session (peer);

  if (session && reason == NERTC_CLOSE_REASON_TIMEOUT)
    lose (self, session);
  else if (session)
    leave (self, session, reason);
}

static void
forget (SrvHub *self, SrvMember *member)
{
  g_autoptr (GPtrArray) changes =
      srv_rooms_leave (self->rooms, member, NERTC_CLOSE_REASON_SHUTDOWN);

  observe (self, changes);
  for (guint i = 0; i < changes->len; i++) {
    srv_media_plane_apply (self->plane, g_ptr_array_index (changes, i));
    srv_member_count_apply (self->member_count, g_ptr_array_index (changes, i));
  }
  srv_quality_forget (self->quality, member);
  srv_messages_forget (self->messages, member);
  srv_expiry_forget (self->expiry, member);
  srv_invites_remove_member (self->invites, member);
}

/* Sends everybody home: each hears that, and nothing of the others, nor of its transports; the
 * media goes on without the server. */
void
srv_hub_shut_down (SrvHub *self)
{
  g_autoptr (GPtrArray) members =
      g_ptr_array_new_with_free_func ((GDestroyNotify) srv_member_unref);
  GHashTableIter iter;
  gpointer session;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session)) {
    g_ptr_array_add (members, srv_member_ref (srv_session_get_member (session)));
    srv_session_say_closed (session, NERTC_CLOSE_REASON_SHUTDOWN, NULL);
  }
  g_hash_table_remove_all (self->sessions);
  srv_media_plane_let_go (self->plane);
  for (guint i = 0; i < members->len; i++)
    forget (self, g_ptr_array_index (members, i));
}

/* What the media plane says */

static void
add_element (JsonArray *array, guint index, JsonNode *element, gpointer to)
{
  json_array_add_element (to, json_node_copy (element));
}

/* Returns: (transfer full): what @member is to use, with a password that begins now */
static JsonArray *
make_ice_servers (SrvHub *self, SrvMember *member)
{
  JsonArray *servers = json_array_new ();

  json_array_foreach_element (self->ice_servers, add_element, servers);
  if (self->turn)
    json_array_add_object_element (
        servers,
        srv_turn_make_server (self->turn, member->uid, g_get_real_time () / G_USEC_PER_SEC));
  return servers;
}

static void
on_open (SrvMember *to, const SrvTransportOffer *offer, gpointer user_data)
{
  SrvHub *self = user_data;
  g_autoptr (JsonArray) ice_servers = make_ice_servers (self, to);
  g_autoptr (JsonObject) params = srv_event_transport_open (offer, ice_servers);

  if (to->owner)
    srv_session_add_transports (to->owner, 1);
  tell (to, "transport.open", params);
}

static void
on_description (SrvMember *to, const char *transport_id, const char *type, const char *sdp,
                gpointer user_data)
{
  g_autoptr (JsonObject) params = srv_event_transport_description (transport_id, type, sdp);

  tell (to, "transport.description", params);
}

static void
on_candidate (SrvMember *to, const char *transport_id, guint m_line_index, const char *candidate,
              gpointer user_data)
{
  g_autoptr (JsonObject) params =
      srv_event_transport_candidate (transport_id, m_line_index, candidate);

  tell (to, "transport.candidate", params);
}

static void
on_update (SrvMember *to, const char *transport_id, gboolean audio, gboolean video,
           gpointer user_data)
{
  g_autoptr (JsonObject) params = srv_event_transport_update (transport_id, audio, video);

  tell (to, "transport.update", params);
}

static void
on_adopt (SrvMember *to, const char *transport_id, gboolean audio, gboolean video,
          gpointer user_data)
{
  if (to->owner)
    srv_session_add_transports (to->owner, 1);
  on_update (to, transport_id, audio, video, user_data);
}

static void
on_disown (SrvMember *to, const char *transport_id, NertcCloseReason reason, gpointer user_data)
{
  g_autoptr (JsonObject) params = srv_event_transport_close (transport_id, reason);

  tell (to, "transport.close", params);
}

static void
on_close (SrvMember *to, const char *transport_id, NertcCloseReason reason, gpointer user_data)
{
  on_disown (to, transport_id, reason, user_data);
  if (to->owner)
    srv_session_add_transports (to->owner, -1);
}

static void
on_unheard (SrvStream *stream, gpointer user_data)
{
  SrvHub *self = user_data;
  g_autoptr (GPtrArray) changes =
      srv_rooms_take_stream (self->rooms, stream, NERTC_CLOSE_REASON_TIMEOUT);

  srv_hub_apply (self, changes);
}

static const SrvTransportEvents transport_events = {
  .open = on_open,
  .description = on_description,
  .candidate = on_candidate,
  .adopt = on_adopt,
  .update = on_update,
  .close = on_close,
  .disown = on_disown,
  .unheard = on_unheard,
};

/* What the members tell of their networks */

static void
on_quality (SrvMember *to, JsonObject *params, gpointer user_data)
{
  /* It is about now: who is away has no use for it later. */
  if (to->owner && srv_session_get_peer (to->owner))
    tell (to, "room.quality", params);
}

/* What becomes of invitations */

#define INVITES_OUTGOING 16
#define INVITES_INCOMING 32
#define INVITES_RATE 5

static void
on_invite (SrvMember *to, const char *method, JsonObject *params, gpointer user_data)
{
  tell (to, method, params);
}

static SrvInvites *
make_invites (SrvHub *self)
{
  static const SrvInviteLimits limits = {
    .outgoing = INVITES_OUTGOING,
    .incoming = INVITES_INCOMING,
    .rate = INVITES_RATE,
  };

  return srv_invites_new (&limits, g_get_monotonic_time, on_invite, self);
}

/* How many are in a room */

static void
on_member_count (SrvRoom *room, gpointer user_data)
{
  g_autoptr (JsonObject) params = json_object_new ();

  json_object_set_int_member (params, "members", room->members->len);
  for (guint i = 0; i < room->members->len; i++) {
    SrvMember *member = g_ptr_array_index (room->members, i);

    if (member->owner && !srv_session_wants_user_updates (member->owner))
      tell (member, "room.memberCount", params);
  }
}

/* When tokens end */

static void
on_token_ends_soon (SrvMember *member, gint64 seconds, gpointer user_data)
{
  g_autoptr (JsonObject) params = json_object_new ();

  json_object_set_int_member (params, "expiresIn", seconds);
  tell (member, "room.tokenWillExpire", params);
}

static void
on_token_expired (SrvMember *member, gpointer user_data)
{
  SrvHub *self = user_data;
  g_autoptr (GPtrArray) changes = srv_rooms_leave (self->rooms, member, NERTC_CLOSE_REASON_EXPIRED);

  srv_hub_apply (self, changes);
}

static const SrvExpiryCallbacks expiry_callbacks = {
  .soon = on_token_ends_soon,
  .expired = on_token_expired,
};

/* @expires: seconds since 1970; 0: never */
void
srv_hub_watch_token (SrvHub *self, SrvMember *member, gint64 expires)
{
  srv_expiry_watch (self->expiry, member, expires);
}

/* The snapshot of a room */

/* How much of it goes into the answer to a join, which must stay a message. A member has at most
 * 1 + 128 + 1024 characters and 64 streams of 64: less than the rest of NERTC_MESSAGE_MAX. */
#define SNAPSHOT_MAX (NERTC_MESSAGE_MAX / 2)

static void
add_for (GPtrArray *changes, SrvMember *hearer, SrvChange *change)
{
  change->only_to = srv_member_ref (hearer);
  g_ptr_array_add (changes, change);
}

static void
add_as_events (GPtrArray *changes, SrvMember *hearer, SrvMember *member)
{
  add_for (changes, hearer, srv_change_new (SRV_CHANGE_MEMBER_JOINED, member->room, member, NULL));
  for (guint i = 0; i < member->streams->len; i++)
    add_for (changes, hearer,
             srv_change_new (SRV_CHANGE_STREAM_ADDED, member->room, member,
                             g_ptr_array_index (member->streams, i)));
}

/*
 * srv_hub_snapshot:
 * @changes: gets the members for whom there is no space in one message, as events for @member
 *
 * Returns: (transfer full): the other members of the room with their streams, as a JSON array
 */
GString *
srv_hub_snapshot (SrvHub *self, SrvMember *member, GPtrArray *changes)
{
  GPtrArray *members = member->room->members;
  GString *array = g_string_new ("[");
  gboolean full = FALSE;

  for (guint i = 0; !member->room->listening && i < members->len; i++) {
    SrvMember *other = g_ptr_array_index (members, i);
    const char *text;

    if (other == member)
      continue;
    text = full ? "" : srv_event_member_as_text (other);
    full = full || array->len + strlen (text) >= SNAPSHOT_MAX;
    if (full)
      add_as_events (changes, member, other);
    else
      g_string_append_printf (array, "%s%s", array->len > 1 ? "," : "", text);
  }
  return g_string_append_c (array, ']');
}

/* Object */

/* What is kept for those who are out is so small a part of what may be kept for those who are away,
 * and comes on top of it. */
#define FAREWELLS_SHARE 8

SrvHub *
srv_hub_new (const SrvOptions *options)
{
  SrvHub *self = g_new0 (SrvHub, 1);
  SrvRoomLimits limits = {
    .rooms = options->max_rooms,
    .members = options->max_members,
    .streams = options->max_streams,
    .subscriptions = options->max_subscriptions,
  };

  self->rooms = srv_rooms_new (&limits);
  self->ice_servers = srv_ice_servers_to_json ((const char *const *) options->ice_servers);
  self->ping_interval = options->ping_interval;
  self->auth = srv_auth_new (options);
  self->expiry = srv_expiry_new (&expiry_callbacks, self, g_get_real_time);
  self->invites = make_invites (self);
  self->grace = options->grace;
  self->session_limits.log = (gsize) options->max_queue * 1024;
  self->session_limits.grace_ms = options->grace * 1000;
  self->session_limits.away = &self->away;
  self->away.limit = (gsize) options->max_away * 1024;
  self->farewells =
      srv_farewells_new (self->session_limits.grace_ms, self->away.limit / FAREWELLS_SHARE);
  self->sessions =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) srv_session_free);
  self->moderation = srv_moderation_new (self->rooms);
  self->member_count = srv_member_count_new (on_member_count, self, SRV_MEMBER_COUNT_INTERVAL_MS);
  self->quality = srv_quality_new (on_quality, self, SRV_QUALITY_INTERVAL_MS);
  self->messages = srv_messages_new (g_get_monotonic_time);
  self->plane =
      srv_media_plane_new (&transport_events, self, SRV_MEDIA_RETRY_MS, SRV_MEDIA_SETTLE_MS);
  return self;
}

/* Every member must have left. */
void
srv_hub_free (SrvHub *self)
{
  g_hash_table_unref (self->sessions);
  srv_farewells_free (self->farewells);
  srv_media_plane_free (self->plane);
  srv_quality_free (self->quality);
  srv_messages_free (self->messages);
  srv_member_count_free (self->member_count);
  srv_moderation_free (self->moderation);
  srv_expiry_free (self->expiry);
  srv_invites_free (self->invites);
  srv_auth_free (self->auth);
  srv_rooms_free (self->rooms);
  json_array_unref (self->ice_servers);
  g_free (self);
}

/* @turn: (transfer none) (nullable) */
void
srv_hub_set_turn (SrvHub *self, SrvTurn *turn)
{
  self->turn = turn;
  srv_media_plane_set_renewal (self->plane, turn ? srv_turn_get_renewal_ms (turn) : 0);
}

void
srv_hub_set_observer (SrvHub *self, SrvHubObserver observer, gpointer user_data)
{
  self->observer = observer;
  self->observer_data = user_data;
}

SrvRooms *
srv_hub_get_rooms (SrvHub *self)
{
  return self->rooms;
}

SrvModeration *
srv_hub_get_moderation (SrvHub *self)
{
  return self->moderation;
}

SrvMediaPlane *
srv_hub_get_media_plane (SrvHub *self)
{
  return self->plane;
}

SrvQuality *
srv_hub_get_quality (SrvHub *self)
{
  return self->quality;
}

SrvMessages *
srv_hub_get_messages (SrvHub *self)
{
  return self->messages;
}

SrvAuth *
srv_hub_get_auth (SrvHub *self)
{
  return self->auth;
}

SrvInvites *
srv_hub_get_invites (SrvHub *self)
{
  return self->invites;
}

/* Returns: (transfer none): what is kept for those who are away */
const SrvAway *
srv_hub_get_away (SrvHub *self)
{
  return &self->away;
}

guint
srv_hub_get_ping_interval (SrvHub *self)
{
  return self->ping_interval;
}

/* Returns: how many seconds a session outlives its connection */
guint
srv_hub_get_grace (SrvHub *self)
{
  return self->grace;
}

/* @nodes: (element-type SrvMediaNode): media servers, for srv_media_plane_set_nodes() */
void
srv_hub_set_nodes (SrvHub *self, SrvMediaMode mode, GPtrArray *nodes, guint mesh_limit)
{
  srv_media_plane_set_nodes (self->plane, mode, nodes, mesh_limit);
}
