/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dispatch-request.h"
#include "event.h"
#include "metrics.h"
#include "random-id.h"

#include <string.h>

/* What a client asks, as one table. Fields were checked when the message was decoded. */

/* Requests */

static gboolean
is_free (SrvRequest *request, GError **error)
{
  if (!request->session)
    return TRUE;
  if (request->member->room->listening) {
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_ALREADY_JOINED,
                         "This connection listens for invitations; leave, or use another one");
    return FALSE;
  }
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_ALREADY_JOINED,
               "This connection is in room ‘%s’; leave it, or use another connection",
               request->member->room->name);
  return FALSE;
}

static void
fill_join_result (SrvRequest *request, GPtrArray *changes)
{
  SrvMember *member = request->member;
  JsonObject *result = request->result;

  json_object_set_string_member (result, "uid", member->uid);
  json_object_set_string_member (result, "epoch", srv_session_get_epoch (request->session));
  json_object_set_string_member (result, "sessionSecret", member->secret);
  json_object_set_int_member (result, "pingInterval", srv_hub_get_ping_interval (request->hub));
  json_object_set_string_member (result, "role", nertc_member_role_to_string (member->role));
  json_object_set_array_member (result, "grants", srv_event_grants (member->grants));
  json_object_set_int_member (result, "grace", srv_hub_get_grace (request->hub));
  json_object_set_object_member (result, "room", srv_event_room_snapshot (member->room));
  srv_event_set_muted (result, member);
  request->members = srv_hub_snapshot (request->hub, member, changes);
}

static gint64
get_time (void)
{
  return g_get_real_time () / G_TIME_SPAN_SECOND;
}

static GPtrArray *
join_with_pass (SrvRequest *request, const SrvPass *pass, GError **error)
{
  JsonObject *params = request->params;
  g_autofree char *secret = srv_random_id ();
  SrvJoin join = {
    .app_key = pass->app_key,
    .room = srv_request_text (params, "channel", ""),
    .uid = pass->uid,
    .user_name = srv_request_text (params, "userName", ""),
    .user_data = srv_request_text (params, "userData", ""),
    .secret = secret,
    .earlier_secret = srv_request_text (params, "sessionSecret", NULL),
    .role = pass->role,
    .grants = pass->grants,
    .trusted = pass->trusted,
    .now = get_time (),
  };
  GPtrArray *changes = NULL;

  if (srv_moderation_lets_in (srv_hub_get_moderation (request->hub), join.app_key, join.room,
                              join.uid, error))
    changes = srv_rooms_join (srv_hub_get_rooms (request->hub), &join, &request->member, error);
  if (!changes)
    return NULL;
  srv_hub_watch_token (request->hub, request->member, pass->expires);
  request->session = srv_hub_begin_session (request->hub, request->member,
                                            srv_request_flag (params, "userUpdates", TRUE));
  fill_join_result (request, changes);
  return changes;
}

/* Or to none, to listen for invitations: then there is no channel. */
static GPtrArray *
room_join (SrvRequest *request, GError **error)
{
  JsonObject *params = request->params;
  SrvCredentials credentials = {
    .token = srv_request_text (params, "token", NULL),
    .app_key = srv_request_text (params, "appKey", NULL),
    .room = srv_request_text (params, "channel", ""),
    .uid = srv_request_text (params, "uid", NULL),
  };
  g_auto (SrvPass) pass = { NULL };

  if (!is_free (request, error))
    return NULL;
  if (!srv_auth_check (srv_hub_get_auth (request->hub), &credentials, get_time (), &pass, error))
    return NULL;
  return join_with_pass (request, &pass, error);
}

static GPtrArray *
room_resume (SrvRequest *request, GError **error)
{
  JsonObject *params = request->params;

  if (!is_free (request, error))
    return NULL;
  request->resumed_from = (guint64) json_object_get_int_member (params, "received");
  request->session = srv_hub_find_session (request->hub, srv_request_text (params, "epoch", NULL),
                                           srv_request_text (params, "sessionSecret", NULL),
                                           request->resumed_from);
  if (!request->session) {
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_SESSION_GONE,
                         "There is no such session, or more was missed than it keeps; send "
                         "room.join");
    return NULL;
  }
  json_object_set_int_member (request->result, "received",
                              (gint64) srv_session_get_received (request->session));
  json_object_set_int_member (request->result, "pingInterval",
                              srv_hub_get_ping_interval (request->hub));
  return g_ptr_array_new ();
}

