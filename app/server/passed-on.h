/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

gboolean srv_is_passed_on (SoupServerMessage *message);

G_END_DECLS
