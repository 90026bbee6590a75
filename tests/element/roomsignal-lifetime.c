/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who lives how long: the element, its room and the thread of the room. */
#include "roomsignal-fixture.h"
#include "roomsignal-proxy.h"

#define LINE "roomsignal name=signal channel=standup server=%s "

/* A server that takes connections and never says a word */
static GSocketListener *
listen_in_silence (char **uri)
{
  GSocketListener *listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  fail_unless (port != 0);
  *uri = g_strdup_printf ("ws://127.0.0.1:%u/room", port);
  return listener;
}

static GstElement *
new_signal (const char *uri)
{
  GstElement *signal = gst_element_factory_make ("roomsignal", "signal");

  g_object_set (signal, "channel", "standup", "server", uri, NULL);
  return gst_object_ref_sink (signal);
}

static void
join_and_leave (GstElement *pipeline)
{
  room_join (pipeline);
  gst_element_set_state (pipeline, GST_STATE_READY);
  room_await_state (pipeline, "disconnected");
}

GST_START_TEST (test_join_and_leave_again_and_again)
{
  GstElement *pipeline = room_pipeline_new (LINE);
  guint threads, files;

  join_and_leave (pipeline);
  threads = room_count_threads ();
  files = room_count_files ();
  for (guint i = 0; i < 50; i++)
    join_and_leave (pipeline);
  fail_unless_equals_int (room_count_threads (), threads);
  fail_unless_equals_int (room_count_files (), files);
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_new_elements_again_and_again)
{
  guint threads, files;

  room_warm_up ();
  threads = room_count_threads ();
  files = room_count_files ();
  for (guint i = 0; i < 50; i++) {
    GstElement *pipeline = room_pipeline_new (LINE);

    room_join (pipeline);
    room_pipeline_free (pipeline);
  }
  room_await_rooms (0);
  fail_unless_equals_int (room_count_threads (), threads);
  fail_unless_equals_int (room_count_files (), files);
}
GST_END_TEST

/* The leave is with the server before the state change is over. */
GST_START_TEST (test_leave_is_written)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new (LINE "uid=two");

  room_join (pipeline);
  room_join (other);
  room_await_text (pipeline, "member-joined", "two");
  room_pipeline_free (other);
  room_await_text (pipeline, "member-left", "reason=(NertcCloseReason)left");
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* A server that hangs holds up neither the way up nor the way down. */
GST_START_TEST (test_silent_server_blocks_nothing)
{
  g_autofree char *uri = NULL;
  G_GNUC_UNUSED g_autoptr (GSocketListener) listener = listen_in_silence (&uri);
  g_autoptr (GstElement) signal = new_signal (uri);
  gint64 start = g_get_monotonic_time ();

  fail_unless (gst_element_set_state (signal, GST_STATE_PLAYING) == GST_STATE_CHANGE_SUCCESS);
  fail_unless (room_took_less (start, 0.5));
  fail_unless (gst_element_set_state (signal, GST_STATE_NULL) == GST_STATE_CHANGE_SUCCESS);
  fail_unless (room_took_less (start, 1));
}
GST_END_TEST

static GstElement *
join_through (RoomProxy *proxy)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  g_autoptr (GstElement) signal = new_signal (room_proxy_get_uri (proxy));

  gst_bin_add (GST_BIN (pipeline), signal);
  room_join (pipeline);
  return pipeline;
}

/* The application waits a quarter of a second, and hears that the server does not know. */
GST_START_TEST (test_leave_while_the_network_hangs)
{
  RoomProxy *proxy = room_proxy_new (nertc_test_server_get_uri (room_server));
  GstElement *pipeline = join_through (proxy);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) warning = NULL;
  gint64 start;

  room_proxy_hang (proxy, TRUE);
  start = g_get_monotonic_time ();
  fail_unless (gst_element_set_state (pipeline, GST_STATE_READY) == GST_STATE_CHANGE_SUCCESS);
  fail_unless (room_took_less (start, 1));
  message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND, GST_MESSAGE_WARNING);
  fail_unless (message != NULL);
  gst_message_parse_warning (message, &warning, NULL);
  fail_unless (strstr (warning->message, "did not answer the leave") != NULL, "%s",
               warning->message);

  room_pipeline_free (pipeline);
  room_proxy_free (proxy);
  /* Messages hold on to who sent them. */
  g_clear_pointer (&message, gst_message_unref);
  gst_bus_set_flushing (bus, TRUE);
  room_await_rooms (0);
}
GST_END_TEST