static GPtrArray *
room_ping (SrvRequest *request, GError **error)
{
  return g_ptr_array_new ();
}

static GPtrArray *
room_leave (SrvRequest *request, GError **error)
{
  return srv_rooms_leave (srv_hub_get_rooms (request->hub), request->member,
                          NERTC_CLOSE_REASON_LEFT);
}

static GPtrArray *
room_update (SrvRequest *request, GError **error)
{
  return srv_moderation_update_room (srv_hub_get_moderation (request->hub), request->member,
                                     srv_request_text (request->params, "extraInfo", NULL));
}

static GPtrArray *
member_update (SrvRequest *request, GError **error)
{
  return srv_rooms_update_member (srv_hub_get_rooms (request->hub), request->member,
                                  srv_request_text (request->params, "userName", NULL),
                                  srv_request_text (request->params, "userData", NULL));
}

static GPtrArray *
member_set_role (SrvRequest *request, GError **error)
{
  NertcMemberRole role = NERTC_MEMBER_ROLE_HOST;

  nertc_member_role_from_string (srv_request_text (request->params, "role", NULL), &role);
  return srv_rooms_set_role (srv_hub_get_rooms (request->hub), request->member,
                             srv_request_text (request->params, "uid", NULL), role, error);
}

static GPtrArray *
room_renew_token (SrvRequest *request, GError **error)
{
  SrvMember *member = request->member;
  SrvCredentials credentials = {
    .token = srv_request_text (request->params, "token", NULL),
    .app_key = member->room->app_key,
    .room = member->room->name,
    .uid = member->uid,
  };
  g_auto (SrvPass) pass = { NULL };

  if (!srv_auth_check (srv_hub_get_auth (request->hub), &credentials, get_time (), &pass, error))
    return NULL;
  srv_hub_watch_token (request->hub, member, pass.expires);
  return srv_rooms_renew_rights (srv_hub_get_rooms (request->hub), member, pass.role, pass.grants);
}

/* The transports that the member says it still has go with the change that they are about. */
static void
pass_transports (GPtrArray *changes, SrvChangeKind kind, JsonObject *params)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *ids;

  if (!json_object_has_member (params, "transports"))
    return;
  ids = json_object_get_array_member (params, "transports");
  for (guint i = 0; i < json_array_get_length (ids); i++)
    g_strv_builder_add (builder, json_array_get_string_element (ids, i));
  for (guint i = 0; i < changes->len; i++) {
    SrvChange *change = g_ptr_array_index (changes, i);

    if (change->kind == kind)
      srv_change_set_transports (change, g_strv_builder_end (builder));
  }
}

static GPtrArray *
stream_publish (SrvRequest *request, GError **error)
{
  JsonObject *params = request->params;
  SrvPublish publish = {
    .id = srv_request_text (params, "streamId", NULL),
    .source = srv_request_text (params, "source", NULL),
    .audio = srv_request_flag (params, "audio", FALSE),
    .video = srv_request_flag (params, "video", FALSE),
    .audio_muted = srv_request_flag (params, "audioMuted", FALSE),
    .video_muted = srv_request_flag (params, "videoMuted", FALSE),
  };
  SrvStream *stream;
  GPtrArray *changes = srv_rooms_publish (srv_hub_get_rooms (request->hub), request->member,
                                          &publish, &stream, error);

  if (!changes)
    return NULL;
  json_object_set_string_member (request->result, "streamId", stream->id);
  pass_transports (changes, SRV_CHANGE_STREAM_ADDED, params);
  return changes;
}

