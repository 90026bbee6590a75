/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the ends of a membership read as element errors. */
#include <gst/check/gstcheck.h>
#include <nertc.h>

#include "gstroomerror.h"

static GstMessage *
post (const GError *error, NertcCloseReason reason)
{
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (NertcRoom) room = nertc_room_new ("ws://here/room", "standup");

  gst_room_error_post (pipeline, room, error, reason);
  return gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
}

static void
expect (const GError *problem, NertcCloseReason reason, GstResourceError code, const char *text)
{
  g_autoptr (GstMessage) message = post (problem, reason);
  g_autoptr (GError) error = NULL;
  const GstStructure *details;
  int problem_code = 0;

  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (error->domain == GST_RESOURCE_ERROR);
  fail_unless_equals_int (error->code, code);
  fail_unless_equals_string (error->message, text);

  gst_message_parse_error_details (message, &details);
  fail_unless (gst_structure_get_int (details, "code", &problem_code));
  fail_unless_equals_int (problem_code, problem->code);
  fail_unless_equals_string (gst_structure_get_string (details, "reason"),
                             nertc_close_reason_to_string (reason));
}

static const struct {
  NertcError problem;
  GstResourceError code;
} joins[] = {
  { NERTC_ERROR_SERVER_UNREACHABLE, GST_RESOURCE_ERROR_OPEN_READ_WRITE },
  { NERTC_ERROR_CERTIFICATE, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_CONNECTION_LOST, GST_RESOURCE_ERROR_OPEN_READ_WRITE },
  { NERTC_ERROR_TIMEOUT, GST_RESOURCE_ERROR_OPEN_READ_WRITE },
  { NERTC_ERROR_ROOM_NAME_INVALID, GST_RESOURCE_ERROR_SETTINGS },
  { NERTC_ERROR_UID_INVALID, GST_RESOURCE_ERROR_SETTINGS },
  { NERTC_ERROR_INVALID_PARAMS, GST_RESOURCE_ERROR_SETTINGS },
  { NERTC_ERROR_UID_TAKEN, GST_RESOURCE_ERROR_BUSY },
  { NERTC_ERROR_ROOM_FULL, GST_RESOURCE_ERROR_NO_SPACE_LEFT },
  { NERTC_ERROR_APP_KEY_UNKNOWN, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_REQUIRED, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_MALFORMED, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_SIGNATURE, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_EXPIRED, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_NOT_YET_VALID, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_OTHER_ROOM, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_OTHER_UID, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_GRANT_MISSING, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOO_MANY_ROOMS, GST_RESOURCE_ERROR_NO_SPACE_LEFT },
  { NERTC_ERROR_INTERNAL, GST_RESOURCE_ERROR_FAILED },
};

GST_START_TEST (test_join_failed)
{
  g_autoptr (GError) error =
      g_error_new_literal (NERTC_ERROR, joins[__i__].problem, "It went wrong; mend it");

  expect (error, NERTC_CLOSE_REASON_NONE, joins[__i__].code,
          "Cannot join room “standup”: It went wrong; mend it.");
}
GST_END_TEST

static const struct {
  NertcCloseReason reason;
  GstResourceError code;
  const char *remedy;
} ends[] = {
  { NERTC_CLOSE_REASON_KICKED, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
    " An admin removed this member; it may join again." },
  { NERTC_CLOSE_REASON_BANNED, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
    " An admin removed this member for a time; join again later." },
  { NERTC_CLOSE_REASON_REPLACED, GST_RESOURCE_ERROR_BUSY,
    " A second login with the same uid took the place; give each member a uid of its own." },
  { NERTC_CLOSE_REASON_EXPIRED, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
    " The token ran out; next time write another one into the file of token-file before, or use "
    "the action renew-token." },
  { NERTC_CLOSE_REASON_CLOSED, GST_RESOURCE_ERROR_NOT_FOUND,
    " The room was closed for everybody; join again to open it anew." },
  { NERTC_CLOSE_REASON_SLOW_READER, GST_RESOURCE_ERROR_READ,
    " Messages were read too slowly; look for a signal handler that blocks, or a machine that is "
    "overloaded." },
  { NERTC_CLOSE_REASON_RATE, GST_RESOURCE_ERROR_WRITE,
    " Messages were sent too fast; change properties less often." },
  { NERTC_CLOSE_REASON_TIMEOUT, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
    " See whether nertc-server runs and the network is up, or raise reconnect-timeout." },
  { NERTC_CLOSE_REASON_REFUSED, GST_RESOURCE_ERROR_FAILED, "" },
};

GST_START_TEST (test_membership_ended)
{
  g_autoptr (GError) error =
      g_error_new_literal (NERTC_ERROR, NERTC_ERROR_ROOM_CLOSED, "It was ended.");
  g_autofree char *text = g_strconcat (
      "No longer in room “standup” at ws://here/room: It was ended.", ends[__i__].remedy, NULL);

  expect (error, ends[__i__].reason, ends[__i__].code, text);
}
GST_END_TEST

GST_START_TEST (test_error_of_another_domain)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "The disk is full");

  expect (error, NERTC_CLOSE_REASON_NONE, GST_RESOURCE_ERROR_FAILED,
          "Cannot join room “standup”: The disk is full.");
}
GST_END_TEST

static Suite *
roomsignal_error_suite (void)
{
  Suite *suite = suite_create ("roomsignal-error");
  TCase *tcase = tcase_create ("error");

  tcase_add_loop_test (tcase, test_join_failed, 0, G_N_ELEMENTS (joins));
  tcase_add_loop_test (tcase, test_membership_ended, 0, G_N_ELEMENTS (ends));
  tcase_add_test (tcase, test_error_of_another_domain);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (roomsignal_error)
