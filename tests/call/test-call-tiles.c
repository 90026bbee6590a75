/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which tiles there are, and what of a member, a stream and a message others are told. */
#include "call-invitation.h"
#include "call-message.h"
#include "call-tiles.h"

typedef struct {
  GListStore *members;
  GListStore *streams;
  CallTiles *tiles;
  CallMember *self;
  guint changes;
  guint position, removed, added; /* of the last change */
} Fixture;

static void
on_items_changed (GListModel *tiles, guint position, guint removed, guint added, gpointer data)
{
  Fixture *f = data;

  f->changes++;
  f->position = position;
  f->removed = removed;
  f->added = added;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->members = g_list_store_new (CALL_TYPE_MEMBER);
  f->streams = g_list_store_new (CALL_TYPE_STREAM);
  f->self = call_member_new ("me", TRUE);
  g_list_store_append (f->members, f->self);
  f->tiles = call_tiles_new (G_LIST_MODEL (f->members), G_LIST_MODEL (f->streams));
  g_signal_connect (f->tiles, "items-changed", G_CALLBACK (on_items_changed), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->tiles);
  g_object_unref (f->members);
  g_object_unref (f->streams);
  g_object_unref (f->self);
}

static CallMember *
add_member (Fixture *f, const char *uid)
{
  g_autoptr (CallMember) member = call_member_new (uid, FALSE);

  g_list_store_append (f->members, member);
  return member;
}

static CallStream *
add_stream (Fixture *f, CallMember *member, const char *id, gboolean is_screen)
{
  g_autoptr (CallStream) stream = call_stream_new (id, member, is_screen);

  g_object_set (stream, "has-audio", TRUE, "has-video", TRUE, NULL);
  g_list_store_append (f->streams, stream);
  return stream;
}

