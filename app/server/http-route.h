/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http-error.h"
#include "hub.h"

G_BEGIN_DECLS

/* One request to the HTTP API, which was let in and whose fields were checked. */
typedef struct {
  SrvHub *hub;
  JsonObject *params;
  guint status;       /* 200, unless it is set */
  JsonObject *result; /* the answer, unless there is a text */
  char *text;         /* (nullable) (transfer full) */
  const char *type;   /* of the text */
} SrvHttpRequest;

/* Returns: (transfer full) (nullable): the changes to tell, maybe none; %NULL with an error if
 * refused, and nothing changed */
typedef GPtrArray *(*SrvHttpHandler) (SrvHttpRequest *request, GError **error);

typedef enum {
  SRV_HTTP_OPEN,  /* to all */
  SRV_HTTP_LOCAL, /* to this machine; to others with the admin key */
  SRV_HTTP_ADMIN, /* with the admin key */
} SrvHttpAccess;

/* One row per operation. The fields are in the query, those of POST in a JSON body. */
typedef struct {
  const char *method; /* that of GET answers HEAD, too */
  const char *path;
  SrvHttpAccess access;
  const NertcField *fields; /* (nullable): it has none, and the query is not looked at */
  SrvHttpHandler handler;
} SrvHttpRoute;

/* The table, which ends with a NULL method */
extern const SrvHttpRoute srv_http_routes[];

G_END_DECLS
