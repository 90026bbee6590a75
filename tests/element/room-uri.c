/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rooms by their address. */
#include "media-fixture.h"

#include <string.h>

static const struct {
  const char *uri;
  const char *wrong; /* a part of what is told */
} bad_uris[] = {
  { "http://h/standup", "http" },
  { "nertc:///standup", "no server" },
  { "nertc://h:99999/standup", "99999" },
  { "nertc://7@h/standup", "uid" },
  { "nertc://h", "no channel" },
  { "nertc://h/", "no channel" },
  { "nertc://h/a/b", "/a/b" },
  { "nertc://h/standup#1", "%23" },
  { "nertc://h/standup?colour=red", "colour" },
  { "nertc://h/standup?channel=other", "channel" },
  { "nertc://h/standup?join-timeout=soon", "soon" },
  { "nertc://h/standup?join-timeout=0", "join-timeout" },
  { "nertc://h/standup?uid", "parameter" },
};

/* Told by who sets the uri, and once more where nobody asked then. */
GST_START_TEST (test_bad_uris)
{
  const char *uri = bad_uris[__i__].uri;
  GstElement *pipeline = room_pipeline_new ("nertcsrc name=them ! fakesink");
  g_autoptr (GstElement) them = media_get (pipeline, "them");
  g_autoptr (GError) error = NULL;

  fail_if (gst_uri_handler_set_uri (GST_URI_HANDLER (them), uri, &error));
  fail_unless (strstr (error->message, bad_uris[__i__].wrong) != NULL, "%s", error->message);
  g_object_set (them, "uri", uri, NULL);
  fail_unless (gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE);
  room_await_error (pipeline, GST_RESOURCE_ERROR_SETTINGS, uri, bad_uris[__i__].wrong,
                    "nertc://127.0.0.1:8980/standup", NULL);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* Addresses are shown, and so must not have a token in them; this one is not shown. */
GST_START_TEST (test_token_in_uri)
{
  static const char *const uris[] = { "nertc://h/standup?uid=7&token=se.cr.et",
                                      "nertc://h/standup?%74oken=se.cr.et",
                                      "nertc://h/a/b?token=se.cr.et" };
  GstElement *pipeline = room_pipeline_new ("nertcsrc name=them ! fakesink");
  g_autoptr (GstElement) them = media_get (pipeline, "them");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  for (guint i = 0; i < G_N_ELEMENTS (uris); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) told = NULL;
    g_autoptr (GstMessage) message = NULL;

    fail_if (gst_uri_handler_set_uri (GST_URI_HANDLER (them), uris[i], &error));
    fail_unless (strstr (error->message, "se.cr.et") == NULL, "%s", error->message);
    g_object_set (them, "uri", uris[i], NULL);
    fail_unless (gst_element_set_state (pipeline, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE);
    message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    gst_message_parse_error (message, &told, NULL);
    fail_unless (strstr (told->message, "se.cr.et") == NULL, "%s", told->message);
    gst_element_set_state (pipeline, GST_STATE_NULL);
  }
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_made_from_uri)
{
  const GstURIType types[] = { GST_URI_SRC, GST_URI_SINK };
  const char *names[] = { "nertcsrc", "nertcsink" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GstElement) element =
        gst_element_make_from_uri (types[i], "nertcs://h/standup?uid=7", NULL, &error);
    g_autofree char *uri = NULL;

    g_assert_no_error (error);
    gst_object_ref_sink (element);
    fail_unless_equals_string (GST_OBJECT_NAME (gst_element_get_factory (element)), names[i]);
    uri = gst_uri_handler_get_uri (GST_URI_HANDLER (element));
    fail_unless_equals_string (uri, "nertcs://h/standup?uid=7");
  }
}
GST_END_TEST

/* “%s” is the server of the test, with a scheme and a path of its own. */
static GstElement *
uri_pipeline_new (const char *description)
{
  g_autoptr (GUri) server =
      g_uri_parse (nertc_test_server_get_uri (room_server), G_URI_FLAGS_NONE, NULL);
  g_autofree char *address =
      g_strdup_printf ("nertc://%s:%d", g_uri_get_host (server), g_uri_get_port (server));
  g_auto (GStrv) parts = g_strsplit (description, "nertc://", -1);
  g_autofree char *whole = g_strjoinv (address, parts);

  return room_pipeline_new (whole);
}

