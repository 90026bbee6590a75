/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The media plane with media servers: real rooms, a recorder in place of the members' connections,
 * and media servers that do what the test says. */

#include "fake-node.h"

#define RETRY_MS 200
#define SETTLE_MS 150
#define MESH_LIMIT 2

typedef struct {
  PlaneRecorder told;
  SrvRooms *rooms;
  SrvMediaPlane *plane;
  FakeNode *n;
  FakeNode *m;
  GPtrArray *members;
  SrvMember *a;
} Fixture;

/* The last warning of the server. */
static char *warned;

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize count, gpointer user_data)
{
  for (gsize i = 0; i < count && level & G_LOG_LEVEL_WARNING; i++) {
    if (g_str_equal (fields[i].key, "MESSAGE")) {
      g_free (warned);
      warned = g_strdup (fields[i].value);
      return G_LOG_WRITER_HANDLED;
    }
  }
  return g_log_writer_default (level, fields, count, user_data);
}

static void
assert_warned (Fixture *self, const char *pattern)
{
  if (!warned || !g_pattern_match_simple (pattern, warned))
    g_error ("The server should have warned of ‘%s’, and said ‘%s’", pattern, warned);
  g_clear_pointer (&warned, g_free);
}

/* @changes: (transfer full) */
static void
apply (Fixture *self, GPtrArray *changes)
{
  g_assert_nonnull (changes);
  for (guint i = 0; i < changes->len; i++)
    srv_media_plane_apply (self->plane, g_ptr_array_index (changes, i));
  g_ptr_array_unref (changes);
}

static SrvMember *
join (Fixture *self, const char *room, const char *uid)
{
  SrvJoin join = { "", room, uid, "", "", uid, NULL };
  SrvMember *member;

  apply (self, srv_rooms_join (self->rooms, &join, &member, NULL));
  g_ptr_array_add (self->members, srv_member_ref (member));
  return member;
}

/* @transport: (nullable): one from before a restart that the member names */
static void
apply_naming (Fixture *self, GPtrArray *changes, const char *transport)
{
  for (guint i = 0; i < changes->len; i++) {
    SrvChange *change = g_ptr_array_index (changes, i);

    if (change->kind == SRV_CHANGE_STREAM_ADDED || change->kind == SRV_CHANGE_SUBSCRIPTION_ADDED)
      srv_change_set_transports (change, transport ? g_strsplit (transport, " ", 0) : NULL);
  }
  apply (self, changes);
}

static void
publish (Fixture *self, SrvMember *member, const char *id, const char *transport)
{
  SrvPublish publish = { .id = id, .source = "camera", .audio = TRUE, .video = TRUE };
  SrvStream *stream;

  apply_naming (self, srv_rooms_publish (self->rooms, member, &publish, &stream, NULL), transport);
}

static void
subscribe_to (Fixture *self, SrvMember *member, const char *id)
{
  apply (self, srv_rooms_subscribe (self->rooms, member, id, TRUE, TRUE, NULL));
}

static void
subscribe (Fixture *self, SrvMember *member, gboolean audio, gboolean video, const char *transport)
{
  apply_naming (self, srv_rooms_subscribe (self->rooms, member, "s", audio, video, NULL),
                transport);
}

static void
add_nodes (Fixture *self, SrvMediaMode mode)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  self->n = fake_node_new ("n", &self->told);
  self->m = fake_node_new ("m", &self->told);
  g_ptr_array_add (nodes, self->n);
  g_ptr_array_add (nodes, self->m);
  srv_media_plane_set_nodes (self->plane, mode, nodes, MESH_LIMIT);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  SrvRoomLimits limits = { 9, 9, 9, 9 };

  plane_recorder_init (&self->told);
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) srv_member_unref);
  self->rooms = srv_rooms_new (&limits);
  self->plane = srv_media_plane_new (&plane_recorder_events, &self->told, RETRY_MS, SETTLE_MS);
  add_nodes (self, GPOINTER_TO_UINT (data));
  self->a = join (self, "room", "a");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < self->members->len; i++) {
    SrvMember *member = self->members->pdata[i];

    if (g_ptr_array_find (member->room->members, member, NULL))
      apply (self, srv_rooms_leave (self->rooms, member, NERTC_CLOSE_REASON_LEFT));
  }
  /* Nothing is left at the media servers. */
  g_assert_cmpuint (fake_node_count_open (self->n), ==, 0);
  g_assert_cmpuint (fake_node_count_open (self->m), ==, 0);
  g_ptr_array_unref (self->members);
  srv_media_plane_free (self->plane);
  g_object_unref (self->n);
  g_object_unref (self->m);
  srv_rooms_free (self->rooms);
  plane_recorder_clear (&self->told);
}

