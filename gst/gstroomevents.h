/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <nertc.h>

G_BEGIN_DECLS

/* What happens in a room, as signals of an element and as its messages on the bus. */
typedef enum {
  GST_ROOM_EVENT_STATE_CHANGED,
  GST_ROOM_EVENT_MEMBER_JOINED,
  GST_ROOM_EVENT_MEMBER_UPDATED,
  GST_ROOM_EVENT_MEMBER_LEFT,
  GST_ROOM_EVENT_STREAM_ADDED,
  GST_ROOM_EVENT_STREAM_UPDATED,
  GST_ROOM_EVENT_STREAM_REMOVED,
  GST_ROOM_EVENT_MESSAGE,
  GST_ROOM_EVENT_MESSAGE_DELIVERED,
  GST_ROOM_EVENT_ROOM_UPDATED,
  GST_ROOM_EVENT_NETWORK_QUALITY,
  GST_ROOM_EVENT_ACTIVE_SPEAKER,
  GST_ROOM_EVENT_ROLE_CHANGED,
  GST_ROOM_EVENT_MUTED_BY_ADMIN,
  GST_ROOM_EVENT_MEMBER_COUNT,
  GST_ROOM_EVENT_MODERATED,
  GST_ROOM_EVENT_TOKEN_WILL_EXPIRE,
  GST_ROOM_EVENT_TOKEN_RENEWED,
  GST_ROOM_EVENT_INVITED,
  GST_ROOM_EVENT_INVITATION_UPDATED,
  GST_ROOM_EVENT_CLOSED,
  GST_ROOM_N_EVENTS,
} GstRoomEvent;

void gst_room_events_install (GType type);
void gst_room_events_announce (GstElement *element, GstRoomEvent event, ...);

void gst_room_events_announce_renewal (GstElement *element, const GError *error);

void gst_room_events_listen (GstElement *element, gpointer object, const char *signal,
                             GCallback callback);
void gst_room_events_listen_to_others (GstElement *element, NertcRoom *room);

G_END_DECLS
