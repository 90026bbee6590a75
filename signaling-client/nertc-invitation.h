/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-types.h"

G_BEGIN_DECLS

#define NERTC_TYPE_INVITATION (nertc_invitation_get_type ())
NERTC_API
G_DECLARE_FINAL_TYPE (NertcInvitation, nertc_invitation, NERTC, INVITATION, GObject)

NERTC_API const char *nertc_invitation_get_id (NertcInvitation *self);
NERTC_API const char *nertc_invitation_get_uid (NertcInvitation *self);
NERTC_API const char *nertc_invitation_get_user_name (NertcInvitation *self);
NERTC_API const char *nertc_invitation_get_channel (NertcInvitation *self);
NERTC_API const char *nertc_invitation_get_text (NertcInvitation *self);
NERTC_API gboolean nertc_invitation_is_incoming (NertcInvitation *self);
NERTC_API NertcInvitationState nertc_invitation_get_state (NertcInvitation *self);

NERTC_API void nertc_invitation_accept_async (NertcInvitation *self, GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);
NERTC_API gboolean nertc_invitation_accept_finish (NertcInvitation *self, GAsyncResult *result,
                                                   GError **error);

NERTC_API void nertc_invitation_reject_async (NertcInvitation *self, gboolean busy,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);
NERTC_API gboolean nertc_invitation_reject_finish (NertcInvitation *self, GAsyncResult *result,
                                                   GError **error);

NERTC_API void nertc_invitation_cancel_async (NertcInvitation *self, GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);
NERTC_API gboolean nertc_invitation_cancel_finish (NertcInvitation *self, GAsyncResult *result,
                                                   GError **error);

G_END_DECLS
