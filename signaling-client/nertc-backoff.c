/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-backoff.h"

#define FIRST_MS 100
#define BASE_MS 400
#define EARLY_CAP_MS 2000 /* a server that restarts is to be found again within five seconds */
#define EARLY_MS 60000
#define CAP_MS 5000

/*
 * @attempt: 0 is the first try after a loss
 * @elapsed_ms: since the loss
 * @random: 0.0 to 1.0, so that the members of a room do not come all at once
 *
 * Pure.
 *
 * Returns: how long to wait before the try, in milliseconds: at most 100 ms for the first, then
 *   from 200 ms on doubling up to 2 s within the first minute and 5 s later; half of it at random
 */
guint
nertc_backoff_delay (guint attempt, guint elapsed_ms, double random)
{
  guint cap = elapsed_ms < EARLY_MS ? EARLY_CAP_MS : CAP_MS;
  guint longest;

  if (attempt == 0)
    return (guint) (random * FIRST_MS);
  longest = MIN (cap, (guint) BASE_MS << MIN (attempt - 1, 8));
  return (guint) (longest / 2 * (1.0 + random));
}
