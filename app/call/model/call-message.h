/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  CALL_MESSAGE_RECEIVED,
  CALL_MESSAGE_SENDING,
  CALL_MESSAGE_SENT,
  CALL_MESSAGE_FAILED,
  CALL_MESSAGE_NOTICE, /* who came, left, began to share: text is a sentence, uid NULL */
} CallMessageState;

/* Properties: uid, name (of who wrote it), text, state (writable),
 * is-own, problem (string: why it failed, nullable). */
#define CALL_TYPE_MESSAGE (call_message_get_type ())
G_DECLARE_FINAL_TYPE (CallMessage, call_message, CALL, MESSAGE, GObject)

CallMessage *call_message_new (const char *uid, const char *name, const char *text, GDateTime *time,
                               CallMessageState state);
const char *call_message_get_uid (CallMessage *self);
const char *call_message_get_name (CallMessage *self);
const char *call_message_get_text (CallMessage *self);
GDateTime *call_message_get_time (CallMessage *self);
CallMessageState call_message_get_state (CallMessage *self);
gboolean call_message_is_own (CallMessage *self);
void call_message_set_state (CallMessage *self, CallMessageState state, const char *problem);

G_END_DECLS
