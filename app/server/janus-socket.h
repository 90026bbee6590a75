/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A connection to Janus that carries texts. No callback comes from inside a call. */
#define SRV_TYPE_JANUS_SOCKET (srv_janus_socket_get_type ())
G_DECLARE_DERIVABLE_TYPE (SrvJanusSocket, srv_janus_socket, SRV, JANUS_SOCKET, GObject)

typedef struct {
  void (*opened) (gpointer user_data);
  void (*message) (const char *text, gsize length, gpointer user_data);
  /* By itself; the last of all. @gone: there is no Janus at that address, nor was it suspended. */
  void (*closed) (const char *why, gboolean gone, gpointer user_data);
} SrvJanusSocketEvents;

struct _SrvJanusSocketClass {
  GObjectClass parent;

  void (*open) (SrvJanusSocket *self);
  gboolean (*send) (SrvJanusSocket *self, const char *text, GError **error);
  void (*close) (SrvJanusSocket *self);
};

gboolean srv_janus_address_check (const char *address, GError **error);

SrvJanusSocket *srv_janus_socket_new (const char *address, const SrvJanusSocketEvents *events,
                                      gpointer user_data);
void srv_janus_socket_open (SrvJanusSocket *self);
gboolean srv_janus_socket_send (SrvJanusSocket *self, const char *text, GError **error);
void srv_janus_socket_close (SrvJanusSocket *self);

/* For what carries them */
void srv_janus_socket_opened (SrvJanusSocket *self);
void srv_janus_socket_message (SrvJanusSocket *self, const char *text, gsize length);
void srv_janus_socket_closed (SrvJanusSocket *self, const char *why, gboolean gone);

G_END_DECLS
