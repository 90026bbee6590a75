/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Membership by itself: what each mutator changes, and what it refuses. */

#include "room.h"

#include <string.h>

typedef struct {
  SrvRooms *rooms;
  GPtrArray *members; /* those to take out at the end */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  SrvRoomLimits limits = { .rooms = 2, .members = 3, .streams = 2, .subscriptions = 2 };

  self->rooms = srv_rooms_new (&limits);
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) srv_member_unref);
}

static gboolean
is_present (SrvMember *member)
{
  return g_hash_table_lookup (member->room->by_uid, member->uid) == member;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < self->members->len; i++) {
    SrvMember *member = g_ptr_array_index (self->members, i);

    if (is_present (member))
      g_ptr_array_unref (srv_rooms_leave (self->rooms, member, NERTC_CLOSE_REASON_LEFT));
  }
  g_ptr_array_unref (self->members);
  g_assert_cmpuint (srv_rooms_count (self->rooms), ==, 0);
  srv_rooms_free (self->rooms);
}

/* "began room, joined a", "left a replaced", "added s", "subscribed s to b" … */
static char *
to_text (const SrvChange *change)
{
  static const char *const words[] = {
    [SRV_CHANGE_ROOM_BEGAN] = "began",
    [SRV_CHANGE_ROOM_UPDATED] = "room",
    [SRV_CHANGE_ROOM_ENDED] = "ended",
    [SRV_CHANGE_MEMBER_JOINED] = "joined",
    [SRV_CHANGE_MEMBER_UPDATED] = "updated",
    [SRV_CHANGE_MEMBER_RIGHTS] = "rights of",
    [SRV_CHANGE_MEMBER_MUTED] = "muted",
    [SRV_CHANGE_MEMBER_LEFT] = "left",
    [SRV_CHANGE_STREAM_ADDED] = "added",
    [SRV_CHANGE_STREAM_UPDATED] = "changed stream of",
    [SRV_CHANGE_STREAM_REMOVED] = "removed",
    [SRV_CHANGE_SUBSCRIPTION_ADDED] = "subscribed",
    [SRV_CHANGE_SUBSCRIPTION_CHANGED] = "changed",
    [SRV_CHANGE_SUBSCRIPTION_RENEWED] = "renewed",
    [SRV_CHANGE_SUBSCRIPTION_REMOVED] = "unsubscribed",
  };
  GString *text = g_string_new (words[change->kind]);

  g_string_append_printf (text, " %s", change->member ? change->member->uid : change->room->name);
  if (change->stream)
    g_string_append_printf (text, " %s", change->stream->id);
  if (change->reason != NERTC_CLOSE_REASON_NONE)
    g_string_append_printf (text, " %s", nertc_close_reason_to_string (change->reason));
  if (change->message)
    g_string_append_printf (text, " “%s”", change->message);
  return g_string_free (text, FALSE);
}

/* @changes: (transfer full) */
static void
assert_changes (GPtrArray *changes, GError **error, const char *expected)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) lines = NULL;
  g_autofree char *text = NULL;

  if (error)
    g_assert_no_error (*error);
  for (guint i = 0; i < changes->len; i++) {
    g_autofree char *line = to_text (g_ptr_array_index (changes, i));

    g_strv_builder_add (builder, line);
  }
  g_ptr_array_unref (changes);
  lines = g_strv_builder_end (builder);
  text = g_strjoinv (", ", lines);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_refused (GPtrArray *changes, GError **error, NertcError code)
{
  g_assert_null (changes);
  g_assert_error (*error, NERTC_ERROR, (int) code);
  g_clear_error (error);
}

static GPtrArray *
try_join (Fixture *self, const char *app_key, const char *room, const char *uid,
          const char *earlier_secret, SrvMember **member, GError **error)
{
  g_autofree char *secret = g_strdup_printf ("secret of %s", uid);
  SrvJoin join = {
    .app_key = app_key,
    .room = room,
    .uid = uid,
    .user_name = "",
    .user_data = "",
    .secret = secret,
    .earlier_secret = earlier_secret,
    .grants = NERTC_GRANTS_DEFAULT,
  };
  GPtrArray *changes = srv_rooms_join (self->rooms, &join, member, error);

  if (changes)
    g_ptr_array_add (self->members, srv_member_ref (*member));
  return changes;
}

static SrvMember *
join (Fixture *self, const char *room, const char *uid)
{
  SrvMember *member;
  g_autoptr (GPtrArray) changes = try_join (self, "", room, uid, NULL, &member, NULL);

  g_assert_nonnull (changes);
  return member;
}

