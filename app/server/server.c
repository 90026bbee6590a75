/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "server.h"

#include "acceptor.h"
#include "dispatch.h"
#include "first-byte.h"
#include "handshake.h"
#include "http.h"
#include "keep-alive.h"
#include "lobby.h"
#include "metrics.h"
#include "ping-round.h"
#include "request-stream.h"
#include "tls.h"
#include "web-page.h"
#include "webhooks.h"

#include <string.h>
#include <sys/resource.h>

/* File descriptors that are not connections. */
#define SPARE_DESCRIPTORS 64

/* How long the server, when it ends, goes on for events that are still to be sent. */
#define WEBHOOK_PATIENCE_MS 1000

#define REFUSAL_NOTE_INTERVAL (10 * G_TIME_SPAN_SECOND)

struct _SrvServer {
  GObject parent;

  SrvHub *hub;
  SrvLobby *lobby;
  SrvPeerLimits peer_limits;
  char *bind;
  guint port;
  guint ping_interval;
  char **origins;         /* (nullable) */
  char **turn_urls;       /* (nullable): no TURN servers that share a secret */
  char *turn_secret_file; /* (nullable) */
  guint turn_ttl;
  SrvTurn *turn;             /* (nullable): none of those, or not started */
  char *tls_certificate;     /* (nullable): no TLS */
  char *tls_key;             /* (nullable) */
  SrvTls *tls;               /* (nullable): no TLS, or not started */
  char *admin_key_file;      /* (nullable) */
  char *dev_admin_key;       /* (nullable); without either no HTTP API */
  SrvHttp *http;             /* (nullable): not started */
  char *state_dir;           /* (nullable) */
  char **webhook_urls;       /* (nullable) */
  char *webhook_secret_file; /* (nullable) */
  SrvWebhooks *webhooks;     /* (nullable): none, or not started */
  gboolean has_page;
  SrvWebFiles *files; /* (nullable): no page, or not started */

  SrvFirstByte *newcomers; /* (nullable): not listening */
  SrvAcceptor *acceptor;   /* (nullable): not listening */
  SoupServer *soup;
  char *uri;
  char *page_uri;          /* (nullable): no page */
  GHashTable *connections; /* SrvPeer → GSocketConnection */
  GHashTable *peers;       /* the other way */
  SrvPingRound *pings;     /* (nullable): not started */
  SrvPollSet *poll_set;    /* (nullable): not started */
  gint64 next_refusal_note;

  SrvServerStopped stopped; /* (nullable): stopping, once it is set */
  gboolean telling;         /* then: webhooks are still told of the last events */
  gpointer stopped_data;
};

G_DEFINE_FINAL_TYPE (SrvServer, srv_server, G_TYPE_OBJECT)

/* Peers */

static void
note_whereabouts (SrvServer *self, SrvPeer *peer)
{
  GSocketConnection *connection = g_hash_table_lookup (self->connections, peer);

  if (srv_peer_get_session (peer))
    srv_lobby_leave (self->lobby, connection);
  else
    srv_lobby_return (self->lobby, connection);
}

static void
on_message (SrvPeer *peer, const NertcMessage *message, gpointer user_data)
{
  SrvServer *self = user_data;
  gboolean was_member = srv_peer_get_session (peer) != NULL;

  srv_dispatch (self->hub, peer, message);
  if (was_member != (srv_peer_get_session (peer) != NULL))
    note_whereabouts (self, peer);
}

static void
on_refused (SrvPeer *peer, gint64 id, const GError *error, gpointer user_data)
{
  srv_dispatch_refuse (peer, id, error);
}

static void
on_arrived (SrvPeer *peer, guint64 messages, gpointer user_data)
{
  SrvServer *self = user_data;

  srv_hub_peer_arrived (self->hub, peer, messages);
}

static void
on_offence (SrvPeer *peer, NertcCloseReason reason, gpointer user_data)
{
  SrvServer *self = user_data;

  srv_hub_peer_offended (self->hub, peer, reason);
}

static void
on_broken (SrvPeer *peer, gpointer user_data)
{
  SrvServer *self = user_data;

  srv_hub_peer_broken (self->hub, peer);
}

static void
check_stopped (SrvServer *self)
{
  if (self->stopped && !self->telling && g_hash_table_size (self->connections) == 0)
    self->stopped (self, self->stopped_data);
}

static void
on_gone (SrvPeer *peer, NertcCloseReason reason, gpointer user_data)
{
  SrvServer *self = user_data;

  srv_hub_peer_gone (self->hub, peer, reason);
  g_hash_table_remove (self->peers, g_hash_table_lookup (self->connections, peer));
  g_hash_table_remove (self->connections, peer);
  srv_ping_round_remove (self->pings, peer);
  srv_peer_free (peer);
  check_stopped (self);
}