/* There is nobody to tell, so nothing is waited for; the next join is like any other. */
GST_START_TEST (test_leave_while_reconnecting)
{
  GstElement *pipeline = room_pipeline_new (LINE);
  gint64 start;

  room_join (pipeline);
  nertc_test_server_stop (room_server);
  room_await_state (pipeline, "reconnecting");
  start = g_get_monotonic_time ();
  fail_unless (gst_element_set_state (pipeline, GST_STATE_READY) == GST_STATE_CHANGE_SUCCESS);
  fail_unless (room_took_less (start, 1));
  nertc_test_server_start (room_server);
  room_join (pipeline);
  room_pipeline_free (pipeline);
  room_await_rooms (0);
}
GST_END_TEST

GST_START_TEST (test_dispose_in_every_state)
{
  static const GstState states[] = { GST_STATE_NULL, GST_STATE_READY, GST_STATE_PAUSED,
                                     GST_STATE_PLAYING };
  g_autofree char *silent = NULL;
  G_GNUC_UNUSED g_autoptr (GSocketListener) listener = listen_in_silence (&silent);
  const char *uris[] = { nertc_test_server_get_uri (room_server), silent, "ws://127.0.0.1:1/room" };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    for (guint k = 0; k < G_N_ELEMENTS (uris); k++) {
      g_autoptr (GstElement) signal = new_signal (uris[k]);

      gst_element_set_state (signal, states[i]);
      g_object_set (signal, "user-name", "Ada", NULL);
      gst_element_set_state (signal, GST_STATE_NULL);
    }
  }
  room_await_rooms (0);
}
GST_END_TEST

GST_START_TEST (test_dispose_after_failure)
{
  GstElement *pipeline =
      room_pipeline_new ("roomsignal channel=standup server=ws://127.0.0.1:1/room");

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  room_await_error (pipeline, GST_RESOURCE_ERROR_OPEN_READ_WRITE, NULL);
  room_pipeline_free (pipeline);
  room_await_rooms (0);
}
GST_END_TEST

GST_START_TEST (test_dispose_while_reconnecting)
{
  GstElement *pipeline = room_pipeline_new (LINE);

  room_join (pipeline);
  nertc_test_server_stop (room_server);
  room_await_state (pipeline, "reconnecting");
  room_pipeline_free (pipeline);
  room_await_rooms (0);
}
GST_END_TEST

static void
on_finalized (gpointer done, GObject *gone)
{
  g_atomic_int_set ((int *) done, TRUE);
}

static NertcRoom *
outlive_element (void)
{
  g_autoptr (GstElement) signal = new_signal (nertc_test_server_get_uri (room_server));
  NertcRoom *room;
  int gone = FALSE;

  g_object_get (signal, "room", &room, NULL);
  gst_element_set_state (signal, GST_STATE_PLAYING);
  gst_element_set_state (signal, GST_STATE_NULL);
  g_object_weak_ref (G_OBJECT (signal), on_finalized, &gone);
  g_clear_pointer (&signal, gst_object_unref);
  nertc_await (g_atomic_int_get (&gone));
  room_await_rooms (1);
  return room;
}

GST_START_TEST (test_room_outlives_element)
{
  g_object_unref (outlive_element ());
  room_await_rooms (0);
}
GST_END_TEST

static gboolean
do_nothing (gpointer data)
{
  return G_SOURCE_REMOVE;
}

GST_START_TEST (test_room_ends_in_its_own_thread)
{
  NertcRoom *room = outlive_element ();

  g_main_context_invoke_full (nertc_room_get_context (room), G_PRIORITY_DEFAULT, do_nothing, room,
                              g_object_unref);
  room_await_rooms (0);
}
GST_END_TEST