static GPtrArray *
try_publish (Fixture *self, SrvMember *member, const char *id, GError **error)
{
  SrvPublish publish = { .id = id, .source = "camera", .audio = TRUE, .video = TRUE };
  SrvStream *stream;

  return srv_rooms_publish (self->rooms, member, &publish, &stream, error);
}

static void
publish (Fixture *self, SrvMember *member, const char *id)
{
  g_autoptr (GPtrArray) changes = try_publish (self, member, id, NULL);

  g_assert_nonnull (changes);
}

static void
subscribe (Fixture *self, SrvMember *member, const char *id)
{
  g_autoptr (GPtrArray) changes = srv_rooms_subscribe (self->rooms, member, id, TRUE, TRUE, NULL);

  g_assert_nonnull (changes);
}

static void
test_join_and_leave (Fixture *self, gconstpointer data)
{
  SrvMember *a, *b;
  GError *error = NULL;

  assert_changes (try_join (self, "", "room", "a", NULL, &a, &error), &error,
                  "began room, joined a");
  assert_changes (try_join (self, "", "room", "b", NULL, &b, &error), &error, "joined b");
  g_assert_true (a->room == b->room);
  g_assert_cmpuint (a->room->members->len, ==, 2);
  assert_changes (srv_rooms_leave (self->rooms, a, NERTC_CLOSE_REASON_TIMEOUT), NULL,
                  "left a timeout");
  g_assert_cmpuint (b->room->members->len, ==, 1);
  g_assert_cmpuint (srv_rooms_count (self->rooms), ==, 1);
  assert_changes (srv_rooms_leave (self->rooms, b, NERTC_CLOSE_REASON_LEFT), NULL,
                  "left b left, ended room");
  g_assert_cmpuint (srv_rooms_count (self->rooms), ==, 0);
}

static void
test_uid_is_assigned (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", NULL);
  SrvMember *b = join (self, "room", NULL);

  g_assert_cmpuint (strlen (a->uid), >=, 1);
  g_assert_cmpstr (a->uid, !=, b->uid);
}

static void
test_uid_taken (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *again;
  GError *error = NULL;

  assert_refused (try_join (self, "", "room", "a", NULL, &again, &error), &error,
                  NERTC_ERROR_UID_TAKEN);
  assert_refused (try_join (self, "", "room", "a", "guessed", &again, &error), &error,
                  NERTC_ERROR_UID_TAKEN);
  g_assert_true (is_present (a));
}

static void
test_replaced_by_its_secret (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *b = join (self, "room", "b");
  SrvMember *again;
  GError *error = NULL;

  publish (self, a, "s");
  subscribe (self, b, "s");
  assert_changes (try_join (self, "", "room", "a", "secret of a", &again, &error), &error,
                  "unsubscribed b s replaced, removed a s replaced, left a replaced, joined a");
  g_assert_false (is_present (a));
  g_assert_true (is_present (again));
  g_assert_cmpuint (g_hash_table_size (b->subscriptions), ==, 0);
  /* The stream id is free for the new session. */
  publish (self, again, "s");
}

/* A full room lets in who takes its own place; a lonely one keeps what was said of it. */
static void
test_replacing_needs_no_space (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *again;
  GError *error = NULL;

  g_ptr_array_unref (srv_rooms_update (self->rooms, a, "agenda"));
  assert_changes (try_join (self, "", "room", "a", "secret of a", &again, &error), &error,
                  "left a replaced, joined a");
  g_assert_cmpstr (again->room->extra_info, ==, "agenda");
  join (self, "room", "b");
  join (self, "room", "c");
  assert_changes (try_join (self, "", "room", "a", "secret of a", &again, &error), &error,
                  "left a replaced, joined a");
}

static void
test_room_limits (Fixture *self, gconstpointer data)
{
  SrvMember *member;
  GError *error = NULL;

  join (self, "room", "a");
  join (self, "room", "b");
  join (self, "room", "c");
  assert_refused (try_join (self, "", "room", "d", NULL, &member, &error), &error,
                  NERTC_ERROR_ROOM_FULL);
  join (self, "other", "a");
  assert_refused (try_join (self, "", "third", "a", NULL, &member, &error), &error,
                  NERTC_ERROR_TOO_MANY_ROOMS);
  g_assert_cmpuint (srv_rooms_count (self->rooms), ==, 2);
}

