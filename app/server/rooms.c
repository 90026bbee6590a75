/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random-id.h"
#include "room-private.h"

#include <string.h>

/* Rooms */

SrvRooms *
srv_rooms_new (const SrvRoomLimits *limits)
{
  SrvRooms *self = g_new0 (SrvRooms, 1);

  self->limits = *limits;
  self->rooms =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) srv_room_unref);
  self->listeners =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) srv_room_unref);
  self->streams = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

/* Every member must have left: they, their room and their streams hold each other. */
void
srv_rooms_free (SrvRooms *self)
{
  g_assert (self->members == 0 && g_hash_table_size (self->listeners) == 0);

  g_hash_table_unref (self->rooms);
  g_hash_table_unref (self->listeners);
  g_hash_table_unref (self->streams);
  g_free (self);
}

guint
srv_rooms_count (SrvRooms *self)
{
  return g_hash_table_size (self->rooms);
}

guint
srv_rooms_count_members (SrvRooms *self)
{
  return self->members;
}

guint
srv_rooms_count_streams (SrvRooms *self)
{
  return g_hash_table_size (self->streams);
}

/* Returns: (transfer none) (nullable) */
SrvRoom *
srv_rooms_find (SrvRooms *self, const char *app_key, const char *name)
{
  g_autofree char *key = srv_scoped_key (name, app_key);

  return g_hash_table_lookup (self->rooms, key);
}

/* Returns: (transfer none) (nullable): where those who only listen for invitations are */
static SrvRoom *
find_listeners (SrvRooms *self, const char *app_key)
{
  g_autofree char *key = srv_scoped_key ("", app_key);

  return g_hash_table_lookup (self->listeners, key);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  const SrvRoom *first = *(SrvRoom *const *) a;
  const SrvRoom *second = *(SrvRoom *const *) b;

  return strcmp (first->name, second->name);
}

static void
sort_and_trim (GPtrArray *list, guint max)
{
  g_ptr_array_sort (list, compare_names);
  if (list->len > max)
    g_ptr_array_set_size (list, (gint) max);
}

/*
 * srv_rooms_list:
 * @after: (nullable): only rooms whose names come after this one
 * @max: from 1
 *
 * Of all that there are no more than twice @max are ever kept, and sorted.
 *
 * Returns: (transfer full) (element-type SrvRoom): the first @max rooms of @app_key, sorted by name
 */
GPtrArray *
srv_rooms_list (SrvRooms *self, const char *app_key, const char *after, guint max)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) srv_room_unref);
  const char *bound = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    SrvRoom *room = value;

    if (!g_str_equal (room->app_key, app_key) || (after && strcmp (room->name, after) <= 0) ||
        (bound && strcmp (room->name, bound) > 0))
      continue;
    g_ptr_array_add (list, srv_room_ref (room));
    if (list->len < 2 * max)
      continue;
    sort_and_trim (list, max);
    bound = ((SrvRoom *) g_ptr_array_index (list, max - 1))->name;
  }
  sort_and_trim (list, max);
  return list;
}

/* Returns: (transfer container) (element-type SrvRoom): those of srv_rooms_make(), of all app keys
 */
GPtrArray *
srv_rooms_list_made (SrvRooms *self)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    SrvRoom *room = value;

    if (room->made)
      g_ptr_array_add (list, room);
  }
  return list;
}

guint
srv_rooms_get_members_max (SrvRooms *self, const SrvRoom *room)
{
  return room->members_max > 0 ? room->members_max : self->limits.members;
}

/* The room stays, even if it is empty now. */
static SrvChange *
drop_member (SrvRooms *self, SrvMember *member, NertcCloseReason reason, GPtrArray *changes)
{
  SrvChange *change;
  SrvRoom *room = member->room;

  srv_subscriptions_drop (member->subscriptions, reason, changes);
  while (member->streams->len > 0)
    srv_rooms_drop_stream (self, g_ptr_array_index (member->streams, 0), reason, changes);
  change = srv_changes_add (changes, SRV_CHANGE_MEMBER_LEFT, member, NULL);
  change->reason = reason;
  self->members -= !room->listening;
  g_hash_table_remove (room->by_uid, member->uid);
  g_ptr_array_remove (room->members, member);
  return change;
}

