/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-address.h"
#include "call-invitation.h"
#include "call-media.h"
#include "call-member.h"
#include "call-message.h"
#include "call-problem.h"
#include "call-stream.h"

G_BEGIN_DECLS

typedef enum {
  CALL_ROOM_IDLE,      /* in no room */
  CALL_ROOM_LISTENING, /* in no room, can be called */
  CALL_ROOM_JOINING,
  CALL_ROOM_IN_CALL,
  CALL_ROOM_RECONNECTING, /* media goes on as far as it can */
  CALL_ROOM_ENDED,        /* left, refused or put out; problem says why, NULL: the user left */
} CallRoomState;

/* The one call the user is in: roomsignal, nertcsink and nertcsrc in a pipeline. Everything is
 * used and told on the main thread. Properties, read-only but where told:
 *
 * state: CallRoomState (as uint)
 * channel, uid, link: strings: the room, who the user is in it, a link that invites into it
 * members: GListModel of CallMember, the user first, then as they came
 * streams: GListModel of CallStream, the user's own, too
 * tiles: GListModel of CallTile
 * messages: GListModel of CallMessage, bounded
 * unread: uint, messages since call_room_mark_read()
 * speaker: CallMember, who speaks, or spoke last; NULL
 * problem: CallProblem, see state
 * is-admin, may-publish, may-message: boolean
 * published: boolean, writable: whether camera and microphone are in the room
 * invitation: CallInvitation that rings here, NULL
 * invitations: GListModel of CallInvitation, those that the user sent
 *
 * Signal "notice" (string): something has happened, in a sentence, for a toast and screen readers.
 */
#define CALL_TYPE_ROOM (call_room_get_type ())
G_DECLARE_FINAL_TYPE (CallRoom, call_room, CALL, ROOM, GObject)

CallRoom *call_room_new (CallMedia *media);

void call_room_join (CallRoom *self, const CallAddress *address);
void call_room_listen (CallRoom *self, const CallAddress *address);
void call_room_leave (CallRoom *self);

CallRoomState call_room_get_state (CallRoom *self);
const CallAddress *call_room_get_address (CallRoom *self); /* of the last join, for another one */
const char *call_room_get_channel (CallRoom *self);
const char *call_room_get_uid (CallRoom *self);
char *call_room_dup_link (CallRoom *self);
CallProblem *call_room_get_problem (CallRoom *self);
CallMedia *call_room_get_media (CallRoom *self);
CallMember *call_room_get_self (CallRoom *self);
CallMember *call_room_get_speaker (CallRoom *self);
GListModel *call_room_get_members (CallRoom *self);
GListModel *call_room_get_streams (CallRoom *self);
GListModel *call_room_get_tiles (CallRoom *self);
GListModel *call_room_get_messages (CallRoom *self);
GListModel *call_room_get_invitations (CallRoom *self);
CallInvitation *call_room_get_invitation (CallRoom *self);
gboolean call_room_is_admin (CallRoom *self);
gboolean call_room_may_message (CallRoom *self);
gboolean call_room_is_published (CallRoom *self);
void call_room_set_published (CallRoom *self, gboolean published);

void call_room_send_message (CallRoom *self, const char *text);
/* One that could not be sent */
void call_room_resend_message (CallRoom *self, CallMessage *message);
void call_room_mark_read (CallRoom *self);

void call_room_invite (CallRoom *self, const char *uid, const char *text);
void call_room_cancel_invitation (CallRoom *self, CallInvitation *invitation);
void call_room_accept_invitation (CallRoom *self, CallInvitation *invitation);
void call_room_reject_invitation (CallRoom *self, CallInvitation *invitation, gboolean busy);

/* As an administrator */
void call_room_mute_member (CallRoom *self, CallMember *member, gboolean audio, gboolean video);
void call_room_set_audience (CallRoom *self, CallMember *member, gboolean audience);
void call_room_kick (CallRoom *self, CallMember *member, const char *message);
void call_room_ban (CallRoom *self, CallMember *member, guint seconds, const char *message);
void call_room_close (CallRoom *self, const char *message);

G_END_DECLS
