/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "peer.h"

G_BEGIN_DECLS

/* Looks whether each peer lives, once in each interval: not after all of them at the same time, as
 * thousands of pings and pongs would keep everybody else waiting. */
typedef struct _SrvPingRound SrvPingRound;

SrvPingRound *srv_ping_round_new (guint interval_ms);
void srv_ping_round_free (SrvPingRound *self);
void srv_ping_round_add (SrvPingRound *self, SrvPeer *peer);
void srv_ping_round_remove (SrvPingRound *self, SrvPeer *peer);

G_END_DECLS
