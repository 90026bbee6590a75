/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-enum-types.h"
#include "nertc-name.h"
#include "nertc-room-private.h"
#include "nertc-wire.h"

#include <string.h>

/* What members say to members. */

enum {
  SIGNAL_MESSAGE,
  SIGNAL_MESSAGE_DELIVERED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

void
nertc_room_install_message_signals (void)
{
  /**
   * NertcRoom::message:
   * @self: the room
   * @uid: who sent it: another member, or this one if a command named it
   * @type: of which kind it is
   * @text: what it says, up to 1024 bytes of UTF-8
   * @message_id: what its sender knows it by
   * @time: when the server got it, in milliseconds since 1970 (UTC)
   * @dropped: with a barrage how many barrages this member has missed since the last that it got,
   *   for it was away or read too slowly; otherwise 0
   *
   * A member has sent a message, see nertc_room_send_message_async(). All kinds come in one order
   * with everything else that happens in the room.
   */
  signals[SIGNAL_MESSAGE] =
      g_signal_new ("message", NERTC_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    6, G_TYPE_STRING, NERTC_TYPE_MESSAGE_TYPE, G_TYPE_STRING, G_TYPE_STRING,
                    G_TYPE_INT64, G_TYPE_UINT);

  /**
   * NertcRoom::message-delivered:
   * @self: the room
   * @message_id: a command of this member
   * @uid: a member for whom it was
   * @delivered: whether its client has got it; %FALSE if it left before
   *
   * What became of a command, once for each of those who were in the room when it was sent. It
   * comes after the answer to nertc_room_send_message_async(). When the session was lost meanwhile,
   * as by a restart of the server, nobody knows any more, and it does not come.
   */
  signals[SIGNAL_MESSAGE_DELIVERED] =
      g_signal_new ("message-delivered", NERTC_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

void
nertc_room_take_message (NertcRoom *self, JsonObject *params)
{
  gint64 dropped = json_object_get_int_member_with_default (params, "dropped", 0);

  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, json_object_get_string_member (params, "uid"),
                 nertc_message_type_from_wire (json_object_get_string_member (params, "kind")),
                 json_object_get_string_member (params, "text"),
                 json_object_get_string_member (params, "messageId"),
                 json_object_get_int_member (params, "time"), (guint) MIN (dropped, G_MAXUINT));
}

void
nertc_room_take_delivered (NertcRoom *self, JsonObject *params)
{
  g_signal_emit (self, signals[SIGNAL_MESSAGE_DELIVERED], 0,
                 json_object_get_string_member (params, "messageId"),
                 json_object_get_string_member (params, "uid"),
                 json_object_get_boolean_member (params, "delivered"));
}

/* What the server has taken */
typedef struct {
  char *message_id;
  char **missing;
} Sent;

static void
sent_free (gpointer data)
{
  Sent *sent = data;

  g_free (sent->message_id);
  g_strfreev (sent->missing);
  g_free (sent);
}

static Sent *
read_sent (JsonObject *result)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  Sent *sent = g_new (Sent, 1);

  if (json_object_has_member (result, "missing")) {
    JsonArray *missing = json_object_get_array_member (result, "missing");

    for (guint i = 0; i < json_array_get_length (missing); i++)
      g_strv_builder_add (builder, json_array_get_string_element (missing, i));
  }
  sent->message_id = g_strdup (json_object_get_string_member (result, "messageId"));
  sent->missing = g_strv_builder_end (builder);
  return sent;
}

static void
on_sent (JsonObject *result, const GError *error, gpointer data)
{
  g_autoptr (NertcWaiter) waiter = data;

  if (error)
    nertc_waiter_return_error (waiter, error);
  else
    nertc_waiter_return_pointer (waiter, read_sent (result), sent_free);
}

static gboolean
check_state (NertcRoom *self, GError **error)
{
  if (!nertc_room_has_session (self)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE,
                 "A message is sent in a room that has been joined; this one is %s",
                 nertc_room_state_to_string (self->state));
    return FALSE;
  }
  if (nertc_connection_is_crowded (self->connection)) {
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_RATE_EXCEEDED,
                         "Too much waits for the room server already; send again when what was "
                         "sent before has been answered");
    return FALSE;
  }
  return TRUE;
}