static void
test_app_keys_are_worlds (Fixture *self, gconstpointer data)
{
  SrvMember *ours = join (self, "room", "a");
  SrvMember *theirs;
  GError *error = NULL;

  assert_changes (try_join (self, "key", "room", "a", NULL, &theirs, &error), &error,
                  "began room, joined a");
  g_assert_true (ours->room != theirs->room);
  publish (self, ours, "s");
  assert_changes (try_publish (self, theirs, "s", &error), &error, "added a s");
  g_assert_cmpuint (g_hash_table_size (((SrvStream *) ours->streams->pdata[0])->subscriptions), ==,
                    0);
}

/* An app key may hold any character: it must not be able to reach into another one's world. */
static void
test_app_key_with_line_breaks (Fixture *self, gconstpointer data)
{
  SrvMember *one, *other;
  GError *error = NULL;

  assert_changes (try_join (self, "x\ny", "room", "a", NULL, &one, &error), &error,
                  "began room, joined a");
  assert_changes (try_join (self, "y", "room", "a", NULL, &other, &error), &error,
                  "began room, joined a");
  g_assert_true (one->room != other->room);
}

static void
test_updates (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");

  assert_changes (srv_rooms_update (self->rooms, a, "x"), NULL, "room a");
  assert_changes (srv_rooms_update (self->rooms, a, "x"), NULL, "");
  assert_changes (srv_rooms_update_member (self->rooms, a, "Ann", NULL), NULL, "updated a");
  assert_changes (srv_rooms_update_member (self->rooms, a, "Ann", NULL), NULL, "");
  assert_changes (srv_rooms_update_member (self->rooms, a, NULL, "data"), NULL, "updated a");
  assert_changes (srv_rooms_update_member (self->rooms, a, "Eve", "more"), NULL, "updated a");
  assert_changes (srv_rooms_update_member (self->rooms, a, NULL, NULL), NULL, "");
  g_assert_cmpstr (a->user_name, ==, "Eve");
  g_assert_cmpstr (a->user_data, ==, "more");
}

static void
test_publish (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *b = join (self, "other", "b");
  SrvPublish empty = { .source = "camera" };
  SrvStream *stream;
  GError *error = NULL;

  assert_changes (try_publish (self, a, "s", &error), &error, "added a s");
  assert_refused (try_publish (self, a, "s", &error), &error, NERTC_ERROR_STREAM_ID_TAKEN);
  /* Also from another room. */
  assert_refused (try_publish (self, b, "s", &error), &error, NERTC_ERROR_STREAM_ID_TAKEN);
  assert_refused (srv_rooms_publish (self->rooms, a, &empty, &stream, &error), &error,
                  NERTC_ERROR_INVALID_PARAMS);
  publish (self, a, NULL);
  assert_refused (try_publish (self, a, "third", &error), &error, NERTC_ERROR_TOO_MANY_STREAMS);
  assert_changes (srv_rooms_unpublish (self->rooms, a, "s", &error), &error,
                  "removed a s unpublished");
  assert_changes (try_publish (self, b, "s", &error), &error, "added b s");
}

static GPtrArray *
mute (Fixture *self, SrvMember *member, const gboolean *audio, const gboolean *video,
      GError **error)
{
  SrvStreamUpdate update = { .audio_muted = audio, .video_muted = video };

  return srv_rooms_update_stream (self->rooms, member, "s", &update, error);
}

static void
test_mute (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *b = join (self, "room", "b");
  const gboolean yes = TRUE, no = FALSE;
  SrvStream *stream;
  GError *error = NULL;

  publish (self, a, "s");
  stream = a->streams->pdata[0];
  assert_changes (mute (self, a, &yes, NULL, &error), &error, "changed stream of a s");
  g_assert_true (stream->audio_muted);
  g_assert_false (stream->video_muted);
  assert_changes (mute (self, a, &yes, &no, &error), &error, "");
  assert_changes (mute (self, a, &no, &yes, &error), &error, "changed stream of a s");
  g_assert_false (stream->audio_muted);
  g_assert_true (stream->video_muted);
  assert_refused (mute (self, b, &yes, NULL, &error), &error, NERTC_ERROR_STREAM_NOT_FOUND);
}

static GPtrArray *
change_tracks (Fixture *self, SrvMember *member, const gboolean *audio, const gboolean *video,
               gboolean renew, GError **error)
{
  SrvStreamUpdate update = { .audio = audio, .video = video, .renew = renew };

  return srv_rooms_update_stream (self->rooms, member, "s", &update, error);
}

