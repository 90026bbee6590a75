/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

void srv_refuse (SoupServerMessage *message, guint status, const char *text);

G_END_DECLS
