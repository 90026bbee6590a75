/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-method.h"

G_BEGIN_DECLS

/* What comes with a request to the HTTP API, checked against the same kind of table as what comes
 * over a WebSocket. */

JsonObject *srv_http_fields_from_query (const NertcField *fields, const char *query,
                                        GError **error);
JsonObject *srv_http_fields_from_body (const NertcField *fields, GBytes *body, GError **error);

G_END_DECLS
