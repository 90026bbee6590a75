/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-socket.h"

G_BEGIN_DECLS

#define NERTC_TYPE_WEBSOCKET (nertc_websocket_get_type ())
G_DECLARE_FINAL_TYPE (NertcWebsocket, nertc_websocket, NERTC, WEBSOCKET, GObject)

NertcSocket *nertc_websocket_new (void);
void nertc_websocket_set_ca_file (NertcWebsocket *self, const char *file);

G_END_DECLS
