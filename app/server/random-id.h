/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *srv_random_id (void);
char *srv_random_uid (void);
gboolean srv_random_id_equal (const char *a, const char *b);

G_END_DECLS
