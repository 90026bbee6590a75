/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

gboolean srv_handshake_respond (SoupServerMessage *message, const char *path, gboolean is_tls,
                                const char *const *origins);
gboolean srv_handshake_has_body (SoupServerMessage *message);

G_END_DECLS
