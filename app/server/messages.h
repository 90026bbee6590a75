/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session.h"

G_BEGIN_DECLS

/*
 * What members say to members: broadcasts, which all others of the room get; barrages, which those
 * get who are quick enough; commands, which members get that are named, and of which the sender
 * hears whether they have arrived.
 */
typedef struct _SrvMessages SrvMessages;
typedef struct _SrvMessage SrvMessage;

typedef enum {
  SRV_MESSAGE_BROADCAST,
  SRV_MESSAGE_BARRAGE,
  SRV_MESSAGE_COMMAND,
  SRV_MESSAGE_KINDS,
} SrvMessageKind;

/* The most commands of a member, each counted for each addressee, of which it has not heard yet. */
#define SRV_MESSAGE_UNSETTLED_MAX 4096

/* Returns: microseconds, as g_get_monotonic_time() does */
typedef gint64 (*SrvMessagesClock) (void);

SrvMessages *srv_messages_new (SrvMessagesClock clock);
void srv_messages_free (SrvMessages *self);

SrvMessage *srv_messages_accept (SrvMessages *self, SrvMember *from, JsonObject *params,
                                 JsonObject *result, GError **error);
void srv_messages_deliver (SrvMessages *self, SrvMessage *message);

void srv_messages_acknowledged (SrvMessages *self, SrvMember *member);
void srv_messages_forget (SrvMessages *self, SrvMember *member);

guint64 srv_messages_count_accepted (SrvMessages *self, SrvMessageKind kind);
guint64 srv_messages_count_sent (SrvMessages *self, SrvMessageKind kind);
guint64 srv_messages_count_dropped (SrvMessages *self);

void srv_message_free (SrvMessage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrvMessage, srv_message_free)

G_END_DECLS
