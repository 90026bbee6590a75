/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "janus-message.h"

G_BEGIN_DECLS

/* One connection to a Janus: requests, and what answers them. */
typedef struct _SrvJanusClient SrvJanusClient;

typedef struct {
  void (*opened) (gpointer user_data);
  /* What answers no request */
  void (*event) (const SrvJanusMessage *message, gpointer user_data);
  /* By itself. @gone: no Janus is there, nor is it suspended. */
  void (*closed) (const char *why, gboolean gone, gpointer user_data);
} SrvJanusClientEvents;

/*
 * Once for each request, and never from inside of it. @problem: (nullable): what went wrong; if
 * there is no @reply, it may have been carried out or not
 */
typedef void (*SrvJanusReply) (const SrvJanusMessage *reply, const char *problem,
                               gpointer user_data);

SrvJanusClient *srv_janus_client_new (const char *address, const char *secret,
                                      const SrvJanusClientEvents *events, gpointer user_data);
void srv_janus_client_free (SrvJanusClient *self);

void srv_janus_client_open (SrvJanusClient *self);
void srv_janus_client_close (SrvJanusClient *self);
gboolean srv_janus_client_is_open (SrvJanusClient *self);

void srv_janus_client_request (SrvJanusClient *self, JsonObject *request, guint timeout_ms,
                               SrvJanusReply reply, gpointer user_data);

G_END_DECLS
