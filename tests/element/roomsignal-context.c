/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How elements find the room of a roomsignal. */
#include "roomsignal-fixture.h"

static NertcRoom *
get_room (GstElement *pipeline, const char *name)
{
  g_autoptr (GstElement) roomsignal = gst_bin_get_by_name (GST_BIN (pipeline), name);
  NertcRoom *room;

  g_object_get (roomsignal, "room", &room, NULL);
  g_object_unref (room); /* the element holds it */
  return room;
}

static RoomUser *
get_user (GstElement *pipeline, const char *name)
{
  GstElement *user = gst_bin_get_by_name (GST_BIN (pipeline), name);

  fail_unless (user != NULL);
  gst_object_unref (user); /* the pipeline holds it */
  return ROOM_USER (user);
}

static void
fail_to_start (GstElement *pipeline)
{
  fail_unless (gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE);
}

#define SIGNAL(name) "roomsignal channel=standup server=%s name=" name " "
#define USER(name) "roomuser name=" name " "

static const char *const lines[] = {
  SIGNAL ("signal") USER ("user"),
  USER ("user") SIGNAL ("signal"),
  "( " USER ("user") ") " SIGNAL ("signal"),
  SIGNAL ("signal") "( " USER ("user") ") ",
  "( " SIGNAL ("signal") ") " USER ("user"),
  USER ("user") "( " SIGNAL ("signal") ") ",
  "( " SIGNAL ("signal") ") ( " USER ("user") ") ",
  "( ( " USER ("user") ") ( ( " SIGNAL ("signal") ") ) ) ",
};

/* A bin starts its sinks first, then what has no pads, then its sources. */
static const GstElementFlags roles[] = { 0, GST_ELEMENT_FLAG_SINK, GST_ELEMENT_FLAG_SOURCE };

GST_START_TEST (test_every_order)
{
  GstElement *pipeline = room_pipeline_new (lines[__i__ % G_N_ELEMENTS (lines)]);
  RoomUser *user = get_user (pipeline, "user");

  GST_OBJECT_FLAG_SET (user, roles[__i__ / G_N_ELEMENTS (lines)]);
  for (guint i = 0; i < 3; i++) {
    room_start (pipeline);
    fail_unless (user->found == get_room (pipeline, "signal"));
    gst_element_set_state (pipeline, i == 1 ? GST_STATE_READY : GST_STATE_NULL);
    fail_unless (user->found == NULL);
  }
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_added_while_playing)
{
  GstElement *pipeline = room_pipeline_new (SIGNAL ("signal"));
  GstElement *user = gst_element_factory_make ("roomuser", NULL);

  room_start (pipeline);
  gst_bin_add (GST_BIN (pipeline), user);
  fail_unless (gst_element_sync_state_with_parent (user));
  fail_unless (ROOM_USER (user)->found == get_room (pipeline, "signal"));
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_both_added_while_playing)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *whole = room_pipeline_new (SIGNAL ("signal") USER ("user"));

  room_start (pipeline);
  gst_bin_add (GST_BIN (pipeline), whole);
  fail_unless (gst_element_sync_state_with_parent (whole));
  fail_unless (get_user (pipeline, "user")->found == get_room (pipeline, "signal"));
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* The bin of a roomsignal that is ready already has not seen its messages. */
GST_START_TEST (test_ready_before_added)
{
  GstElement *pipeline = room_pipeline_new (USER ("user"));
  GstElement *signal = gst_element_factory_make ("roomsignal", "signal");

  g_object_set (signal, "channel", "standup", "server", nertc_test_server_get_uri (room_server),
                NULL);
  gst_element_set_state (signal, GST_STATE_READY);
  gst_bin_add (GST_BIN (pipeline), signal);
  room_start (pipeline);
  fail_unless (get_user (pipeline, "user")->found == get_room (pipeline, "signal"));
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_none)
{
  GstElement *pipeline = room_pipeline_new (USER ("user"));

  fail_to_start (pipeline);
  room_await_error (pipeline, GST_RESOURCE_ERROR_NOT_FOUND, "no roomsignal is in the pipeline",
                    "gst-launch-1.0 roomsignal channel=standup", NULL);
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_several_by_name)
{
  GstElement *pipeline = room_pipeline_new (USER ("one room=first") SIGNAL ("first")
                                                SIGNAL ("second") USER ("two room=second"));

  room_start (pipeline);
  fail_unless (get_user (pipeline, "one")->found == get_room (pipeline, "first"));
  fail_unless (get_user (pipeline, "two")->found == get_room (pipeline, "second"));
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_several_without_name)
{
  GstElement *pipeline = room_pipeline_new (SIGNAL ("first") SIGNAL ("second") USER ("user"));

  fail_to_start (pipeline);
  room_await_error (pipeline, GST_RESOURCE_ERROR_SETTINGS, "several", "“first”", "“second”", NULL);
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_unknown_name)
{
  GstElement *pipeline =
      room_pipeline_new (SIGNAL ("first") SIGNAL ("second") USER ("user room=third"));

  fail_to_start (pipeline);
  room_await_error (pipeline, GST_RESOURCE_ERROR_NOT_FOUND, "no roomsignal “third”", "“first”",
                    "“second”", NULL);
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_name_without_any)
{
  GstElement *pipeline = room_pipeline_new (USER ("user room=third"));

  fail_to_start (pipeline);
  room_await_error (pipeline, GST_RESOURCE_ERROR_NOT_FOUND, "“third”", "gst-launch-1.0", NULL);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* Each bin with a roomsignal of its own is a call of its own. */
GST_START_TEST (test_nearest_bin)
{
  GstElement *pipeline =
      room_pipeline_new ("( " SIGNAL ("first") USER ("one") ") ( " SIGNAL ("second")
                             USER ("two") ") "
                                          "( " USER ("three room=second") ") ");

  room_start (pipeline);
  fail_unless (get_user (pipeline, "one")->found == get_room (pipeline, "first"));
  fail_unless (get_user (pipeline, "two")->found == get_room (pipeline, "second"));
  fail_unless (get_user (pipeline, "three")->found == get_room (pipeline, "second"));
  room_pipeline_free (pipeline);
}
GST_END_TEST

static void
remove_and_free (GstElement *pipeline, const char *name)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  gst_bin_remove (GST_BIN (pipeline), element);
  gst_element_set_state (element, GST_STATE_NULL);
}