/* The server would say the same. */
static gboolean
check_text (const char *text, GError **error)
{
  gsize size = strlen (text);

  if (!g_utf8_validate (text, -1, NULL))
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                         "The text of a message is not UTF-8; encode other data as text");
  else if (size > NERTC_TEXT_BYTES_MAX)
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_MESSAGE_TOO_LARGE,
                 "The text of a message has %" G_GSIZE_FORMAT " bytes; use at most %d", size,
                 NERTC_TEXT_BYTES_MAX);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_addressees (NertcMessageType type, const char *const *to, GError **error)
{
  guint count = to ? g_strv_length ((char **) to) : 0;

  if (type == NERTC_MESSAGE_TYPE_COMMAND && (count < 1 || count > NERTC_ADDRESSEES_MAX)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                 "A command is for %u members; name 1 to %d by their uids", count,
                 NERTC_ADDRESSEES_MAX);
    return FALSE;
  }
  if (type != NERTC_MESSAGE_TYPE_COMMAND && count > 0) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                 "A %s is for all others of the room; send a command to chosen members",
                 nertc_message_type_to_wire (type));
    return FALSE;
  }
  for (guint i = 0; i < count; i++) {
    if (!nertc_check_uid (to[i], error))
      return FALSE;
  }
  return TRUE;
}

static JsonObject *
make_params (NertcMessageType type, const char *text, const char *const *to)
{
  JsonObject *params = nertc_wire_object ("kind", nertc_message_type_to_wire (type));
  JsonArray *uids;

  json_object_set_string_member (params, "text", text);
  if (type != NERTC_MESSAGE_TYPE_COMMAND)
    return params;
  uids = json_array_new ();
  for (guint i = 0; to[i]; i++)
    json_array_add_string_element (uids, to[i]);
  json_object_set_array_member (params, "to", uids);
  return params;
}

/**
 * nertc_room_send_message_async:
 * @self: a room that has been joined, with %NERTC_GRANTS_MESSAGE among its #NertcRoom:grants
 * @type: for whom it is, and how it gets there
 * @text: what to say, in UTF-8, at most 1024 bytes
 * @to: (nullable) (array zero-terminated=1): the uids of 1 to 100 members, for a command only
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called when the server has taken the message
 * @user_data: for @callback
 *
 * Sends a message to members of the room. A member may send 10 broadcasts, 20 barrages and 200
 * commands in a second; the server refuses what is more.
 *
 * While the connection is lost, messages wait with what else is asked for, and go out when it is
 * back. Not more than about 200 of them: then this fails at once.
 */
void
nertc_room_send_message_async (NertcRoom *self, NertcMessageType type, const char *text,
                               const char *const *to, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (JsonObject) params = NULL;
  GError *error = NULL;

  g_return_if_fail (NERTC_IS_ROOM (self));
  g_return_if_fail (type <= NERTC_MESSAGE_TYPE_COMMAND);
  g_return_if_fail (text != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_send_message_async);
  if (!check_text (text, &error) || !check_addressees (type, to, &error) ||
      !check_state (self, &error)) {
    g_task_return_error (task, error);
    return;
  }
  params = make_params (type, text, to);
  nertc_connection_call (self->connection, "message.send", params, on_sent,
                         nertc_waiter_new (g_steal_pointer (&task), NULL, NULL));
}

/**
 * nertc_room_send_message_finish:
 * @self: a room
 * @result: what the callback was given
 * @missing: (out) (optional) (transfer full) (array zero-terminated=1): of a command, those who are
 *   not in the room and do not get it; empty otherwise. Not set when it fails
 * @error: return location for an error: %NERTC_ERROR_MESSAGE_TOO_LARGE,
 *   %NERTC_ERROR_INVALID_PARAMS or %NERTC_ERROR_UID_INVALID for what cannot be sent,
 *   %NERTC_ERROR_RATE_EXCEEDED when it comes too fast, %NERTC_ERROR_GRANT_MISSING,
 *   %NERTC_ERROR_WRONG_STATE outside of a room, %NERTC_ERROR_CONNECTION_LOST when the session
 *   was lost before the answer, so that nobody knows whether it was sent; or another one from the
 *   server
 *
 * Returns: (transfer full) (nullable): the id of the message, for #NertcRoom::message-delivered;
 *   %NULL if it was not sent
 */
char *
nertc_room_send_message_finish (NertcRoom *self, GAsyncResult *result, char ***missing,
                                GError **error)
{
  Sent *sent;
  char *message_id;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  sent = g_task_propagate_pointer (G_TASK (result), error);
  if (!sent)
    return NULL;
  if (missing)
    *missing = g_steal_pointer (&sent->missing);
  message_id = g_steal_pointer (&sent->message_id);
  sent_free (sent);
  return message_id;
}