/* Who has subscribed needs another description for other tracks, or when the publisher says so. */
static void
test_tracks (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *b = join (self, "room", "b");
  const gboolean yes = TRUE, no = FALSE;
  SrvStream *stream;
  GError *error = NULL;

  publish (self, a, "s");
  stream = a->streams->pdata[0];
  assert_changes (change_tracks (self, a, NULL, &no, FALSE, &error), &error,
                  "changed stream of a s");
  g_ptr_array_unref (srv_rooms_subscribe (self->rooms, b, "s", TRUE, TRUE, NULL));
  assert_changes (change_tracks (self, a, &yes, &yes, FALSE, &error), &error,
                  "changed stream of a s, renewed b s");
  g_assert_true (stream->audio && stream->video);
  assert_changes (change_tracks (self, a, &yes, &yes, FALSE, &error), &error, "");
  assert_changes (change_tracks (self, a, NULL, NULL, TRUE, &error), &error,
                  "changed stream of a s, renewed b s");
  assert_changes (change_tracks (self, a, &no, NULL, FALSE, &error), &error,
                  "changed stream of a s, renewed b s");
  assert_refused (change_tracks (self, a, NULL, &no, FALSE, &error), &error,
                  NERTC_ERROR_INVALID_PARAMS);
  g_assert_true (!stream->audio && stream->video);
  assert_refused (change_tracks (self, b, &yes, NULL, FALSE, &error), &error,
                  NERTC_ERROR_STREAM_NOT_FOUND);
}

/* What is wanted of a stream stays wanted while the stream does not have it. */
static void
test_wanted_tracks (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *b = join (self, "room", "b");
  const gboolean yes = TRUE, no = FALSE;
  SrvSubscription *subscription;
  GError *error = NULL;

  publish (self, a, "s");
  assert_changes (srv_rooms_subscribe (self->rooms, b, "s", FALSE, TRUE, &error), &error,
                  "subscribed b s");
  subscription = g_hash_table_lookup (b->subscriptions, a->streams->pdata[0]);
  g_assert_true (srv_subscription_wants_video (subscription));
  g_assert_false (srv_subscription_wants_audio (subscription));
  g_ptr_array_unref (change_tracks (self, a, NULL, &no, FALSE, NULL));
  g_assert_false (srv_subscription_wants_video (subscription));
  g_ptr_array_unref (change_tracks (self, a, NULL, &yes, FALSE, NULL));
  g_assert_true (srv_subscription_wants_video (subscription));
}

static void
test_subscribe (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *b = join (self, "room", "b");
  GError *error = NULL;

  publish (self, a, "s");
  assert_changes (srv_rooms_subscribe (self->rooms, b, "s", TRUE, FALSE, &error), &error,
                  "subscribed b s");
  assert_changes (srv_rooms_subscribe (self->rooms, b, "s", TRUE, FALSE, &error), &error, "");
  assert_changes (srv_rooms_subscribe (self->rooms, b, "s", TRUE, TRUE, &error), &error,
                  "changed b s");
  assert_changes (srv_rooms_unsubscribe (self->rooms, b, "s", &error), &error,
                  "unsubscribed b s unsubscribed");
  assert_refused (srv_rooms_unsubscribe (self->rooms, b, "s", &error), &error,
                  NERTC_ERROR_STREAM_NOT_FOUND);
}

static void
test_subscribe_to_what_is_not_there (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *elsewhere = join (self, "other", "b");
  GError *error = NULL;

  publish (self, a, "s");
  assert_refused (srv_rooms_subscribe (self->rooms, a, "s", TRUE, TRUE, &error), &error,
                  NERTC_ERROR_STREAM_NOT_FOUND);
  assert_refused (srv_rooms_subscribe (self->rooms, elsewhere, "s", TRUE, TRUE, &error), &error,
                  NERTC_ERROR_STREAM_NOT_FOUND);
  assert_refused (srv_rooms_subscribe (self->rooms, a, "none", TRUE, TRUE, &error), &error,
                  NERTC_ERROR_STREAM_NOT_FOUND);
  assert_refused (srv_rooms_unsubscribe (self->rooms, a, "none", &error), &error,
                  NERTC_ERROR_STREAM_NOT_FOUND);
  assert_refused (srv_rooms_unpublish (self->rooms, a, "none", &error), &error,
                  NERTC_ERROR_STREAM_NOT_FOUND);
}

