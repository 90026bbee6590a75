/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-room-private.h"

/* What the user does in the room, beside being there */

void
call_room_send_message (CallRoom *self, const char *text)
{
  if (self->roster)
    call_conversation_send (self->conversation, self->roomsignal, self->uid,
                            call_member_get_name (self->user), text);
}

void
call_room_resend_message (CallRoom *self, CallMessage *message)
{
  if (self->roster)
    call_conversation_resend (self->conversation, self->roomsignal, message);
}

void
call_room_mark_read (CallRoom *self)
{
  call_conversation_mark_read (self->conversation);
}

/* Into the room the user is in; outside of a call into a new one */
void
call_room_invite (CallRoom *self, const char *uid, const char *text)
{
  if (self->roomsignal)
    call_invitations_send (self->invitations, self->roomsignal, uid,
                           self->roster ? self->address->channel : NULL, text);
}

static void
answer (CallRoom *self, const char *action, CallInvitation *invitation)
{
  if (self->roomsignal && call_invitation_get_id (invitation))
    g_signal_emit_by_name (self->roomsignal, action, call_invitation_get_id (invitation));
}

void
call_room_cancel_invitation (CallRoom *self, CallInvitation *invitation)
{
  answer (self, "cancel-invitation", invitation);
}

/* Leaves the room the user is in for the other one. */
void
call_room_accept_invitation (CallRoom *self, CallInvitation *invitation)
{
  answer (self, "accept-invitation", invitation);
}

void
call_room_reject_invitation (CallRoom *self, CallInvitation *invitation, gboolean busy)
{
  if (self->roomsignal && call_invitation_get_id (invitation))
    g_signal_emit_by_name (self->roomsignal, "reject-invitation",
                           call_invitation_get_id (invitation), busy);
}

/* What is muted already and is not named is unmuted. */
void
call_room_mute_member (CallRoom *self, CallMember *member, gboolean audio, gboolean video)
{
  const char *uid = call_member_get_uid (member);

  if (!self->roomsignal)
    return;
  g_signal_emit_by_name (self->roomsignal, "mute-member", uid, NERTC_MEDIA_AUDIO, audio);
  g_signal_emit_by_name (self->roomsignal, "mute-member", uid, NERTC_MEDIA_VIDEO, video);
}

void
call_room_set_audience (CallRoom *self, CallMember *member, gboolean audience)
{
  if (self->roomsignal)
    g_signal_emit_by_name (self->roomsignal, "set-role", call_member_get_uid (member),
                           audience ? NERTC_MEMBER_ROLE_AUDIENCE : NERTC_MEMBER_ROLE_HOST);
}

void
call_room_kick (CallRoom *self, CallMember *member, const char *message)
{
  if (self->roomsignal)
    g_signal_emit_by_name (self->roomsignal, "kick", call_member_get_uid (member), message);
}

/* seconds: 1 to 315360000, ten years */
void
call_room_ban (CallRoom *self, CallMember *member, guint seconds, const char *message)
{
  if (self->roomsignal)
    g_signal_emit_by_name (self->roomsignal, "ban", call_member_get_uid (member), seconds, message);
}

void
call_room_close (CallRoom *self, const char *message)
{
  if (self->roomsignal)
    g_signal_emit_by_name (self->roomsignal, "close-room", message);
}
