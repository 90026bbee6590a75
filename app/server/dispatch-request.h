/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "dispatch.h"

G_BEGIN_DECLS

/* One request or notification, for those who carry it out: each has a row in the table of
 * dispatch.c. */
typedef struct {
  SrvHub *hub;
  SrvPeer *peer;
  SrvSession *session; /* (nullable): before the join */
  SrvMember *member;   /* of the session */
  JsonObject *params;
  JsonObject *result;
  GString *members;     /* (nullable): a JSON array, for the result of room.join */
  guint64 resumed_from; /* of room.resume: the messages that the client has got */
  SrvMessage *message;  /* (nullable): of message.send, to be delivered once the answer is out */
} SrvRequest;

/* Returns: (nullable): the changes to tell once the answer is out, %NULL with an error if refused
 */
typedef GPtrArray *(*SrvRequestHandler) (SrvRequest *request, GError **error);
typedef void (*SrvNotificationHandler) (SrvRequest *request);

static inline const char *
srv_request_text (JsonObject *params, const char *name, const char *fallback)
{
  return json_object_get_string_member_with_default (params, name, fallback);
}

static inline gboolean
srv_request_flag (JsonObject *params, const char *name, gboolean fallback)
{
  return json_object_get_boolean_member_with_default (params, name, fallback);
}

/* Returns: (nullable): @storage with the flag, %NULL if it is absent */
static inline const gboolean *
srv_request_optional_flag (JsonObject *params, const char *name, gboolean *storage)
{
  if (!json_object_has_member (params, name))
    return NULL;
  *storage = json_object_get_boolean_member (params, name);
  return storage;
}

/* dispatch-moderation.c */
GPtrArray *srv_dispatch_room_close (SrvRequest *request, GError **error);
GPtrArray *srv_dispatch_member_mute (SrvRequest *request, GError **error);
GPtrArray *srv_dispatch_member_kick (SrvRequest *request, GError **error);
GPtrArray *srv_dispatch_member_ban (SrvRequest *request, GError **error);
GPtrArray *srv_dispatch_member_unban (SrvRequest *request, GError **error);

G_END_DECLS