static void
drop_room (SrvRooms *self, SrvRoom *room, GPtrArray *changes)
{
  if (!room->listening)
    srv_changes_add_room (changes, SRV_CHANGE_ROOM_ENDED, room);
  g_hash_table_remove (room->listening ? self->listeners : self->rooms, room->key);
}

static SrvRoom *
add_room (SrvRooms *self, const char *app_key, const char *name, gint64 now, GPtrArray *changes,
          GError **error)
{
  SrvRoom *room;

  if (*name && g_hash_table_size (self->rooms) >= self->limits.rooms) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_TOO_MANY_ROOMS,
                 "The server has its %u rooms; join one of them, or raise max-rooms",
                 self->limits.rooms);
    return NULL;
  }
  room = srv_room_new (app_key, name);
  room->created = now;
  g_hash_table_insert (room->listening ? self->listeners : self->rooms, room->key, room);
  if (!room->listening)
    srv_changes_add_room (changes, SRV_CHANGE_ROOM_BEGAN, room);
  return room;
}

/* Its own earlier session may be replaced, anybody else's uid is taken. */
static gboolean
may_enter (SrvRooms *self, SrvRoom *room, SrvMember *present, const SrvJoin *join, GError **error)
{
  guint max = srv_rooms_get_members_max (self, room);

  if (present && !join->trusted && !srv_random_id_equal (join->earlier_secret, present->secret)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_UID_TAKEN,
                 "Another member of the room has the uid ‘%s’; choose another one, or none",
                 join->uid);
    return FALSE;
  }
  if (!present && !room->listening && room->members->len >= max) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_ROOM_FULL,
                 "The room has its %u members; wait until one leaves, or raise %s", max,
                 room->members_max > 0 ? "maxMembers of the room" : "max-members");
    return FALSE;
  }
  return TRUE;
}

static char *
find_uid (SrvRoom *room)
{
  char *uid = srv_random_uid ();

  while (g_hash_table_contains (room->by_uid, uid)) {
    g_free (uid);
    uid = srv_random_uid ();
  }
  return uid;
}

static SrvMuted
find_muted (SrvRoom *room, const char *uid)
{
  return room->muted ? (SrvMuted) GPOINTER_TO_UINT (g_hash_table_lookup (room->muted, uid)) : 0;
}

static SrvMember *
add_member (SrvRooms *self, SrvRoom *room, const SrvJoin *join)
{
  SrvMember *member = g_rc_box_new0 (SrvMember);

  member->room = srv_room_ref (room);
  member->uid = join->uid ? g_strdup (join->uid) : find_uid (room);
  member->user_name = g_strdup (join->user_name);
  member->user_data = g_strdup (join->user_data);
  member->secret = g_strdup (join->secret);
  member->role = join->role;
  member->first_role = join->role;
  member->grants = join->grants;
  member->muted = find_muted (room, member->uid);
  member->streams = g_ptr_array_new_with_free_func ((GDestroyNotify) srv_stream_unref);
  member->subscriptions =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) srv_subscription_unref);
  g_hash_table_insert (room->by_uid, member->uid, member);
  g_ptr_array_add (room->members, member);
  self->members += !room->listening;
  return member;
}

/* @member: (out) (transfer none): who joined; in the room until srv_rooms_leave() */
GPtrArray *
srv_rooms_join (SrvRooms *self, const SrvJoin *join, SrvMember **member, GError **error)
{
  g_autoptr (GPtrArray) changes = srv_changes_new ();
  SrvRoom *room = *join->room ? srv_rooms_find (self, join->app_key, join->room)
                              : find_listeners (self, join->app_key);
  SrvMember *present;

  if (!room)
    room = add_room (self, join->app_key, join->room, join->now, changes, error);
  if (!room)
    return NULL;
  present = join->uid ? g_hash_table_lookup (room->by_uid, join->uid) : NULL;
  if (!may_enter (self, room, present, join, error))
    return NULL;

  if (present)
    drop_member (self, present, NERTC_CLOSE_REASON_REPLACED, changes);
  *member = add_member (self, room, join);
  srv_changes_add (changes, SRV_CHANGE_MEMBER_JOINED, *member, NULL);
  return g_steal_pointer (&changes);
}

