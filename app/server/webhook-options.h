/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"

G_BEGIN_DECLS

#define SRV_WEBHOOKS_MAX 8

gboolean srv_webhook_options_check (const SrvOptions *options, GError **error);

G_END_DECLS
