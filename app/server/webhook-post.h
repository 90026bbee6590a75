/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* One attempt to send an event to a webhook. */
typedef struct _SrvWebhookPost SrvWebhookPost;

/* @problem: (nullable): why it is to be tried again; %NULL: it has arrived. From the main loop. */
typedef void (*SrvWebhookPosted) (const char *problem, gpointer user_data);

SoupSession *srv_webhook_post_session_new (guint connections);

SrvWebhookPost *srv_webhook_post_start (SoupSession *session, GUri *uri, GBytes *body,
                                        const char *signature, guint timeout_ms,
                                        SrvWebhookPosted posted, gpointer user_data);
void srv_webhook_post_cancel (SrvWebhookPost *self);

G_END_DECLS
