/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A call by the application's own means, against the real server: who is there, what is said, how
 * it ends. Devices are off. */
#include <glib/gstdio.h>
#include <gst/gst.h>

#include "await.h"
#include "call-room-private.h"
#include "call-tiles.h"
#include "gstnertcsink.h"
#include "gstnertcsrc.h"
#include "gstroomsignal.h"
#include "nertc-room.h"
#include "nertc-test-server.h"
#include "token.h"

#define SECRET "this-secret-is-long-enough-for-hs256"
#define MEMBER (NERTC_GRANTS_DEFAULT)
#define ADMIN (NERTC_GRANTS_DEFAULT | NERTC_GRANTS_ADMIN)

typedef struct {
  char *key_file;
  NertcTestServer *server;
  GSettings *settings;
  CallMedia *media;
  CallRoom *room;
  GString *notices;
} Fixture;

static void
on_notice (CallRoom *room, const char *text, Fixture *f)
{
  g_string_append_printf (f->notices, "%s\n", text);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *config = NULL;
  const char *options[] = { "--auth=token", NULL, NULL };
  int fd = g_file_open_tmp ("nertc-call-XXXXXX", &f->key_file, NULL);

  g_close (fd, NULL);
  g_file_set_contents_full (f->key_file, "[app demo]\nsecrets=" SECRET "\n", -1, 0, 0600, NULL);
  options[1] = config = g_strdup_printf ("--config=%s", f->key_file);
  f->server = nertc_test_server_new_with_options (options);
  f->settings = g_settings_new ("org.gstnertc.Call");
  g_settings_set_boolean (f->settings, "camera-on", FALSE);
  g_settings_set_boolean (f->settings, "microphone-on", FALSE);
  f->media = call_media_new (f->settings);
  f->room = call_room_new (f->media);
  f->notices = g_string_new (NULL);
  g_signal_connect (f->room, "notice", G_CALLBACK (on_notice), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  call_room_leave (f->room);
  g_signal_handlers_disconnect_by_data (f->room, f);
  g_object_unref (f->room);
  g_object_unref (f->media);
  g_object_unref (f->settings);
  nertc_test_server_free (f->server);
  g_string_free (f->notices, TRUE);
  g_unlink (f->key_file);
  g_free (f->key_file);
}

static char *
mint (const char *uid, NertcGrants grants)
{
  g_autoptr (TokenClaims) claims =
      token_claims_new ("demo", g_get_real_time () / G_TIME_SPAN_SECOND + 3600);

  claims->uid = g_strdup (uid);
  claims->grants = grants;
  return token_mint (claims, SECRET, NULL);
}

/* Returns: (transfer full) */
static CallAddress *
make_address (Fixture *f, const char *channel, const char *uid, NertcGrants grants)
{
  CallAddress *address = call_address_new ();

  address->server = g_strdup (nertc_test_server_get_uri (f->server));
  address->channel = g_strdup (channel);
  address->uid = g_strdup (uid);
  address->user_name = g_strdup ("Me");
  address->token = mint (uid, grants);
  return address;
}

static void
join (Fixture *f, NertcGrants grants)
{
  g_autoptr (CallAddress) address = make_address (f, "standup", "me", grants);

  call_room_join (f->room, address);
  g_assert_cmpint (call_room_get_state (f->room), ==, CALL_ROOM_JOINING);
  nertc_await (call_room_get_state (f->room) == CALL_ROOM_IN_CALL);
}

/* Somebody else, by a pipeline */
static GstElement *
add_other (Fixture *f, const char *channel, const char *uid, const char *name, NertcGrants grants)
{
  g_autofree char *token = mint (uid, grants);
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *roomsignal = gst_element_factory_make ("roomsignal", "room");

  g_object_set (roomsignal, "server", nertc_test_server_get_uri (f->server), "channel", channel,
                "uid", uid, "user-name", name, "token", token, "listen", channel == NULL, NULL);
  gst_bin_add (GST_BIN (pipeline), roomsignal);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

static NertcRoomState
get_state (GstElement *pipeline)
{
  g_autoptr (GstElement) roomsignal = gst_bin_get_by_name (GST_BIN (pipeline), "room");
  NertcRoomState state;

  g_object_get (roomsignal, "state", &state, NULL);
  return state;
}

static void
remove_other (GstElement *pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

#define DO(pipeline, ...) \
  G_STMT_START \
  { \
    g_autoptr (GstElement) roomsignal = gst_bin_get_by_name (GST_BIN (pipeline), "room"); \
\
    g_signal_emit_by_name (roomsignal, __VA_ARGS__); \
  } \
  G_STMT_END

static guint
count_members (Fixture *f)
{
  return g_list_model_get_n_items (call_room_get_members (f->room));
}

static CallMember *
get_member (Fixture *f, guint position)
{
  g_autoptr (CallMember) member = g_list_model_get_item (call_room_get_members (f->room), position);

  return member;
}

static CallMessage *
get_last_message (Fixture *f)
{
  GListModel *messages = call_room_get_messages (f->room);
  g_autoptr (CallMessage) message =
      g_list_model_get_item (messages, g_list_model_get_n_items (messages) - 1);

  return message;
}

/* Who was there is in the list, who comes and goes is told. */
static void
test_members (Fixture *f, gconstpointer data)
{
  GstElement *ada = add_other (f, "standup", "ada", "Ada", MEMBER), *eve, *bob;
  g_autofree char *link = NULL;

  nertc_await (get_state (ada) == NERTC_ROOM_STATE_CONNECTED);
  eve = add_other (f, "standup", "eve", "Eve", MEMBER);
  nertc_await (get_state (eve) == NERTC_ROOM_STATE_CONNECTED);
  join (f, MEMBER);
  nertc_await (count_members (f) == 3);
  g_assert_true (call_member_is_self (get_member (f, 0)));
  g_assert_cmpstr (call_member_get_uid (get_member (f, 0)), ==, "me");
  g_assert_cmpstr (call_member_get_name (get_member (f, 1)), ==, "Ada");
  g_assert_cmpuint (g_list_model_get_n_items (call_room_get_tiles (f->room)), ==, 3);
  link = call_room_dup_link (f->room);
  g_assert_true (g_str_has_suffix (link, "/standup"));

  bob = add_other (f, "standup", "bob", "", MEMBER);
  nertc_await (count_members (f) == 4 && f->notices->len > 0);
  remove_other (ada);
  nertc_await (count_members (f) == 3 && strstr (f->notices->str, "left"));
  g_assert_cmpstr (f->notices->str, ==, "bob joined\nAda left\n");
  remove_other (bob);
  remove_other (eve);
  call_room_leave (f->room);
  g_assert_cmpuint (count_members (f), ==, 0);
  g_assert_cmpint (call_room_get_state (f->room), ==, CALL_ROOM_ENDED);
  g_assert_null (call_room_get_problem (f->room));
}

static void
test_chat (Fixture *f, gconstpointer data)
{
  GstElement *ada = add_other (f, "standup", "ada", "Ada", MEMBER);
  g_autofree char *long_text = g_strnfill (2000, 'x');
  guint unread;

  join (f, MEMBER);
  nertc_await (count_members (f) == 2);
  DO (ada, "send-message", "Hello <b>", NULL, NULL, NULL);
  /* A notice that Ada joined may be before it. */
  nertc_await (g_list_model_get_n_items (call_room_get_messages (f->room)) > 0 &&
               call_message_get_state (get_last_message (f)) == CALL_MESSAGE_RECEIVED);
  g_assert_cmpstr (call_message_get_text (get_last_message (f)), ==, "Hello <b>");
  g_assert_cmpstr (call_message_get_name (get_last_message (f)), ==, "Ada");
  g_object_get (f->room, "unread", &unread, NULL);
  g_assert_cmpuint (unread, ==, 1);
  call_room_mark_read (f->room);
  g_object_get (f->room, "unread", &unread, NULL);
  g_assert_cmpuint (unread, ==, 0);

  call_room_send_message (f->room, "Hello, Ada");
  nertc_await (call_message_get_state (get_last_message (f)) == CALL_MESSAGE_SENT);
  g_assert_cmpstr (call_message_get_uid (get_last_message (f)), ==, "me");
  call_room_send_message (f->room, long_text);
  nertc_await (call_message_get_state (get_last_message (f)) == CALL_MESSAGE_FAILED);
  remove_other (ada);
}

/* What an administrator has to say is told, and the room can be joined again. */
static void
test_kicked (Fixture *f, gconstpointer data)
{
  GstElement *ada = add_other (f, "standup", "ada", "Ada", ADMIN);

  nertc_await (get_state (ada) == NERTC_ROOM_STATE_CONNECTED);
  join (f, MEMBER);
  call_room_set_published (f->room, FALSE);
  DO (ada, "kick", "me", "Be nice");
  nertc_await (call_room_get_state (f->room) == CALL_ROOM_ENDED);
  g_assert_true (call_room_is_published (f->room));
  g_assert_cmpstr (call_problem_get_text (call_room_get_problem (f->room)), ==,
                   "“Be nice” An administrator ended your membership.");
  g_assert_cmpuint (count_members (f), ==, 0);
  join (f, MEMBER);
  g_assert_null (call_room_get_problem (f->room));
  DO (ada, "close-room", NULL);
  nertc_await (call_room_get_state (f->room) == CALL_ROOM_ENDED);
  g_assert_nonnull (call_room_get_problem (f->room));
  remove_other (ada);
}

static void
test_administrator (Fixture *f, gconstpointer data)
{
  GstElement *ada = add_other (f, "standup", "ada", "Ada", MEMBER);
  gboolean muted = FALSE;

  join (f, ADMIN);
  g_assert_true (call_room_is_admin (f->room));
  nertc_await (count_members (f) == 2);
  call_room_mute_member (f->room, get_member (f, 1), TRUE, FALSE);
  nertc_await ((g_object_get (get_member (f, 1), "audio-muted-by-admin", &muted, NULL), muted));
  call_room_kick (f->room, get_member (f, 1), "Bye");
  nertc_await (count_members (f) == 1);
  nertc_await (get_state (ada) == NERTC_ROOM_STATE_FAILED);
  remove_other (ada);
}

/* What may not be done is told. */
static void
test_no_administrator (Fixture *f, gconstpointer data)
{
  GstElement *ada = add_other (f, "standup", "ada", "Ada", MEMBER);

  join (f, MEMBER);
  g_assert_false (call_room_is_admin (f->room));
  nertc_await (count_members (f) == 2);
  g_string_truncate (f->notices, 0);
  call_room_kick (f->room, get_member (f, 1), NULL);
  nertc_await (f->notices->len > 0);
  g_assert_cmpuint (count_members (f), ==, 2);
  remove_other (ada);
}

/* Who is in no room is called, and goes there. */
static void
test_called (Fixture *f, gconstpointer data)
{
  GstElement *ada = add_other (f, "kitchen", "ada", "Ada", MEMBER);
  g_autoptr (CallAddress) address = make_address (f, NULL, "me", MEMBER);
  CallInvitation *invitation;

  nertc_await (get_state (ada) == NERTC_ROOM_STATE_CONNECTED);
  call_room_listen (f->room, address);
  nertc_await (call_room_get_state (f->room) == CALL_ROOM_LISTENING);
  DO (ada, "invite", "me", "kitchen", "Tea?", 60);
  nertc_await (call_room_get_invitation (f->room) != NULL);
  invitation = call_room_get_invitation (f->room);
  g_assert_cmpstr (call_invitation_get_name (invitation), ==, "Ada");
  g_assert_cmpstr (call_invitation_get_text (invitation), ==, "Tea?");
  call_room_accept_invitation (f->room, invitation);
  nertc_await (call_room_get_state (f->room) == CALL_ROOM_IN_CALL);
  g_assert_null (call_room_get_invitation (f->room));
  g_assert_cmpstr (call_room_get_channel (f->room), ==, "kitchen");
  nertc_await (count_members (f) == 2);
  remove_other (ada);
}

/* From a room into another one: who is there was there before, and what was said here is not said
 * there. */
static void
test_moved (Fixture *f, gconstpointer data)
{
  GstElement *ada = add_other (f, "kitchen", "ada", "Ada", MEMBER);
  GstElement *bob = add_other (f, "kitchen", "bob", "Bob", MEMBER);

  nertc_await (get_state (ada) == NERTC_ROOM_STATE_CONNECTED &&
               get_state (bob) == NERTC_ROOM_STATE_CONNECTED);
  join (f, MEMBER);
  call_room_send_message (f->room, "Is anybody here?");
  nertc_await (call_message_get_state (get_last_message (f)) == CALL_MESSAGE_SENT);
  DO (ada, "invite", "me", "kitchen", NULL, 60);
  nertc_await (call_room_get_invitation (f->room) != NULL);
  call_room_accept_invitation (f->room, call_room_get_invitation (f->room));
  nertc_await (g_strcmp0 (call_room_get_channel (f->room), "kitchen") == 0 &&
               count_members (f) == 3);
  g_assert_cmpuint (g_list_model_get_n_items (call_room_get_messages (f->room)), ==, 0);
  remove_other (bob);
  nertc_await (strstr (f->notices->str, "left"));
  g_assert_cmpstr (f->notices->str, ==, "Bob left\n");
  remove_other (ada);
}

static NertcRoomState
get_own_state (Fixture *f)
{
  NertcRoomState state;

  g_object_get (f->room->roomsignal, "state", &state, NULL);
  return state;
}

static void
note_reconnecting (CallRoom *room, GParamSpec *pspec, gboolean *noted)
{
  *noted |= call_room_get_state (room) == CALL_ROOM_RECONNECTING;
}

/* Who waits to be called is in no call that could be made again. */
static void
test_waits_on (Fixture *f, gconstpointer data)
{
  g_autoptr (CallAddress) address = make_address (f, NULL, "me", MEMBER);
  gboolean reconnecting = FALSE;

  call_room_listen (f->room, address);
  nertc_await (call_room_get_state (f->room) == CALL_ROOM_LISTENING);
  g_signal_connect (f->room, "notify::state", G_CALLBACK (note_reconnecting), &reconnecting);
  nertc_test_server_stop (f->server);
  nertc_await (get_own_state (f) == NERTC_ROOM_STATE_RECONNECTING);
  nertc_test_server_start (f->server);
  nertc_await (get_own_state (f) == NERTC_ROOM_STATE_LISTENING);
  g_signal_handlers_disconnect_by_data (f->room, &reconnecting);
  g_assert_false (reconnecting);
  g_assert_cmpint (call_room_get_state (f->room), ==, CALL_ROOM_LISTENING);
}

static CallInvitationState
get_sent_state (Fixture *f, guint position)
{
  g_autoptr (CallInvitation) invitation =
      g_list_model_get_item (call_room_get_invitations (f->room), position);

  return invitation ? call_invitation_get_state (invitation) : CALL_INVITATION_CALLING;
}

static void
test_calls (Fixture *f, gconstpointer data)
{
  GstElement *ada = add_other (f, NULL, "ada", "Ada", MEMBER);
  g_autoptr (CallInvitation) invitation = NULL;

  nertc_await (get_state (ada) == NERTC_ROOM_STATE_LISTENING);
  join (f, MEMBER);
  call_room_invite (f->room, "nobody", NULL);
  nertc_await (get_sent_state (f, 0) == CALL_INVITATION_FAILED ||
               get_sent_state (f, 0) == CALL_INVITATION_OFFLINE);
  call_room_invite (f->room, "ada", "Come");
  nertc_await (get_sent_state (f, 1) == CALL_INVITATION_RINGING);
  invitation = g_list_model_get_item (call_room_get_invitations (f->room), 1);
  call_room_cancel_invitation (f->room, invitation);
  nertc_await (get_sent_state (f, 1) == CALL_INVITATION_CANCELLED);
  remove_other (ada);
}

/* The connection is made again by itself. */
static void
test_server_restarted (Fixture *f, gconstpointer data)
{
  join (f, MEMBER);
  nertc_test_server_stop (f->server);
  nertc_await (call_room_get_state (f->room) == CALL_ROOM_RECONNECTING);
  g_assert_cmpuint (count_members (f), ==, 1);
  nertc_test_server_start (f->server);
  nertc_await (call_room_get_state (f->room) == CALL_ROOM_IN_CALL);
}

static void
count (CallRoom *room, GParamSpec *pspec, guint *n)
{
  ++*n;
}

/* Also who only wants to be called hears of it, again. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (CallAddress) address = make_address (f, "standup", "me", MEMBER);
  guint ended = 0;

  g_free (address->token);
  address->token = g_strdup ("none");
  call_room_join (f->room, address);
  nertc_await (call_room_get_state (f->room) == CALL_ROOM_ENDED);
  g_assert_nonnull (call_room_get_problem (f->room));
  g_assert_cmpint (call_problem_get_remedy (call_room_get_problem (f->room)), ==,
                   CALL_REMEDY_CHANGE);

  g_signal_connect (f->room, "notify::state", G_CALLBACK (count), &ended);
  call_room_listen (f->room, address);
  g_assert_null (call_room_get_problem (f->room));
  nertc_await (ended > 0);
  g_assert_cmpint (call_room_get_state (f->room), ==, CALL_ROOM_ENDED);
  g_assert_nonnull (call_room_get_problem (f->room));
  g_signal_handlers_disconnect_by_data (f->room, &ended);
}

/* The same uid is free again when the next call begins, and nothing is left of those before. */
static void
test_again_and_again (Fixture *f, gconstpointer data)
{
  guint threads = 0, files = 0;

  for (guint i = 0; i < 10; i++) {
    join (f, MEMBER);
    call_room_leave (f->room);
    if (i == 4) {
      threads = nertc_count_entries ("task");
      files = nertc_count_entries ("fd");
    }
  }
  nertc_await (nertc_count_entries ("task") <= threads + 2);
  nertc_await (nertc_count_entries ("fd") <= files + 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_assert_true (GST_ELEMENT_REGISTER (roomsignal, NULL));
  g_assert_true (GST_ELEMENT_REGISTER (nertcsink, NULL));
  g_assert_true (GST_ELEMENT_REGISTER (nertcsrc, NULL));

#define ADD(name, function) \
  g_test_add ("/call/room/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("members", test_members);
  ADD ("chat", test_chat);
  ADD ("kicked", test_kicked);
  ADD ("administrator", test_administrator);
  ADD ("no-administrator", test_no_administrator);
  ADD ("called", test_called);
  ADD ("moved", test_moved);
  ADD ("waits-on", test_waits_on);
  ADD ("calls", test_calls);
  ADD ("server-restarted", test_server_restarted);
  ADD ("refused", test_refused);
  ADD ("again", test_again_and_again);
  return g_test_run ();
}
