/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which web pages may open a WebSocket: browsers say where a page is from (RFC 6455, section 4.1).
 */

#define SRV_ORIGINS_MAX 64

gboolean srv_origin_check_rule (const char *rule);
gboolean srv_origin_is_allowed (const char *origin, const char *host, const char *const *rules);

G_END_DECLS