static void
assert_told (Fixture *self, const char *expected)
{
  plane_recorder_assert (&self->told, expected);
}

/* a publishes into n, by n:1. */
static void
publish_into_n (Fixture *self)
{
  publish (self, self->a, "s", NULL);
  assert_told (self, "n:1: receive");
  fake_node_ready (self->n, 1);
  assert_told (self, "a: open n:1 as sender for s");
  fake_node_connect (self->n, 1);
  assert_told (self, "");
}

/* @uid receives what n has from a, by the end @number of n, which has n:1 as its source. */
static SrvMember *
receive_from_n (Fixture *self, const char *uid, guint number)
{
  SrvMember *member = join (self, "room", uid);
  g_autofree char *id = g_strdup_printf ("n:%u", number);

  subscribe (self, member, TRUE, TRUE, NULL);
  fake_node_ready (self->n, number);
  fake_node_connect (self->n, number);
  srv_media_plane_playing (self->plane, member, id);
  g_ptr_array_set_size (self->told.told, 0);
  return member;
}

/* One connection from the publisher, which sends when somebody can receive. */
static void
test_one_consumer (Fixture *self, gconstpointer data)
{
  SrvMember *b = join (self, "room", "b");

  publish_into_n (self);
  subscribe (self, b, TRUE, FALSE, NULL);
  assert_told (self, "n:2: send on n:1 audio");
  fake_node_ready (self->n, 2);
  assert_told (self, "b: open n:2 as receiver for s audio");
  fake_node_describe (self->n, 2, "offer", "o");
  srv_media_plane_description (self->plane, b, "n:2", "answer", "w");
  srv_media_plane_candidate (self->plane, b, "n:2", 0, "c");
  assert_told (self, "b: offer o, n:2: answer w, n:2: candidate 0 c");
  fake_node_connect (self->n, 2);
  assert_told (self, "a: update audio");
  subscribe (self, b, TRUE, TRUE, NULL);
  assert_told (self, "n:2: send audio video, b: update audio video, a: update audio video");
  srv_media_plane_playing (self->plane, b, "n:2");
  apply (self, srv_rooms_unsubscribe (self->rooms, b, "s", NULL));
  assert_told (self, "n:2: close, b: close n:2 unsubscribed, a: update");
}

static void
test_relay_into_the_node (Fixture *self, gconstpointer data)
{
  publish_into_n (self);
  srv_media_plane_description (self->plane, self->a, "n:1", "offer", "o");
  srv_media_plane_candidate (self->plane, self->a, "n:1", 1, "c");
  fake_node_describe (self->n, 1, "answer", "w");
  assert_told (self, "n:1: offer o, n:1: candidate 1 c, a: answer w");
  apply (self, srv_rooms_unpublish (self->rooms, self->a, "s", NULL));
  assert_told (self, "n:1: close, a: close n:1 unpublished");
}

/* Who comes before there is anything to send on has to wait. */
static void
test_subscribed_before_it_is_connected (Fixture *self, gconstpointer data)
{
  SrvMember *b = join (self, "room", "b");

  publish (self, self->a, "s", NULL);
  subscribe (self, b, TRUE, TRUE, NULL);
  fake_node_ready (self->n, 1);
  assert_told (self, "n:1: receive, a: open n:1 as sender for s");
  fake_node_connect (self->n, 1);
  assert_told (self, "n:2: send on n:1 audio video");
  apply (self, srv_rooms_unsubscribe (self->rooms, b, "s", NULL));
  /* It had no name yet: b knows nothing of it. */
  assert_told (self, "n:2: close");
}

