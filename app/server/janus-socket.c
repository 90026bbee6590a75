/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-socket.h"

#include "janus-unix.h"
#include "janus-websocket.h"

#include <string.h>
#include <sys/un.h>

#define DEFAULT_PORT 8188
#define DEFAULT_TLS_PORT 8989
#define DEFAULT_PATH "/janus"

#define FORMS "janus://HOST[:PORT][/PATH], januss://HOST[:PORT][/PATH] or janus:///PATH/TO/SOCKET"

typedef struct {
  const SrvJanusSocketEvents *events; /* (nullable): once it was closed */
  gpointer user_data;
} SrvJanusSocketPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SrvJanusSocket, srv_janus_socket, G_TYPE_OBJECT)

static void
srv_janus_socket_class_init (SrvJanusSocketClass *klass)
{
}

static void
srv_janus_socket_init (SrvJanusSocket *self)
{
}

static GUri *
parse (const char *address, GError **error)
{
  g_autoptr (GError) uri_error = NULL;
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_ENCODED, &uri_error);
  const char *scheme = uri ? g_uri_get_scheme (uri) : "";

  if (uri && (g_str_equal (scheme, "janus") || g_str_equal (scheme, "januss")) &&
      !g_uri_get_userinfo (uri) && !g_uri_get_query (uri) && !g_uri_get_fragment (uri))
    return g_steal_pointer (&uri);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "‘%s’ is not the address of a Janus: give " FORMS, address);
  return NULL;
}

/* Returns: (nullable) (transfer full): the path of a Unix socket, if @uri has one */
static char *
get_socket_path (GUri *uri)
{
  const char *host = g_uri_get_host (uri);

  if (!g_str_equal (g_uri_get_scheme (uri), "janus") || (host && *host))
    return NULL;
  return g_uri_unescape_string (g_uri_get_path (uri), NULL);
}

static char *
make_websocket_uri (GUri *uri)
{
  gboolean tls = g_str_equal (g_uri_get_scheme (uri), "januss");
  const char *path = g_uri_get_path (uri);
  int port = g_uri_get_port (uri);

  if (port <= 0)
    port = tls ? DEFAULT_TLS_PORT : DEFAULT_PORT;
  if (strlen (path) <= 1)
    path = DEFAULT_PATH;
  return g_uri_join (G_URI_FLAGS_ENCODED, tls ? "wss" : "ws", NULL, g_uri_get_host (uri), port,
                     path, NULL, NULL);
}

/* Whether srv_janus_socket_new() takes @address. */
gboolean
srv_janus_address_check (const char *address, GError **error)
{
  g_autoptr (GUri) uri = parse (address, error);
  g_autofree char *path = uri ? get_socket_path (uri) : NULL;
  const char *host = uri ? g_uri_get_host (uri) : NULL;

  if (!uri)
    return FALSE;
  if (path ? strlen (path) > 1 && strlen (path) < sizeof (((struct sockaddr_un *) 0)->sun_path)
           : host && *host)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "‘%s’ names neither a host nor the path of a socket of at most %u characters: "
               "give " FORMS,
               address, (guint) sizeof (((struct sockaddr_un *) 0)->sun_path) - 1);
  return FALSE;
}

/* @address: one that srv_janus_address_check() takes */
SrvJanusSocket *
srv_janus_socket_new (const char *address, const SrvJanusSocketEvents *events, gpointer user_data)
{
  g_autoptr (GUri) uri = parse (address, NULL);
  g_autofree char *path = get_socket_path (uri);
  SrvJanusSocketPrivate *priv;
  SrvJanusSocket *self;

  if (path) {
    self = srv_janus_unix_new (path);
  } else {
    g_autofree char *websocket_uri = make_websocket_uri (uri);

    self = srv_janus_websocket_new (websocket_uri);
  }
  priv = srv_janus_socket_get_instance_private (self);
  priv->events = events;
  priv->user_data = user_data;
  return self;
}

/* Once. It will be opened, or closed. */
void
srv_janus_socket_open (SrvJanusSocket *self)
{
  SRV_JANUS_SOCKET_GET_CLASS (self)->open (self);
}

gboolean
srv_janus_socket_send (SrvJanusSocket *self, const char *text, GError **error)
{
  return SRV_JANUS_SOCKET_GET_CLASS (self)->send (self, text, error);
}

/* No callback comes any more. */
void
srv_janus_socket_close (SrvJanusSocket *self)
{
  SrvJanusSocketPrivate *priv = srv_janus_socket_get_instance_private (self);

  if (!priv->events)
    return;
  priv->events = NULL;
  SRV_JANUS_SOCKET_GET_CLASS (self)->close (self);
}

void
srv_janus_socket_opened (SrvJanusSocket *self)
{
  SrvJanusSocketPrivate *priv = srv_janus_socket_get_instance_private (self);

  if (priv->events)
    priv->events->opened (priv->user_data);
}

void
srv_janus_socket_message (SrvJanusSocket *self, const char *text, gsize length)
{
  SrvJanusSocketPrivate *priv = srv_janus_socket_get_instance_private (self);

  if (priv->events)
    priv->events->message (text, length, priv->user_data);
}

void
srv_janus_socket_closed (SrvJanusSocket *self, const char *why, gboolean gone)
{
  SrvJanusSocketPrivate *priv = srv_janus_socket_get_instance_private (self);
  const SrvJanusSocketEvents *events = priv->events;

  if (!events)
    return;
  priv->events = NULL;
  SRV_JANUS_SOCKET_GET_CLASS (self)->close (self);
  events->closed (why, gone, priv->user_data);
}
