/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <nertc-room.h>

#include "call-stream.h"

G_BEGIN_DECLS

/* Keeps the lists of members and streams as the room has them, on the main thread, for one call.
 * What the user publishes is put among the streams by who publishes. */
#define CALL_TYPE_ROSTER (call_roster_get_type ())
G_DECLARE_FINAL_TYPE (CallRoster, call_roster, CALL, ROSTER, GObject)

CallRoster *call_roster_new (NertcRoom *room, CallMember *user, GListStore *members,
                             GListStore *streams);
void call_roster_end (CallRoster *self);

CallMember *call_roster_find_member (CallRoster *self, const char *uid);
const char *call_roster_get_name (CallRoster *self, const char *uid);
CallStream *call_roster_find_stream (CallRoster *self, const char *stream_id);

G_END_DECLS
