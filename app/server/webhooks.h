/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "room.h"
#include "webhook-receiver.h"

G_BEGIN_DECLS

/* Tells URLs what happens to rooms, members and streams. Nobody waits for them. */
typedef struct _SrvWebhooks SrvWebhooks;

extern const SrvWebhookLimits srv_webhook_default_limits;

typedef void (*SrvWebhooksDone) (gpointer user_data);

SrvWebhooks *srv_webhooks_new (const char *const *urls, const char *secret_file,
                               const SrvWebhookLimits *limits, GError **error);
void srv_webhooks_free (SrvWebhooks *self);
gboolean srv_webhooks_reload (SrvWebhooks *self, GError **error);

void srv_webhooks_tell (SrvWebhooks *self, GPtrArray *changes);
void srv_webhooks_finish (SrvWebhooks *self, guint ms, SrvWebhooksDone done, gpointer user_data);
gboolean srv_webhooks_are_done (SrvWebhooks *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrvWebhooks, srv_webhooks_free)

G_END_DECLS
