/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-roster.h"
#include "room-fixture.h"

/* The lists of a roster, in the room's own context and in another thread's. */

static char *
names_of (GListModel *model)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (GObject) item = g_list_model_get_item (model, i);

    if (NERTC_IS_MEMBER (item))
      g_string_append_printf (names, "%s(%s) ", nertc_member_get_uid (NERTC_MEMBER (item)),
                              nertc_member_get_user_name (NERTC_MEMBER (item)));
    else
      g_string_append_printf (names, "%s(%u) ", nertc_stream_get_id (NERTC_STREAM (item)),
                              nertc_stream_get_muted (NERTC_STREAM (item)));
  }
  return g_string_free (names, FALSE);
}

static gboolean
has (NertcRoster *roster, const char *members, const char *streams)
{
  g_autofree char *uids = names_of (nertc_roster_get_members (roster));
  g_autofree char *ids = names_of (nertc_roster_get_streams (roster));

  return g_str_equal (uids, members) && g_str_equal (ids, streams);
}

#define EVE_JOINS "'uid':'eve','userName':'Eve','userData':'','role':'host'"
#define BOB_RENAMED "'uid':'bob','userName':'Rob','userData':'','role':'host'"
#define B1_MUTED \
  "'uid':'bob','streamId':'b1','source':'camera','audio':true,'video':true,'audioMuted':true," \
  "'videoMuted':false"

static void
test_same_context (Fixture *self, gconstpointer data)
{
  g_autoptr (NertcRoster) early = nertc_roster_new (self->room);
  g_autoptr (NertcRoster) late = NULL;

  g_assert_true (has (early, "", ""));
  fixture_join (self, BOB_SINGS);
  late = nertc_roster_new (self->room);
  g_assert_true (has (early, "bob(Bob) ", "b1(0) "));
  g_assert_true (has (late, "bob(Bob) ", "b1(0) "));
  fake_server_event (self->server, "member.joined", EVE_JOINS);
  fake_server_event (self->server, "member.updated", BOB_RENAMED);
  fake_server_event (self->server, "stream.updated", B1_MUTED);
  g_assert_true (has (early, "bob(Rob) eve(Eve) ", "b1(1) "));
  g_assert_true (has (late, "bob(Rob) eve(Eve) ", "b1(1) "));
  fake_server_event (self->server, "member.left", "'uid':'bob','reason':'left'");
  g_assert_true (has (late, "eve(Eve) ", ""));
  fake_server_event (self->server, "room.closed", "'reason':'kicked'");
  g_assert_true (has (late, "", ""));
}

/* The room is lost and found again: what is there stays. */
static void
test_reconnecting (Fixture *self, gconstpointer data)
{
  g_autoptr (NertcRoster) roster = nertc_roster_new (self->room);

  fixture_join (self, BOB_SINGS);
  fixture_lose (self);
  g_assert_true (has (roster, "bob(Bob) ", "b1(0) "));
  fixture_rejoin (self, BOB_SINGS);
  g_assert_true (has (roster, "bob(Bob) ", "b1(0) "));
}

static void
test_left (Fixture *self, gconstpointer data)
{
  g_autoptr (NertcRoster) roster = nertc_roster_new (self->room);
  g_auto (Outcome) leave = OUTCOME (self, "leave");

  fixture_shorten (self, &self->timing.leave);
  fixture_join (self, BOB_SINGS);
  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  g_assert_true (has (roster, "", ""));
  outcome_wait (&leave);
}

static void
test_properties (Fixture *self, gconstpointer data)
{
  g_autoptr (NertcRoster) roster = nertc_roster_new (self->room);
  g_autoptr (NertcRoom) room = NULL;
  g_autoptr (GListModel) members = NULL;
  g_autoptr (GListModel) streams = NULL;

  g_object_get (roster, "room", &room, "members", &members, "streams", &streams, NULL);
  g_assert_true (room == self->room);
  g_assert_true (members == nertc_roster_get_members (roster));
  g_assert_true (streams == nertc_roster_get_streams (roster));
  g_assert_true (g_list_model_get_item_type (members) == NERTC_TYPE_MEMBER);
  g_assert_true (g_list_model_get_item_type (streams) == NERTC_TYPE_STREAM);
}

/* Another thread */

