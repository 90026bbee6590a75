/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "away.h"

/* @before: what was kept for one of them until now; 0: it was not away. As for @after */
void
srv_away_change (SrvAway *self, gsize before, gsize after)
{
  g_assert (self->size >= before);

  self->size += after - before;
  self->count += (after > 0) - (before > 0);
}

/* Returns: whether one of them, for whom @size is kept, has to go: when it is too much, those with
 * more than their share have, so that a flood of one room ends no session of another. */
gboolean
srv_away_is_too_much (const SrvAway *self, gsize size)
{
  return self->size > self->limit && size > self->limit / self->count;
}