static GPtrArray *
stream_update (SrvRequest *request, GError **error)
{
  JsonObject *params = request->params;
  gboolean flags[4];
  SrvStreamUpdate update = {
    .audio = srv_request_optional_flag (params, "audio", &flags[0]),
    .video = srv_request_optional_flag (params, "video", &flags[1]),
    .audio_muted = srv_request_optional_flag (params, "audioMuted", &flags[2]),
    .video_muted = srv_request_optional_flag (params, "videoMuted", &flags[3]),
    .renew = srv_request_flag (params, "renew", FALSE),
  };

  return srv_rooms_update_stream (srv_hub_get_rooms (request->hub), request->member,
                                  srv_request_text (params, "streamId", NULL), &update, error);
}

static GPtrArray *
stream_unpublish (SrvRequest *request, GError **error)
{
  return srv_rooms_unpublish (srv_hub_get_rooms (request->hub), request->member,
                              srv_request_text (request->params, "streamId", NULL), error);
}

static GPtrArray *
stream_subscribe (SrvRequest *request, GError **error)
{
  GPtrArray *changes =
      srv_rooms_subscribe (srv_hub_get_rooms (request->hub), request->member,
                           srv_request_text (request->params, "streamId", NULL),
                           srv_request_flag (request->params, "audio", FALSE),
                           srv_request_flag (request->params, "video", FALSE), error);

  if (changes)
    pass_transports (changes, SRV_CHANGE_SUBSCRIPTION_ADDED, request->params);
  return changes;
}

static GPtrArray *
stream_unsubscribe (SrvRequest *request, GError **error)
{
  return srv_rooms_unsubscribe (srv_hub_get_rooms (request->hub), request->member,
                                srv_request_text (request->params, "streamId", NULL), error);
}

static GPtrArray *
message_send (SrvRequest *request, GError **error)
{
  request->message = srv_messages_accept (srv_hub_get_messages (request->hub), request->member,
                                          request->params, request->result, error);
  return request->message ? g_ptr_array_new () : NULL;
}

/* Notifications: what the ends of a transport say */

static void
transport_description (SrvMediaPlane *plane, SrvMember *from, const char *transport_id,
                       JsonObject *params)
{
  srv_media_plane_description (plane, from, transport_id, srv_request_text (params, "type", NULL),
                               srv_request_text (params, "sdp", NULL));
}

static void
transport_candidate (SrvMediaPlane *plane, SrvMember *from, const char *transport_id,
                     JsonObject *params)
{
  srv_media_plane_candidate (plane, from, transport_id,
                             (guint) json_object_get_int_member (params, "sdpMLineIndex"),
                             srv_request_text (params, "candidate", NULL));
}

static void
transport_failed (SrvMediaPlane *plane, SrvMember *from, const char *transport_id,
                  JsonObject *params)
{
  const char *code = srv_request_text (params, "code", NULL);

  srv_metrics.transports_failed++;
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "NERTC_UID", from->uid, "NERTC_TRANSPORT",
                    transport_id, "MESSAGE", "‘%s’ says that transport %s failed: %s: %s",
                    from->uid, transport_id, code, srv_request_text (params, "message", ""));
  srv_media_plane_failed (plane, from, transport_id,
                          g_str_equal (code, "silence") || g_str_equal (code, "ice"));
}

static void
transport_playing (SrvMediaPlane *plane, SrvMember *from, const char *transport_id,
                   JsonObject *params)
{
  srv_media_plane_playing (plane, from, transport_id);
}

/* Notifications: what a member says of itself */

static void
member_quality (SrvRequest *request)
{
  srv_quality_report (srv_hub_get_quality (request->hub), request->member,
                      (guint) json_object_get_int_member (request->params, "up"),
                      (guint) json_object_get_int_member (request->params, "down"));
}

static void
invite_ringing (SrvRequest *request)
{
  srv_invites_ring (srv_hub_get_invites (request->hub), request->member, request->params);
}

/* The table */

typedef void (*TransportHandler) (SrvMediaPlane *plane, SrvMember *from, const char *transport_id,
                                  JsonObject *params);

typedef struct {
  const char *method;
  SrvRequestHandler request;
  TransportHandler transport;
  SrvNotificationHandler notification;
  NertcGrants grant; /* what the member needs for it */
  gboolean anywhere; /* it needs no room: a session that listens for invitations will do */
  SrvInviteRequest invite;
} Row;

