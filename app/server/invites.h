/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "room.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * The invitations that are under way, and who can be invited: every member that has a session, in
 * whatever room, by app key and uid. One uid may have several of them, its *ends*; all of them
 * ring. An invitation is known until it is answered or has ended in another way.
 */
typedef struct _SrvInvites SrvInvites;

typedef struct {
  guint outgoing; /* under way at once, of one caller */
  guint incoming; /* under way at once, at one uid */
  guint rate;     /* of one caller, in a second */
} SrvInviteLimits;

/* @to may have lost its session meanwhile. */
typedef void (*SrvInvitesTell) (SrvMember *to, const char *method, JsonObject *params,
                                gpointer user_data);

/* Returns: microseconds, as g_get_monotonic_time() */
typedef gint64 (*SrvInvitesClock) (void);

/* What members ask; @params have been checked. */
typedef gboolean (*SrvInviteRequest) (SrvInvites *self, SrvMember *member, JsonObject *params,
                                      JsonObject *result, GError **error);

SrvInvites *srv_invites_new (const SrvInviteLimits *limits, SrvInvitesClock clock,
                             SrvInvitesTell tell, gpointer user_data);
void srv_invites_free (SrvInvites *self);

void srv_invites_add_member (SrvInvites *self, SrvMember *member);
void srv_invites_remove_member (SrvInvites *self, SrvMember *member);

gboolean srv_invites_send (SrvInvites *self, SrvMember *caller, JsonObject *params,
                           JsonObject *result, GError **error);
gboolean srv_invites_accept (SrvInvites *self, SrvMember *member, JsonObject *params,
                             JsonObject *result, GError **error);
gboolean srv_invites_reject (SrvInvites *self, SrvMember *member, JsonObject *params,
                             JsonObject *result, GError **error);
gboolean srv_invites_cancel (SrvInvites *self, SrvMember *caller, JsonObject *params,
                             JsonObject *result, GError **error);
void srv_invites_ring (SrvInvites *self, SrvMember *member, JsonObject *params);

void srv_invites_run (SrvInvites *self);
guint srv_invites_count (SrvInvites *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrvInvites, srv_invites_free)

G_END_DECLS
