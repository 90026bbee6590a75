/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-session-state.h"

typedef struct {
  gboolean legal;
  NertcRoomState next;
} Transition;

#define TO(state) \
  { \
    TRUE, NERTC_ROOM_STATE_##state \
  }

static const Transition transitions[NERTC_N_ROOM_STATES][NERTC_N_SESSION_EVENTS] = {
  [NERTC_ROOM_STATE_DISCONNECTED] = {
    [NERTC_SESSION_EVENT_JOIN] = TO (CONNECTING),
  },
  [NERTC_ROOM_STATE_CONNECTING] = {
    [NERTC_SESSION_EVENT_JOINED] = TO (CONNECTED),
    [NERTC_SESSION_EVENT_LISTENED] = TO (LISTENING),
    [NERTC_SESSION_EVENT_REFUSED] = TO (FAILED),
    [NERTC_SESSION_EVENT_CANCELLED] = TO (DISCONNECTED),
    [NERTC_SESSION_EVENT_LEAVE] = TO (DISCONNECTING),
  },
  [NERTC_ROOM_STATE_CONNECTED] = {
    [NERTC_SESSION_EVENT_LOST] = TO (RECONNECTING),
    [NERTC_SESSION_EVENT_CLOSED] = TO (FAILED),
    [NERTC_SESSION_EVENT_LEAVE] = TO (DISCONNECTING),
  },
  [NERTC_ROOM_STATE_RECONNECTING] = {
    [NERTC_SESSION_EVENT_JOINED] = TO (CONNECTED),
    [NERTC_SESSION_EVENT_LISTENED] = TO (LISTENING),
    [NERTC_SESSION_EVENT_RESUMED] = TO (CONNECTED),
    [NERTC_SESSION_EVENT_GAVE_UP] = TO (FAILED),
    [NERTC_SESSION_EVENT_LEAVE] = TO (DISCONNECTING),
  },
  [NERTC_ROOM_STATE_DISCONNECTING] = {
    [NERTC_SESSION_EVENT_JOIN] = TO (CONNECTING), /* the leave is on its way; nobody waits for it */
    [NERTC_SESSION_EVENT_LEFT] = TO (DISCONNECTED),
  },
  [NERTC_ROOM_STATE_FAILED] = {
    [NERTC_SESSION_EVENT_JOIN] = TO (CONNECTING),
    [NERTC_SESSION_EVENT_LEAVE] = TO (DISCONNECTED),
  },
  [NERTC_ROOM_STATE_LISTENING] = {
    [NERTC_SESSION_EVENT_LOST] = TO (RECONNECTING),
    [NERTC_SESSION_EVENT_CLOSED] = TO (FAILED),
    [NERTC_SESSION_EVENT_LEAVE] = TO (DISCONNECTING),
  },
};

static const char *const state_names[NERTC_N_ROOM_STATES] = {
  [NERTC_ROOM_STATE_DISCONNECTED] = "disconnected",
  [NERTC_ROOM_STATE_CONNECTING] = "connecting",
  [NERTC_ROOM_STATE_CONNECTED] = "connected",
  [NERTC_ROOM_STATE_RECONNECTING] = "reconnecting",
  [NERTC_ROOM_STATE_DISCONNECTING] = "disconnecting",
  [NERTC_ROOM_STATE_FAILED] = "failed",
  [NERTC_ROOM_STATE_LISTENING] = "listening",
};

static const char *const event_names[NERTC_N_SESSION_EVENTS] = {
  [NERTC_SESSION_EVENT_JOIN] = "joined",
  [NERTC_SESSION_EVENT_JOINED] = "entered",
  [NERTC_SESSION_EVENT_REFUSED] = "refused",
  [NERTC_SESSION_EVENT_CANCELLED] = "cancelled",
  [NERTC_SESSION_EVENT_LOST] = "lost",
  [NERTC_SESSION_EVENT_RESUMED] = "resumed",
  [NERTC_SESSION_EVENT_CLOSED] = "closed",
  [NERTC_SESSION_EVENT_GAVE_UP] = "given up",
  [NERTC_SESSION_EVENT_LEAVE] = "left",
  [NERTC_SESSION_EVENT_LEFT] = "out of reach",
  [NERTC_SESSION_EVENT_LISTENED] = "put to listening",
};

const char *
nertc_room_state_to_string (NertcRoomState state)
{
  g_return_val_if_fail ((guint) state < NERTC_N_ROOM_STATES, "invalid");

  return state_names[state];
}

/*
 * Decides, and does nothing: @next is set when the table knows the pair; otherwise @error is
 * %NERTC_ERROR_WRONG_STATE.
 */
gboolean
nertc_session_state_next (NertcRoomState state, NertcSessionEvent event, NertcRoomState *next,
                          GError **error)
{
  const Transition *transition;

  g_return_val_if_fail ((guint) state < NERTC_N_ROOM_STATES, FALSE);
  g_return_val_if_fail ((guint) event < NERTC_N_SESSION_EVENTS, FALSE);

  transition = &transitions[state][event];
  if (!transition->legal) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE,
                 "The room cannot be %s while it is %s", event_names[event], state_names[state]);
    return FALSE;
  }
  *next = transition->next;
  return TRUE;
}
