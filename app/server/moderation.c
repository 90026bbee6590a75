/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "moderation.h"

#include "nertc-field-table.h"
#include "nertc-json.h"
#include "source.h"
#include "state.h"

/* All is written together, so that the more there is, the longer it takes and the more changes are
 * to be gathered in between: it may take one part in SHARE of the time. */
#define SHARE 20
#define PAUSE_MIN_MS 20
#define PAUSE_MAX_MS 5000

struct _SrvModeration {
  SrvRooms *rooms;
  SrvBans *bans;
  SrvState *state; /* (nullable): nothing is kept */
  GSource *timer;  /* (nullable): all that changed is kept already */
  guint pause_ms;  /* before what changed next is kept */
};

static gint64
get_now (void)
{
  return g_get_real_time () / G_TIME_SPAN_SECOND;
}

SrvModeration *
srv_moderation_new (SrvRooms *rooms)
{
  SrvModeration *self = g_new0 (SrvModeration, 1);

  self->rooms = rooms;
  self->bans = srv_bans_new ();
  return self;
}

/* What is kept */

#define APP_KEY STRING ("appKey", TRUE, 64)

static const NertcField room_fields[] = {
  APP_KEY,
  ROOM_NAME (TRUE),
  STRING ("extraInfo", TRUE, TEXT_MAX),
  INTEGER ("maxMembers", TRUE, 0, 100000),
  INTEGER ("created", TRUE, 0, NERTC_INTEGER_MAX),
  END,
};

static const NertcField ban_fields[] = {
  APP_KEY,
  ROOM_NAME (TRUE),
  UID (TRUE),
  INTEGER ("until", TRUE, 0, NERTC_INTEGER_MAX),
  STRING ("message", FALSE, TEXT_MAX),
  END,
};

static const NertcField state_fields[] = {
  INTEGER ("version", TRUE, 1, 1),
  ARRAY ("rooms", TRUE, 1000000, room_fields),
  ARRAY ("bans", TRUE, SRV_BANS_MAX, ban_fields),
  END,
};

static JsonObject *
room_to_json (const SrvRoom *room)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "appKey", room->app_key);
  json_object_set_string_member (object, "channel", room->name);
  json_object_set_string_member (object, "extraInfo", room->extra_info);
  json_object_set_int_member (object, "maxMembers", room->members_max);
  json_object_set_int_member (object, "created", room->created);
  return object;
}

static JsonArray *
rooms_to_json (SrvModeration *self)
{
  g_autoptr (GPtrArray) rooms = srv_rooms_list_made (self->rooms);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < rooms->len; i++)
    json_array_add_object_element (array, room_to_json (g_ptr_array_index (rooms, i)));
  return array;
}

static void
write_state (SrvModeration *self)
{
  g_autoptr (JsonObject) state = json_object_new ();

  srv_source_clear (&self->timer);
  json_object_set_int_member (state, "version", 1);
  json_object_set_array_member (state, "rooms", rooms_to_json (self));
  json_object_set_array_member (state, "bans", srv_bans_to_json (self->bans, get_now ()));
  srv_state_write (self->state, state);
}

static gboolean
on_timer (gpointer user_data)
{
  SrvModeration *self = user_data;
  gint64 start = g_get_monotonic_time ();

  write_state (self);
  self->pause_ms =
      (guint) CLAMP (SHARE * (g_get_monotonic_time () - start) / G_TIME_SPAN_MILLISECOND,
                     PAUSE_MIN_MS, PAUSE_MAX_MS);
  return G_SOURCE_REMOVE;
}

static void
keep (SrvModeration *self)
{
  if (self->state && !self->timer)
    srv_source_start_timer (&self->timer, self->pause_ms, on_timer, self);
}

void
srv_moderation_free (SrvModeration *self)
{
  if (self->timer)
    write_state (self);
  g_clear_pointer (&self->state, srv_state_free);
  srv_bans_free (self->bans);
  g_free (self);
}

static gboolean
take_room (SrvModeration *self, JsonObject *object, GError **error)
{
  SrvRoomPlan plan = {
    .app_key = json_object_get_string_member (object, "appKey"),
    .room = json_object_get_string_member (object, "channel"),
    .extra_info = json_object_get_string_member (object, "extraInfo"),
    .members_max = (guint) json_object_get_int_member (object, "maxMembers"),
    .now = json_object_get_int_member (object, "created"),
  };
  SrvRoom *room;
  /* Nobody is there who could be told. */
  g_autoptr (GPtrArray) changes = srv_rooms_make (self->rooms, &plan, &room, error);

  return changes != NULL;
}

static gboolean
take_state (SrvModeration *self, JsonObject *state, GError **error)
{
  JsonArray *rooms;

  if (!nertc_fields_check (state_fields, state, error))
    return FALSE;
  rooms = json_object_get_array_member (state, "rooms");
  for (guint i = 0; i < json_array_get_length (rooms); i++) {
    if (!take_room (self, json_array_get_object_element (rooms, i), error))
      return FALSE;
  }
  return srv_bans_take_json (self->bans, json_object_get_array_member (state, "bans"), get_now (),
                             error);
}

