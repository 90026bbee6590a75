/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tokens-fixture.h"

#include "token.h"

#include <glib/gstdio.h>
#include <string.h>

#define KEY_FILE "[app demo]\nsecrets=" TOKENS_SECRET "\n"

static char *key_path;
char *tokens_path;

static char *
make_file (const char *text)
{
  char *path;
  int fd = g_file_open_tmp ("nertc-tokens-XXXXXX", &path, NULL);

  fail_unless (fd >= 0);
  g_close (fd, NULL);
  fail_unless (g_file_set_contents_full (path, text, -1, 0, 0600, NULL));
  return path;
}

void
tokens_set_up (void)
{
  g_autofree char *config = NULL;
  const char *options[] = { "--auth=token", NULL, NULL };

  call_start ();
  key_path = make_file (KEY_FILE);
  tokens_path = make_file ("");
  options[1] = config = g_strdup_printf ("--config=%s", key_path);
  g_clear_pointer (&room_server, nertc_test_server_free);
  room_server = nertc_test_server_new_with_options (options);
}

void
tokens_tear_down (void)
{
  room_server_free ();
  g_unlink (key_path);
  g_unlink (tokens_path);
  g_clear_pointer (&key_path, g_free);
  g_clear_pointer (&tokens_path, g_free);
}

/* A token of app key "demo"; @uid, @room: (nullable): any */
char *
tokens_mint (const char *room, const char *uid, NertcMemberRole role, NertcGrants grants,
             gint64 seconds)
{
  g_autoptr (TokenClaims) claims =
      token_claims_new ("demo", g_get_real_time () / G_TIME_SPAN_SECOND + seconds);
  char *token;

  claims->room = g_strdup (room);
  claims->uid = g_strdup (uid);
  claims->role = role;
  claims->grants = grants;
  token = token_mint (claims, TOKENS_SECRET, NULL);
  fail_unless (token != NULL);
  return token;
}

/* @description: of elements beside the roomsignal */
GstElement *
tokens_make_member (const char *uid, NertcMemberRole role, NertcGrants grants,
                    const char *description)
{
  g_autofree char *line = g_strdup_printf (TOKENS_ROOM "uid=%s %s", "%s", uid, description);
  g_autofree char *token = tokens_mint (NULL, uid, role, grants, TOKENS_HOUR);
  GstElement *pipeline = room_pipeline_new (line);
  g_autoptr (GstElement) roomsignal = gst_bin_get_by_name (GST_BIN (pipeline), "room");

  g_object_set (roomsignal, "token", token, NULL);
  return pipeline;
}

GstMessage *
tokens_await_message (GstElement *pipeline, GstMessageType type)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (
      bus, (GstClockTime) (20 * nertc_get_patience () * GST_SECOND), type);

  fail_unless (message != NULL, "no message of the type %s", gst_message_type_get_name (type));
  return message;
}

/* Of what is not allowed */
void
tokens_await_warning (GstElement *pipeline, const char *part)
{
  g_autoptr (GstMessage) message = tokens_await_message (pipeline, GST_MESSAGE_WARNING);
  g_autoptr (GError) error = NULL;

  gst_message_parse_warning (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED));
  fail_unless (strstr (error->message, part) != NULL, "%s", error->message);
}
