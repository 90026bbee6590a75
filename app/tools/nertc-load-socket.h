/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-load-stream.h"

G_BEGIN_DECLS

/*
 * A WebSocket at the client's end (RFC 6455), as cheap as can be: thousands share one epoll set and
 * one buffer, and one thread reads 100,000 messages a second from them. All zero is a closed one,
 * which can be opened again and again.
 */
typedef struct _LoadSocket LoadSocket;

/* All are called by load_poller_run(). A socket may be closed in them. */
typedef struct {
  void (*opened) (LoadSocket *self);
  void (*message) (LoadSocket *self, const char *text, gsize length);
  /* @why: (nullable): what went wrong, if that ended it; @code: of the server's close frame, or 0
   */
  void (*closed) (LoadSocket *self, guint code, const char *why);
} LoadSocketCallbacks;

typedef struct _LoadPoller LoadPoller;

LoadPoller *load_poller_new (const LoadTarget *target, const LoadSocketCallbacks *callbacks);
void load_poller_free (LoadPoller *self);
void load_poller_run (LoadPoller *self, int wait_ms);

typedef enum {
  LOAD_SOCKET_CLOSED,
  LOAD_SOCKET_CONNECTING, /* TCP, TLS */
  LOAD_SOCKET_UPGRADING,  /* HTTP */
  LOAD_SOCKET_OPEN,
  LOAD_SOCKET_CLOSING, /* our close frame is out, or waits */
} LoadSocketState;

struct _LoadSocket {
  LoadPoller *poller;
  LoadStream stream;
  LoadSocketState state;
  guint32 watched;     /* what epoll waits for */
  char *accept;        /* (nullable): what the server has to answer */
  GByteArray *input;   /* (nullable): not yet a whole frame */
  GByteArray *message; /* (nullable): the fragments so far */
  GByteArray *output;  /* (nullable): what the network has not taken yet */
};

void load_socket_open (LoadSocket *self, LoadPoller *poller);
void load_socket_send (LoadSocket *self, const char *text, gsize length);
void load_socket_close (LoadSocket *self);
void load_socket_abort (LoadSocket *self);

G_END_DECLS
