/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "invitation-state.h"

typedef struct {
  gboolean legal;
  SrvInvitationState next;
} Transition;

#define TO(state) \
  { \
    TRUE, SRV_INVITATION_##state \
  }

/* What is over has no row: nothing leads on from there. */
static const Transition transitions[SRV_N_INVITATION_STATES][SRV_N_INVITATION_EVENTS] = {
  [SRV_INVITATION_CALLING] = {
    [SRV_INVITATION_EVENT_RING] = TO (RINGING),
    [SRV_INVITATION_EVENT_ACCEPT] = TO (ACCEPTED),
    [SRV_INVITATION_EVENT_REJECT] = TO (REJECTED),
    [SRV_INVITATION_EVENT_END_BUSY] = TO (CALLING),
    [SRV_INVITATION_EVENT_LAST_BUSY] = TO (BUSY),
    [SRV_INVITATION_EVENT_LAST_GONE] = TO (OFFLINE),
    [SRV_INVITATION_EVENT_CANCEL] = TO (CANCELLED),
    [SRV_INVITATION_EVENT_TIME_OUT] = TO (TIMEOUT),
  },
  [SRV_INVITATION_RINGING] = {
    [SRV_INVITATION_EVENT_RING] = TO (RINGING),
    [SRV_INVITATION_EVENT_ACCEPT] = TO (ACCEPTED),
    [SRV_INVITATION_EVENT_REJECT] = TO (REJECTED),
    [SRV_INVITATION_EVENT_END_BUSY] = TO (RINGING),
    [SRV_INVITATION_EVENT_LAST_BUSY] = TO (BUSY),
    [SRV_INVITATION_EVENT_LAST_GONE] = TO (OFFLINE),
    [SRV_INVITATION_EVENT_CANCEL] = TO (CANCELLED),
    [SRV_INVITATION_EVENT_TIME_OUT] = TO (TIMEOUT),
  },
};

/* Returns: whether @event may happen in @state; @next is where it leads */
gboolean
srv_invitation_state_next (SrvInvitationState state, SrvInvitationEvent event,
                           SrvInvitationState *next)
{
  const Transition *transition = &transitions[state][event];

  if (transition->legal)
    *next = transition->next;
  return transition->legal;
}

gboolean
srv_invitation_state_is_over (SrvInvitationState state)
{
  return state >= SRV_INVITATION_ACCEPTED;
}

/* Returns: (nullable): the word on the wire; %NULL before the first */
const char *
srv_invitation_state_to_string (SrvInvitationState state)
{
  static const char *const words[SRV_N_INVITATION_STATES] = {
    [SRV_INVITATION_RINGING] = "ringing",     [SRV_INVITATION_ACCEPTED] = "accepted",
    [SRV_INVITATION_REJECTED] = "rejected",   [SRV_INVITATION_BUSY] = "busy",
    [SRV_INVITATION_CANCELLED] = "cancelled", [SRV_INVITATION_TIMEOUT] = "timeout",
    [SRV_INVITATION_OFFLINE] = "offline",
  };

  return words[state];
}
