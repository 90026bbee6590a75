/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-socket.h"
#include "nertc-websocket.h"

#include <libsoup/soup.h>

/* The real socket, against servers that do what servers should and should not do. */

typedef struct {
  SoupServer *server;
  char *url;
  SoupWebsocketConnection *peer;
  GString *heard; /* by the server */
  guint peer_code;

  NertcSocket *socket;
  gboolean done;
  GError *error;
  GString *received;
  guint code; /* the socket was closed with */
} Fixture;

static void
on_peer_message (SoupWebsocketConnection *peer, int type, GBytes *message, Fixture *self)
{
  gsize size;
  const char *text = g_bytes_get_data (message, &size);

  g_string_append_len (self->heard, text, size);
  g_string_append_c (self->heard, '\n');
}

static void
on_peer_closed (SoupWebsocketConnection *peer, Fixture *self)
{
  self->peer_code = soup_websocket_connection_get_close_code (peer);
}

static void
on_peer (SoupServer *server, SoupServerMessage *message, const char *path,
         SoupWebsocketConnection *peer, gpointer data)
{
  Fixture *self = data;

  self->peer = g_object_ref (peer);
  g_signal_connect (peer, "message", G_CALLBACK (on_peer_message), self);
  g_signal_connect (peer, "closed", G_CALLBACK (on_peer_closed), self);
}

static void
on_message (NertcSocket *socket, GBytes *text, Fixture *self)
{
  gsize size;
  const char *data = g_bytes_get_data (text, &size);

  g_string_append_len (self->received, data, size);
}

static void
on_closed (NertcSocket *socket, guint code, Fixture *self)
{
  g_assert_cmpuint (self->code, ==, 0);
  self->code = code;
}

