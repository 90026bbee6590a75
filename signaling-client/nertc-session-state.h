/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-types.h"

G_BEGIN_DECLS

/* What moves a room from one state to another. */
typedef enum {
  NERTC_SESSION_EVENT_JOIN,      /* the application wants to be in the room */
  NERTC_SESSION_EVENT_JOINED,    /* the server let it in */
  NERTC_SESSION_EVENT_REFUSED,   /* the first join failed */
  NERTC_SESSION_EVENT_CANCELLED, /* the application gave up the first join */
  NERTC_SESSION_EVENT_LOST,      /* the connection ended; it will be made again */
  NERTC_SESSION_EVENT_RESUMED,   /* it is there again, and the server had kept our place */
  NERTC_SESSION_EVENT_CLOSED,    /* the server ended the membership for good */
  NERTC_SESSION_EVENT_GAVE_UP,   /* the connection could not be made again */
  NERTC_SESSION_EVENT_LEAVE,     /* the application wants to be out of the room */
  NERTC_SESSION_EVENT_LEFT,      /* the leave is done */
  NERTC_SESSION_EVENT_LISTENED,  /* the server let it in, or kept its place, without a room */
} NertcSessionEvent;

#define NERTC_N_ROOM_STATES (NERTC_ROOM_STATE_LISTENING + 1)
#define NERTC_N_SESSION_EVENTS (NERTC_SESSION_EVENT_LISTENED + 1)

gboolean nertc_session_state_next (NertcRoomState state, NertcSessionEvent event,
                                   NertcRoomState *next, GError **error);
const char *nertc_room_state_to_string (NertcRoomState state);

G_END_DECLS