/* Make before break: into the node first, then out of it, then the old ones end. */
static void
test_other_tracks (Fixture *self, gconstpointer data)
{
  gboolean no = FALSE;
  SrvStreamUpdate update = { .audio = &no };
  SrvMember *b;

  publish_into_n (self);
  b = receive_from_n (self, "b", 2);
  apply (self, srv_rooms_update_stream (self->rooms, self->a, "s", &update, NULL));
  assert_told (self, "n:3: receive");
  fake_node_ready (self->n, 3);
  assert_told (self, "a: open n:3 as sender for s audio video");
  fake_node_connect (self->n, 3);
  assert_told (self, "n:4: send on n:3 video");
  fake_node_ready (self->n, 4);
  fake_node_connect (self->n, 4);
  assert_told (self, "b: open n:4 as receiver for s video, a: update video, a: update video");
  srv_media_plane_playing (self->plane, b, "n:4");
  assert_told (self, "n:2: close, b: close n:2 succeeded, n:1: close, a: close n:1 succeeded");
}

/* The publisher's path is lost; the consumers stay on what they have until there is another one. */
static void
test_publisher_loses_its_path (Fixture *self, gconstpointer data)
{
  SrvMember *b;

  publish_into_n (self);
  b = receive_from_n (self, "b", 2);
  srv_media_plane_failed (self->plane, self->a, "n:1", TRUE);
  fake_node_ready (self->n, 3);
  assert_told (self, "n:3: receive, a: open n:3 as sender for s audio video");
  /* It comes back by itself. */
  srv_media_plane_playing (self->plane, self->a, "n:1");
  assert_told (self, "n:3: close, a: close n:3 succeeded");
  /* It breaks. */
  fake_node_fail (self->n, 1);
  plane_recorder_await (&self->told);
  assert_told (self, "n:1: close, a: close n:1 failed");
  plane_recorder_await (&self->told);
  fake_node_ready (self->n, 4);
  fake_node_connect (self->n, 4);
  assert_told (self, "n:4: receive, a: open n:4 as sender for s audio video, "
                     "n:5: send on n:4 audio video");
  fake_node_ready (self->n, 5);
  fake_node_connect (self->n, 5);
  srv_media_plane_playing (self->plane, b, "n:5");
  assert_told (self, "b: open n:5 as receiver for s audio video, n:2: close, "
                     "b: close n:2 succeeded");
}

/* It is back when its successor has taken over for some: they are not to be left without. */
static void
test_publisher_is_back_too_late (Fixture *self, gconstpointer data)
{
  SrvMember *b;

  publish_into_n (self);
  b = receive_from_n (self, "b", 2);
  receive_from_n (self, "c", 3);
  srv_media_plane_failed (self->plane, self->a, "n:1", TRUE);
  fake_node_ready (self->n, 4);
  fake_node_connect (self->n, 4);
  fake_node_ready (self->n, 5);
  fake_node_ready (self->n, 6);
  g_ptr_array_set_size (self->told.told, 0);
  srv_media_plane_playing (self->plane, b, "n:5");
  srv_media_plane_playing (self->plane, b, "n:6");
  assert_told (self, "n:2: close, b: close n:2 succeeded");
  srv_media_plane_playing (self->plane, self->a, "n:1");
  assert_told (self, "");
}

static void
test_consumer_fails (Fixture *self, gconstpointer data)
{
  SrvMember *b;

  publish_into_n (self);
  b = receive_from_n (self, "b", 2);
  srv_media_plane_failed (self->plane, b, "n:2", FALSE);
  assert_told (self, "n:2: close, b: close n:2 failed, a: update, n:3: send on n:1 audio video");
}

/* A room stays on one node, and the next one goes where there is less to do. */
static void
test_least_load (Fixture *self, gconstpointer data)
{
  SrvMember *c = join (self, "other", "c");

  publish_into_n (self);
  publish (self, self->a, "second", NULL);
  assert_told (self, "n:2: receive");
  publish (self, c, "third", NULL);
  assert_told (self, "m:1: receive");
}

