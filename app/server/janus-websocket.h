/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "janus-socket.h"

G_BEGIN_DECLS

/* Janus' transport ‘websockets’: one text in one message. */
#define SRV_TYPE_JANUS_WEBSOCKET (srv_janus_websocket_get_type ())
G_DECLARE_FINAL_TYPE (SrvJanusWebsocket, srv_janus_websocket, SRV, JANUS_WEBSOCKET, SrvJanusSocket)

SrvJanusSocket *srv_janus_websocket_new (const char *uri);

G_END_DECLS