static const Row rows[] = {
  { "room.join", room_join, .anywhere = TRUE },
  { "room.resume", room_resume, .anywhere = TRUE },
  { "room.ping", room_ping, .anywhere = TRUE },
  { "room.leave", room_leave, .anywhere = TRUE },
  { "room.update", room_update, .grant = NERTC_GRANTS_MESSAGE },
  { "room.renewToken", room_renew_token, .anywhere = TRUE },
  { "member.update", member_update },
  { "room.close", srv_dispatch_room_close, .grant = NERTC_GRANTS_ADMIN },
  { "member.setRole", member_set_role, .grant = NERTC_GRANTS_ADMIN },
  { "member.mute", srv_dispatch_member_mute, .grant = NERTC_GRANTS_ADMIN },
  { "member.kick", srv_dispatch_member_kick, .grant = NERTC_GRANTS_ADMIN },
  { "member.ban", srv_dispatch_member_ban, .grant = NERTC_GRANTS_ADMIN },
  { "member.unban", srv_dispatch_member_unban, .grant = NERTC_GRANTS_ADMIN },
  { "message.send", message_send, .grant = NERTC_GRANTS_MESSAGE },
  { "invite.listen", room_join, .anywhere = TRUE },
  { "invite.send", .invite = srv_invites_send, .anywhere = TRUE, .grant = NERTC_GRANTS_MESSAGE },
  { "invite.accept", .invite = srv_invites_accept, .anywhere = TRUE },
  { "invite.reject", .invite = srv_invites_reject, .anywhere = TRUE },
  { "invite.cancel", .invite = srv_invites_cancel, .anywhere = TRUE },
  { "invite.ringing", .notification = invite_ringing, .anywhere = TRUE },
  { "stream.publish", stream_publish, .grant = NERTC_GRANTS_PUBLISH },
  { "stream.update", stream_update },
  { "stream.unpublish", stream_unpublish },
  { "stream.subscribe", stream_subscribe, .grant = NERTC_GRANTS_SUBSCRIBE },
  { "stream.unsubscribe", stream_unsubscribe },
  { "transport.description", NULL, transport_description },
  { "transport.candidate", NULL, transport_candidate },
  { "transport.failed", NULL, transport_failed },
  { "transport.playing", NULL, transport_playing },
  { "member.quality", NULL, NULL, member_quality },
};

static const Row *
find_row (const char *method)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_str_equal (rows[i].method, method))
      return &rows[i];
  }
  return NULL;
}

gboolean
srv_dispatch_knows (const char *method)
{
  return find_row (method) != NULL;
}

static gboolean
may_call (const Row *row, SrvMember *member, GError **error)
{
  g_auto (GStrv) grants = nertc_grants_to_strv (row->grant);

  if (!member || srv_member_may (member, row->grant))
    return TRUE;
  if (member->grants & row->grant)
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_GRANT_MISSING,
                 "%s needs the role ‘host’; an admin can give it by member.setRole", row->method);
  else
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_GRANT_MISSING,
                 "%s needs the grant ‘%s’; bring a token that has it", row->method, grants[0]);
  return FALSE;
}

static void
answer_by_error (SrvPeer *peer, gint64 id, const GError *error)
{
  SrvSession *session = srv_peer_get_session (peer);

  srv_metrics_count_error (error);
  if (session)
    srv_session_send_error (session, id, error);
  else
    srv_peer_send_error (peer, id, error);
}

/* The members are text already. */
static void
send_join_result (SrvRequest *request, gint64 id)
{
  g_autofree char *result = nertc_message_encode_result (id, request->result);
  g_autofree char *text = NULL;

  result[strlen (result) - strlen ("}}")] = '\0';
  text = g_strconcat (result, ",\"members\":", request->members->str, "}}", NULL);
  srv_peer_send_text (request->peer, text);
  g_string_free (g_steal_pointer (&request->members), TRUE);
}

/* A join is answered by a snapshot, and then by what does not fit into it. */
static void
begin_session (SrvRequest *request, gint64 id, GPtrArray *changes)
{
  srv_peer_begin_snapshot (request->peer);
  send_join_result (request, id);
  srv_peer_flush (request->peer);
  srv_session_attach (request->session, request->peer);
  srv_hub_apply (request->hub, changes);
  srv_peer_end_snapshot (request->peer);
}