static void
test_node_dies (Fixture *self, gconstpointer data)
{
  SrvMember *b;

  publish_into_n (self);
  b = receive_from_n (self, "b", 2);
  fake_node_set_up (self->n, FALSE);
  /* What has played stays with the members until something else does. */
  assert_told (self, "n:2: close, n:1: close, m:1: receive");
  fake_node_ready (self->m, 1);
  fake_node_connect (self->m, 1);
  assert_told (self, "a: open m:1 as sender for s audio video, m:2: send on m:1 audio video, "
                     "a: close n:1 succeeded");
  fake_node_ready (self->m, 2);
  fake_node_connect (self->m, 2);
  srv_media_plane_playing (self->plane, b, "m:2");
  assert_told (self, "b: open m:2 as receiver for s audio video, b: close n:2 succeeded");
  /* It goes on where it is. */
  fake_node_set_up (self->n, TRUE);
  assert_told (self, "");
}

static void
lose_both_nodes (Fixture *self, const char *warning)
{
  fake_node_set_up (self->m, FALSE);
  fake_node_set_up (self->n, FALSE);
  assert_warned (self, warning);
}

/* A small room goes on as a mesh, and back when there is a node again. */
static void
test_no_node_is_left (Fixture *self, gconstpointer data)
{
  SrvMember *b;

  publish_into_n (self);
  b = receive_from_n (self, "b", 2);
  lose_both_nodes (self, "*‘room’ is a mesh for now*");
  assert_told (self, "n:2: close, n:1: close, a: open as sender for s audio video, "
                     "b: open as receiver for s audio video, a: close n:1 succeeded");
  srv_media_plane_playing (self->plane, b, self->told.transport);
  assert_told (self, "b: close n:2 succeeded");
  fake_node_set_up (self->m, TRUE);
  fake_node_ready (self->m, 1);
  fake_node_connect (self->m, 1);
  fake_node_ready (self->m, 2);
  assert_told (self, "m:1: receive, a: open m:1 as sender for s, m:2: send on m:1 audio video, "
                     "b: open m:2 as receiver for s audio video");
  fake_node_connect (self->m, 2);
  srv_media_plane_playing (self->plane, b, "m:2");
  assert_told (self, "a: update audio video, a: close older one succeeded, "
                     "b: close older one succeeded");
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char **) a, *(const char **) b);
}

static void
test_no_node_is_there (Fixture *self, gconstpointer data)
{
  SrvMember *b = join (self, "room", "b");

  fake_node_set_up (self->n, FALSE);
  fake_node_set_up (self->m, FALSE);
  publish (self, self->a, "s", NULL);
  assert_warned (self, "*‘room’ is a mesh for now*");
  subscribe (self, b, TRUE, TRUE, NULL);
  assert_told (self, "a: open as sender for s audio video, b: open as receiver for s audio video");
  fake_node_set_up (self->n, TRUE);
  assert_told (self, "n:1: receive");
}

/* What came to wait while there was no node, new tracks, is not forgotten. */
static void
test_other_tracks_while_waiting (Fixture *self, gconstpointer data)
{
  gboolean no = FALSE;
  SrvStreamUpdate update = { .audio = &no };
  SrvMember *b = join (self, "room", "b");
  SrvMember *c = join (self, "room", "c");

  fake_node_set_up (self->n, FALSE);
  fake_node_set_up (self->m, FALSE);
  publish (self, self->a, "s", NULL);
  subscribe (self, b, TRUE, TRUE, NULL);
  srv_media_plane_playing (self->plane, b, self->told.transport);
  subscribe (self, c, TRUE, TRUE, NULL);
  srv_media_plane_playing (self->plane, c, self->told.transport);
  subscribe (self, join (self, "room", "d"), TRUE, TRUE, NULL);
  assert_warned (self, "*‘room’ has no media*");
  g_ptr_array_set_size (self->told.told, 0);
  apply (self, srv_rooms_update_stream (self->rooms, self->a, "s", &update, NULL));
  assert_told (self, "");
  /* Small enough again: one for b beside what it has, and the first one for d. */
  apply (self, srv_rooms_leave (self->rooms, c, NERTC_CLOSE_REASON_LEFT));
  g_ptr_array_sort (self->told.told, compare_texts);
  assert_told (self, "a: close this one left, a: open as sender for s video, "
                     "a: open as sender for s video, b: open as receiver for s video, "
                     "c: close this one left, d: open as receiver for s video");
  /* The log was told of both ways, and is not again. */
  g_clear_pointer (&warned, g_free);
  apply (self, srv_rooms_subscribe (self->rooms, join (self, "room", "e"), "s", TRUE, TRUE, NULL));
  g_assert_null (warned);
}