static GPtrArray *
leave (SrvRooms *self, SrvMember *member, NertcCloseReason reason, const char *message)
{
  GPtrArray *changes = srv_changes_new ();
  SrvRoom *room = member->room;

  drop_member (self, member, reason, changes)->message = g_strdup (message);
  if (room->members->len == 0 && !room->made)
    drop_room (self, room, changes);
  return changes;
}

GPtrArray *
srv_rooms_leave (SrvRooms *self, SrvMember *member, NertcCloseReason reason)
{
  return leave (self, member, reason, NULL);
}

/* Returns: whether the text changed */
static gboolean
set_text (char **text, const char *value)
{
  if (!value || g_str_equal (*text, value))
    return FALSE;
  g_free (*text);
  *text = g_strdup (value);
  return TRUE;
}

GPtrArray *
srv_rooms_update (SrvRooms *self, SrvMember *member, const char *extra_info)
{
  GPtrArray *changes = srv_changes_new ();

  if (set_text (&member->room->extra_info, extra_info))
    srv_changes_add (changes, SRV_CHANGE_ROOM_UPDATED, member, NULL);
  return changes;
}

/* @user_name: (nullable): %NULL leaves it; as for @user_data */
GPtrArray *
srv_rooms_update_member (SrvRooms *self, SrvMember *member, const char *user_name,
                         const char *user_data)
{
  GPtrArray *changes = srv_changes_new ();
  gboolean changed = set_text (&member->user_name, user_name);

  if (set_text (&member->user_data, user_data) || changed)
    srv_changes_add (changes, SRV_CHANGE_MEMBER_UPDATED, member, NULL);
  return changes;
}

/* What a member may not do any more ends. */
static void
drop_what_is_forbidden (SrvRooms *self, SrvMember *member, GPtrArray *changes)
{
  while (!srv_member_may (member, NERTC_GRANTS_PUBLISH) && member->streams->len > 0)
    srv_rooms_drop_stream_forced (self, g_ptr_array_index (member->streams, 0),
                                  NERTC_CLOSE_REASON_UNPUBLISHED, changes);
  if (!srv_member_may (member, NERTC_GRANTS_SUBSCRIBE))
    srv_subscriptions_drop (member->subscriptions, NERTC_CLOSE_REASON_UNSUBSCRIBED, changes);
}

GPtrArray *
srv_rooms_set_rights (SrvRooms *self, SrvMember *member, NertcMemberRole role, NertcGrants grants)
{
  GPtrArray *changes = srv_changes_new ();
  gboolean other_role = role != member->role;

  if (!other_role && grants == member->grants)
    return changes;
  member->role = role;
  member->grants = grants;
  srv_changes_add (changes, SRV_CHANGE_MEMBER_RIGHTS, member, NULL);
  if (other_role)
    srv_changes_add (changes, SRV_CHANGE_MEMBER_UPDATED, member, NULL);
  drop_what_is_forbidden (self, member, changes);
  return changes;
}

/* A new token takes back what was said in the room only if it says something new. */
GPtrArray *
srv_rooms_renew_rights (SrvRooms *self, SrvMember *member, NertcMemberRole role, NertcGrants grants)
{
  gboolean new_role = role != member->first_role;

  member->first_role = role;
  return srv_rooms_set_rights (self, member, new_role ? role : member->role, grants);
}

static SrvMember *
find_member (SrvRoom *room, const char *uid, GError **error)
{
  SrvMember *member = g_hash_table_lookup (room->by_uid, uid);

  if (!member)
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_MEMBER_NOT_FOUND,
                 "The room has no member ‘%s’; name one who is there", uid);
  return member;
}

