/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "janus-socket.h"

G_BEGIN_DECLS

/* The Unix socket of Janus' transport ‘pfunix’: one text in one packet. */
#define SRV_TYPE_JANUS_UNIX (srv_janus_unix_get_type ())
G_DECLARE_FINAL_TYPE (SrvJanusUnix, srv_janus_unix, SRV, JANUS_UNIX, SrvJanusSocket)

/* Janus drops what is longer, and does not say so. */
#define SRV_JANUS_UNIX_REQUEST_MAX 8191

SrvJanusSocket *srv_janus_unix_new (const char *path);

G_END_DECLS
