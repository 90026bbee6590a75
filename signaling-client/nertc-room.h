/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-invitation.h"
#include "nertc-member.h"
#include "nertc-stream.h"
#include "nertc-transport.h"

G_BEGIN_DECLS

#define NERTC_DEFAULT_SERVER "ws://127.0.0.1:8980/room"

#define NERTC_TYPE_ROOM (nertc_room_get_type ())
NERTC_API
G_DECLARE_FINAL_TYPE (NertcRoom, nertc_room, NERTC, ROOM, GObject)

NERTC_API NertcRoom *nertc_room_new (const char *server, const char *channel);

NERTC_API GMainContext *nertc_room_get_context (NertcRoom *self);
NERTC_API NertcRoomState nertc_room_get_state (NertcRoom *self);
NERTC_API const char *nertc_room_get_uid (NertcRoom *self);
NERTC_API NertcMemberRole nertc_room_get_role (NertcRoom *self);
NERTC_API NertcGrants nertc_room_get_grants (NertcRoom *self);
NERTC_API guint nertc_room_get_member_count (NertcRoom *self);
NERTC_API NertcMedia nertc_room_get_muted_by_admin (NertcRoom *self);

NERTC_API GPtrArray *nertc_room_get_members (NertcRoom *self);
NERTC_API GPtrArray *nertc_room_get_streams (NertcRoom *self);
NERTC_API NertcMember *nertc_room_get_member (NertcRoom *self, const char *uid);
NERTC_API NertcStream *nertc_room_get_stream (NertcRoom *self, const char *stream_id);

NERTC_API void nertc_room_report_quality (NertcRoom *self, NertcQuality up, NertcQuality down);
NERTC_API void nertc_room_report_speaker (NertcRoom *self, const char *uid, double level);

NERTC_API void nertc_room_join_async (NertcRoom *self, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
NERTC_API gboolean nertc_room_join_finish (NertcRoom *self, GAsyncResult *result, GError **error);

NERTC_API void nertc_room_listen_async (NertcRoom *self, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
NERTC_API gboolean nertc_room_listen_finish (NertcRoom *self, GAsyncResult *result, GError **error);

NERTC_API void nertc_room_invite_async (NertcRoom *self, const char *uid, const char *channel,
                                        const char *text, guint timeout, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
NERTC_API NertcInvitation *nertc_room_invite_finish (NertcRoom *self, GAsyncResult *result,
                                                     GError **error);

NERTC_API void nertc_room_leave_async (NertcRoom *self, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
NERTC_API gboolean nertc_room_leave_finish (NertcRoom *self, GAsyncResult *result, GError **error);

NERTC_API void nertc_room_send_message_async (NertcRoom *self, NertcMessageType type,
                                              const char *text, const char *const *to,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);
NERTC_API char *nertc_room_send_message_finish (NertcRoom *self, GAsyncResult *result,
                                                char ***missing, GError **error);

NERTC_API void nertc_room_renew_token_async (NertcRoom *self, const char *token,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
NERTC_API gboolean nertc_room_renew_token_finish (NertcRoom *self, GAsyncResult *result,
                                                  GError **error);

NERTC_API void nertc_room_set_role_async (NertcRoom *self, const char *uid, NertcMemberRole role,
                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                          gpointer user_data);
NERTC_API gboolean nertc_room_set_role_finish (NertcRoom *self, GAsyncResult *result,
                                               GError **error);

NERTC_API void nertc_room_mute_member_async (NertcRoom *self, const char *uid, NertcMedia media,
                                             gboolean muted, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
NERTC_API gboolean nertc_room_mute_member_finish (NertcRoom *self, GAsyncResult *result,
                                                  GError **error);

NERTC_API void nertc_room_kick_async (NertcRoom *self, const char *uid, const char *message,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
NERTC_API gboolean nertc_room_kick_finish (NertcRoom *self, GAsyncResult *result, GError **error);

NERTC_API void nertc_room_ban_async (NertcRoom *self, const char *uid, guint seconds,
                                     const char *message, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
NERTC_API gboolean nertc_room_ban_finish (NertcRoom *self, GAsyncResult *result, GError **error);

NERTC_API void nertc_room_unban_async (NertcRoom *self, const char *uid, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
NERTC_API gboolean nertc_room_unban_finish (NertcRoom *self, GAsyncResult *result, GError **error);

NERTC_API void nertc_room_close_async (NertcRoom *self, const char *message,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
NERTC_API gboolean nertc_room_close_finish (NertcRoom *self, GAsyncResult *result, GError **error);

NERTC_API void nertc_room_publish_async (NertcRoom *self, const char *stream_id, NertcSource source,
                                         NertcMedia media, NertcMedia muted,
                                         GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data);
NERTC_API char *nertc_room_publish_finish (NertcRoom *self, GAsyncResult *result, GError **error);

NERTC_API void nertc_room_set_muted_async (NertcRoom *self, const char *stream_id, NertcMedia muted,
                                           GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
NERTC_API gboolean nertc_room_set_muted_finish (NertcRoom *self, GAsyncResult *result,
                                                GError **error);

NERTC_API void nertc_room_update_stream_async (NertcRoom *self, const char *stream_id,
                                               NertcMedia media, gboolean renew,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
NERTC_API gboolean nertc_room_update_stream_finish (NertcRoom *self, GAsyncResult *result,
                                                    GError **error);

NERTC_API void nertc_room_unpublish_async (NertcRoom *self, const char *stream_id,
                                           GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
NERTC_API gboolean nertc_room_unpublish_finish (NertcRoom *self, GAsyncResult *result,
                                                GError **error);

NERTC_API void nertc_room_subscribe_async (NertcRoom *self, const char *stream_id, NertcMedia media,
                                           GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
NERTC_API gboolean nertc_room_subscribe_finish (NertcRoom *self, GAsyncResult *result,
                                                GError **error);

NERTC_API void nertc_room_unsubscribe_async (NertcRoom *self, const char *stream_id,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
NERTC_API gboolean nertc_room_unsubscribe_finish (NertcRoom *self, GAsyncResult *result,
                                                  GError **error);

G_END_DECLS
