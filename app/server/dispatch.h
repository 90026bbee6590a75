/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "hub.h"

G_BEGIN_DECLS

void srv_dispatch (SrvHub *hub, SrvPeer *peer, const NertcMessage *message);

void srv_dispatch_refuse (SrvPeer *peer, gint64 id, const GError *error);

/* Whether @method has a handler; every message that a client sends must have one. */
gboolean srv_dispatch_knows (const char *method);

G_END_DECLS