static const SrvPeerCallbacks peer_callbacks = {
  .message = on_message,
  .refused = on_refused,
  .arrived = on_arrived,
  .offence = on_offence,
  .broken = on_broken,
  .gone = on_gone,
};

static void
on_expired (GSocketConnection *connection, gpointer user_data)
{
  SrvServer *self = user_data;
  SrvPeer *peer = g_hash_table_lookup (self->peers, connection);

  if (peer)
    srv_peer_close (peer, NERTC_CLOSE_REASON_TIMEOUT, "no room.join in time");
  else
    g_socket_shutdown (g_socket_connection_get_socket (connection), TRUE, TRUE, NULL);
}

/* From TCP to WebSocket */

/* The keys of a remote address's data: the connection that it was read from, and the stream that is
 * read, which is another one with TLS. Libsoup gives back the address that it was given, the
 * connection only in a wrapping of its own. */
#define CONNECTION "nertc-server-connection"
#define STREAM "nertc-server-stream"

static GSocketConnection *
get_connection (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (soup_server_message_get_remote_address (message)),
                            CONNECTION);
}

static GIOStream *
get_stream (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (soup_server_message_get_remote_address (message)), STREAM);
}

static void
add_peer (SrvServer *self, SoupServerMessage *message)
{
  GSocketConnection *connection = g_object_ref (get_connection (message));
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  SrvPeer *peer = srv_peer_new (stream, &self->peer_limits, &peer_callbacks, self);
  GSocket *socket = g_socket_connection_get_socket (connection);

  srv_peer_poll_with (peer, self->poll_set, g_socket_get_fd (socket), self->tls != NULL);
  g_hash_table_insert (self->peers, connection, peer);
  g_hash_table_insert (self->connections, peer, connection);
  srv_ping_round_add (self->pings, peer);
  srv_lobby_start_again (self->lobby, connection);
}

static void
on_wrote_informational (SoupServerMessage *message, gpointer user_data)
{
  if (soup_server_message_get_status (message) == SOUP_STATUS_SWITCHING_PROTOCOLS)
    add_peer (user_data, message);
}

static void
on_room_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
                 gpointer user_data)
{
  SrvServer *self = user_data;

  if (srv_handshake_respond (message, path, self->tls != NULL, (const char *const *) self->origins))
    g_signal_connect_object (message, "wrote-informational", G_CALLBACK (on_wrote_informational),
                             self, 0);
}

static void
on_other_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
                  gpointer user_data)
{
  SrvServer *self = user_data;
  gboolean may_stay = srv_lobby_may_stay (self->lobby, get_connection (message));

  if (srv_http_has_path (path))
    srv_http_respond (self->http, message, path, may_stay);
  else
    srv_web_page_respond (self->files, message, path, may_stay);
}

static void
on_got_headers (SoupServerMessage *message, gpointer user_data)
{
  SrvServer *self = user_data;

  srv_request_stream_end_head (SRV_REQUEST_STREAM (get_stream (message)));
  if (srv_handshake_has_body (message) &&
      !srv_http_take_headers (self->http, message, get_stream (message)))
    g_socket_close (g_socket_connection_get_socket (get_connection (message)), NULL);
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
  g_signal_connect_object (message, "got-headers", G_CALLBACK (on_got_headers), user_data, 0);
}

/* Its stream is there as long as it is not another's, a WebSocket's say. */
static void
on_request_finished (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  srv_request_stream_set_idle (SRV_REQUEST_STREAM (get_stream (message)));
}

static void
on_first_byte (GSocketConnection *connection, gpointer user_data)
{
  SrvServer *self = user_data;
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GIOStream) base = NULL;
  g_autoptr (GIOStream) stream = NULL;

  /* Without an address it has been reset already. */
  if (!local || !remote)
    return;
  g_object_set_data (G_OBJECT (remote), CONNECTION, connection);
  base = self->tls ? srv_tls_wrap (self->tls, connection) : g_object_ref (G_IO_STREAM (connection));
  stream = srv_request_stream_new (base);
  g_object_set_data (G_OBJECT (remote), STREAM, stream);
  soup_server_accept_iostream (self->soup, stream, local, remote, NULL);
}

static void
on_accepted (GSocketConnection *connection, gpointer user_data)
{
  SrvServer *self = user_data;

  if (srv_lobby_enter (self->lobby, connection))
    srv_first_byte_await (self->newcomers, connection);
  else
    note_refusal (self);
}

/* Returns: how many connections the process can have, after asking for as many as it may */
static guint
raise_descriptor_limit (void)
{
  struct rlimit limit = { 1024, 1024 };

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  getrlimit (RLIMIT_NOFILE, &limit);
  return (guint) CLAMP (limit.rlim_cur, SPARE_DESCRIPTORS + 1, G_MAXINT) - SPARE_DESCRIPTORS;
}

