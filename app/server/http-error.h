/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-error.h"

G_BEGIN_DECLS

/* What the HTTP API refuses by itself; all else that it refuses is a NERTC_ERROR. */
#define SRV_HTTP_ERROR (srv_http_error_quark ())
GQuark srv_http_error_quark (void);

typedef enum {
  SRV_HTTP_ERROR_UNAUTHORIZED,
  SRV_HTTP_ERROR_API_OFF,
  SRV_HTTP_ERROR_NOT_FOUND,
  SRV_HTTP_ERROR_ROOM_NOT_FOUND,
  SRV_HTTP_ERROR_METHOD_NOT_ALLOWED,
  SRV_HTTP_ERROR_ROOM_EXISTS,
  SRV_HTTP_ERROR_LENGTH_REQUIRED,
  SRV_HTTP_ERROR_BODY_TOO_LARGE,
  SRV_HTTP_ERROR_UNSUPPORTED_MEDIA_TYPE,
} SrvHttpError;

/* How an error is told: the status of HTTP, and what is in the body. */
typedef struct {
  guint status;
  int code;
  const char *name;
} SrvHttpAnswer;

SrvHttpAnswer srv_http_error_get_answer (const GError *error);
char *srv_http_error_to_json (const GError *error);

G_END_DECLS
