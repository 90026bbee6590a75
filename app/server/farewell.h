/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session.h"

G_BEGIN_DECLS

/*
 * Sessions that have ended for a reason after which nobody may come back, and whose clients may not
 * have heard that: their connections were lost, or are and nobody knows yet. Whoever asks for one
 * of them again hears it then. They are kept for the grace time, and no more of them than fit.
 */
typedef struct _SrvFarewells SrvFarewells;

SrvFarewells *srv_farewells_new (guint grace_ms, gsize limit);
void srv_farewells_free (SrvFarewells *self);

void srv_farewells_take (SrvFarewells *self, SrvSession *session, NertcCloseReason reason);
guint srv_farewells_count (SrvFarewells *self);
SrvSession *srv_farewells_find (SrvFarewells *self, const char *epoch);

G_END_DECLS
