/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

#include "call-message.h"

G_BEGIN_DECLS

/* What is said in writing in one room after the other. Properties: messages (GListModel of
 * CallMessage, the last 500), unread (uint). */
#define CALL_TYPE_CONVERSATION (call_conversation_get_type ())
G_DECLARE_FINAL_TYPE (CallConversation, call_conversation, CALL, CONVERSATION, GObject)

CallConversation *call_conversation_new (void);
GListModel *call_conversation_get_messages (CallConversation *self);
guint call_conversation_get_unread (CallConversation *self);
void call_conversation_mark_read (CallConversation *self);
void call_conversation_clear (CallConversation *self);

void call_conversation_receive (CallConversation *self, const char *uid, const char *name,
                                const char *text, gint64 time);
void call_conversation_notice (CallConversation *self, const char *text);
void call_conversation_send (CallConversation *self, GstElement *roomsignal, const char *uid,
                             const char *name, const char *text);
void call_conversation_resend (CallConversation *self, GstElement *roomsignal,
                               CallMessage *message);

G_END_DECLS
