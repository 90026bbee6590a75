/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "janus-client.h"
#include "media-node.h"

G_BEGIN_DECLS

/*
 * A Janus, by its plugin ‘videoroom’. The server has one session there; each end of a transport is
 * a handle. An end that receives is the only publisher of a room of its own, whose id is that of
 * the handle; ends that send subscribe there.
 *
 * A transport's id tells of node, session and handle. So a server that was restarted can take over
 * what members name, and stores nothing.
 */
#define SRV_TYPE_JANUS_NODE (srv_janus_node_get_type ())
G_DECLARE_FINAL_TYPE (SrvJanusNode, srv_janus_node, SRV, JANUS_NODE, GObject)

SrvJanusNode *srv_janus_node_new (const char *address, const char *secret, GError **error);
void srv_janus_node_set_timeout (SrvJanusNode *self, guint ms);
void srv_janus_node_start (SrvJanusNode *self);
void srv_janus_node_stop (SrvJanusNode *self);

/* For its ends */
typedef struct _SrvJanusEnd SrvJanusEnd;

guint32 srv_janus_node_get_hash (SrvJanusNode *self);
gint64 srv_janus_node_get_session (SrvJanusNode *self);
void srv_janus_node_keep_session (SrvJanusNode *self, gint64 session);
void srv_janus_node_add_end (SrvJanusNode *self, SrvJanusEnd *end);
void srv_janus_node_remove_end (SrvJanusNode *self, SrvJanusEnd *end);
gboolean srv_janus_node_add_handle (SrvJanusNode *self, gint64 handle, SrvJanusEnd *end);
void srv_janus_node_remove_handle (SrvJanusNode *self, gint64 handle);
void srv_janus_node_request (SrvJanusNode *self, gint64 session, gint64 handle, JsonObject *request,
                             SrvJanusReply reply, gpointer user_data);

G_END_DECLS
