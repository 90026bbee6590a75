/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A token bucket: @rate tokens flow in each second, up to @burst. It reads no clock: times are
 * those of g_get_monotonic_time(), given by the caller.
 */
typedef struct {
  double level;
  double rate;
  double burst;
  gint64 filled_at;
} SrvTokenBucket;

void srv_token_bucket_init (SrvTokenBucket *self, guint rate, guint burst, gint64 now);
gboolean srv_token_bucket_take (SrvTokenBucket *self, gint64 now);
void srv_token_bucket_grant (SrvTokenBucket *self, guint amount, guint limit);

G_END_DECLS
