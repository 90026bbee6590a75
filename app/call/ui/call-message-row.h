/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "call-message.h"

G_BEGIN_DECLS

/* One entry of the chat: what somebody wrote, or a notice.
 * Signal "retry" (CallMessage): it could not be sent, and the user wants it sent all the same. */
#define CALL_TYPE_MESSAGE_ROW (call_message_row_get_type ())
G_DECLARE_FINAL_TYPE (CallMessageRow, call_message_row, CALL, MESSAGE_ROW, GtkWidget)

GtkWidget *call_message_row_new (void);
/* message NULL: nothing; previous: what is above it, NULL: it is the first */
void call_message_row_show (CallMessageRow *self, CallMessage *message, CallMessage *previous);

G_END_DECLS