/* Returns: (transfer full): such as "bob's screen, bob, me" */
static char *
describe (Fixture *f)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->tiles)); i++) {
    g_autoptr (CallTile) tile = g_list_model_get_item (G_LIST_MODEL (f->tiles), i);

    g_string_append_printf (text, "%s%s%s", i ? ", " : "",
                            call_member_get_uid (call_tile_get_member (tile)),
                            call_tile_is_screen (tile) ? "'s screen" : "");
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define assert_tiles(f, expected) \
  G_STMT_START \
  { \
    g_autofree char *found = describe (f); \
\
    g_assert_cmpstr (found, ==, expected); \
  } \
  G_STMT_END

static void
test_order (Fixture *f, gconstpointer data)
{
  CallMember *ada, *bob;

  assert_tiles (f, "me");
  ada = add_member (f, "ada");
  bob = add_member (f, "bob");
  add_stream (f, f->self, "own-camera", FALSE);
  assert_tiles (f, "ada, bob, me");
  add_stream (f, bob, "b-screen", TRUE);
  assert_tiles (f, "bob's screen, ada, bob, me");
  add_stream (f, ada, "a-camera", FALSE);
  assert_tiles (f, "bob's screen, ada, bob, me");
  g_list_store_remove (f->members, 1);
  g_list_store_remove (f->streams, 2);
  assert_tiles (f, "bob's screen, bob, me");
}

/* Widgets stay with the tiles that stay. */
static void
test_smallest_change (Fixture *f, gconstpointer data)
{
  CallMember *ada = add_member (f, "ada");
  g_autoptr (CallTile) before = g_list_model_get_item (G_LIST_MODEL (f->tiles), 0);
  g_autoptr (CallTile) after = NULL;

  f->changes = 0;
  add_member (f, "bob");
  g_assert_cmpuint (f->changes, ==, 1);
  g_assert_cmpuint (f->position, ==, 1);
  g_assert_cmpuint (f->removed, ==, 0);
  g_assert_cmpuint (f->added, ==, 1);
  add_stream (f, ada, "camera", FALSE);
  g_assert_cmpuint (f->changes, ==, 1);
  after = g_list_model_get_item (G_LIST_MODEL (f->tiles), 0);
  g_assert_true (before == after);
}

static void
count (guint *counter)
{
  ++*counter;
}

/* A stream that takes over shows in the same tile, and its end leaves the member there. */
static void
test_stream_of_a_tile (Fixture *f, gconstpointer data)
{
  CallMember *ada = add_member (f, "ada");
  g_autoptr (CallTile) tile = g_list_model_get_item (G_LIST_MODEL (f->tiles), 0);
  CallStream *second;
  guint changes = 0;

  g_signal_connect_swapped (tile, "notify::stream", G_CALLBACK (count), &changes);
  g_assert_null (call_tile_get_stream (tile));
  add_stream (f, ada, "one", FALSE);
  second = add_stream (f, ada, "two", FALSE);
  g_assert_true (call_tile_get_stream (tile) == second);
  g_list_store_remove_all (f->streams);
  g_assert_null (call_tile_get_stream (tile));
  g_assert_cmpuint (changes, ==, 3);
}

/* What shows a stream in several places is made in the largest size, and in none nowhere. */
static void
test_shown_size (Fixture *f, gconstpointer data)
{
  CallStream *stream = add_stream (f, f->self, "own-camera", FALSE);
  guint width, height, changes = 0;

  g_signal_connect_swapped (stream, "notify::height", G_CALLBACK (count), &changes);
  call_stream_set_shown_size (stream, &width, 320, 240);
  call_stream_set_shown_size (stream, &height, 640, 480);
  call_stream_get_shown_size (stream, &width, &height);
  g_assert_cmpuint (width, ==, 640);
  g_assert_cmpuint (height, ==, 480);
  call_stream_set_shown_size (stream, &height, 0, 0);
  call_stream_get_shown_size (stream, &width, &height);
  g_assert_cmpuint (width, ==, 320);
  call_stream_set_shown_size (stream, &width, 0, 0);
  call_stream_get_shown_size (stream, &width, &height);
  g_assert_cmpuint (width + height, ==, 0);
  g_assert_cmpuint (changes, ==, 4);
}

static void
test_name (void)
{
  g_autoptr (CallMember) member = call_member_new ("17", FALSE);
  guint names = 0, same = 0;

  g_signal_connect_swapped (member, "notify::name", G_CALLBACK (count), &names);
  g_signal_connect_swapped (member, "notify::speaking", G_CALLBACK (count), &same);
  g_assert_cmpstr (call_member_get_name (member), ==, "17");
  g_object_set (member, "user-name", "Ada", "speaking", FALSE, NULL);
  g_assert_cmpstr (call_member_get_name (member), ==, "Ada");
  g_object_set (member, "user-name", "", NULL);
  g_assert_cmpstr (call_member_get_name (member), ==, "17");
  g_assert_cmpuint (names, ==, 2);
  g_assert_cmpuint (same, ==, 0);
}

static void
test_quality (void)
{
  g_autoptr (CallMember) member = call_member_new ("17", FALSE);

  g_assert_cmpuint (call_member_get_quality (member), ==, 0);
  g_object_set (member, "quality-up", 1, "quality-down", 4, NULL);
  g_assert_cmpuint (call_member_get_quality (member), ==, 4);
}

static void
test_message (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (CallMessage) message =
      call_message_new ("1", "Ada", "Hello", now, CALL_MESSAGE_SENDING);

  g_assert_true (call_message_is_own (message));
  call_message_set_state (message, CALL_MESSAGE_FAILED, "Too long");
  g_assert_true (call_message_is_own (message));
  g_assert_cmpint (call_message_get_state (message), ==, CALL_MESSAGE_FAILED);
}

static void
test_invitation (void)
{
  g_autoptr (CallInvitation) invitation =
      call_invitation_new ("7", "ada", "", "standup", NULL, TRUE);

  g_assert_cmpstr (call_invitation_get_name (invitation), ==, "ada");
  call_invitation_set_state (invitation, CALL_INVITATION_RINGING, NULL);
  g_assert_false (call_invitation_is_over (invitation));
  call_invitation_set_state (invitation, CALL_INVITATION_BUSY, NULL);
  g_assert_true (call_invitation_is_over (invitation));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/call/tiles/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/call/tiles/smallest-change", Fixture, NULL, set_up, test_smallest_change,
              tear_down);
  g_test_add ("/call/tiles/stream", Fixture, NULL, set_up, test_stream_of_a_tile, tear_down);
  g_test_add ("/call/stream/shown-size", Fixture, NULL, set_up, test_shown_size, tear_down);
  g_test_add_func ("/call/member/name", test_name);
  g_test_add_func ("/call/member/quality", test_quality);
  g_test_add_func ("/call/message/state", test_message);
  g_test_add_func ("/call/invitation/state", test_invitation);
  return g_test_run ();
}
