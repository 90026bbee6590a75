/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-message.h"
#include "nertc-socket.h"

G_BEGIN_DECLS

/*
 * JSON-RPC over one socket: requests find their answers, and events come in unbroken order. What
 * breaks the protocol ends the connection.
 */
#define NERTC_TYPE_CONNECTION (nertc_connection_get_type ())
G_DECLARE_FINAL_TYPE (NertcConnection, nertc_connection, NERTC, CONNECTION, GObject)

typedef struct {
  void (*opened) (gpointer owner);
  void (*event) (const NertcMessage *event, gpointer owner);
  void (*ended) (const GError *error, gpointer owner);
} NertcConnectionFuncs;

/* One of @result and @error is set. */
typedef void (*NertcReplyFunc) (JsonObject *result, const GError *error, gpointer data);

NertcConnection *nertc_connection_new (NertcSocket *socket, const NertcConnectionFuncs *funcs,
                                       gpointer owner);
void nertc_connection_open (NertcConnection *self, const char *url);
void nertc_connection_call (NertcConnection *self, const char *method, JsonObject *params,
                            NertcReplyFunc func, gpointer data);
void nertc_connection_notify (NertcConnection *self, const char *method, JsonObject *params);
void nertc_connection_expect_events (NertcConnection *self, const char *epoch, guint ping_interval);
void nertc_connection_fail_calls (NertcConnection *self, const GError *error);
void nertc_connection_close (NertcConnection *self);
void nertc_connection_drop (NertcConnection *self);

G_END_DECLS