/* Webhooks */

static void
on_changes (GPtrArray *changes, gpointer user_data)
{
  srv_webhooks_tell (user_data, changes);
}

static void
on_webhooks_done (gpointer user_data)
{
  SrvServer *self = user_data;

  self->telling = FALSE;
  check_stopped (self);
}

static gboolean
add_webhooks (SrvServer *self, GError **error)
{
  if (!self->webhook_urls)
    return TRUE;
  self->webhooks = srv_webhooks_new ((const char *const *) self->webhook_urls,
                                     self->webhook_secret_file, &srv_webhook_default_limits, error);
  if (self->webhooks)
    srv_hub_set_observer (self->hub, on_changes, self->webhooks);
  return self->webhooks != NULL;
}

/* Object */

static void
srv_server_dispose (GObject *object)
{
  SrvServer *self = SRV_SERVER (object);

  g_clear_pointer (&self->acceptor, srv_acceptor_free);
  g_clear_pointer (&self->newcomers, srv_first_byte_free);
  if (self->soup)
    soup_server_disconnect (self->soup);
  g_clear_object (&self->soup);

  G_OBJECT_CLASS (srv_server_parent_class)->dispose (object);
}

static void
srv_server_finalize (GObject *object)
{
  SrvServer *self = SRV_SERVER (object);
  g_autoptr (GList) peers = g_hash_table_get_keys (self->connections);

  srv_hub_shut_down (self->hub);
  for (GList *l = peers; l; l = l->next)
    srv_peer_free (l->data);
  g_clear_pointer (&self->pings, srv_ping_round_free);
  g_hash_table_unref (self->peers);
  g_hash_table_unref (self->connections);
  srv_lobby_free (self->lobby);
  srv_hub_free (self->hub);
  g_clear_pointer (&self->poll_set, srv_poll_set_unref);
  g_clear_pointer (&self->webhooks, srv_webhooks_free);
  g_clear_pointer (&self->turn, srv_turn_free);
  g_clear_pointer (&self->tls, srv_tls_free);
  g_clear_pointer (&self->files, srv_web_files_free);
  g_clear_pointer (&self->http, srv_http_free);
  g_free (self->admin_key_file);
  g_free (self->dev_admin_key);
  g_free (self->bind);
  g_free (self->page_uri);
  g_free (self->uri);
  g_strfreev (self->origins);
  g_strfreev (self->turn_urls);
  g_free (self->turn_secret_file);
  g_free (self->tls_certificate);
  g_free (self->tls_key);
  g_free (self->state_dir);
  g_strfreev (self->webhook_urls);
  g_free (self->webhook_secret_file);

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
  self->connections = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->peers = g_hash_table_new (NULL, NULL);
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
  self->origins = g_strdupv (options->allow_origins);
  self->turn_urls = g_strdupv (options->turn);
  self->turn_secret_file = g_strdup (options->turn_secret_file);
  self->turn_ttl = options->turn_ttl;
  self->tls_certificate = g_strdup (options->tls_certificate);
  self->tls_key = g_strdup (options->tls_key);
  self->admin_key_file = g_strdup (options->admin_key_file);
  self->state_dir = g_strdup (options->state_dir);
  self->dev_admin_key = g_strdup (options->dev_admin_key);
  self->webhook_urls = g_strdupv (options->webhooks);
  self->webhook_secret_file = g_strdup (options->webhook_secret_file);
  self->has_page = srv_options_have_page (options);
  self->peer_limits.message_rate = options->message_rate;
  self->peer_limits.message_burst = options->message_burst;
  self->peer_limits.queue = (gsize) options->max_queue * 1024;
  self->hub = srv_hub_new (options);
  self->lobby = srv_lobby_new (&lobby_limits, on_expired, self);
  return self;
}

/* What the server reads from files of its own, for the first time. */
static gboolean
read_files (SrvServer *self, GError **error)
{
  if (self->tls_certificate) {
    self->tls = srv_tls_new (self->tls_certificate, self->tls_key, error);
    if (!self->tls)
      return FALSE;
  }
  if (self->turn_urls) {
    self->turn = srv_turn_new ((const char *const *) self->turn_urls, self->turn_secret_file,
                               self->turn_ttl, error);
    if (!self->turn)
      return FALSE;
  }
  srv_hub_set_turn (self->hub, self->turn);
  self->http = srv_http_new (self->hub, self->admin_key_file, self->dev_admin_key, error);
  if (!self->http || !add_webhooks (self, error))
    return FALSE;
  return !self->state_dir ||
         srv_moderation_keep (srv_hub_get_moderation (self->hub), self->state_dir, error);
}

