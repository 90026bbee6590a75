/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What the server keeps for members who are away, all together. They hold no connection, so the
 * limits on those do not bound it. Pure.
 */
typedef struct {
  gsize limit; /* bytes */
  gsize size;
  guint count; /* of the members */
} SrvAway;

void srv_away_change (SrvAway *self, gsize before, gsize after);
gboolean srv_away_is_too_much (const SrvAway *self, gsize size);

G_END_DECLS