static void
test_subscription_limit (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *b = join (self, "room", "b");
  SrvMember *c = join (self, "room", "c");
  GError *error = NULL;

  publish (self, a, "s1");
  publish (self, a, "s2");
  publish (self, b, "s3");
  subscribe (self, c, "s1");
  subscribe (self, c, "s2");
  assert_refused (srv_rooms_subscribe (self->rooms, c, "s3", TRUE, TRUE, &error), &error,
                  NERTC_ERROR_TOO_MANY_STREAMS);
  /* What is subscribed to already may still change. */
  assert_changes (srv_rooms_subscribe (self->rooms, c, "s2", FALSE, TRUE, &error), &error,
                  "changed c s2");
}

static void
test_unpublish_ends_subscriptions (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *b = join (self, "room", "b");
  GError *error = NULL;

  publish (self, a, "s");
  subscribe (self, b, "s");
  assert_changes (srv_rooms_unpublish (self->rooms, a, "s", &error), &error,
                  "unsubscribed b s unpublished, removed a s unpublished");
  g_assert_cmpuint (g_hash_table_size (b->subscriptions), ==, 0);
}

static void
test_leave_ends_everything (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *b = join (self, "room", "b");

  publish (self, a, "of a");
  publish (self, b, "of b");
  subscribe (self, a, "of b");
  subscribe (self, b, "of a");
  assert_changes (srv_rooms_leave (self->rooms, a, NERTC_CLOSE_REASON_LEFT), NULL,
                  "unsubscribed a of b left, unsubscribed b of a left, removed a of a left, "
                  "left a left");
  g_assert_cmpuint (g_hash_table_size (b->subscriptions), ==, 0);
  g_assert_cmpuint (g_hash_table_size (((SrvStream *) b->streams->pdata[0])->subscriptions), ==, 0);
}

static void
test_role_and_grants (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *b = join (self, "room", "b");
  GError *error = NULL;

  g_assert_true (srv_member_may (a, NERTC_GRANTS_PUBLISH));
  g_assert_false (srv_member_may (a, NERTC_GRANTS_ADMIN));
  publish (self, a, "of a");
  publish (self, b, "of b");
  subscribe (self, a, "of b");
  subscribe (self, b, "of a");

  assert_changes (srv_rooms_set_rights (self->rooms, a, a->role, a->grants), NULL, "");
  assert_changes (srv_rooms_set_rights (self->rooms, a, a->role, a->grants | NERTC_GRANTS_ADMIN),
                  NULL, "rights of a");
  assert_changes (srv_rooms_set_role (self->rooms, b, "a", NERTC_MEMBER_ROLE_AUDIENCE, &error),
                  &error,
                  "rights of a, updated a, unsubscribed b of a unpublished, "
                  "removed a of a unpublished");
  g_assert_false (srv_member_may (a, NERTC_GRANTS_PUBLISH));
  g_assert_true (srv_member_may (a, NERTC_GRANTS_SUBSCRIBE));
  assert_changes (srv_rooms_set_rights (self->rooms, a, NERTC_MEMBER_ROLE_AUDIENCE, 0), NULL,
                  "rights of a, unsubscribed a of b unsubscribed");
  assert_refused (srv_rooms_set_role (self->rooms, a, "none", NERTC_MEMBER_ROLE_HOST, &error),
                  &error, NERTC_ERROR_MEMBER_NOT_FOUND);
}

/* What administrators do */