typedef struct {
  NertcRoom *room;
  GMainContext *context;
  GThread *thread;
  GMutex lock;
  char *seen; /* under the lock: what the thread's lists have */
  gboolean stop;
} Watcher;

static void
look (GListModel *model, guint position, guint removed, guint added, Watcher *self)
{
  g_autofree char *names = names_of (model);

  g_assert_true (g_main_context_is_owner (self->context));
  g_mutex_lock (&self->lock);
  g_free (self->seen);
  self->seen = g_steal_pointer (&names);
  g_mutex_unlock (&self->lock);
}

static gboolean
stop (gpointer data)
{
  ((Watcher *) data)->stop = TRUE;
  return G_SOURCE_REMOVE;
}

static gpointer
watch (gpointer data)
{
  Watcher *self = data;
  g_autoptr (NertcRoster) roster = NULL;

  g_main_context_push_thread_default (self->context);
  roster = nertc_roster_new (self->room);
  g_signal_connect (nertc_roster_get_members (roster), "items-changed", G_CALLBACK (look), self);
  while (!self->stop)
    g_main_context_iteration (self->context, TRUE);
  g_clear_object (&roster);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static gboolean
tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* The room's context goes on meanwhile, for the thread needs it. */
static void
await_seen (Watcher *self, const char *names)
{
  gint64 end = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
  guint ticker = g_timeout_add (1, tick, NULL);
  gboolean good = FALSE;

  while (!good) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_main_context_iteration (NULL, TRUE);
    g_mutex_lock (&self->lock);
    good = g_strcmp0 (self->seen, names) == 0;
    g_mutex_unlock (&self->lock);
  }
  g_source_remove (ticker);
}

static void
start_watcher (Watcher *self, NertcRoom *room)
{
  g_mutex_init (&self->lock);
  self->room = room;
  self->context = g_main_context_new ();
  self->thread = g_thread_new ("watcher", watch, self);
}

static void
stop_watcher (Watcher *self)
{
  g_main_context_invoke (self->context, stop, self);
  g_thread_join (self->thread);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_free (self->seen);
}

static void
test_other_thread (Fixture *self, gconstpointer data)
{
  Watcher watcher = { NULL };

  fixture_join (self, BOB_SINGS);
  start_watcher (&watcher, self->room);
  await_seen (&watcher, "bob(Bob) ");
  fake_server_event (self->server, "member.joined", EVE_JOINS);
  fake_server_event (self->server, "member.updated", BOB_RENAMED);
  await_seen (&watcher, "bob(Rob) eve(Eve) ");
  fake_server_event (self->server, "member.left", "'uid':'bob','reason':'left'");
  await_seen (&watcher, "eve(Eve) ");
  fake_server_event (self->server, "room.closed", "'reason':'kicked'");
  await_seen (&watcher, "");
  stop_watcher (&watcher);
}

/* Made and gone while the room talks: nobody hears what is not for him any more. */
static void
test_short_lives (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB_SINGS);
  for (guint i = 0; i < 20; i++) {
    Watcher watcher = { NULL };

    start_watcher (&watcher, self->room);
    fake_server_event (self->server, "member.joined", EVE_JOINS);
    fake_server_event (self->server, "member.left", "'uid':'eve','reason':'left'");
    if (i % 2)
      await_seen (&watcher, "bob(Bob) ");
    stop_watcher (&watcher);
  }
}

/* The last reference to the room is that of the roster: it goes in its own context. */
static void
test_outlives_room (Fixture *self, gconstpointer data)
{
  Watcher watcher = { NULL };
  NertcRoom *room = self->room;

  fixture_join (self, BOB_SINGS);
  g_object_add_weak_pointer (G_OBJECT (room), (gpointer *) &room);
  start_watcher (&watcher, self->room);
  await_seen (&watcher, "bob(Bob) ");
  g_object_unref (self->room);
  g_assert_nonnull (room);
  stop_watcher (&watcher);
  g_assert_nonnull (room);
  while (room)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
  self->room = nertc_room_new (NULL, NULL);
}

#define ADD(name, test) \
  g_test_add ("/roster/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("same-context", test_same_context);
  ADD ("reconnecting", test_reconnecting);
  ADD ("left", test_left);
  ADD ("properties", test_properties);
  ADD ("other-thread", test_other_thread);
  ADD ("short-lives", test_short_lives);
  ADD ("outlives-room", test_outlives_room);
  return g_test_run ();
}