/* What is sent and received under one address is of one member, as often as it joins. */
GST_START_TEST (test_shared)
{
  GstElement *other = room_pipeline_new (MEDIA_ROOM "uid=other");
  GstElement *both = uri_pipeline_new (
      MEDIA_CAMERA "nertcsink uri=nertc:///standup?uid=both nertcsink source=screen name=screen "
                   "uri=nertc:///standup?uid=both videotestsrc is-live=true ! screen. "
                   "nertcsrc uri=nertc:///standup?uid=both ! fakesink");

  room_join (other);
  for (guint i = 0; i < 3; i++) {
    room_join (both);
    room_await_text (other, "member-joined", "uid=(string)both");
    room_await_text (other, "stream-added", "uid=(string)both");
    room_await_text (other, "stream-added", "uid=(string)both");
    gst_element_set_state (both, GST_STATE_READY);
    room_await_text (other, "member-left", "reason=(NertcCloseReason)left");
  }
  room_pipeline_free (both);
  room_pipeline_free (other);
  room_await_rooms (0);
}
GST_END_TEST

/* Each pipeline is a member of its own. */
GST_START_TEST (test_not_shared)
{
  GstElement *camera = uri_pipeline_new (MEDIA_CAMERA "nertcsink uri=nertc:///standup");
  GstElement *viewer =
      uri_pipeline_new ("nertcsrc uri=nertc:///standup subscribe=video ! " MEDIA_PICTURE);
  CallSink picture;

  call_watch (&picture, viewer, "picture", 0);
  call_code_pictures (camera, "camera", CALL_BASE);
  room_join (camera);
  room_join (viewer);
  nertc_await (call_shows (&picture, CALL_BASE));
  room_pipeline_free (camera);
  room_await_text (viewer, "stream-removed", "reason");
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

/* Names are percent-encoded; any setting of roomsignal may be there. */
GST_START_TEST (test_parameters)
{
  GstElement *other = room_pipeline_new ("roomsignal server=%s channel=\"a b#c\"");
  GstElement *member = uri_pipeline_new (
      "nertcsrc uri=\"nertc:///a%20b%23c?uid=7%208&user-name=Ada%20%26%20Bob&join-timeout=9000\" "
      "! fakesink");

  room_join (other);
  room_join (member);
  room_await_text (other, "member-joined",
                   "uid=(string)\"7\\ 8\", user-name=(string)\"Ada\\ \\&\\ Bob\"");
  room_pipeline_free (member);
  room_pipeline_free (other);
}
GST_END_TEST

GST_START_TEST (test_the_room_comes_first)
{
  GstElement *pipeline = room_pipeline_new (
      "roomsignal name=here server=%s channel=standup uid=here " MEDIA_CAMERA
      "nertcsink room=here stream-id=door uri=nertc://127.0.0.1:9/standup?join-timeout=1");
  g_autoptr (MediaMember) member = media_member_new ();

  room_start (pipeline);
  fail_unless_equals_string (nertc_stream_get_uid (media_member_get_stream (member)), "here");
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* A join that fails is an error of the pipeline, as it is with a roomsignal. */
GST_START_TEST (test_no_server)
{
  const char *uris[] = { "nertc://127.0.0.1:9", "nertcs://127.0.0.1:9", "nertc://[::1]:9" };
  const char *servers[] = { "ws://127.0.0.1:9/room", "wss://127.0.0.1:9/room",
                            "ws://[::1]:9/room" };

  for (guint i = 0; i < G_N_ELEMENTS (uris); i++) {
    g_autofree char *line =
        g_strdup_printf ("nertcsrc uri=%s/standup?join-timeout=100 ! fakesink", uris[i]);
    GstElement *pipeline = room_pipeline_new (line);

    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    room_await_error (pipeline, GST_RESOURCE_ERROR_OPEN_READ_WRITE, servers[i], NULL);
    room_pipeline_free (pipeline);
  }
}
GST_END_TEST

static Suite *
room_uri_suite (void)
{
  Suite *suite = suite_create ("room-uri");
  TCase *tcase = tcase_create ("room-uri");

  tcase_add_checked_fixture (tcase, call_start, room_server_free);
  tcase_set_timeout (tcase, 60);
  tcase_add_loop_test (tcase, test_bad_uris, 0, G_N_ELEMENTS (bad_uris));
  tcase_add_test (tcase, test_token_in_uri);
  tcase_add_test (tcase, test_made_from_uri);
  tcase_add_test (tcase, test_shared);
  tcase_add_test (tcase, test_not_shared);
  tcase_add_test (tcase, test_parameters);
  tcase_add_test (tcase, test_the_room_comes_first);
  tcase_add_test (tcase, test_no_server);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (room_uri)
