/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

gboolean srv_keep_alive_allow (SoupServer *soup, GError **error);

G_END_DECLS
