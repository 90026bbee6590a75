/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-conversation.h"
#include "call-invitations.h"
#include "call-playback.h"
#include "call-publisher.h"
#include "call-receiver.h"
#include "call-room.h"
#include "call-roster.h"
#include "call-tiles.h"

G_BEGIN_DECLS

struct _CallRoom {
  GObject parent_instance;

  CallRoomState state;
  CallMedia *media;
  CallProblem *problem;
  CallAddress *address; /* of the last join */
  char *uid;
  char *farewell; /* what an administrator said who ended the last membership; nullable */
  guint grants;   /* NertcGrants */
  gboolean published;
  gboolean leaving; /* a call before this one is still being left */
  CallRoomState
      waiting; /* what is to begin when it is left: JOINING, LISTENING, or IDLE: nothing */

  GListStore *members;
  GListStore *streams;
  CallTiles *tiles;
  CallConversation *conversation;
  CallInvitations *invitations;
  CallMember *speaker;

  /* While there is a pipeline */
  GstElement *pipeline;
  GstElement *roomsignal;
  guint bus_watch;
  CallMember *user;
  gboolean settled; /* who was there before is in the lists: who comes now, comes now */

  /* While there is a call in it */
  CallRoster *roster;
  CallPlayback *playback;
  CallReceiver *receiver;
  CallPublisher *publisher;
};

/* For call-room-events.c */
void call_room_enter (CallRoom *self, CallRoomState state);
void call_room_end (CallRoom *self, CallProblem *problem);
void call_room_begin_call (CallRoom *self);
void call_room_end_call (CallRoom *self);
void call_room_set_speaker (CallRoom *self, CallMember *speaker);
void call_room_set_grants (CallRoom *self, guint grants);
void call_room_set_uid (CallRoom *self, const char *uid);
void call_room_give_notice (CallRoom *self, const char *text);

/* Takes one message of the pipeline's bus. */
gboolean call_room_on_message (GstBus *bus, GstMessage *message, gpointer self);

/* For the recorder; NULL while there is no call */
CallReceiver *call_room_get_receiver (CallRoom *self);
CallPlayback *call_room_get_playback (CallRoom *self);

G_END_DECLS