/* @uid: of any member in the room of @admin, whose grants the caller has seen to */
GPtrArray *
srv_rooms_set_role (SrvRooms *self, SrvMember *admin, const char *uid, NertcMemberRole role,
                    GError **error)
{
  SrvMember *member = find_member (admin->room, uid, error);

  return member ? srv_rooms_set_rights (self, member, role, member->grants) : NULL;
}

/* What administrators do */

/*
 * srv_rooms_make:
 * @room: (out) (transfer none): the room, which is there until srv_rooms_close()
 *
 * A room in which members are already is taken as it is, with what @plan says.
 */
GPtrArray *
srv_rooms_make (SrvRooms *self, const SrvRoomPlan *plan, SrvRoom **room, GError **error)
{
  g_autoptr (GPtrArray) changes = srv_changes_new ();
  SrvRoom *made = srv_rooms_find (self, plan->app_key, plan->room);

  if (!made)
    made = add_room (self, plan->app_key, plan->room, plan->now, changes, error);
  if (!made)
    return NULL;
  made->made = TRUE;
  made->members_max = plan->members_max;
  if (set_text (&made->extra_info, plan->extra_info))
    srv_changes_add_room (changes, SRV_CHANGE_ROOM_UPDATED, made);
  *room = made;
  return g_steal_pointer (&changes);
}

/* @message: (nullable): for the members */
GPtrArray *
srv_rooms_close (SrvRooms *self, SrvRoom *room, const char *message)
{
  GPtrArray *changes = srv_changes_new ();

  while (room->members->len > 0)
    drop_member (self, g_ptr_array_index (room->members, 0), NERTC_CLOSE_REASON_CLOSED, changes)
        ->message = g_strdup (message);
  drop_room (self, room, changes);
  return changes;
}

/* @message: (nullable): for the member */
GPtrArray *
srv_rooms_put_out (SrvRooms *self, SrvRoom *room, const char *uid, NertcCloseReason reason,
                   const char *message, GError **error)
{
  SrvMember *member = find_member (room, uid, error);

  return member ? leave (self, member, reason, message) : NULL;
}

static SrvMuted
with_flag (SrvMuted muted, SrvMuted flag, const gboolean *value)
{
  if (!value)
    return muted;
  return *value ? muted | flag : muted & ~flag;
}

static gboolean
is_absent (gpointer uid, gpointer muted, gpointer room)
{
  return !g_hash_table_contains (((SrvRoom *) room)->by_uid, uid);
}

/* The uid stays muted when it comes again. A room may last for years, and a uid be one of many. */
static void
remember_muted (SrvRoom *room, const char *uid, SrvMuted muted)
{
  if (!room->muted)
    room->muted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (muted && g_hash_table_size (room->muted) >= SRV_MUTED_MAX)
    g_hash_table_foreach_remove (room->muted, is_absent, room);
  if (muted)
    g_hash_table_replace (room->muted, g_strdup (uid), GUINT_TO_POINTER (muted));
  else
    g_hash_table_remove (room->muted, uid);
}

/* @audio, @video: (nullable): whether it is muted from now on; %NULL leaves it */
GPtrArray *
srv_rooms_mute (SrvRooms *self, SrvRoom *room, const char *uid, const gboolean *audio,
                const gboolean *video, GError **error)
{
  SrvMember *member = find_member (room, uid, error);
  GPtrArray *changes;
  SrvMuted muted;

  if (!member)
    return NULL;
  changes = srv_changes_new ();
  muted = with_flag (member->muted, SRV_MUTED_AUDIO, audio);
  muted = with_flag (muted, SRV_MUTED_VIDEO, video);
  if (muted == member->muted)
    return changes;
  remember_muted (room, uid, muted);
  srv_changes_add (changes, SRV_CHANGE_MEMBER_MUTED, member, NULL);
  srv_changes_add (changes, SRV_CHANGE_MEMBER_UPDATED, member, NULL);
  srv_streams_mute (member, muted, changes);
  return changes;
}