static void
add_user_and_sync (GstElement *pipeline, gboolean works)
{
  GstElement *user = gst_element_factory_make ("roomuser", "late");

  gst_bin_add (GST_BIN (pipeline), user);
  fail_unless (gst_element_sync_state_with_parent (user) == works);
}

GST_START_TEST (test_removed_one_counts_no_more)
{
  GstElement *pipeline =
      room_pipeline_new (SIGNAL ("first") SIGNAL ("second") USER ("user room=first"));

  room_start (pipeline);
  remove_and_free (pipeline, "second");
  add_user_and_sync (pipeline, TRUE);
  fail_unless (get_user (pipeline, "late")->found == get_room (pipeline, "first"));
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_one_set_to_null_counts_no_more)
{
  GstElement *pipeline = room_pipeline_new (SIGNAL ("first") SIGNAL ("second"));
  g_autoptr (GstElement) second = NULL;

  room_start (pipeline);
  second = gst_bin_get_by_name (GST_BIN (pipeline), "second");
  gst_element_set_locked_state (second, TRUE);
  gst_element_set_state (second, GST_STATE_NULL);
  add_user_and_sync (pipeline, TRUE);
  fail_unless (get_user (pipeline, "late")->found == get_room (pipeline, "first"));
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* It still runs, but elsewhere. */
GST_START_TEST (test_moved_one_counts_no_more)
{
  GstElement *pipeline = room_pipeline_new (SIGNAL ("moved") SIGNAL ("stays"));
  GstElement *elsewhere = gst_pipeline_new (NULL);
  g_autoptr (GstElement) moved = gst_bin_get_by_name (GST_BIN (pipeline), "moved");

  room_start (pipeline);
  room_start (elsewhere);
  gst_bin_remove (GST_BIN (pipeline), moved);
  gst_bin_add (GST_BIN (elsewhere), moved);
  add_user_and_sync (pipeline, TRUE);
  fail_unless (get_user (pipeline, "late")->found == get_room (pipeline, "stays"));
  add_user_and_sync (elsewhere, TRUE);
  fail_unless (get_user (elsewhere, "late")->found == get_room (elsewhere, "moved"));
  room_pipeline_free (elsewhere);
  room_pipeline_free (pipeline);
}
GST_END_TEST

static void
drop_messages (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
}

/* Neither the contexts that the bins keep nor anything else may hold on to it. */
GST_START_TEST (test_removed_one_is_freed)
{
  GstElement *pipeline = room_pipeline_new (SIGNAL ("first") USER ("user"));

  room_start (pipeline);
  for (guint i = 0; i < 5; i++) {
    GstElement *signal = gst_element_factory_make ("roomsignal", NULL);

    g_object_set (signal, "channel", "standup", "server", nertc_test_server_get_uri (room_server),
                  NULL);
    gst_bin_add (GST_BIN (pipeline), gst_object_ref (signal));
    fail_unless (gst_element_sync_state_with_parent (signal));
    gst_bin_remove (GST_BIN (pipeline), signal);
    gst_element_set_state (signal, GST_STATE_NULL);
    gst_object_unref (signal);
  }
  drop_messages (pipeline);
  room_await_rooms (1);
  room_pipeline_free (pipeline);
  room_await_rooms (0);
}
GST_END_TEST

GST_START_TEST (test_room_object_comes_first)
{
  GstElement *pipeline =
      room_pipeline_new (SIGNAL ("first") SIGNAL ("second") USER ("user room=first"));
  RoomUser *user = get_user (pipeline, "user");

  user->room_object = g_object_ref (get_room (pipeline, "second"));
  room_start (pipeline);
  fail_unless (user->found == user->room_object);
  room_pipeline_free (pipeline);
}
GST_END_TEST

static void
give_room (GstElement *pipeline, const char *type, const char *name, NertcRoom *room)
{
  g_autoptr (GstContext) context = gst_context_new (type, FALSE);

  gst_structure_set (gst_context_writable_structure (context), "name", G_TYPE_STRING, name, "room",
                     NERTC_TYPE_ROOM, room, NULL);
  gst_element_set_context (pipeline, context);
}

GST_START_TEST (test_room_of_the_application)
{
  GstElement *pipeline = room_pipeline_new (USER ("one") USER ("two room=mine"));
  g_autoptr (NertcRoom) room = nertc_room_new (NULL, "standup");

  give_room (pipeline, "nertc.room", "mine", room);
  give_room (pipeline, "nertc.room:mine", "mine", room);
  room_start (pipeline);
  fail_unless (get_user (pipeline, "one")->found == room);
  fail_unless (get_user (pipeline, "two")->found == room);
  room_pipeline_free (pipeline);
}
GST_END_TEST

static GstBusSyncReply
answer_need_context (GstBus *bus, GstMessage *message, gpointer room)
{
  const char *type;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_NEED_CONTEXT) {
    gst_message_parse_context_type (message, &type);
    give_room (GST_ELEMENT (GST_MESSAGE_SRC (message)), type, "mine", room);
  }
  return GST_BUS_PASS;
}

