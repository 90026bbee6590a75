/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token-bucket.h"

void
srv_token_bucket_init (SrvTokenBucket *self, guint rate, guint burst, gint64 now)
{
  self->level = burst;
  self->rate = rate;
  self->burst = burst;
  self->filled_at = now;
}

static void
fill (SrvTokenBucket *self, gint64 now)
{
  double flown = (double) (now - self->filled_at) / G_USEC_PER_SEC * self->rate;

  self->filled_at = now;
  /* What was granted beyond the burst stays, but nothing flows in on top of it. */
  if (self->level < self->burst)
    self->level = MIN (self->level + flown, self->burst);
}

/* Returns: whether there was a token to take */
gboolean
srv_token_bucket_take (SrvTokenBucket *self, gint64 now)
{
  fill (self, now);
  if (self->level < 1)
    return FALSE;
  self->level -= 1;
  return TRUE;
}

/* Adds @amount at once, beyond the burst too, but not above @limit. */
void
srv_token_bucket_grant (SrvTokenBucket *self, guint amount, guint limit)
{
  if (self->level < limit)
    self->level = MIN (self->level + amount, limit);
}
