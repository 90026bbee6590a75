/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Why no WebSocket to a room server came about, in words that say what to do. */

GError *nertc_websocket_explain (SoupMessage *handshake, const GError *error);
GError *nertc_websocket_explain_ca_file (const char *file, const GError *error);

G_END_DECLS
