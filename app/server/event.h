/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media-plane.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The bodies of what the server says, made from what it knows. Pure. */

JsonObject *srv_event_room (SrvRoom *room);
JsonObject *srv_event_room_snapshot (SrvRoom *room);
void srv_event_set_muted (JsonObject *object, SrvMember *member);
JsonObject *srv_event_member (SrvMember *member);
JsonArray *srv_event_grants (NertcGrants grants);
JsonObject *srv_event_rights (SrvMember *member);
JsonObject *srv_event_muted (SrvMember *member);
JsonObject *srv_event_member_left (SrvMember *member, NertcCloseReason reason);
JsonObject *srv_event_stream (SrvStream *stream);
JsonObject *srv_event_stream_removed (SrvStream *stream, NertcCloseReason reason);

/* What a member says to others. */
typedef struct {
  const char *message_id;
  const char *uid; /* whose */
  const char *kind;
  const char *text;
  gint64 time_ms; /* since 1970 */
} SrvMessageEvent;

JsonObject *srv_event_message_received (const SrvMessageEvent *message);
JsonObject *srv_event_message_delivered (const char *message_id, const char *uid,
                                         gboolean delivered);

JsonObject *srv_event_transport_open (const SrvTransportOffer *offer, JsonArray *ice_servers);
JsonObject *srv_event_transport_description (const char *transport_id, const char *type,
                                             const char *sdp);
JsonObject *srv_event_transport_candidate (const char *transport_id, guint m_line_index,
                                           const char *candidate);
JsonObject *srv_event_transport_update (const char *transport_id, gboolean audio, gboolean video);
JsonObject *srv_event_transport_close (const char *transport_id, NertcCloseReason reason);

JsonObject *srv_event_member_with_streams (SrvMember *member);
const char *srv_event_member_as_text (SrvMember *member);
void srv_event_forget_text (const SrvChange *change);

G_END_DECLS
