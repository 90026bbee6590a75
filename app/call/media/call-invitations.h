/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

#include "call-invitation.h"

G_BEGIN_DECLS

/* Who calls the user, and whom the user calls. Properties: invitation (CallInvitation that rings
 * here, NULL), sent (GListModel of CallInvitation). */
#define CALL_TYPE_INVITATIONS (call_invitations_get_type ())
G_DECLARE_FINAL_TYPE (CallInvitations, call_invitations, CALL, INVITATIONS, GObject)

CallInvitations *call_invitations_new (void);
GListModel *call_invitations_get_sent (CallInvitations *self);
CallInvitation *call_invitations_get_ringing (CallInvitations *self);

/* Messages of roomsignal, and its warnings */
void call_invitations_on_invited (CallInvitations *self, const GstStructure *invited);
void call_invitations_on_updated (CallInvitations *self, const GstStructure *updated);
gboolean call_invitations_on_refused (CallInvitations *self, const char *problem);

void call_invitations_send (CallInvitations *self, GstElement *roomsignal, const char *uid,
                            const char *channel, const char *text);
void call_invitations_forget (CallInvitations *self); /* the room they came by is left */

G_END_DECLS
