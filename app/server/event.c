/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "event.h"

static void
set_reason (JsonObject *object, NertcCloseReason reason)
{
  json_object_set_string_member (object, "reason", nertc_close_reason_to_string (reason));
}

JsonObject *
srv_event_room (SrvRoom *room)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "extraInfo", room->extra_info);
  return object;
}

/* As the answer to a join has it. */
JsonObject *
srv_event_room_snapshot (SrvRoom *room)
{
  JsonObject *object = srv_event_room (room);

  json_object_set_int_member (object, "memberCount", room->members->len);
  return object;
}

/* Absent is false: most are never muted. */
void
srv_event_set_muted (JsonObject *object, SrvMember *member)
{
  if (member->muted & SRV_MUTED_AUDIO)
    json_object_set_boolean_member (object, "audioMuted", TRUE);
  if (member->muted & SRV_MUTED_VIDEO)
    json_object_set_boolean_member (object, "videoMuted", TRUE);
}

JsonObject *
srv_event_member (SrvMember *member)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "uid", member->uid);
  json_object_set_string_member (object, "userName", member->user_name);
  json_object_set_string_member (object, "userData", member->user_data);
  json_object_set_string_member (object, "role", nertc_member_role_to_string (member->role));
  srv_event_set_muted (object, member);
  return object;
}

JsonArray *
srv_event_grants (NertcGrants grants)
{
  g_auto (GStrv) nicks = nertc_grants_to_strv (grants);
  JsonArray *array = json_array_new ();

  for (guint i = 0; nicks[i]; i++)
    json_array_add_string_element (array, nicks[i]);
  return array;
}

/* As the member itself is told of them. */
JsonObject *
srv_event_rights (SrvMember *member)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "role", nertc_member_role_to_string (member->role));
  json_object_set_array_member (object, "grants", srv_event_grants (member->grants));
  return object;
}

JsonObject *
srv_event_muted (SrvMember *member)
{
  JsonObject *object = json_object_new ();

  json_object_set_boolean_member (object, "audio", (member->muted & SRV_MUTED_AUDIO) != 0);
  json_object_set_boolean_member (object, "video", (member->muted & SRV_MUTED_VIDEO) != 0);
  return object;
}

JsonObject *
srv_event_member_left (SrvMember *member, NertcCloseReason reason)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "uid", member->uid);
  set_reason (object, reason);
  return object;
}

static JsonObject *
stream_to_json (SrvStream *stream)
{
  SrvMuted muted = srv_stream_get_muted (stream);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "streamId", stream->id);
  json_object_set_string_member (object, "source", stream->source);
  json_object_set_boolean_member (object, "audio", stream->audio);
  json_object_set_boolean_member (object, "video", stream->video);
  json_object_set_boolean_member (object, "audioMuted", (muted & SRV_MUTED_AUDIO) != 0);
  json_object_set_boolean_member (object, "videoMuted", (muted & SRV_MUTED_VIDEO) != 0);
  return object;
}

JsonObject *
srv_event_stream (SrvStream *stream)
{
  JsonObject *object = stream_to_json (stream);

  json_object_set_string_member (object, "uid", stream->publisher->uid);
  return object;
}

JsonObject *
srv_event_stream_removed (SrvStream *stream, NertcCloseReason reason)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "uid", stream->publisher->uid);
  json_object_set_string_member (object, "streamId", stream->id);
  set_reason (object, reason);
  return object;
}

JsonObject *
srv_event_member_with_streams (SrvMember *member)
{
  JsonObject *object = srv_event_member (member);
  JsonArray *streams = json_array_new ();

  for (guint i = 0; i < member->streams->len; i++)
    json_array_add_object_element (streams,
                                   stream_to_json (g_ptr_array_index (member->streams, i)));
  json_object_set_array_member (object, "streams", streams);
  return object;
}

JsonObject *
srv_event_message_received (const SrvMessageEvent *message)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "messageId", message->message_id);
  json_object_set_string_member (object, "uid", message->uid);
  json_object_set_string_member (object, "kind", message->kind);
  json_object_set_string_member (object, "text", message->text);
  json_object_set_int_member (object, "time", message->time_ms);
  return object;
}

/* @uid: of the addressee */
JsonObject *
srv_event_message_delivered (const char *message_id, const char *uid, gboolean delivered)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "messageId", message_id);
  json_object_set_string_member (object, "uid", uid);
  json_object_set_boolean_member (object, "delivered", delivered);
  return object;
}

/* Returns: (transfer none): the member as the snapshot of a room has it. It is made once for all
 * who come, until something about it changes: to a room of hundreds, each one would cost all
 * others. */
const char *
srv_event_member_as_text (SrvMember *member)
{
  if (!member->text) {
    g_autoptr (JsonObject) object = srv_event_member_with_streams (member);
    g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

    member->text = json_to_string (node, FALSE);
  }
  return member->text;
}

/* Whatever changes about a member, or a stream of its, goes by here; what only one is told of
 * changes nothing. */
void
srv_event_forget_text (const SrvChange *change)
{
  if (change->only_to)
    return;
  if (change->member)
    g_clear_pointer (&change->member->text, g_free);
  if (change->stream)
    g_clear_pointer (&change->stream->publisher->text, g_free);
}

static JsonObject *
transport_to_json (const char *transport_id)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "transportId", transport_id);
  return object;
}

JsonObject *
srv_event_transport_open (const SrvTransportOffer *offer, JsonArray *ice_servers)
{
  JsonObject *object = transport_to_json (offer->transport_id);

  json_object_set_string_member (object, "role",
                                 offer->role == SRV_ROLE_SENDER ? "sender" : "receiver");
  json_object_set_string_member (object, "uid", offer->stream->publisher->uid);
  json_object_set_string_member (object, "streamId", offer->stream->id);
  json_object_set_boolean_member (object, "audio", offer->audio);
  json_object_set_boolean_member (object, "video", offer->video);
  json_object_set_array_member (object, "iceServers", json_array_ref (ice_servers));
  return object;
}

JsonObject *
srv_event_transport_description (const char *transport_id, const char *type, const char *sdp)
{
  JsonObject *object = transport_to_json (transport_id);

  json_object_set_string_member (object, "type", type);
  json_object_set_string_member (object, "sdp", sdp);
  return object;
}

JsonObject *
srv_event_transport_candidate (const char *transport_id, guint m_line_index, const char *candidate)
{
  JsonObject *object = transport_to_json (transport_id);

  json_object_set_int_member (object, "sdpMLineIndex", m_line_index);
  json_object_set_string_member (object, "candidate", candidate);
  return object;
}

JsonObject *
srv_event_transport_update (const char *transport_id, gboolean audio, gboolean video)
{
  JsonObject *object = transport_to_json (transport_id);

  json_object_set_boolean_member (object, "audio", audio);
  json_object_set_boolean_member (object, "video", video);
  return object;
}

JsonObject *
srv_event_transport_close (const char *transport_id, NertcCloseReason reason)
{
  JsonObject *object = transport_to_json (transport_id);

  set_reason (object, reason);
  return object;
}
