/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "room.h"

G_BEGIN_DECLS

/*
 * Transports from before a restart of the server that publishers have named and whose consumers
 * are still to come. No id is claimed twice. A publisher that waits in vain is told after a while.
 */
typedef struct _SrvClaims SrvClaims;

/* @id is a claim no more. From the main loop, or from inside srv_claims_end (). */
typedef void (*SrvClaimLost) (SrvStream *stream, const char *id, NertcCloseReason reason,
                              gpointer user_data);

SrvClaims *srv_claims_new (SrvClaimLost lost, gpointer user_data, guint settle_ms);
void srv_claims_free (SrvClaims *self);

void srv_claims_add (SrvClaims *self, SrvStream *stream, const char *id);
gboolean srv_claims_take (SrvClaims *self, SrvStream *stream, const char *id);
void srv_claims_end (SrvClaims *self, SrvStream *stream, NertcCloseReason reason);

G_END_DECLS
