/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-room.h"

G_BEGIN_DECLS

/* A CallRoom without a server, for tests of widgets: it takes the place of the real one as the
 * program is linked. Its lists are GListStores that the test fills; what widgets ask for is written
 * down. */
CallRoom *fake_room_new (void);
void fake_room_set_admin (CallRoom *room, gboolean admin);
void fake_room_set_may_message (CallRoom *room, gboolean may_message);
void fake_room_set_state (CallRoom *room, CallRoomState state);
void fake_room_set_invitation (CallRoom *room, CallInvitation *invitation);
CallMember *fake_room_add_member (CallRoom *room, const char *uid, const char *name);
CallStream *fake_room_add_stream (CallRoom *room, CallMember *member, gboolean is_screen);
CallMessage *fake_room_say (CallRoom *room, CallMember *member, const char *text, GDateTime *time,
                            CallMessageState state);
CallInvitation *fake_room_add_invitation (CallRoom *room, const char *uid,
                                          CallInvitationState state);
/* (transfer full): what was asked of the room since the last time, a line each */
char *fake_room_take_requests (CallRoom *room);

G_END_DECLS
