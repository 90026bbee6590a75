/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics.h"

_Thread_local SrvMetrics srv_metrics;

const guint32 srv_latency_buckets[SRV_LATENCY_BUCKETS] = {
  100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 5000000,
};

/* One that everybody is told of */
void
srv_metrics_count_change (const SrvChange *change)
{
  switch (change->kind) {
    case SRV_CHANGE_MEMBER_JOINED:
      srv_metrics.joins++;
      srv_metrics.members++;
      break;
    case SRV_CHANGE_MEMBER_LEFT:
      srv_metrics.leaves[change->reason]++;
      srv_metrics.members--;
      break;
    case SRV_CHANGE_STREAM_ADDED:
      srv_metrics.streams++;
      break;
    case SRV_CHANGE_STREAM_REMOVED:
      srv_metrics.streams--;
      break;
    case SRV_CHANGE_SUBSCRIPTION_ADDED:
      srv_metrics.subscriptions++;
      break;
    case SRV_CHANGE_SUBSCRIPTION_REMOVED:
      srv_metrics.subscriptions--;
      break;
    default:
      break;
  }
}

/* One that a client is answered with. */
void
srv_metrics_count_error (const GError *error)
{
  gboolean ours = error->domain == NERTC_ERROR;
  guint index = srv_error_name_index (ours ? error->code : NERTC_ERROR_INTERNAL);

  srv_metrics.errors[MIN (index, SRV_METRICS_ERRORS - 1)]++;
}

/* Returns: the monotonic time at which what brings about an event was read. A timer, say, has not
 * been read; what it brings about arises now. */
gint64
srv_metrics_get_cause (void)
{
  return srv_metrics.cause ? srv_metrics.cause : g_get_monotonic_time ();
}

/* A message whose cause was read at @cause has been written. */
void
srv_metrics_observe_event (gint64 cause)
{
  guint64 latency = (guint64) MAX (0, g_get_monotonic_time () - cause);
  guint bucket = 0;

  while (bucket < SRV_LATENCY_BUCKETS && latency > srv_latency_buckets[bucket])
    bucket++;
  srv_metrics.event_latency.counts[bucket]++;
  srv_metrics.event_latency.sum += latency;
}