/*
 * srv_server_set_nodes:
 * @nodes: (element-type SrvMediaNode): media servers
 *
 * Before the server is started.
 */
void
srv_server_set_nodes (SrvServer *self, SrvMediaMode mode, GPtrArray *nodes, guint mesh_limit)
{
  srv_hub_set_nodes (self->hub, mode, nodes, mesh_limit);
}

static char *
make_uri (SrvServer *self, const char *scheme, const char *path)
{
  const char *format = strchr (self->bind, ':') ? "%s://[%s]:%u%s" : "%s://%s:%u%s";

  return g_strdup_printf (format, scheme, self->bind, srv_acceptor_get_port (self->acceptor), path);
}

static void
add_page (SrvServer *self)
{
  self->files = srv_web_files_new ();
  self->page_uri = make_uri (self, self->tls ? "https" : "http", "/");
}

/* Listens; an error says which address, or which file, and what to do. */
gboolean
srv_server_start (SrvServer *self, GError **error)
{
  srv_metrics.started = g_get_real_time ();
  if (!read_files (self, error))
    return FALSE;
  self->poll_set = srv_poll_set_new (error);
  if (!self->poll_set)
    return FALSE;
  self->acceptor = srv_acceptor_new (self->bind, self->port, on_accepted, self, error);
  if (!self->acceptor)
    return FALSE;
  self->uri = make_uri (self, self->tls ? "wss" : "ws", NERTC_PATH);
  self->newcomers = srv_first_byte_new (self->tls != NULL, on_first_byte, self);
  if (self->has_page)
    add_page (self);
  self->soup = soup_server_new ("raw-paths", TRUE, NULL);
  soup_server_add_handler (self->soup, NULL, on_other_request, self, NULL);
  soup_server_add_handler (self->soup, NERTC_PATH, on_room_request, self, NULL);
  g_signal_connect (self->soup, "request-started", G_CALLBACK (on_request_started), self);
  g_signal_connect (self->soup, "request-finished", G_CALLBACK (on_request_finished), self);

  self->pings = srv_ping_round_new (self->ping_interval * 1000);
  return srv_keep_alive_allow (self->soup, error);
}

/* Returns: (transfer none): where clients connect, once it has started */
const char *
srv_server_get_uri (SrvServer *self)
{
  return self->uri;
}

/* Returns: (transfer none) (nullable): where browsers find the page, once it has started */
const char *
srv_server_get_page_uri (SrvServer *self)
{
  return self->page_uri;
}

/*
 * srv_server_reload:
 *
 * Reads again what is in files of its own. Nobody is disconnected by that; where a file is not as
 * it should be, the log says so, and what was read before stays.
 */
void
srv_server_reload (SrvServer *self)
{
  g_autoptr (GError) tls_error = NULL;
  g_autoptr (GError) auth_error = NULL;
  g_autoptr (GError) turn_error = NULL;
  g_autoptr (GError) key_error = NULL;
  g_autoptr (GError) webhook_error = NULL;

  if (self->tls && !srv_tls_reload (self->tls, &tls_error))
    g_message ("Going on with the certificate that was read before: %s", tls_error->message);
  if (!srv_auth_reload (srv_hub_get_auth (self->hub), &auth_error))
    g_message ("Going on with the app keys that were read before: %s", auth_error->message);
  if (self->turn && !srv_turn_reload (self->turn, &turn_error))
    g_message ("Going on with the TURN secret that was read before: %s", turn_error->message);
  if (!srv_http_reload (self->http, &key_error))
    g_message ("Going on with the admin key that was read before: %s", key_error->message);
  if (self->webhooks && !srv_webhooks_reload (self->webhooks, &webhook_error))
    g_message ("Going on with the secret of webhooks that was read before: %s",
               webhook_error->message);
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
  g_autoptr (GList) peers = g_hash_table_get_keys (self->connections);

  self->stopped = stopped;
  self->stopped_data = user_data;
  g_clear_pointer (&self->acceptor, srv_acceptor_free);
  g_clear_pointer (&self->newcomers, srv_first_byte_free);
  soup_server_disconnect (self->soup);
  srv_hub_shut_down (self->hub);
  for (GList *l = peers; l; l = l->next)
    srv_peer_close (l->data, NERTC_CLOSE_REASON_SHUTDOWN, "shutdown");
  if (self->webhooks) {
    self->telling = TRUE;
    srv_webhooks_finish (self->webhooks, WEBHOOK_PATIENCE_MS, on_webhooks_done, self);
  }
  check_stopped (self);
}

/* Cuts every connection, as a lost network would. */
void
srv_server_cut (SrvServer *self)
{
  g_autoptr (GList) peers = g_hash_table_get_keys (self->connections);

  for (GList *l = peers; l; l = l->next)
    srv_peer_abort (l->data);
}
