/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-message.h"
#include "nertc-socket.h"

G_BEGIN_DECLS

/*
 * JSON-RPC with the room server: requests find their answers, and events come in unbroken order.
 * What breaks the protocol ends the connection.
 *
 * After a join there is a session, which outlives its socket: both ends count what they receive,
 * and what is sent is kept until the server is known to have handled it. On the next socket the
 * session can be resumed; then either end sends again what the other has not got, so that each
 * message is handled once, in order. Meanwhile requests wait, and what is new is kept with the
 * rest.
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

NertcConnection *nertc_connection_new (const NertcConnectionFuncs *funcs, gpointer owner);
void nertc_connection_open (NertcConnection *self, NertcSocket *socket, const char *url);
void nertc_connection_call (NertcConnection *self, const char *method, JsonObject *params,
                            NertcReplyFunc func, gpointer data);
void nertc_connection_notify (NertcConnection *self, const char *method, JsonObject *params);

void nertc_connection_begin_session (NertcConnection *self, const char *epoch, guint ping_interval);
gboolean nertc_connection_has_session (NertcConnection *self);
gboolean nertc_connection_is_crowded (NertcConnection *self);
gboolean nertc_connection_can_resume (NertcConnection *self);
void nertc_connection_resume (NertcConnection *self, const char *secret, NertcReplyFunc func,
                              gpointer data);
gboolean nertc_connection_take_resumed (NertcConnection *self, JsonObject *result, GError **error);
void nertc_connection_forget_session (NertcConnection *self, const GError *error);

void nertc_connection_fail_calls (NertcConnection *self, const GError *error);
void nertc_connection_close (NertcConnection *self);
void nertc_connection_abandon (NertcConnection *self);
void nertc_connection_drop (NertcConnection *self);

G_END_DECLS
