/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "roomsignal-proxy.h"

struct _RoomProxy {
  GSocketService *service;
  GThread *thread;
  GMainLoop *loop;
  char *uri;
  char *server; /* host:port */

  GMutex lock;
  GCond changed;
  gboolean hangs; /* guarded by the lock, as is what follows */
  guint clients;
};

static void
wait_while_it_hangs (RoomProxy *self)
{
  g_mutex_lock (&self->lock);
  while (self->hangs)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

typedef struct {
  RoomProxy *proxy;
  GIOStream *from;
  GIOStream *to;
} Direction;

static gpointer
forward (gpointer data)
{
  Direction *self = data;
  GInputStream *in = g_io_stream_get_input_stream (self->from);
  GOutputStream *out = g_io_stream_get_output_stream (self->to);
  char bytes[4096];
  gssize n;

  while ((n = g_input_stream_read (in, bytes, sizeof bytes, NULL, NULL)) > 0) {
    wait_while_it_hangs (self->proxy);
    if (!g_output_stream_write_all (out, bytes, (gsize) n, NULL, NULL, NULL))
      break;
  }
  wait_while_it_hangs (self->proxy);
  g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (self->to)), FALSE, TRUE,
                     NULL);
  return NULL;
}

static void
forward_both_ways (RoomProxy *self, GSocketConnection *client)
{
  g_autoptr (GSocketClient) connector = g_socket_client_new ();
  g_autoptr (GSocketConnection) server =
      g_socket_client_connect_to_host (connector, self->server, 0, NULL, NULL);
  Direction up = { self, G_IO_STREAM (client), G_IO_STREAM (server) };
  Direction down = { self, G_IO_STREAM (server), G_IO_STREAM (client) };
  GThread *thread;

  if (!server)
    return;
  thread = g_thread_new ("proxy", forward, &down);
  forward (&up);
  g_thread_join (thread);
}

static void
count_client (RoomProxy *self, int difference)
{
  g_mutex_lock (&self->lock);
  self->clients += (guint) difference;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* In a thread for each client */
static gboolean
on_run (GThreadedSocketService *service, GSocketConnection *client, GObject *source,
        gpointer user_data)
{
  count_client (user_data, 1);
  forward_both_ways (user_data, client);
  count_client (user_data, -1);
  return TRUE;
}

static gpointer
serve (gpointer data)
{
  RoomProxy *self = data;
  GMainContext *context = g_main_loop_get_context (self->loop);

  g_main_context_push_thread_default (context);
  g_main_loop_run (self->loop);
  /* The listener ends here, with what it has in its context. */
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  return NULL;
}

RoomProxy *
room_proxy_new (const char *server_uri)
{
  g_autoptr (GUri) uri = g_uri_parse (server_uri, G_URI_FLAGS_NONE, NULL);
  RoomProxy *self = g_new0 (RoomProxy, 1);
  g_autoptr (GMainContext) context = g_main_context_new ();
  guint16 port;

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->server = g_strdup_printf ("%s:%d", g_uri_get_host (uri), g_uri_get_port (uri));
  self->loop = g_main_loop_new (context, FALSE);

  g_main_context_push_thread_default (context);
  self->service = g_threaded_socket_service_new (4);
  g_signal_connect (self->service, "run", G_CALLBACK (on_run), self);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, NULL);
  g_main_context_pop_thread_default (context);

  self->uri = g_strdup_printf ("ws://127.0.0.1:%u%s", port, g_uri_get_path (uri));
  self->thread = g_thread_new ("proxy", serve, self);
  return self;
}

/* Waits until the clients have gone. */
void
room_proxy_free (RoomProxy *self)
{
  room_proxy_hang (self, FALSE);
  g_mutex_lock (&self->lock);
  while (self->clients > 0)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
  g_main_loop_quit (self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self->uri);
  g_free (self->server);
  g_free (self);
}

const char *
room_proxy_get_uri (RoomProxy *self)
{
  return self->uri;
}

void
room_proxy_hang (RoomProxy *self, gboolean hangs)
{
  g_mutex_lock (&self->lock);
  self->hangs = hangs;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}