/*
 * srv_moderation_keep:
 * @dir: a folder
 *
 * Takes the made rooms and the bans that are kept in @dir, and keeps them there from now on. A file
 * that is damaged is an error, and stays as it is.
 */
gboolean
srv_moderation_keep (SrvModeration *self, const char *dir, GError **error)
{
  SrvState *state = srv_state_new (dir, error);
  g_autoptr (JsonObject) kept = NULL;

  if (!state)
    return FALSE;
  if (!srv_state_read (state, &kept, error)) {
    srv_state_free (state);
    return FALSE;
  }
  if (kept && !take_state (self, kept, error)) {
    g_prefix_error (error, "%s: ", srv_state_get_path (state));
    srv_state_free (state);
    return FALSE;
  }
  self->state = state;
  return TRUE;
}

/* Who may not come */

/* @uid: (nullable): one that the server is to make is not banned */
gboolean
srv_moderation_lets_in (SrvModeration *self, const char *app_key, const char *room, const char *uid,
                        GError **error)
{
  gint64 now = get_now ();
  const SrvBan *ban = uid ? srv_bans_find (self->bans, app_key, room, uid, now) : NULL;

  if (!ban)
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_BANNED,
               "‘%s’ is banned from room ‘%s’ for another %" G_GINT64_FORMAT " seconds%s%s", uid,
               room, ban->until - now, ban->message ? ": " : "", ban->message ? ban->message : "");
  return FALSE;
}

/* What administrators do */

/* @room: (out) (transfer none) */
GPtrArray *
srv_moderation_make_room (SrvModeration *self, const SrvRoomPlan *plan, SrvRoom **room,
                          GError **error)
{
  GPtrArray *changes = srv_rooms_make (self->rooms, plan, room, error);

  if (changes)
    keep (self);
  return changes;
}

/* What the members share in a made room is kept with it. */
GPtrArray *
srv_moderation_update_room (SrvModeration *self, SrvMember *member, const char *extra_info)
{
  GPtrArray *changes = srv_rooms_update (self->rooms, member, extra_info);

  if (changes->len > 0 && member->room->made)
    keep (self);
  return changes;
}

/* @message: (nullable): for the members */
GPtrArray *
srv_moderation_close_room (SrvModeration *self, SrvRoom *room, const char *message)
{
  gboolean was_made = room->made;
  GPtrArray *changes = srv_rooms_close (self->rooms, room, message);

  if (was_made)
    keep (self);
  return changes;
}

/* @message: (nullable): for the member */
GPtrArray *
srv_moderation_kick (SrvModeration *self, SrvRoom *room, const char *uid, const char *message,
                     GError **error)
{
  return srv_rooms_put_out (self->rooms, room, uid, NERTC_CLOSE_REASON_KICKED, message, error);
}

/* @audio, @video: (nullable): whether it is muted from now on; %NULL leaves it */
GPtrArray *
srv_moderation_mute (SrvModeration *self, SrvRoom *room, const char *uid, const gboolean *audio,
                     const gboolean *video, GError **error)
{
  return srv_rooms_mute (self->rooms, room, uid, audio, video, error);
}

/*
 * srv_moderation_ban:
 * @room: the name of a room, which need not be there
 * @uid: who need not be there either
 * @seconds: from now on
 * @message: (nullable): for the member
 */
GPtrArray *
srv_moderation_ban (SrvModeration *self, const char *app_key, const char *room, const char *uid,
                    guint seconds, const char *message, GError **error)
{
  gint64 now = get_now ();
  SrvRoom *present = srv_rooms_find (self->rooms, app_key, room);
  SrvBan ban = {
    .app_key = (char *) app_key,
    .room = (char *) room,
    .uid = (char *) uid,
    .until = now + seconds,
    .message = (char *) message,
  };

  if (!srv_bans_add (self->bans, &ban, now, error))
    return NULL;
  keep (self);
  if (!present || !g_hash_table_contains (present->by_uid, uid))
    return g_ptr_array_new ();
  return srv_rooms_put_out (self->rooms, present, uid, NERTC_CLOSE_REASON_BANNED, message, error);
}

GPtrArray *
srv_moderation_unban (SrvModeration *self, const char *app_key, const char *room, const char *uid,
                      GError **error)
{
  if (!srv_bans_remove (self->bans, app_key, room, uid, get_now (), error))
    return NULL;
  keep (self);
  return g_ptr_array_new ();
}

/* Returns: (transfer container) (element-type SrvBan): as srv_bans_list() */
GPtrArray *
srv_moderation_list_bans (SrvModeration *self, const char *app_key, const char *room)
{
  return srv_bans_list (self->bans, app_key, room, get_now ());
}