/* A large one waits, and says so. */
static void
test_too_large_for_a_mesh (Fixture *self, gconstpointer data)
{
  publish_into_n (self);
  receive_from_n (self, "b", 2);
  receive_from_n (self, "c", 3);
  receive_from_n (self, "d", 4);
  lose_both_nodes (self, "*‘room’ has no media*3 consumers*(mesh-limit, 2)*");
  g_assert_cmpuint (fake_node_count_open (self->n), ==, 0);
  g_ptr_array_set_size (self->told.told, 0);
  fake_node_set_up (self->n, TRUE);
  assert_told (self, "n:5: receive");
}

/* The third consumer is one too many for a mesh. */
static void
test_room_grows (Fixture *self, gconstpointer data)
{
  SrvMember *b = join (self, "room", "b");
  SrvMember *c = join (self, "room", "c");
  SrvMember *d = join (self, "room", "d");

  publish (self, self->a, "s", NULL);
  subscribe (self, b, TRUE, TRUE, NULL);
  assert_told (self, "a: open as sender for s audio video, b: open as receiver for s audio video");
  srv_media_plane_playing (self->plane, b, self->told.transport);
  subscribe (self, c, TRUE, TRUE, NULL);
  assert_told (self, "a: open as sender for s audio video, c: open as receiver for s audio video");
  subscribe (self, d, TRUE, FALSE, NULL);
  assert_told (self, "n:1: receive");
  fake_node_ready (self->n, 1);
  assert_told (self, "a: open n:1 as sender for s");
  fake_node_connect (self->n, 1);
  /* What c has does not play yet: it begins anew. What b has goes on. */
  g_assert_cmpuint (fake_node_count_open (self->n), ==, 4);
  g_ptr_array_set_size (self->told.told, 0);
  apply (self, srv_rooms_leave (self->rooms, c, NERTC_CLOSE_REASON_LEFT));
  apply (self, srv_rooms_leave (self->rooms, d, NERTC_CLOSE_REASON_LEFT));
  apply (self, srv_rooms_unsubscribe (self->rooms, b, "s", NULL));
  /* Once large, it stays. */
  g_ptr_array_set_size (self->told.told, 0);
  subscribe (self, b, TRUE, TRUE, NULL);
  assert_told (self, "n:5: send on n:1 audio video");
}

/* Both ends name theirs, in either order; what the node has lives on. */
static void
test_restart (Fixture *self, gconstpointer data)
{
  SrvMember *b = join (self, "room", "b");

  publish (self, self->a, "s", "n:77");
  assert_told (self, "n:77: adopt");
  subscribe (self, b, TRUE, TRUE, "n:78");
  assert_told (self, "");
  fake_node_ready (self->n, 1);
  assert_told (self, "a: adopt n:77 audio video, n:78: adopt for n:77");
  fake_node_ready (self->n, 2);
  /* It may have been told something else before. */
  assert_told (self, "n:78: send audio video, b: adopt n:78 audio video");
  apply (self, srv_rooms_unsubscribe (self->rooms, b, "s", NULL));
  assert_told (self, "n:78: close, b: close n:78 unsubscribed");
  /* Others might come still; then not any more. */
  plane_recorder_await (&self->told);
  assert_told (self, "a: update");
}

