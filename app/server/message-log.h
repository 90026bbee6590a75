/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "websocket-frame.h"

G_BEGIN_DECLS

/*
 * The messages that were sent to one session, counted from the first: the latest of them are kept
 * until the other end has them, or until they are more than the limit. Pure.
 */
typedef struct _SrvMessageLog SrvMessageLog;

typedef void (*SrvMessageFunc) (SrvFrame *message, gpointer user_data);

SrvMessageLog *srv_message_log_new (gsize limit);
void srv_message_log_free (SrvMessageLog *self);

gboolean srv_message_log_append (SrvMessageLog *self, SrvFrame *message);
void srv_message_log_trim (SrvMessageLog *self, guint64 count);

guint64 srv_message_log_get_count (SrvMessageLog *self);
gsize srv_message_log_get_size (SrvMessageLog *self);

gboolean srv_message_log_reaches (SrvMessageLog *self, guint64 count);
void srv_message_log_replay (SrvMessageLog *self, guint64 count, SrvMessageFunc func,
                             gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrvMessageLog, srv_message_log_free)

G_END_DECLS
