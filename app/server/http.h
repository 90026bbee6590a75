/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "hub.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The HTTP API: which requests are its own, who is let in, and what they get. */
typedef struct _SrvHttp SrvHttp;

SrvHttp *srv_http_new (SrvHub *hub, const char *admin_key_file, const char *dev_key,
                       GError **error);
void srv_http_free (SrvHttp *self);
gboolean srv_http_reload (SrvHttp *self, GError **error);

gboolean srv_http_has_path (const char *path);
gboolean srv_http_take_headers (SrvHttp *self, SoupServerMessage *message, GIOStream *stream);
void srv_http_respond (SrvHttp *self, SoupServerMessage *message, const char *path,
                       gboolean keep_alive);

G_END_DECLS