static void
test_made_rooms (Fixture *self, gconstpointer data)
{
  SrvRoomPlan plan = { "", "room", "agenda", 1, 1000 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;
  SrvRoom *room;
  SrvMember *a, *b;

  assert_changes (srv_rooms_make (self->rooms, &plan, &room, &error), &error,
                  "began room, room room");
  a = join (self, "room", "a");
  g_assert_true (a->room == room);
  assert_refused (try_join (self, "", "room", "b", NULL, &b, &error), &error,
                  NERTC_ERROR_ROOM_FULL);
  assert_changes (srv_rooms_leave (self->rooms, a, NERTC_CLOSE_REASON_LEFT), NULL, "left a left");
  g_assert_true (srv_rooms_find (self->rooms, "", "room") == room);

  join (self, "other", "a");
  list = srv_rooms_list (self->rooms, "", NULL, 10);
  g_assert_cmpuint (list->len, ==, 2);
  g_clear_pointer (&list, g_ptr_array_unref);
  list = srv_rooms_list (self->rooms, "", "other", 10);
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_true (g_ptr_array_index (list, 0) == room);

  assert_changes (srv_rooms_close (self->rooms, room, NULL), NULL, "ended room");
  g_assert_null (srv_rooms_find (self->rooms, "", "room"));
}

static void
test_close (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");

  join (self, "room", "b");
  assert_changes (srv_rooms_close (self->rooms, a->room, "Time is up"), NULL,
                  "left a closed “Time is up”, left b closed “Time is up”, ended room");
  g_assert_cmpuint (srv_rooms_count_members (self->rooms), ==, 0);
}

static void
test_put_out (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  g_autoptr (GError) error = NULL;

  join (self, "room", "b");
  assert_changes (
      srv_rooms_put_out (self->rooms, a->room, "b", NERTC_CLOSE_REASON_KICKED, "Be nice", &error),
      &error, "left b kicked “Be nice”");
  assert_refused (
      srv_rooms_put_out (self->rooms, a->room, "b", NERTC_CLOSE_REASON_KICKED, NULL, &error),
      &error, NERTC_ERROR_MEMBER_NOT_FOUND);
}

static void
test_mute_member (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *b = join (self, "room", "b");
  SrvSubscription *subscription;
  g_autoptr (GError) error = NULL;
  gboolean yes = TRUE, no = FALSE;

  publish (self, a, "s");
  g_ptr_array_unref (srv_rooms_subscribe (self->rooms, b, "s", TRUE, TRUE, NULL));
  subscription = g_hash_table_lookup (b->subscriptions, g_ptr_array_index (a->streams, 0));
  assert_changes (srv_rooms_mute (self->rooms, a->room, "a", &yes, NULL, &error), &error,
                  "muted a, updated a, changed stream of a s, changed b s");
  g_assert_false (srv_subscription_wants_audio (subscription));
  g_assert_true (srv_subscription_wants_video (subscription));
  assert_changes (srv_rooms_mute (self->rooms, a->room, "a", &yes, NULL, &error), &error, "");
  assert_changes (srv_rooms_mute (self->rooms, a->room, "a", &no, &no, &error), &error,
                  "muted a, updated a, changed stream of a s, changed b s");
  g_assert_true (srv_subscription_wants_audio (subscription));
}

/* Those who are there stay muted, whoever came and went. */
static void
test_muted_are_bounded (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  gboolean yes = TRUE;

  g_ptr_array_unref (srv_rooms_mute (self->rooms, a->room, "a", &yes, NULL, NULL));
  for (guint i = 0; i <= SRV_MUTED_MAX; i++) {
    g_autofree char *uid = g_strdup_printf ("u%u", i);
    SrvMember *guest = join (self, "room", uid);

    g_ptr_array_unref (srv_rooms_mute (self->rooms, a->room, uid, &yes, NULL, NULL));
    g_ptr_array_unref (srv_rooms_leave (self->rooms, guest, NERTC_CLOSE_REASON_LEFT));
  }
  g_assert_cmpuint (g_hash_table_size (a->room->muted), <=, SRV_MUTED_MAX);
  g_assert_true (g_hash_table_contains (a->room->muted, "a"));
}

#define ADD(name, function) g_test_add ("/room/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("join-and-leave", test_join_and_leave);
  ADD ("uid-is-assigned", test_uid_is_assigned);
  ADD ("uid-taken", test_uid_taken);
  ADD ("replaced-by-its-secret", test_replaced_by_its_secret);
  ADD ("replacing-needs-no-space", test_replacing_needs_no_space);
  ADD ("limits", test_room_limits);
  ADD ("app-keys-are-worlds", test_app_keys_are_worlds);
  ADD ("app-key-with-line-breaks", test_app_key_with_line_breaks);
  ADD ("updates", test_updates);
  ADD ("publish", test_publish);
  ADD ("mute", test_mute);
  ADD ("tracks", test_tracks);
  ADD ("wanted-tracks", test_wanted_tracks);
  ADD ("subscribe", test_subscribe);
  ADD ("subscribe-to-what-is-not-there", test_subscribe_to_what_is_not_there);
  ADD ("subscription-limit", test_subscription_limit);
  ADD ("unpublish-ends-subscriptions", test_unpublish_ends_subscriptions);
  ADD ("leave-ends-everything", test_leave_ends_everything);
  ADD ("role-and-grants", test_role_and_grants);
  ADD ("made-rooms", test_made_rooms);
  ADD ("close", test_close);
  ADD ("put-out", test_put_out);
  ADD ("mute-member", test_mute_member);
  ADD ("muted-are-bounded", test_muted_are_bounded);
  return g_test_run ();
}