enum { GOES_ON, STOPPED, STOPPED_LATE };

static void
stop (GstElement *signal, const char *uid, const char *user_name, const char *user_data,
      int *stopped)
{
  gint64 start = g_get_monotonic_time ();

  gst_element_set_state (signal, GST_STATE_NULL);
  g_atomic_int_set (stopped, room_took_less (start, 0.5) ? STOPPED : STOPPED_LATE);
}

/* It must not wait for itself. */
GST_START_TEST (test_stopped_by_a_signal_handler)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new (LINE "uid=two");
  g_autoptr (GstElement) signal = gst_bin_get_by_name (GST_BIN (pipeline), "signal");
  int stopped = GOES_ON;

  g_signal_connect (signal, "member-joined", G_CALLBACK (stop), &stopped);
  room_join (other);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  nertc_await (g_atomic_int_get (&stopped) != GOES_ON);
  fail_unless (g_atomic_int_get (&stopped) == STOPPED);
  room_await_text (other, "member-left", "reason=(NertcCloseReason)left");
  room_pipeline_free (pipeline);
  room_pipeline_free (other);
}
GST_END_TEST

static void
join_again (GstElement *signal, const char *uid, const char *user_name, const char *user_data,
            gpointer unused)
{
  g_signal_handlers_disconnect_by_func (signal, join_again, NULL);
  gst_element_set_state (signal, GST_STATE_READY);
  g_object_set (signal, "uid", "again", NULL);
  gst_element_set_state (signal, GST_STATE_PLAYING);
}

/* The leave is under way while it joins again, and the room could not take a new uid yet. */
GST_START_TEST (test_joined_again_by_a_signal_handler)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new (LINE "uid=two");
  g_autoptr (GstElement) signal = gst_bin_get_by_name (GST_BIN (pipeline), "signal");

  room_join (pipeline);
  g_signal_connect (signal, "member-joined", G_CALLBACK (join_again), NULL);
  gst_element_set_state (other, GST_STATE_PLAYING);
  room_await_text (other, "member-joined", "one");
  room_await_text (other, "member-joined", "again");
  room_pipeline_free (pipeline);
  room_pipeline_free (other);
}
GST_END_TEST

GST_START_TEST (test_stays_away)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new (LINE "uid=two");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  join_and_leave (pipeline);
  join_and_leave (other);
  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT))) {
    fail_if (gst_message_has_name (message, "state-changed"));
    gst_message_unref (message);
  }
  room_pipeline_free (other);
  room_pipeline_free (pipeline);
}
GST_END_TEST

static Suite *
roomsignal_lifetime_suite (void)
{
  Suite *suite = suite_create ("roomsignal-lifetime");
  TCase *tcase = tcase_create ("lifetime");

  tcase_set_timeout (tcase, 0); /* whatever waits has a watchdog of its own */
  tcase_add_checked_fixture (tcase, room_server_start, room_server_free);
  tcase_add_test (tcase, test_join_and_leave_again_and_again);
  tcase_add_test (tcase, test_new_elements_again_and_again);
  tcase_add_test (tcase, test_leave_is_written);
  tcase_add_test (tcase, test_silent_server_blocks_nothing);
  tcase_add_test (tcase, test_leave_while_the_network_hangs);
  tcase_add_test (tcase, test_joined_again_by_a_signal_handler);
  tcase_add_test (tcase, test_stays_away);
  tcase_add_test (tcase, test_dispose_in_every_state);
  tcase_add_test (tcase, test_dispose_after_failure);
  tcase_add_test (tcase, test_leave_while_reconnecting);
  tcase_add_test (tcase, test_dispose_while_reconnecting);
  tcase_add_test (tcase, test_room_outlives_element);
  tcase_add_test (tcase, test_room_ends_in_its_own_thread);
  tcase_add_test (tcase, test_stopped_by_a_signal_handler);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (roomsignal_lifetime)
