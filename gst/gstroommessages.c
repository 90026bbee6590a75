/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstroommessages.h"

#include <nertc.h>

/* What an application says to the members of the room, by the action send-message. */

typedef struct {
  GstElement *element;
  NertcRoom *room;
  GstPromise *promise; /* (nullable) */
  NertcMessageType type;
  char *text;
  char **to; /* (nullable) */
} Sending;

static void
sending_free (gpointer data)
{
  Sending *self = data;

  gst_object_unref (self->element);
  g_object_unref (self->room);
  g_clear_pointer (&self->promise, gst_promise_unref);
  g_free (self->text);
  g_strfreev (self->to);
  g_free (self);
}

static GstResourceError
choose_code (const GError *error)
{
  if (error->domain != NERTC_ERROR)
    return GST_RESOURCE_ERROR_WRITE;
  switch (error->code) {
    case NERTC_ERROR_GRANT_MISSING:
      return GST_RESOURCE_ERROR_NOT_AUTHORIZED;
    case NERTC_ERROR_RATE_EXCEEDED:
      return GST_RESOURCE_ERROR_BUSY;
    case NERTC_ERROR_INVALID_PARAMS:
    case NERTC_ERROR_MESSAGE_TOO_LARGE:
    case NERTC_ERROR_UID_INVALID:
      return GST_RESOURCE_ERROR_SETTINGS;
    default:
      return GST_RESOURCE_ERROR_WRITE;
  }
}

static void
warn (GstElement *element, const GError *error)
{
  const char *stop = g_str_has_suffix (error->message, ".") ? "" : ".";

  gst_element_message_full_with_details (
      element, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR, (int) choose_code (error),
      g_strdup_printf ("The message was not sent: %s%s", error->message, stop), NULL, __FILE__,
      GST_FUNCTION, __LINE__, gst_structure_new ("nertc", "code", G_TYPE_INT, error->code, NULL));
}

/* Who asked by a promise hears it there, and nobody else does. */
static void
report_failure (GstElement *element, GstPromise *promise, const GError *error)
{
  if (promise)
    gst_promise_reply (promise,
                       gst_structure_new ("message-failed", "error", G_TYPE_ERROR, error, NULL));
  else
    warn (element, error);
}

static void
report_missing (GstElement *element, char **missing)
{
  g_autofree char *uids = g_strjoinv ("”, “", missing);

  gst_element_message_full_with_details (
      element, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
      g_strdup_printf ("The command did not go to “%s”: no member of the room has such a uid.",
                       uids),
      NULL, __FILE__, GST_FUNCTION, __LINE__,
      gst_structure_new ("nertc", "code", G_TYPE_INT, NERTC_ERROR_MEMBER_NOT_FOUND, "missing",
                         G_TYPE_STRV, missing, NULL));
}

static void
on_sent (GObject *room, GAsyncResult *result, gpointer data)
{
  Sending *self = data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) missing = NULL;
  g_autofree char *id =
      nertc_room_send_message_finish (NERTC_ROOM (room), result, &missing, &error);

  if (!id)
    report_failure (self->element, self->promise, error);
  else if (self->promise)
    gst_promise_reply (self->promise,
                       gst_structure_new ("message-sent", "message-id", G_TYPE_STRING, id,
                                          "missing", G_TYPE_STRV, missing, NULL));
  else if (*missing)
    report_missing (self->element, missing);
  sending_free (self);
}

static gboolean
start (gpointer data)
{
  Sending *self = data;

  nertc_room_send_message_async (self->room, self->type, self->text, (const char *const *) self->to,
                                 NULL, on_sent, self);
  return G_SOURCE_REMOVE;
}

/* Without a word it follows from whether anybody is named. */
static gboolean
find_type (const char *kind, char **to, NertcMessageType *type, GError **error)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (NERTC_TYPE_MESSAGE_TYPE);
  g_autofree char *shown = NULL;
  const GEnumValue *value;

  if (!kind || !*kind) {
    *type = to && *to ? NERTC_MESSAGE_TYPE_COMMAND : NERTC_MESSAGE_TYPE_BROADCAST;
    return TRUE;
  }
  value = g_enum_get_value_by_nick (klass, kind);
  if (value) {
    *type = (NertcMessageType) value->value;
    return TRUE;
  }
  shown = g_utf8_make_valid (kind, -1);
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
               "“%s” is no kind of message; use broadcast, barrage or command", shown);
  return FALSE;
}

static gboolean
check (const char *text, const char *kind, char **to, NertcMessageType *type, GError **error)
{
  if (text)
    return find_type (kind, to, type, error);
  g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                       "There is no text; an empty one is allowed");
  return FALSE;
}

static void
send_message (GstElement *element, const char *text, const char *kind, char **to,
              GstPromise *promise)
{
  g_autoptr (GError) error = NULL;
  NertcMessageType type;
  Sending *sending;

  if (!check (text, kind, to, &type, &error)) {
    report_failure (element, promise, error);
    return;
  }
  sending = g_new0 (Sending, 1);
  sending->element = gst_object_ref (element);
  sending->promise = promise ? gst_promise_ref (promise) : NULL;
  sending->type = type;
  sending->text = g_strdup (text);
  sending->to = g_strdupv (to);
  g_object_get (element, "room", &sending->room, NULL);
  g_main_context_invoke (nertc_room_get_context (sending->room), start, sending);
}

/* Gives the class of @type, a roomsignal, the action. */
void
gst_room_messages_install (GType type)
{
  /**
   * GstRoomSignal::send-message:
   * @roomsignal: the element
   * @text: what to say, up to 1024 bytes of UTF-8
   * @kind: (nullable): broadcast, barrage or command, the nicks of #NertcMessageType; %NULL or
   *   empty: a command if @to names somebody, otherwise a broadcast
   * @to: (nullable): the uids of 1 to 100 members, for a command only
   * @promise: (nullable): is replied when the server has taken the message
   *
   * Sends a message to members of the room, and returns at once. The reply of the promise is a
   * structure `message-sent` with the fields `message-id` (string) and `missing` (GStrv: those of
   * @to who are not in the room), or `message-failed` with the field `error` (GError, mostly a
   * #NertcError). A handler of a signal of the element does not wait for it: handlers run in the
   * thread that replies. Without a promise it is a warning on the bus if the message was not sent,
   * or not to all; its details have the field `code` (a #NertcError).
   */
  g_signal_new_class_handler ("send-message", type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
                              G_CALLBACK (send_message), NULL, NULL, NULL, G_TYPE_NONE, 4,
                              G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRV, GST_TYPE_PROMISE);
}
