/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "server.h"

#include "dispatch.h"
#include "lobby.h"

#include <gio/gnetworking.h>
#include <libsoup/soup.h>
#include <sys/resource.h>

/* With libsoup's own listening socket a burst of connections waits for retransmissions. */
#define BACKLOG 4096

/* File descriptors that are not connections. */
#define SPARE_DESCRIPTORS 64

/* A smaller kernel buffer shows earlier who does not read. */
#define SEND_BUFFER (128 * 1024)

#define REFUSAL_NOTE_INTERVAL (10 * G_TIME_SPAN_SECOND)

struct _SrvServer {
  GObject parent;

  SrvHub *hub;
  SrvLobby *lobby;
  SrvPeerLimits peer_limits;
  char *bind;
  guint port;
  guint ping_interval;

  SoupServer *soup;
  char *uri;
  GHashTable *peers;   /* SrvPeer → GSocket */
  GHashTable *sockets; /* GSocket → SrvPeer */
  GSource *ping_source;
  gint64 next_refusal_note;

  SrvServerStopped stopped; /* (nullable): stopping, once it is set */
  gpointer stopped_data;
};

G_DEFINE_FINAL_TYPE (SrvServer, srv_server, G_TYPE_OBJECT)

/* Peers */

static void
note_whereabouts (SrvServer *self, SrvPeer *peer)
{
  GSocket *socket = g_hash_table_lookup (self->peers, peer);

  if (srv_peer_get_member (peer))
    srv_lobby_leave (self->lobby, socket);
  else
    srv_lobby_return (self->lobby, socket);
}

static void
on_message (SrvPeer *peer, const NertcMessage *message, gpointer user_data)
{
  SrvServer *self = user_data;
  gboolean was_member = srv_peer_get_member (peer) != NULL;

  srv_dispatch (self->hub, peer, message);
  if (was_member != (srv_peer_get_member (peer) != NULL))
    note_whereabouts (self, peer);
}

static void
on_offence (SrvPeer *peer, NertcCloseReason reason, gpointer user_data)
{
  SrvServer *self = user_data;

  srv_hub_remove (self->hub, peer, reason);
  srv_peer_close (peer, reason, nertc_close_reason_to_string (reason));
}

static void
on_gone (SrvPeer *peer, NertcCloseReason reason, gpointer user_data)
{
  SrvServer *self = user_data;
  GSocket *socket = g_hash_table_lookup (self->peers, peer);

  srv_hub_remove (self->hub, peer, reason);
  g_hash_table_remove (self->sockets, socket);
  g_hash_table_remove (self->peers, peer);
  srv_peer_free (peer);
  if (self->stopped && g_hash_table_size (self->peers) == 0)
    self->stopped (self, self->stopped_data);
}

static const SrvPeerCallbacks peer_callbacks = {
  .message = on_message,
  .offence = on_offence,
  .gone = on_gone,
};

static gboolean
on_ping (gpointer user_data)
{
  SrvServer *self = user_data;
  GHashTableIter iter;
  gpointer peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, &peer, NULL))
    srv_peer_check_alive (peer);
  return G_SOURCE_CONTINUE;
}

static void
on_expired (GSocket *socket, gpointer user_data)
{
  SrvServer *self = user_data;
  SrvPeer *peer = g_hash_table_lookup (self->sockets, socket);

  if (peer)
    srv_peer_close (peer, NERTC_CLOSE_REASON_TIMEOUT, "no room.join in time");
  else
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

/* From TCP to WebSocket */

static void
add_peer (SrvServer *self, SoupServerMessage *message)
{
  g_autoptr (GSocket) socket = g_object_ref (soup_server_message_get_socket (message));
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  SrvPeer *peer;

  g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER, NULL);
  peer = srv_peer_new (stream, &self->peer_limits, &peer_callbacks, self);
  g_hash_table_insert (self->sockets, socket, peer);
  g_hash_table_insert (self->peers, peer, g_steal_pointer (&socket));
}

static void
on_wrote_informational (SoupServerMessage *message, gpointer user_data)
{
  if (soup_server_message_get_status (message) == SOUP_STATUS_SWITCHING_PROTOCOLS)
    add_peer (user_data, message);
}

static void
refuse_handshake (SoupServerMessage *message)
{
  static const char text[] = "This is a room server: open a WebSocket with the subprotocol "
                             "“" NERTC_SUBPROTOCOL "”.\n";

  soup_server_message_set_status (message, SOUP_STATUS_BAD_REQUEST, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection",
                                "close");
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_STATIC, text,
                                    sizeof text - 1);
}

static void
on_room_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
                 gpointer user_data)
{
  char *protocols[] = { (char *) NERTC_SUBPROTOCOL, NULL };

  /* libsoup calls for whatever begins with the path. */
  if (!g_str_equal (path, NERTC_PATH))
    soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
  else if (soup_message_headers_get_list (soup_server_message_get_request_headers (message),
                                          "Sec-WebSocket-Protocol") &&
           soup_websocket_server_process_handshake (message, NULL, protocols, NULL, NULL))
    g_signal_connect_object (message, "wrote-informational", G_CALLBACK (on_wrote_informational),
                             user_data, 0);
  else
    refuse_handshake (message);
}

/* No request has a body; to read one to its end could take for ever. */
static void
on_got_headers (SoupServerMessage *message, gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED ||
      soup_message_headers_get_content_length (headers) > 0)
    g_socket_close (soup_server_message_get_socket (message), NULL);
}

/* A flood of connections is not to become a flood of log messages. */
static void
note_refusal (SrvServer *self)
{
  gint64 now = g_get_monotonic_time ();

  if (now < self->next_refusal_note)
    return;
  self->next_refusal_note = now + REFUSAL_NOTE_INTERVAL;
  g_message ("Connections are refused: of %u, %u are in no room; see max-unjoined and the limit "
             "of open files",
             srv_lobby_count_connections (self->lobby), srv_lobby_count_waiting (self->lobby));
}

