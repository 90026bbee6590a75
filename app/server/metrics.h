/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "error-name.h"
#include "room.h"
#include "webhook-options.h"

G_BEGIN_DECLS

/*
 * What happened since the server began, and what is there now, counted where it happens in a few
 * instructions: a server has one thread, and these are that thread's. What can be asked for instead
 * is metrics-page.c's matter.
 */

#define SRV_METRICS_ERRORS 64
#define SRV_METRICS_REASONS (NERTC_CLOSE_REASON_UNSUBSCRIBED + 1)

/* Upper bounds, in microseconds; beyond the last one is one more bucket. */
#define SRV_LATENCY_BUCKETS 14
extern const guint32 srv_latency_buckets[SRV_LATENCY_BUCKETS];

/* What was not sent, or not kept, because there would have been too much of it. */
typedef enum {
  SRV_DROP_SLOW_READER, /* a client that was put out, with all that waited for it */
  SRV_DROP_NOT_KEPT,    /* a message of a session that cannot be sent again any more */
} SrvDrop;
#define SRV_DROPS (SRV_DROP_NOT_KEPT + 1)

typedef struct {
  guint64 counts[SRV_LATENCY_BUCKETS + 1];
  guint64 sum; /* microseconds */
} SrvHistogram;

/* Of one URL */
typedef struct {
  guint64 delivered;
  guint64 failures; /* attempts */
  guint64 dropped;  /* given up, or had to make room for later ones */
  guint64 waiting;  /* now */
} SrvWebhookFigures;

typedef struct {
  guint64 connections_accepted;
  guint64 connections_refused;
  guint64 joins;
  guint64 resumes;
  guint64 leaves[SRV_METRICS_REASONS];
  guint64 errors[SRV_METRICS_ERRORS]; /* by srv_error_name_index () */
  guint64 drops[SRV_DROPS];
  guint64 messages_received;
  guint64 messages_sent;
  guint64 bytes_received;
  guint64 bytes_sent;
  guint64 transports_failed;
  SrvHistogram event_latency;
  guint webhook_count;
  SrvWebhookFigures webhooks[SRV_WEBHOOKS_MAX]; /* in the order of the options */

  /* These may fall, too. */
  guint64 connections;
  guint64 connections_waiting;
  guint64 members;
  guint64 streams;
  guint64 subscriptions;

  gint64 started; /* microseconds since 1970 */
  gint64 cause;   /* when what is carried out now was read; 0: nobody sent it */
} SrvMetrics;

extern _Thread_local SrvMetrics srv_metrics;

void srv_metrics_count_change (const SrvChange *change);
void srv_metrics_count_error (const GError *error);
gint64 srv_metrics_get_cause (void);
void srv_metrics_observe_event (gint64 cause);

G_END_DECLS
