/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-room-private.h"
#include "nertc-wire.h"

typedef void (*EventFunc) (NertcRoom *self, JsonObject *params, GPtrArray *changes);

static NertcCloseReason
get_reason (JsonObject *params)
{
  return nertc_close_reason_from_string (json_object_get_string_member (params, "reason"));
}

static void
on_room_updated (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_room_take_extra_info (self, json_object_get_string_member (params, "extraInfo"));
}

static void
on_room_closed (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_room_take_closed (self, get_reason (params),
                          json_object_get_string_member_with_default (params, "message", NULL));
}

static void
on_member (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_directory_put_member (self->directory, params, changes);
}

static void
on_member_left (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_directory_remove_member (self->directory, json_object_get_string_member (params, "uid"),
                                 get_reason (params), changes);
}

static void
on_message_received (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_room_take_message (self, params);
}

static void
on_message_delivered (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_room_take_delivered (self, params);
}

static void
on_stream (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_directory_put_stream (self->directory, json_object_get_string_member (params, "uid"),
                              params, changes);
}

/* One's own is told of when the server has taken it. */
static void
on_stream_removed (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  const char *stream_id = json_object_get_string_member (params, "streamId");

  if (g_strcmp0 (json_object_get_string_member (params, "uid"), nertc_room_get_uid (self)) == 0)
    nertc_room_lose_publication (self, stream_id, get_reason (params));
  else
    nertc_directory_remove_stream (self->directory, stream_id, get_reason (params), changes);
}

static void
on_room_role (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_room_take_new_rights (self, params);
}

static void
on_room_muted (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_room_set_muted_by_admin (self, nertc_media_from_wire (params, "audio", "video"));
}

static void
on_room_member_count (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_room_take_member_count (self, params);
}

static void
on_token_will_expire (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_room_take_token_warning (self, (guint) json_object_get_int_member (params, "expiresIn"));
}

/* A handler may leave the room. */
static void
on_room_quality (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  JsonArray *members = json_object_get_array_member (params, "members");
  guint generation = self->generation;

  for (guint i = 0; i < json_array_get_length (members) && self->generation == generation; i++) {
    JsonObject *member = json_array_get_object_element (members, i);

    nertc_room_emit_network_quality (self, json_object_get_string_member (member, "uid"),
                                     (NertcQuality) json_object_get_int_member (member, "up"),
                                     (NertcQuality) json_object_get_int_member (member, "down"));
  }
}

static void
on_invite_received (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_room_take_invitation (self, params);
}

static void
on_invite_updated (NertcRoom *self, JsonObject *params, GPtrArray *changes)
{
  nertc_room_take_invitation_state (self, params);
}

static const struct {
  const char *method;
  EventFunc func;
  gboolean anywhere; /* also for who only listens for invitations, and is in no room */
} events[] = {
  { "room.quality", on_room_quality },
  { "room.updated", on_room_updated },
  { "room.closed", on_room_closed, TRUE },
  { "member.joined", on_member },
  { "member.updated", on_member },
  { "member.left", on_member_left },
  { "message.received", on_message_received },
  { "message.delivered", on_message_delivered },
  { "stream.added", on_stream },
  { "stream.updated", on_stream },
  { "stream.removed", on_stream_removed },
  { "room.role", on_room_role, TRUE },
  { "room.muted", on_room_muted },
  { "room.memberCount", on_room_member_count },
  { "room.tokenWillExpire", on_token_will_expire, TRUE },
  { "invite.received", on_invite_received, TRUE },
  { "invite.updated", on_invite_updated, TRUE },
};

void
nertc_room_take_event (NertcRoom *self, const NertcMessage *event)
{
  g_autoptr (GPtrArray) changes = NULL;
  guint generation = self->generation;

  if (g_str_has_prefix (event->method->name, "transport.")) {
    if (self->directory)
      nertc_room_take_transport_event (self, event);
    return;
  }
  changes = nertc_changes_new ();
  for (guint i = 0; i < G_N_ELEMENTS (events); i++) {
    if (g_str_equal (events[i].method, event->method->name) &&
        (events[i].anywhere || self->directory))
      events[i].func (self, event->body, changes);
  }
  nertc_room_emit_changes (self, changes);
  if (self->generation == generation && self->directory &&
      g_str_equal (event->method->name, "stream.added"))
    nertc_room_restore_subscription (self, json_object_get_string_member (event->body, "streamId"));
}
