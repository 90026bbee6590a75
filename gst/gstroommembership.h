/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <nertc.h>

G_BEGIN_DECLS

typedef enum {
  GST_ROOM_NOWHERE,
  GST_ROOM_LISTENING, /* for invitations, in no room */
  GST_ROOM_INSIDE,
} GstRoomPlace;

/* That an element is to be in a room, and in which: a part of the element. */
typedef struct {
  /* Set once */
  GstElement *element;
  NertcRoom *room;
  GstRoomPlace (*prepare) (GstElement *element); /* sets what the room is to be joined with */
  gboolean (*is_elsewhere) (GstElement *element);

  /* Room thread */
  gboolean wanted; /* between READY→PAUSED and PAUSED→READY */
  guint leaves;    /* under way; a join waits for their end */
} GstRoomMembership;

void gst_room_membership_join (GstRoomMembership *self);
void gst_room_membership_leave (GstRoomMembership *self);
void gst_room_membership_move (GstRoomMembership *self);

G_END_DECLS
