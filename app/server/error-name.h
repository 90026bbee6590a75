/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-error.h"

G_BEGIN_DECLS

/* The names that docs/protocol.md gives to the errors of the server. */

guint srv_error_names_count (void);
guint srv_error_name_index (int code);
int srv_error_name_code (guint index);
const char *srv_error_name_at (guint index);
const char *srv_error_name (int code);

G_END_DECLS