static char *
make_url (SoupServer *server, const char *path)
{
  GSList *uris = soup_server_get_uris (server);
  char *url = g_strdup_printf ("ws://127.0.0.1:%d%s", g_uri_get_port (uris->data), path);

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return url;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  char *protocols[] = { (char *) "nertc.v1", NULL };
  char *others[] = { (char *) "chess", NULL };

  self->heard = g_string_new (NULL);
  self->received = g_string_new (NULL);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_websocket_handler (self->server, "/room", NULL, protocols, on_peer, self, NULL);
  soup_server_add_websocket_handler (self->server, "/chess", NULL, others, on_peer, self, NULL);
  soup_server_add_websocket_handler (self->server, "/any", NULL, NULL, on_peer, self, NULL);
  g_assert_true (soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  self->url = make_url (self->server, "/room");
  self->socket = nertc_websocket_new ();
  g_signal_connect (self->socket, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->socket, "closed", G_CALLBACK (on_closed), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  soup_server_disconnect (self->server);
  g_clear_object (&self->peer);
  g_clear_object (&self->socket);
  g_object_unref (self->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_error (&self->error);
  g_string_free (self->heard, TRUE);
  g_string_free (self->received, TRUE);
  g_free (self->url);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;

  self->done = TRUE;
  nertc_socket_connect_finish (NERTC_SOCKET (source), result, &self->error);
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->done;
}

static gboolean
has_peer (gpointer data)
{
  return ((Fixture *) data)->peer != NULL;
}

static void
connect_to (Fixture *self, const char *url)
{
  nertc_socket_connect_async (self->socket, url, NULL, on_connected, self);
  fake_wait (is_done, self);
}

static void
connect_well (Fixture *self)
{
  connect_to (self, self->url);
  g_assert_no_error (self->error);
  fake_wait (has_peer, self);
}

static gboolean
has_received (gpointer data)
{
  return ((Fixture *) data)->received->len > 0;
}

static gboolean
is_closed (gpointer data)
{
  return ((Fixture *) data)->code != 0;
}

static gboolean
peer_is_closed (gpointer data)
{
  return ((Fixture *) data)->peer_code != 0;
}

static void
test_messages (Fixture *self, gconstpointer data)
{
  connect_well (self);
  nertc_socket_send (self->socket, "hello");
  soup_websocket_connection_send_binary (self->peer, "\1\2", 2);
  soup_websocket_connection_send_text (self->peer, "hi");
  fake_wait (has_received, self);
  g_assert_cmpstr (self->received->str, ==, "hi");
  nertc_socket_close (self->socket, 1000);
  fake_wait (is_closed, self);
  g_assert_cmpuint (self->code, ==, 1000);
  g_assert_cmpuint (self->peer_code, ==, 1000);
  g_assert_cmpstr (self->heard->str, ==, "hello\n");
  nertc_socket_send (self->socket, "too late");
  nertc_socket_close (self->socket, 1000);
}

/* What was sent goes out though nobody holds the socket any more. */
static void
test_let_go (Fixture *self, gconstpointer data)
{
  connect_well (self);
  nertc_socket_send (self->socket, "goodbye");
  nertc_socket_close (self->socket, 1000);
  g_signal_handlers_disconnect_by_data (self->socket, self);
  g_object_add_weak_pointer (G_OBJECT (self->socket), (gpointer *) &self->socket);
  g_object_unref (self->socket);
  fake_wait (peer_is_closed, self);
  g_assert_cmpuint (self->peer_code, ==, 1000);
  g_assert_cmpstr (self->heard->str, ==, "goodbye\n");
  while (self->socket)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_closed_by_server (Fixture *self, gconstpointer data)
{
  connect_well (self);
  soup_websocket_connection_close (self->peer, 1008, "policy");
  fake_wait (is_closed, self);
  g_assert_cmpuint (self->code, ==, 1008);
}

/* A bare end of TCP is no word of farewell. */
static void
test_cut (Fixture *self, gconstpointer data)
{
  connect_well (self);
  g_io_stream_close (soup_websocket_connection_get_io_stream (self->peer), NULL, NULL);
  fake_wait (is_closed, self);
  g_assert_cmpuint (self->code, ==, NERTC_CLOSE_CODE_ABNORMAL);
}

static void
test_size (Fixture *self, gconstpointer data)
{
  g_autofree char *largest = g_strnfill (NERTC_MESSAGE_MAX, 'x');
  g_autofree char *too_large = g_strnfill (NERTC_MESSAGE_MAX + 1, 'x');

  connect_well (self);
  soup_websocket_connection_send_text (self->peer, largest);
  fake_wait (has_received, self);
  g_assert_cmpuint (self->received->len, ==, NERTC_MESSAGE_MAX);
  soup_websocket_connection_send_text (self->peer, too_large);
  fake_wait (is_closed, self);
  g_assert_cmpuint (self->received->len, ==, NERTC_MESSAGE_MAX);
}

static void
check_unreachable (Fixture *self, const char *url, const char *hint)
{
  self->done = FALSE;
  connect_to (self, url);
  g_assert_error (self->error, NERTC_ERROR, NERTC_ERROR_SERVER_UNREACHABLE);
  if (!strstr (self->error->message, url) || !strstr (self->error->message, hint))
    g_error ("Neither ‘%s’ nor ‘%s’ may be missing: %s", url, hint, self->error->message);
  g_clear_error (&self->error);
  g_clear_object (&self->socket);
  self->socket = nertc_websocket_new ();
}

static void
test_unreachable (Fixture *self, gconstpointer data)
{
  g_autofree char *chess = make_url (self->server, "/chess");
  g_autofree char *any = make_url (self->server, "/any");
  g_autofree char *nothing = make_url (self->server, "/nothing");

  check_unreachable (self, nothing, "it answered 404");
  check_unreachable (self, chess, "check the address");
  check_unreachable (self, any, "does not speak nertc.v1");
  check_unreachable (self, "ws://127.0.0.1:1/room", "start it with “nertc-server”");
  check_unreachable (self, "ws:///room", "write it like ws://127.0.0.1:8980/room");
}

/* A proxy for the world outside is not asked about this machine. */
static void
test_loopback_without_proxy (Fixture *self, gconstpointer data)
{
  if (g_test_subprocess ()) {
    connect_well (self);
    return;
  }
  g_setenv ("http_proxy", "http://127.0.0.1:1", TRUE);
  g_unsetenv ("GIO_USE_PROXY_RESOLVER");
  g_test_trap_subprocess (NULL, 0, 0);
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  g_test_trap_assert_passed ();
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  nertc_socket_connect_async (self->socket, self->url, cancellable, on_connected, self);
  g_cancellable_cancel (cancellable);
  fake_wait (is_done, self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A server that is there and says nothing: the handshake, and then silence. */

static void
steal (SoupServerMessage *message, GIOStream **stream)
{
  *stream = soup_server_message_steal_connection (message);
}

static void
on_silent_request (SoupServer *server, SoupServerMessage *message, const char *path,
                   GHashTable *query, gpointer stream)
{
  char *protocols[] = { (char *) "nertc.v1", NULL };

  g_assert_true (soup_websocket_server_process_handshake (message, NULL, protocols, NULL, NULL));
  g_signal_connect (message, "wrote-informational", G_CALLBACK (steal), stream);
}

/* Two pings without a pong are too many; a server that answers is heard beside it. */
static void
test_heartbeat (Fixture *self, gconstpointer data)
{
  g_autoptr (GIOStream) stream = NULL;
  g_autofree char *url = make_url (self->server, "/silent");
  g_autoptr (NertcSocket) answered = nertc_websocket_new ();
  Fixture other = { .code = 0 };
  gint64 start;

  soup_server_add_handler (self->server, "/silent", on_silent_request, &stream, NULL);
  connect_to (self, url);
  g_assert_no_error (self->error);
  g_signal_connect (answered, "closed", G_CALLBACK (on_closed), &other);
  nertc_socket_connect_async (answered, self->url, NULL, on_connected, &other);
  fake_wait (is_done, &other);
  g_assert_no_error (other.error);

  start = g_get_monotonic_time ();
  nertc_socket_set_ping_interval (answered, 1);
  nertc_socket_set_ping_interval (self->socket, 1);
  fake_wait (is_closed, self);
  g_assert_cmpuint (self->code, ==, NERTC_CLOSE_CODE_ABNORMAL);
  g_assert_cmpint (g_get_monotonic_time () - start, >, 2 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (other.code, ==, 0);
  nertc_socket_close (answered, 1000);
  fake_wait (is_closed, &other);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;

  while (g_dir_read_name (folder))
    count++;
  return count;
}

/* The thread of a socket ends while the server has not agreed to its end. */
static gpointer
close_and_end (gpointer data)
{
  Fixture *self = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autofree char *url = make_url (self->server, "/silent");
  NertcSocket *socket = nertc_websocket_new ();
  Fixture there = { .code = 0 };

  g_main_context_push_thread_default (context);
  nertc_socket_connect_async (socket, url, NULL, on_connected, &there);
  fake_wait (is_done, &there);
  g_assert_no_error (there.error);
  nertc_socket_send (socket, "hello");
  nertc_socket_close (socket, 1000);
  g_main_context_iteration (context, FALSE);
  g_object_unref (socket);
  g_main_context_pop_thread_default (context);
  g_atomic_int_set (&self->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

static void
test_context_ends (Fixture *self, gconstpointer data)
{
  g_autoptr (GIOStream) stream = NULL;
  guint descriptors = 0;

  soup_server_add_handler (self->server, "/silent", on_silent_request, &stream, NULL);
  for (guint i = 0; i < 4; i++) {
    GThread *thread;

    self->done = FALSE;
    thread = g_thread_new ("short", close_and_end, self);
    fake_wait (is_done, self);
    g_thread_join (thread);
    g_io_stream_close (stream, NULL, NULL);
    g_clear_object (&stream);
    while (g_main_context_iteration (NULL, FALSE))
      ;
    if (i == 0)
      descriptors = count_descriptors ();
  }
  g_assert_cmpuint (count_descriptors (), ==, descriptors);
}

#define ADD(name, test) g_test_add ("/websocket/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("messages", test_messages);
  ADD ("let-go", test_let_go);
  ADD ("closed-by-server", test_closed_by_server);
  ADD ("cut", test_cut);
  ADD ("size", test_size);
  ADD ("unreachable", test_unreachable);
  ADD ("loopback-without-proxy", test_loopback_without_proxy);
  ADD ("cancel", test_cancel);
  ADD ("heartbeat", test_heartbeat);
  ADD ("context-ends", test_context_ends);
  return g_test_run ();
}
