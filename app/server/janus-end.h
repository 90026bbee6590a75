/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "janus-id.h"
#include "janus-node.h"

G_BEGIN_DECLS

/* Janus' end of one transport: a handle. */
#define SRV_TYPE_JANUS_END (srv_janus_end_get_type ())
G_DECLARE_FINAL_TYPE (SrvJanusEnd, srv_janus_end, SRV, JANUS_END, GObject)

SrvNodeEnd *srv_janus_end_receive (SrvJanusNode *node, const SrvNodeEndEvents *events,
                                   gpointer user_data);
SrvNodeEnd *srv_janus_end_send (SrvJanusNode *node, SrvJanusEnd *source, gboolean audio,
                                gboolean video, const SrvNodeEndEvents *events, gpointer user_data);
SrvNodeEnd *srv_janus_end_adopt (SrvJanusNode *node, const SrvJanusId *id, SrvJanusEnd *source,
                                 const SrvNodeEndEvents *events, gpointer user_data);

/* For the node */
gint64 srv_janus_end_get_session (SrvJanusEnd *self);
void srv_janus_end_node_is_up (SrvJanusEnd *self);
void srv_janus_end_lose (SrvJanusEnd *self, const char *why);
void srv_janus_end_die (SrvJanusEnd *self);
void srv_janus_end_handle_event (SrvJanusEnd *self, const SrvJanusMessage *message);

G_END_DECLS
