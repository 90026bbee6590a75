/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-room-private.h"

struct _CallRoom {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (CallRoom, call_room, G_TYPE_OBJECT)

static void
call_room_class_init (CallRoomClass *class)
{
}

static void
call_room_init (CallRoom *self)
{
}

CallRoom *
call_room_new (CallMedia *media)
{
  return g_object_new (CALL_TYPE_ROOM, NULL);
}

void
call_room_join (CallRoom *self, const CallAddress *address)
{
}

void
call_room_listen (CallRoom *self, const CallAddress *address)
{
}

void
call_room_leave (CallRoom *self)
{
}

CallRoomState
call_room_get_state (CallRoom *self)
{
  return 0;
}

const CallAddress *
call_room_get_address (CallRoom *self)
{
  return NULL;
}

const char *
call_room_get_channel (CallRoom *self)
{
  return NULL;
}

const char *
call_room_get_uid (CallRoom *self)
{
  return NULL;
}

char *
call_room_dup_link (CallRoom *self)
{
  return NULL;
}

CallProblem *
call_room_get_problem (CallRoom *self)
{
  return NULL;
}

CallMedia *
call_room_get_media (CallRoom *self)
{
  return NULL;
}

CallMember *
call_room_get_self (CallRoom *self)
{
  return NULL;
}

CallMember *
call_room_get_speaker (CallRoom *self)
{
  return NULL;
}

GListModel *
call_room_get_members (CallRoom *self)
{
  return NULL;
}

GListModel *
call_room_get_streams (CallRoom *self)
{
  return NULL;
}

GListModel *
call_room_get_tiles (CallRoom *self)
{
  return NULL;
}

GListModel *
call_room_get_messages (CallRoom *self)
{
  return NULL;
}

GListModel *
call_room_get_invitations (CallRoom *self)
{
  return NULL;
}

CallInvitation *
call_room_get_invitation (CallRoom *self)
{
  return NULL;
}

gboolean
call_room_is_admin (CallRoom *self)
{
  return 0;
}

gboolean
call_room_is_published (CallRoom *self)
{
  return 0;
}

void
call_room_set_published (CallRoom *self, gboolean published)
{
}

void
call_room_send_message (CallRoom *self, const char *text)
{
}

void
call_room_mark_read (CallRoom *self)
{
}

void
call_room_invite (CallRoom *self, const char *uid, const char *text)
{
}

void
call_room_cancel_invitation (CallRoom *self, CallInvitation *invitation)
{
}

void
call_room_accept_invitation (CallRoom *self, CallInvitation *invitation)
{
}

void
call_room_reject_invitation (CallRoom *self, CallInvitation *invitation, gboolean busy)
{
}

void
call_room_mute_member (CallRoom *self, CallMember *member, gboolean audio, gboolean video)
{
}

void
call_room_set_audience (CallRoom *self, CallMember *member, gboolean audience)
{
}

void
call_room_kick (CallRoom *self, CallMember *member, const char *message)
{
}

void
call_room_ban (CallRoom *self, CallMember *member, guint seconds, const char *message)
{
}

void
call_room_close (CallRoom *self, const char *message)
{
}

CallReceiver *
call_room_get_receiver (CallRoom *self)
{
  return NULL;
}

CallPlayback *
call_room_get_playback (CallRoom *self)
{
  return NULL;
}
