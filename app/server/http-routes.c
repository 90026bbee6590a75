/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http-route.h"

/* docs/openapi.yaml has the same operations; a test compares them. */

static const NertcField nothing[] = { { NULL } };

const SrvHttpRoute srv_http_routes[] = {
  { "GET", "/healthz", SRV_HTTP_OPEN, nothing, srv_http_health },
  { NULL },
};
