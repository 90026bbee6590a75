/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-conversation.h"

#include <glib/gi18n.h>

#include "call-problem.h"

#define MESSAGES_MAX 500

struct _CallConversation {
  GObject parent_instance;

  GListStore *messages;
  guint unread;
};

G_DEFINE_FINAL_TYPE (CallConversation, call_conversation, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_MESSAGES,
  PROP_UNREAD,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
set_unread (CallConversation *self, guint unread)
{
  if (self->unread == unread)
    return;
  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNREAD]);
}

static void
append (CallConversation *self, CallMessage *message)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->messages)) >= MESSAGES_MAX)
    g_list_store_remove (self->messages, 0);
  g_list_store_append (self->messages, message);
}

/* Somebody else wrote; time: milliseconds since 1970, UTC */
void
call_conversation_receive (CallConversation *self, const char *uid, const char *name,
                           const char *text, gint64 time)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (time / 1000);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (CallMessage) message =
      call_message_new (uid, name, text, when ? when : now, CALL_MESSAGE_RECEIVED);

  append (self, message);
  set_unread (self, self->unread + 1);
}

/* Something happened in the room. */
void
call_conversation_notice (CallConversation *self, const char *text)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (CallMessage) message = call_message_new (NULL, NULL, text, now, CALL_MESSAGE_NOTICE);

  append (self, message);
}

typedef struct {
  CallMessage *message;
  GstPromise *promise;
} Sending;

static void
sending_free (Sending *sending)
{
  g_object_unref (sending->message);
  gst_promise_unref (sending->promise);
  g_free (sending);
}

static gboolean
finish_sending (gpointer data)
{
  Sending *sending = data;
  const GstStructure *reply = gst_promise_get_reply (sending->promise);
  g_autoptr (GError) error = NULL;

  if (!reply) {
    call_message_set_state (sending->message, CALL_MESSAGE_FAILED,
                            _ ("The call ended before it was sent."));
  } else if (gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL)) {
    g_autoptr (CallProblem) problem =
        call_problem_new_from_room (error->code, NULL, error->message);

    call_message_set_state (sending->message, CALL_MESSAGE_FAILED, call_problem_get_text (problem));
  } else {
    call_message_set_state (sending->message, CALL_MESSAGE_SENT, NULL);
  }
  return G_SOURCE_REMOVE;
}

/* In a thread of the room */
static void
on_promise_changed (GstPromise *promise, gpointer message)
{
  Sending *sending = g_new (Sending, 1);

  *sending = (Sending){ g_object_ref (message), gst_promise_ref (promise) };
  g_idle_add_full (G_PRIORITY_DEFAULT, finish_sending, sending, (GDestroyNotify) sending_free);
}

static void
send (CallMessage *message, GstElement *roomsignal)
{
  g_autoptr (GstPromise) promise =
      gst_promise_new_with_change_func (on_promise_changed, g_object_ref (message), g_object_unref);

  g_signal_emit_by_name (roomsignal, "send-message", call_message_get_text (message), "broadcast",
                         NULL, promise);
}

/* As who is uid and name; what became of it is told by the message's state. */
void
call_conversation_send (CallConversation *self, GstElement *roomsignal, const char *uid,
                        const char *name, const char *text)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (CallMessage) message = call_message_new (uid, name, text, now, CALL_MESSAGE_SENDING);

  append (self, message);
  send (message, roomsignal);
}

/* What could not be sent goes to the end of the list: that is where it is said. */
void
call_conversation_resend (CallConversation *self, GstElement *roomsignal, CallMessage *message)
{
  G_GNUC_UNUSED g_autoptr (CallMessage) kept = g_object_ref (message);
  guint position;

  if (g_list_store_find (self->messages, message, &position))
    g_list_store_remove (self->messages, position);
  call_conversation_send (self, roomsignal, call_message_get_uid (kept),
                          call_message_get_name (kept), call_message_get_text (kept));
}

void
call_conversation_mark_read (CallConversation *self)
{
  set_unread (self, 0);
}

void
call_conversation_clear (CallConversation *self)
{
  g_list_store_remove_all (self->messages);
  set_unread (self, 0);
}

/* Returns: (transfer none) */
GListModel *
call_conversation_get_messages (CallConversation *self)
{
  return G_LIST_MODEL (self->messages);
}

guint
call_conversation_get_unread (CallConversation *self)
{
  return self->unread;
}

static void
call_conversation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallConversation *self = CALL_CONVERSATION (object);

  switch (id) {
    case PROP_MESSAGES:
      g_value_set_object (value, self->messages);
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_conversation_finalize (GObject *object)
{
  g_object_unref (CALL_CONVERSATION (object)->messages);
  G_OBJECT_CLASS (call_conversation_parent_class)->finalize (object);
}

static void
call_conversation_class_init (CallConversationClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = call_conversation_finalize;
  object_class->get_property = call_conversation_get_property;
  properties[PROP_MESSAGES] = g_param_spec_object ("messages", NULL, NULL, G_TYPE_LIST_MODEL, read);
  properties[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
call_conversation_init (CallConversation *self)
{
  self->messages = g_list_store_new (CALL_TYPE_MESSAGE);
}

/* Returns: (transfer full) */
CallConversation *
call_conversation_new (void)
{
  return g_object_new (CALL_TYPE_CONVERSATION, NULL);
}
