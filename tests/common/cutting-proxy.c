/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cutting-proxy.h"

#define PIECE 4096

/* A client's connection and the one to the server */
typedef struct {
  CuttingProxy *proxy;
  GSocket *ends[2];
  GSource *sources[2];
  gsize copied;
  gsize limit;
} Pair;

struct _CuttingProxy {
  guint16 server_port;
  GSocket *listener;
  GSource *source;
  GPtrArray *pairs; /* (element-type Pair) */

  gsize limit;
  gsize step;
  guint left; /* cuts to be made */
  guint cuts;
};

static GSocketAddress *
loopback (guint16 port)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (address, port);
}

static GSocket *
make_socket (void)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  return socket;
}

static GSource *
watch (GSocket *socket, gpointer callback, gpointer user_data)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (callback), user_data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static void
pair_free (gpointer data)
{
  Pair *self = data;

  for (guint i = 0; i < 2; i++) {
    g_source_destroy (self->sources[i]);
    g_source_unref (self->sources[i]);
    g_socket_close (self->ends[i], NULL);
    g_object_unref (self->ends[i]);
  }
  g_free (self);
}

static void
end (Pair *pair)
{
  g_ptr_array_remove_fast (pair->proxy->pairs, pair);
}

/* Both ends are on this machine: what they do not read at once, the kernel keeps. */
static gboolean
send_all (GSocket *to, const char *data, gsize size)
{
  g_socket_set_blocking (to, TRUE);
  while (size > 0) {
    gssize sent = g_socket_send (to, data, size, NULL, NULL);

    if (sent < 0)
      return FALSE;
    data += sent;
    size -= sent;
  }
  return TRUE;
}

/* Returns: whether the pair is still there */
static gboolean
copy (Pair *pair, GSocket *from, GSocket *to)
{
  char data[PIECE];
  gssize size =
      g_socket_receive (from, data, MIN (sizeof data, pair->limit - pair->copied), NULL, NULL);

  if (size > 0 && send_all (to, data, size)) {
    pair->copied += size;
    if (pair->copied < pair->limit)
      return TRUE;
    pair->proxy->cuts++;
  }
  end (pair);
  return FALSE;
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Pair *pair = user_data;

  return copy (pair, socket, socket == pair->ends[0] ? pair->ends[1] : pair->ends[0]);
}

static gsize
next_limit (CuttingProxy *self)
{
  gsize limit = self->limit;

  if (self->left == 0)
    return G_MAXSIZE;
  self->left--;
  self->limit += self->step;
  return limit;
}

static gboolean
on_connection (GSocket *listener, GIOCondition condition, gpointer user_data)
{
  CuttingProxy *self = user_data;
  g_autoptr (GSocketAddress) address = loopback (self->server_port);
  g_autoptr (GSocket) client = g_socket_accept (listener, NULL, NULL);
  g_autoptr (GSocket) server = make_socket ();
  Pair *pair;

  if (!client || !g_socket_connect (server, address, NULL, NULL))
    return G_SOURCE_CONTINUE;
  pair = g_new0 (Pair, 1);
  pair->proxy = self;
  pair->limit = next_limit (self);
  pair->sources[0] = watch (client, on_readable, pair);
  pair->sources[1] = watch (server, on_readable, pair);
  pair->ends[0] = g_steal_pointer (&client);
  pair->ends[1] = g_steal_pointer (&server);
  g_ptr_array_add (self->pairs, pair);
  return G_SOURCE_CONTINUE;
}

CuttingProxy *
cutting_proxy_new (guint16 server_port)
{
  CuttingProxy *self = g_new0 (CuttingProxy, 1);
  g_autoptr (GSocketAddress) address = loopback (0);
  g_autoptr (GError) error = NULL;

  self->server_port = server_port;
  self->pairs = g_ptr_array_new_with_free_func (pair_free);
  self->listener = make_socket ();
  g_socket_bind (self->listener, address, TRUE, &error);
  g_assert_no_error (error);
  g_socket_listen (self->listener, &error);
  g_assert_no_error (error);
  self->source = watch (self->listener, on_connection, self);
  return self;
}

void
cutting_proxy_free (CuttingProxy *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_ptr_array_unref (self->pairs);
  g_socket_close (self->listener, NULL);
  g_object_unref (self->listener);
  g_free (self);
}

guint16
cutting_proxy_get_port (CuttingProxy *self)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->listener, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

/* Cuts the connections that there are, then one after the other: after @first bytes, then after
 * @step more each time; after @times no more. */
void
cutting_proxy_cut (CuttingProxy *self, gsize first, gsize step, guint times)
{
  self->limit = first;
  self->step = step;
  self->left = times;
  self->cuts += self->pairs->len;
  g_ptr_array_set_size (self->pairs, 0);
}

guint
cutting_proxy_count_cuts (CuttingProxy *self)
{
  return self->cuts;
}
