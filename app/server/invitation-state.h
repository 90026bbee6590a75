/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Where an invitation stands, and where what happens leads it. Pure: no clock, no members.
 */

typedef enum {
  SRV_INVITATION_CALLING, /* sent, and no end of the callee has said that it rings */
  SRV_INVITATION_RINGING,
  SRV_INVITATION_ACCEPTED, /* from here on it is over */
  SRV_INVITATION_REJECTED,
  SRV_INVITATION_BUSY,
  SRV_INVITATION_CANCELLED,
  SRV_INVITATION_TIMEOUT,
  SRV_INVITATION_OFFLINE,
} SrvInvitationState;

#define SRV_N_INVITATION_STATES (SRV_INVITATION_OFFLINE + 1)

typedef enum {
  SRV_INVITATION_EVENT_RING,
  SRV_INVITATION_EVENT_ACCEPT,
  SRV_INVITATION_EVENT_REJECT,
  SRV_INVITATION_EVENT_END_BUSY,  /* one end of the callee is busy, others may answer */
  SRV_INVITATION_EVENT_LAST_BUSY, /* no end of the callee is left, and one of them was busy */
  SRV_INVITATION_EVENT_LAST_GONE, /* no end of the callee is left, and none of them was busy */
  SRV_INVITATION_EVENT_CANCEL,    /* or the caller is gone */
  SRV_INVITATION_EVENT_TIME_OUT,
} SrvInvitationEvent;

#define SRV_N_INVITATION_EVENTS (SRV_INVITATION_EVENT_TIME_OUT + 1)

gboolean srv_invitation_state_next (SrvInvitationState state, SrvInvitationEvent event,
                                    SrvInvitationState *next);
gboolean srv_invitation_state_is_over (SrvInvitationState state);
const char *srv_invitation_state_to_string (SrvInvitationState state);

G_END_DECLS
