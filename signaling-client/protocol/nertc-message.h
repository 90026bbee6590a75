/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-method.h"

G_BEGIN_DECLS

/* The largest message either end sends, in bytes. */
#define NERTC_MESSAGE_MAX (256 * 1024)

/* The WebSocket subprotocol (RFC 6455, section 1.9). */
#define NERTC_SUBPROTOCOL "nertc.v1"

#define NERTC_DEFAULT_PORT 8980
#define NERTC_PATH "/room"

/* A message id of a JSON-RPC 2.0 request is a positive integer here; this stands for "none". */
#define NERTC_NO_ID 0

typedef struct {
  NertcMessageKind kind;
  gint64 id;                 /* of a REQUEST, RESULT or ERROR */
  const NertcMethod *method; /* of a REQUEST or NOTIFICATION; NULL: an event not known here */
  JsonObject *body;          /* params, or the result */
  GError *error;             /* of an ERROR: what the other side says */
} NertcMessage;

NertcMessage *nertc_message_decode (const char *text, gsize length, NertcSender sender, gint64 *id,
                                    GError **error);
void nertc_message_free (NertcMessage *message);

char *nertc_message_encode_request (const char *method, gint64 id, JsonObject *params);
char *nertc_message_encode_notification (const char *method, JsonObject *params);
char *nertc_message_encode_result (gint64 id, JsonObject *result);
char *nertc_message_encode_error (gint64 id, const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NertcMessage, nertc_message_free)

G_END_DECLS
