/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How roomsignals invite one another, and go into a room together. */
#include "roomsignal-fixture.h"

#define IN "roomsignal name=signal server=%s channel=standup "
#define OUT "roomsignal name=signal server=%s listen=true "

static GstElement *
get_signal (GstElement *pipeline)
{
  GstElement *signal = gst_bin_get_by_name (GST_BIN (pipeline), "signal");

  gst_object_unref (signal); /* the pipeline holds it */
  return signal;
}

static GstElement *
listen_as (const char *description)
{
  GstElement *pipeline = room_pipeline_new (description);

  room_start (pipeline);
  room_await_state (pipeline, "listening");
  return pipeline;
}

static void
invite (GstElement *pipeline, const char *uid, const char *channel)
{
  g_signal_emit_by_name (get_signal (pipeline), "invite", uid, channel, "Hungry?", 0);
}

/* Waits until an invitation is @state; it may have been others on the way. */
static void
await_invitation (GstElement *pipeline, const char *state)
{
  g_autofree char *part = g_strconcat ("state=(NertcInvitationState)", state, ",", NULL);
  g_autofree char *text = room_await (pipeline, "invitation-updated");

  while (!strstr (text, part)) {
    g_free (text);
    text = room_await (pipeline, "invitation-updated");
  }
}

static void
expect_channel (GstElement *pipeline, const char *channel)
{
  g_autofree char *value = NULL;

  g_object_get (get_signal (pipeline), "channel", &value, NULL);
  fail_unless_equals_string (value, channel);
}

/* Both wait outside, and end up in the room that the invitation made. */
GST_START_TEST (test_accept)
{
  GstElement *one = listen_as (OUT "uid=one user-name=Ada");
  GstElement *two = listen_as (OUT "uid=two");
  g_autofree char *channel = NULL;

  invite (one, "two", NULL);
  await_invitation (one, "calling");
  room_await_text (two, "invited", "uid=(string)one, user-name=(string)Ada");
  await_invitation (one, "ringing");
  g_signal_emit_by_name (get_signal (two), "accept-invitation", NULL);
  await_invitation (two, "accepted");
  await_invitation (one, "accepted");
  room_await_text (one, "member-joined", "uid=(string)two");
  room_await_text (two, "member-joined", "uid=(string)one");
  g_object_get (get_signal (one), "channel", &channel, NULL);
  expect_channel (two, channel);

  /* To hang up is to be reachable again. */
  g_object_set (get_signal (two), "channel", NULL, NULL);
  room_await_state (two, "listening");
  room_await_text (one, "member-left", "uid=(string)two");
  room_pipeline_free (one);
  room_pipeline_free (two);
}
GST_END_TEST

GST_START_TEST (test_reject_and_cancel)
{
  GstElement *one = room_pipeline_new (IN "uid=one");
  GstElement *two = listen_as (OUT "uid=two");

  room_join (one);
  invite (one, "two", "standup");
  room_await_text (two, "invited", "channel=(string)standup");
  g_signal_emit_by_name (get_signal (two), "reject-invitation", "", TRUE);
  await_invitation (one, "busy");

  invite (one, "two", "standup");
  room_await_text (two, "invited", "channel=(string)standup");
  g_signal_emit_by_name (get_signal (one), "cancel-invitation", NULL);
  await_invitation (two, "cancelled");
  expect_channel (one, "standup");
  expect_channel (two, NULL);
  room_pipeline_free (one);
  room_pipeline_free (two);
}
GST_END_TEST

/* A robot takes the first call, is busy for the next one, and waits again when it is alone. */
GST_START_TEST (test_auto_answer)
{
  GstElement *one = room_pipeline_new (IN "uid=one");
  GstElement *robot = listen_as (OUT "uid=robot auto-answer=true");

  room_join (one);
  invite (one, "robot", "standup");
  room_await_text (one, "member-joined", "uid=(string)robot");
  room_await_text (robot, "member-joined", "uid=(string)one");
  invite (one, "robot", "elsewhere");
  await_invitation (one, "busy");
  expect_channel (robot, "standup");

  gst_element_set_state (one, GST_STATE_READY);
  room_await_state (robot, "listening");
  expect_channel (robot, NULL);
  room_pipeline_free (one);
  room_pipeline_free (robot);
}
GST_END_TEST

static void
go_to_the_office (GstElement *signal, const char *uid, NertcCloseReason reason, gpointer data)
{
  g_object_set (signal, "channel", "office", NULL);
}

/* Where the application has a room for when the others have left, it is that. */
GST_START_TEST (test_auto_answer_elsewhere)
{
  GstElement *one = room_pipeline_new (IN "uid=one");
  GstElement *robot = room_pipeline_new (OUT "uid=robot auto-answer=true channel=standup");

  g_signal_connect (get_signal (robot), "member-left", G_CALLBACK (go_to_the_office), NULL);
  room_join (one);
  room_join (robot);
  room_await_text (robot, "member-joined", "uid=(string)one");
  gst_element_set_state (one, GST_STATE_READY);
  room_await_state (robot, "disconnecting");
  room_await_state (robot, "connected");
  expect_channel (robot, "office");
  room_pipeline_free (one);
  room_pipeline_free (robot);
}
GST_END_TEST

static void
await_warning (GstElement *pipeline, const char *part)
{
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
      GST_ELEMENT_BUS (pipeline), 20 * GST_SECOND * (guint) nertc_get_patience (),
      GST_MESSAGE_WARNING);
  g_autoptr (GError) warning = NULL;

  fail_unless (message != NULL, "no warning came");
  gst_message_parse_warning (message, &warning, NULL);
  fail_unless (strstr (warning->message, part) != NULL, "%s", warning->message);
}

GST_START_TEST (test_warnings)
{
  GstElement *one = room_pipeline_new (IN "uid=one");

  room_join (one);
  invite (one, "nobody", NULL);
  await_warning (one, "Nobody is connected as ‘nobody’");
  g_signal_emit_by_name (get_signal (one), "accept-invitation", "nothing");
  await_warning (one, "There is no invitation “nothing”");
  g_signal_emit_by_name (get_signal (one), "accept-invitation", "\xff");
  await_warning (one, "There is no invitation “\xef\xbf\xbd”");
  g_signal_emit_by_name (get_signal (one), "invite", "nobody", NULL, "\xf0", 0);
  await_warning (one, "is not UTF-8");
  room_pipeline_free (one);
}
GST_END_TEST

GST_START_TEST (test_listen_needs_a_uid)
{
  GstElement *pipeline = room_pipeline_new (OUT);

  room_start (pipeline);
  room_await_error (pipeline, GST_RESOURCE_ERROR_SETTINGS, "Not listening for invitations", "uid",
                    NULL);
  room_pipeline_free (pipeline);
}
GST_END_TEST

static Suite *
invitations_suite (void)
{
  Suite *suite = suite_create ("roomsignal-invitations");
  TCase *tcase = tcase_create ("invitations");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 60);
  tcase_add_checked_fixture (tcase, room_server_start, room_server_free);
  tcase_add_test (tcase, test_accept);
  tcase_add_test (tcase, test_reject_and_cancel);
  tcase_add_test (tcase, test_auto_answer);
  tcase_add_test (tcase, test_auto_answer_elsewhere);
  tcase_add_test (tcase, test_warnings);
  tcase_add_test (tcase, test_listen_needs_a_uid);
  return suite;
}

ROOM_TEST_MAIN (invitations)
