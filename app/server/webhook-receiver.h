/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/*
 * One URL that is told of events, and what waits for it. Events of a room go in their order, the
 * next one when the one before has arrived or was given up; those of other rooms go beside them.
 * What waits is bounded, for each receiver by itself: one that is dead takes nothing from others.
 */
typedef struct _SrvWebhookReceiver SrvWebhookReceiver;

typedef struct {
  guint events;      /* that may wait */
  guint room_events; /* of one room */
  guint concurrency; /* rooms whose events are sent at the same time */
  guint timeout_ms;
  guint retry_ms;     /* after the first failure; then twice as long each time */
  guint retry_max_ms; /* at most */
  guint give_up_ms;   /* since the event */
} SrvWebhookLimits;

/* Returns: (transfer full): the header to send with @body */
typedef char *(*SrvWebhookSigner) (GBytes *body, gpointer user_data);

/* What all receivers share */
typedef struct {
  SoupSession *session;
  SrvWebhookLimits limits;
  SrvWebhookSigner sign;
  void (*idle) (gpointer user_data); /* one of them has nothing left to send */
  gpointer user_data;
} SrvWebhookCommon;

SrvWebhookReceiver *srv_webhook_receiver_new (const char *url, const SrvWebhookCommon *common,
                                              SrvWebhookFigures *figures);
void srv_webhook_receiver_free (SrvWebhookReceiver *self);

void srv_webhook_receiver_push (SrvWebhookReceiver *self, const char *room, GBytes *body);
void srv_webhook_receiver_hurry (SrvWebhookReceiver *self);
gboolean srv_webhook_receiver_is_idle (SrvWebhookReceiver *self);

G_END_DECLS