static void
on_request_started (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  SrvServer *self = user_data;
  GSocket *socket = soup_server_message_get_socket (message);

  g_signal_connect (message, "got-headers", G_CALLBACK (on_got_headers), NULL);
  if (srv_lobby_enter (self->lobby, socket))
    return;
  note_refusal (self);
  g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

static GSocket *
listen_on (const char *bind, guint port, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (bind, port);
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (address),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (!socket || !g_socket_bind (socket, address, TRUE, error)) {
    g_prefix_error (error,
                    "Cannot listen on %s port %u; choose another one by --bind and --port: ", bind,
                    port);
    return NULL;
  }
  g_socket_set_listen_backlog (socket, BACKLOG);
  return g_socket_listen (socket, error) ? g_steal_pointer (&socket) : NULL;
}

static void
note_address (SrvServer *self, GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);
  gboolean ipv6 = g_socket_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  /* A port that was free once is kept: clients come back to it. */
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  g_free (self->uri);
  self->uri = g_strdup_printf (ipv6 ? "ws://[%s]:%u" NERTC_PATH : "ws://%s:%u" NERTC_PATH,
                               self->bind, self->port);
}

/* Returns: how many connections the process can have, after asking for as many as it may */
static guint
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return 1024 - SPARE_DESCRIPTORS;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  getrlimit (RLIMIT_NOFILE, &limit);
  return (guint) MIN (limit.rlim_cur, G_MAXINT) - SPARE_DESCRIPTORS;
}

/* Object */

static void
srv_server_dispose (GObject *object)
{
  SrvServer *self = SRV_SERVER (object);

  if (self->ping_source)
    g_source_destroy (self->ping_source);
  g_clear_pointer (&self->ping_source, g_source_unref);
  if (self->soup)
    soup_server_disconnect (self->soup);
  g_clear_object (&self->soup);

  G_OBJECT_CLASS (srv_server_parent_class)->dispose (object);
}

static void
srv_server_finalize (GObject *object)
{
  SrvServer *self = SRV_SERVER (object);
  g_autoptr (GList) peers = g_hash_table_get_keys (self->peers);

  srv_hub_shut_down (self->hub, peers);
  for (GList *l = peers; l; l = l->next)
    srv_peer_free (l->data);
  g_hash_table_unref (self->sockets);
  g_hash_table_unref (self->peers);
  srv_lobby_free (self->lobby);
  srv_hub_free (self->hub);
  g_free (self->bind);
  g_free (self->uri);

  G_OBJECT_CLASS (srv_server_parent_class)->finalize (object);
}

static void
srv_server_class_init (SrvServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = srv_server_dispose;
  object_class->finalize = srv_server_finalize;
}

static void
srv_server_init (SrvServer *self)
{
  self->peers = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->sockets = g_hash_table_new (NULL, NULL);
}

SrvServer *
srv_server_new (const SrvOptions *options)
{
  SrvServer *self = g_object_new (SRV_TYPE_SERVER, NULL);
  SrvLobbyLimits lobby_limits = {
    .waiting = options->max_unjoined,
    .connections = raise_descriptor_limit (),
    .timeout_ms = options->join_timeout * 1000,
  };

  self->bind = g_strdup (options->bind);
  self->port = options->port;
  self->ping_interval = options->ping_interval;
  self->peer_limits.message_rate = options->message_rate;
  self->peer_limits.message_burst = options->message_burst;
  self->peer_limits.queue = (gsize) options->max_queue * 1024;
  self->hub = srv_hub_new (options);
  self->lobby = srv_lobby_new (&lobby_limits, on_expired, self);
  return self;
}

/* Listens; an error says which address and what to do. */
gboolean
srv_server_start (SrvServer *self, GError **error)
{
  g_autoptr (GSocket) socket = listen_on (self->bind, self->port, error);

  if (!socket)
    return FALSE;
  self->soup = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->soup, NERTC_PATH, on_room_request, self, NULL);
  g_signal_connect (self->soup, "request-started", G_CALLBACK (on_request_started), self);
  if (!soup_server_listen_socket (self->soup, socket, 0, error))
    return FALSE;
  note_address (self, socket);

  self->ping_source = g_timeout_source_new_seconds (self->ping_interval);
  g_source_set_callback (self->ping_source, on_ping, self, NULL);
  g_source_attach (self->ping_source, g_main_context_get_thread_default ());
  return TRUE;
}

/* Returns: (transfer none): where clients connect, once it has started */
const char *
srv_server_get_uri (SrvServer *self)
{
  return self->uri;
}

/*
 * srv_server_stop:
 * @stopped: called from the main loop when the last peer has gone, 2 seconds later at the latest
 *
 * Listens no more, and sends everybody home with the reason shutdown.
 */
void
srv_server_stop (SrvServer *self, SrvServerStopped stopped, gpointer user_data)
{
  g_autoptr (GList) peers = g_hash_table_get_keys (self->peers);

  self->stopped = stopped;
  self->stopped_data = user_data;
  soup_server_disconnect (self->soup);
  srv_hub_shut_down (self->hub, peers);
  for (GList *l = peers; l; l = l->next)
    srv_peer_close (l->data, NERTC_CLOSE_REASON_SHUTDOWN, "shutdown");
  if (!peers)
    stopped (self, user_data);
}

/* Cuts every connection, as a lost network would. */
void
srv_server_cut (SrvServer *self)
{
  g_autoptr (GList) peers = g_hash_table_get_keys (self->peers);

  for (GList *l = peers; l; l = l->next)
    srv_peer_abort (l->data);
}