/* A track that is added before all consumers are back is asked for, too. */
static void
test_restart_and_other_tracks (Fixture *self, gconstpointer data)
{
  SrvPublish sound = { .id = "s", .source = "camera", .audio = TRUE };
  gboolean yes = TRUE;
  SrvStreamUpdate update = { .video = &yes };
  SrvStream *stream;

  apply_naming (self, srv_rooms_publish (self->rooms, self->a, &sound, &stream, NULL), "n:77");
  fake_node_ready (self->n, 1);
  apply (self, srv_rooms_update_stream (self->rooms, self->a, "s", &update, NULL));
  g_ptr_array_set_size (self->told.told, 0);
  fake_node_ready (self->n, 2);
  assert_told (self, "a: open n:2 as sender for s audio video");
}

static void
test_restart_in_vain (Fixture *self, gconstpointer data)
{
  SrvMember *b = join (self, "room", "b");

  publish (self, self->a, "s", "n:77");
  subscribe (self, b, TRUE, TRUE, "n:78");
  assert_told (self, "n:77: adopt");
  fake_node_fail (self->n, 1);
  assert_told (self, "a: close n:77 lost, n:77: close, n:2: receive");
  fake_node_ready (self->n, 2);
  fake_node_connect (self->n, 2);
  assert_told (self, "a: open n:2 as sender for s audio video, n:3: send on n:2 audio video");
}

/* The node has lost what the consumer has. */
static void
test_restart_half_in_vain (Fixture *self, gconstpointer data)
{
  SrvMember *b = join (self, "room", "b");

  publish (self, self->a, "s", "n:77");
  fake_node_ready (self->n, 1);
  subscribe (self, b, TRUE, TRUE, "n:78");
  assert_told (self, "n:77: adopt, a: adopt n:77 audio video, n:78: adopt for n:77");
  fake_node_fail (self->n, 2);
  assert_told (self, "n:78: close, n:3: send on n:77 audio video");
}

/* What is known already, of others, or given up in the meantime. */
static void
test_restart_with_ids_of_no_use (Fixture *self, gconstpointer data)
{
  SrvMember *b = join (self, "room", "b");
  SrvStreamUpdate update = { .renew = TRUE };

  publish (self, self->a, "s", "n:77 n:77");
  assert_told (self, "n:77: adopt");
  publish (self, b, "t", "n:77");
  assert_told (self, "n:2: receive");
  fake_node_ready (self->n, 1);
  assert_told (self, "a: adopt n:77 audio video");
  publish (self, b, "u", "n:77 n:79");
  assert_told (self, "n:79: adopt");
  /* Nothing is known of it yet, and it is outdated. */
  apply (self, srv_rooms_update_stream (self->rooms, b, "u", &update, NULL));
  assert_told (self, "b: close n:79 lost, n:79: close, n:4: receive");
}

/* The node is not asked for whatever a member thinks of. */
static void
test_restart_with_many_ids (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) ids = g_string_new ("n:100");

  for (guint i = 101; i < 200; i++)
    g_string_append_printf (ids, " n:%u", i);
  publish (self, self->a, "s", ids->str);
  g_assert_cmpuint (fake_node_count_open (self->n), ==, 8);
  g_ptr_array_set_size (self->told.told, 0);
}

/* The consumer has what came from the publisher, who had the way into the node already, too. */
static void
test_restart_while_it_moves (Fixture *self, gconstpointer data)
{
  SrvMember *b = join (self, "room", "b");

  publish (self, self->a, "s", "x n:77");
  subscribe (self, b, TRUE, TRUE, "x");
  assert_told (self, "n:77: adopt, a: adopt x audio video, b: adopt x audio video");
  fake_node_ready (self->n, 1);
  assert_told (self, "a: adopt n:77 audio video, n:2: send on n:77 audio video");
}

static void
set_away (Fixture *self, SrvMember *member, gboolean away)
{
  srv_member_set_away (member, away);
  srv_media_plane_presence_changed (self->plane, member);
}