GST_START_TEST (test_application_answers)
{
  GstElement *pipeline = room_pipeline_new (USER ("one") USER ("two room=mine"));
  g_autoptr (NertcRoom) room = nertc_room_new (NULL, "standup");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_bus_set_sync_handler (bus, answer_need_context, room, NULL);
  room_start (pipeline);
  fail_unless (get_user (pipeline, "one")->found == room);
  fail_unless (get_user (pipeline, "two")->found == room);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* The application hands the context of one pipeline to another. */
GST_START_TEST (test_two_pipelines)
{
  GstElement *pipeline = room_pipeline_new (SIGNAL ("signal"));
  GstElement *other = room_pipeline_new (USER ("user"));
  g_autoptr (GstContext) context = NULL;

  room_start (pipeline);
  context = gst_element_get_context (pipeline, "nertc.room");
  gst_element_set_context (other, context);
  room_start (other);
  fail_unless (get_user (other, "user")->found == get_room (pipeline, "signal"));
  room_pipeline_free (other);
  room_pipeline_free (pipeline);
}
GST_END_TEST

static Suite *
roomsignal_context_suite (void)
{
  Suite *suite = suite_create ("roomsignal-context");
  TCase *tcase = tcase_create ("context");

  tcase_set_timeout (tcase, 0); /* whatever waits has a watchdog of its own */
  tcase_add_checked_fixture (tcase, room_server_start, room_server_free);
  tcase_add_loop_test (tcase, test_every_order, 0, G_N_ELEMENTS (lines) * G_N_ELEMENTS (roles));
  tcase_add_test (tcase, test_added_while_playing);
  tcase_add_test (tcase, test_both_added_while_playing);
  tcase_add_test (tcase, test_ready_before_added);
  tcase_add_test (tcase, test_none);
  tcase_add_test (tcase, test_several_by_name);
  tcase_add_test (tcase, test_several_without_name);
  tcase_add_test (tcase, test_unknown_name);
  tcase_add_test (tcase, test_name_without_any);
  tcase_add_test (tcase, test_nearest_bin);
  tcase_add_test (tcase, test_removed_one_counts_no_more);
  tcase_add_test (tcase, test_one_set_to_null_counts_no_more);
  tcase_add_test (tcase, test_moved_one_counts_no_more);
  tcase_add_test (tcase, test_removed_one_is_freed);
  tcase_add_test (tcase, test_room_object_comes_first);
  tcase_add_test (tcase, test_room_of_the_application);
  tcase_add_test (tcase, test_application_answers);
  tcase_add_test (tcase, test_two_pipelines);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (roomsignal_context)
