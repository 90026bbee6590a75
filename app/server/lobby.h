/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The connections that are in no room: how many there may be, and for how long. It counts those in
 * a room too, as all of them need a file descriptor.
 */
typedef struct _SrvLobby SrvLobby;

typedef struct {
  guint waiting;
  guint connections;
  guint timeout_ms;
} SrvLobbyLimits;

typedef void (*SrvLobbyExpired) (GSocketConnection *connection, gpointer user_data);

SrvLobby *srv_lobby_new (const SrvLobbyLimits *limits, SrvLobbyExpired expired, gpointer user_data);
void srv_lobby_free (SrvLobby *self);

gboolean srv_lobby_enter (SrvLobby *self, GSocketConnection *connection);
void srv_lobby_leave (SrvLobby *self, GSocketConnection *connection);
void srv_lobby_return (SrvLobby *self, GSocketConnection *connection);
void srv_lobby_start_again (SrvLobby *self, GSocketConnection *connection);
gboolean srv_lobby_may_stay (SrvLobby *self, GSocketConnection *connection);

guint srv_lobby_count_waiting (SrvLobby *self);
guint srv_lobby_count_connections (SrvLobby *self);

G_END_DECLS