static void
test_publisher_is_away (Fixture *self, gconstpointer data)
{
  SrvMember *b = join (self, "room", "b");

  publish_into_n (self);
  set_away (self, self->a, TRUE);
  /* The node has the stream all the same. */
  subscribe (self, b, TRUE, TRUE, NULL);
  assert_told (self, "n:2: send on n:1 audio video");
  fake_node_fail (self->n, 1);
  assert_told (self, "n:1: close, a: close n:1 failed");
  /* Nothing is opened into it while there is nobody to open it to. */
  set_away (self, self->a, FALSE);
  assert_told (self, "n:3: receive");
}

/* Away, and nothing comes to the node of what is wanted. Of what was taken over it says nothing as
 * long as that goes on as before. */
static void
test_unheard (Fixture *self, gconstpointer data)
{
  publish_into_n (self);
  receive_from_n (self, "b", 2);
  fake_node_media (self->n, 1, TRUE, TRUE);
  publish (self, self->a, "t", "n:77");
  fake_node_ready (self->n, 3);
  subscribe_to (self, join (self, "room", "c"), "t");
  fake_node_ready (self->n, 4);
  fake_node_connect (self->n, 4);
  g_ptr_array_set_size (self->told.told, 0);
  set_away (self, self->a, TRUE);
  assert_told (self, "");
  fake_node_media (self->n, 1, TRUE, FALSE);
  plane_recorder_await (&self->told);
  assert_told (self, "s is unheard");
  set_away (self, self->a, FALSE);
}

#define ADD(name, mode, function) \
  g_test_add ("/media-nodes/" name, Fixture, GUINT_TO_POINTER (mode), set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (write_log, NULL, NULL);
  ADD ("one-consumer", SRV_MEDIA_NODES, test_one_consumer);
  ADD ("relay-into-the-node", SRV_MEDIA_NODES, test_relay_into_the_node);
  ADD ("subscribed-before-it-is-connected", SRV_MEDIA_NODES,
       test_subscribed_before_it_is_connected);
  ADD ("other-tracks", SRV_MEDIA_NODES, test_other_tracks);
  ADD ("publisher-loses-its-path", SRV_MEDIA_NODES, test_publisher_loses_its_path);
  ADD ("publisher-is-back-too-late", SRV_MEDIA_NODES, test_publisher_is_back_too_late);
  ADD ("consumer-fails", SRV_MEDIA_NODES, test_consumer_fails);
  ADD ("least-load", SRV_MEDIA_NODES, test_least_load);
  ADD ("node-dies", SRV_MEDIA_NODES, test_node_dies);
  ADD ("no-node-is-left", SRV_MEDIA_NODES, test_no_node_is_left);
  ADD ("no-node-is-there", SRV_MEDIA_NODES, test_no_node_is_there);
  ADD ("other-tracks-while-waiting", SRV_MEDIA_NODES, test_other_tracks_while_waiting);
  ADD ("too-large-for-a-mesh", SRV_MEDIA_NODES, test_too_large_for_a_mesh);
  ADD ("room-grows", SRV_MEDIA_AUTO, test_room_grows);
  ADD ("restart/lives-on", SRV_MEDIA_NODES, test_restart);
  ADD ("restart/lives-on-in-auto", SRV_MEDIA_AUTO, test_restart);
  ADD ("restart/ids-of-no-use", SRV_MEDIA_NODES, test_restart_with_ids_of_no_use);
  ADD ("restart/many-ids", SRV_MEDIA_NODES, test_restart_with_many_ids);
  ADD ("restart/while-it-moves", SRV_MEDIA_AUTO, test_restart_while_it_moves);
  ADD ("restart/other-tracks", SRV_MEDIA_NODES, test_restart_and_other_tracks);
  ADD ("restart/in-vain", SRV_MEDIA_NODES, test_restart_in_vain);
  ADD ("restart/half-in-vain", SRV_MEDIA_NODES, test_restart_half_in_vain);
  ADD ("away/publisher", SRV_MEDIA_NODES, test_publisher_is_away);
  ADD ("away/unheard", SRV_MEDIA_NODES, test_unheard);
  return g_test_run ();
}
