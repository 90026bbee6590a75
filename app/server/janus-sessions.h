/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "janus-client.h"

G_BEGIN_DECLS

/*
 * Sessions in a Janus that were taken over from the server before this one. Each is kept alive as
 * long as it is used, and for a while for those who are still to come back.
 */
typedef struct _SrvJanusSessions SrvJanusSessions;

/* Janus has ended @session. */
typedef void (*SrvJanusSessionLost) (gint64 session, gpointer user_data);

/* @client: is freed first */
SrvJanusSessions *srv_janus_sessions_new (SrvJanusClient *client, SrvJanusSessionLost lost,
                                          gpointer user_data);
void srv_janus_sessions_free (SrvJanusSessions *self);

void srv_janus_sessions_use (SrvJanusSessions *self, gint64 session);
gboolean srv_janus_sessions_have (SrvJanusSessions *self, gint64 session);
void srv_janus_sessions_forget (SrvJanusSessions *self, gint64 session);
void srv_janus_sessions_forget_all (SrvJanusSessions *self);

void srv_janus_sessions_keep_alive (SrvJanusSessions *self);
void srv_janus_sessions_claim (SrvJanusSessions *self);

G_END_DECLS