/* What a client sends must not write lines of its own into a log. */
static char *
escape (const char *text)
{
  char beyond_ascii[129] = { 0 };

  for (guint i = 0; i < 128; i++)
    beyond_ascii[i] = (char) (128 + i);
  return g_strescape (text, beyond_ascii);
}

static void
log_refusal (const SrvRequest *request, const GError *error)
{
  const char *room = srv_request_text (request->params, "channel", "");
  const char *uid = srv_request_text (request->params, "uid", "");
  g_autofree char *message = escape (error->message);

  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "NERTC_ROOM", room, "NERTC_UID", uid, "MESSAGE",
                    "‘%s’ may not join room ‘%s’: %s", uid, room, message);
}

static GPtrArray *
carry_out (const Row *row, SrvRequest *request, GError **error)
{
  if (!may_call (row, request->member, error))
    return NULL;
  if (!row->invite)
    return row->request (request, error);
  if (!row->invite (srv_hub_get_invites (request->hub), request->member, request->params,
                    request->result, error))
    return NULL;
  return g_ptr_array_new ();
}

/* The answer goes out before what it brought about, a snapshot before what comes after it. */
static void
handle_request (const Row *row, SrvRequest *request, gint64 id)
{
  g_autoptr (JsonObject) result = json_object_new ();
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  gboolean had_session = request->session != NULL;

  request->result = result;
  changes = carry_out (row, request, &error);
  if (!changes && row->request == room_join)
    log_refusal (request, error);
  if (!changes) {
    answer_by_error (request->peer, id, error);
  } else if (had_session) {
    srv_session_send_result (request->session, id, result);
    srv_hub_apply (request->hub, changes);
    if (request->message)
      srv_messages_deliver (srv_hub_get_messages (request->hub), request->message);
  } else if (row->request == room_resume) {
    srv_peer_send_result (request->peer, id, result);
    srv_hub_resume_session (request->hub, request->session, request->peer, request->resumed_from);
  } else {
    begin_session (request, id, changes);
  }
}

/* Returns: whether the client is where it can ask for that */
static gboolean
is_in_place (const Row *row, const SrvRequest *request)
{
  return request->session && (row->anywhere || !request->member->room->listening);
}

static void
refuse_out_of_place (const SrvRequest *request, const NertcMessage *message)
{
  g_autoptr (GError) error = NULL;

  error =
      g_error_new (NERTC_ERROR, NERTC_ERROR_NOT_JOINED, "%s needs a room; send %sroom.join first",
                   message->method->name, request->session ? "room.leave and " : "");
  answer_by_error (request->peer, message->id, error);
}

static void
dispatch (SrvRequest *request, const NertcMessage *message)
{
  const Row *row = find_row (message->method->name);

  if (message->method->needs_join && !is_in_place (row, request)) {
    refuse_out_of_place (request, message);
    return;
  }
  if (row->request || row->invite)
    handle_request (row, request, message->id);
  else if (row->notification)
    row->notification (request);
  else
    row->transport (srv_hub_get_media_plane (request->hub), request->member,
                    srv_request_text (message->body, "transportId", NULL), message->body);
}

/* Carries out one request or notification of @peer, and answers it. */
void
srv_dispatch (SrvHub *hub, SrvPeer *peer, const NertcMessage *message)
{
  SrvSession *session = srv_peer_get_session (peer);
  SrvRequest request = {
    .hub = hub,
    .peer = peer,
    .session = session,
    .member = session ? srv_session_get_member (session) : NULL,
    .params = message->body,
  };

  if (session)
    srv_session_count_received (session);
  /* A response to nothing: the server asks no questions. */
  if (!message->method)
    return;
  dispatch (&request, message);
}

/* Answers by @error a message of @peer that is not to be carried out. */
void
srv_dispatch_refuse (SrvPeer *peer, gint64 id, const GError *error)
{
  SrvSession *session = srv_peer_get_session (peer);

  if (session)
    srv_session_count_received (session);
  answer_by_error (peer, id, error);
}
