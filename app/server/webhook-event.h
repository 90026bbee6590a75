/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "room.h"

G_BEGIN_DECLS

/* What webhooks are sent: bodies and their signatures. */

/* One stay of members in a room, from the first who comes to the last who goes. */
typedef struct {
  const char *id;
  gint64 sequence; /* of the event in it, from 1 */
} SrvWebhookStay;

GBytes *srv_webhook_event_of_room (SrvRoom *room, gboolean started, const SrvWebhookStay *stay);
GBytes *srv_webhook_event_of_change (const SrvChange *change, const SrvWebhookStay *stay);
gboolean srv_webhook_event_is_one (const SrvChange *change);

char *srv_webhook_sign (const char *secret, gint64 seconds, GBytes *body);

G_END_DECLS
