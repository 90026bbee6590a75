/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The largest integer on the wire: JavaScript carries no larger one exactly. */
#define NERTC_INTEGER_MAX G_GINT64_CONSTANT (0x1fffffffffffff)

gboolean nertc_json_check (const char *text, gsize length, GError **error);
gboolean nertc_json_get_integer (JsonNode *node, gint64 *value);

G_END_DECLS
