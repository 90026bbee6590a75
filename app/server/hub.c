/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hub.h"

#include "event.h"
#include "expiry.h"
#include "ice-server.h"
#include "mesh-plane.h"

#include <string.h>

struct _SrvHub {
  SrvRooms *rooms;
  SrvMediaPlane *plane;
  SrvQuality *quality;
  SrvAuth *auth;
  SrvExpiry *expiry;
  JsonArray *ice_servers;
  guint ping_interval;
};

/* Telling members */

static void
tell (SrvMember *member, const char *method, JsonObject *params)
{
  SrvPeer *peer = member->owner;

  if (peer)
    srv_peer_send_event (peer, method, params);
}

typedef enum {
  AUDIENCE_ALL,
  AUDIENCE_ITSELF,
  AUDIENCE_OTHERS,
  AUDIENCE_USER_UPDATES, /* those of the others who asked for member.… */
} Audience;

static gboolean
is_in_audience (Audience audience, const SrvChange *change, SrvMember *member)
{
  if (!member->owner || (change->only_to && change->only_to != member))
    return FALSE;
  if (audience == AUDIENCE_USER_UPDATES && !srv_peer_wants_user_updates (member->owner))
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

  for (guint i = 0; params && i < change->room->members->len; i++) {
    SrvMember *member = g_ptr_array_index (change->room->members, i);

    if (is_in_audience (audience, change, member))
      tell (member, method, params);
  }
}

static void
log_change (const SrvChange *change)
{
  const char *uid = change->member->uid;
  const char *room = change->room->name;

  if (change->only_to)
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

/* Tells everybody whom @changes concern, in their order. */
void
srv_hub_apply (SrvHub *self, GPtrArray *changes)
{
  /* Those who are out hear why, and nothing after that. */
  for (guint i = 0; i < changes->len; i++) {
    SrvChange *change = g_ptr_array_index (changes, i);

    if (change->kind == SRV_CHANGE_MEMBER_LEFT && change->member->owner)
      srv_peer_end_session (change->member->owner, change->reason);
  }
  for (guint i = 0; i < changes->len; i++) {
    SrvChange *change = g_ptr_array_index (changes, i);

    log_change (change);
    broadcast (change);
    if (change->only_to)
      continue;
    srv_media_plane_apply (self->plane, change);
    if (change->kind == SRV_CHANGE_MEMBER_LEFT) {
      srv_quality_forget (self->quality, change->member);
      srv_expiry_forget (self->expiry, change->member);
    }
  }
}

/* Takes the member of @peer, if it is one, out of its room. */
void
srv_hub_remove (SrvHub *self, SrvPeer *peer, NertcCloseReason reason)
{
  SrvMember *member = srv_peer_get_member (peer);
  g_autoptr (GPtrArray) changes = NULL;

  if (!member)
    return;
  changes = srv_rooms_leave (self->rooms, member, reason);
  srv_hub_apply (self, changes);
}

static void
forget (SrvHub *self, SrvMember *member)
{
  g_autoptr (GPtrArray) changes =
      srv_rooms_leave (self->rooms, member, NERTC_CLOSE_REASON_SHUTDOWN);

  for (guint i = 0; i < changes->len; i++)
    srv_media_plane_apply (self->plane, g_ptr_array_index (changes, i));
  srv_quality_forget (self->quality, member);
  srv_expiry_forget (self->expiry, member);
}

/* Sends all @peers home: each hears that, and nothing of the others, nor of its transports; the
 * media goes on without the server. */
void
srv_hub_shut_down (SrvHub *self, GList *peers)
{
  g_autoptr (GPtrArray) members =
      g_ptr_array_new_with_free_func ((GDestroyNotify) srv_member_unref);

  for (GList *l = peers; l; l = l->next) {
    if (srv_peer_get_member (l->data))
      g_ptr_array_add (members, srv_member_ref (srv_peer_get_member (l->data)));
    srv_peer_end_session (l->data, NERTC_CLOSE_REASON_SHUTDOWN);
  }
  for (guint i = 0; i < members->len; i++)
    forget (self, g_ptr_array_index (members, i));
}

/* What the media plane says */

static void
on_open (SrvMember *to, const SrvTransportOffer *offer, gpointer user_data)
{
  SrvHub *self = user_data;
  g_autoptr (JsonObject) params = srv_event_transport_open (offer, self->ice_servers);

  if (to->owner)
    srv_peer_add_transports (to->owner, 1);
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
on_close (SrvMember *to, const char *transport_id, NertcCloseReason reason, gpointer user_data)
{
  g_autoptr (JsonObject) params = srv_event_transport_close (transport_id, reason);

  tell (to, "transport.close", params);
  if (to->owner)
    srv_peer_add_transports (to->owner, -1);
}

static const SrvTransportEvents transport_events = {
  .open = on_open,
  .description = on_description,
  .candidate = on_candidate,
  .update = on_update,
  .close = on_close,
};

/* What the members tell of their networks */

static void
on_quality (SrvMember *to, JsonObject *params, gpointer user_data)
{
  tell (to, "room.quality", params);
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

static gsize
measure (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (node, FALSE);

  return strlen (text);
}

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
 * Returns: (transfer full): the other members of the room with their streams
 */
JsonArray *
srv_hub_snapshot (SrvHub *self, SrvMember *member, GPtrArray *changes)
{
  GPtrArray *members = member->room->members;
  JsonArray *array = json_array_new ();
  gsize size = 0;

  for (guint i = 0; i < members->len; i++) {
    SrvMember *other = g_ptr_array_index (members, i);
    g_autoptr (JsonObject) object = NULL;

    if (other == member)
      continue;
    if (size < SNAPSHOT_MAX) {
      object = srv_event_member_with_streams (other);
      size += measure (object);
    }
    if (size < SNAPSHOT_MAX)
      json_array_add_object_element (array, g_steal_pointer (&object));
    else
      add_as_events (changes, member, other);
  }
  return array;
}

/* Object */

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
  self->quality = srv_quality_new (on_quality, self, SRV_QUALITY_INTERVAL_MS);
  self->plane = SRV_MEDIA_PLANE (srv_mesh_plane_new (&transport_events, self, SRV_MESH_RETRY_MS));
  return self;
}

/* Every member must have left. */
void
srv_hub_free (SrvHub *self)
{
  g_object_unref (self->plane);
  srv_quality_free (self->quality);
  srv_expiry_free (self->expiry);
  srv_auth_free (self->auth);
  srv_rooms_free (self->rooms);
  json_array_unref (self->ice_servers);
  g_free (self);
}

SrvRooms *
srv_hub_get_rooms (SrvHub *self)
{
  return self->rooms;
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

SrvAuth *
srv_hub_get_auth (SrvHub *self)
{
  return self->auth;
}

guint
srv_hub_get_ping_interval (SrvHub *self)
{
  return self->ping_interval;
}
