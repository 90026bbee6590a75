/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-server.h"

#include "check-stream.h"
#include "check-wait.h"
#include "check-websocket.h"
#include "nertc.h"

#include <string.h>

/* The server at work */
typedef struct {
  const CheckServer *options;
  CheckReport *report;
  GUri *uri;
  gboolean is_tls;
  GList *addresses; /* of GInetAddress */
  GIOStream *stream;
} Visit;

static gboolean
has_scheme (GUri *uri, const char *scheme)
{
  return g_str_equal (g_uri_get_scheme (uri), scheme);
}

gboolean
check_server_is_valid (const char *server)
{
  g_autoptr (GUri) uri = g_uri_parse (server, G_URI_FLAGS_NONE, NULL);

  return uri && (has_scheme (uri, "ws") || has_scheme (uri, "wss")) && g_uri_get_host (uri) &&
         *g_uri_get_host (uri);
}

static CheckItem *
add_step (Visit *self, const char *name, gint64 start, const GError *error)
{
  CheckItem *item =
      check_report_add (self->report, CHECK_SERVER, error ? CHECK_FAILED : CHECK_OK, name);

  item->needed = TRUE;
  item->ms = check_get_ms_since (start);
  if (error)
    check_item_set_detail (item, "%s", error->message);
  return item;
}

/* The way to it */

static guint16
get_port (Visit *self)
{
  int port = g_uri_get_port (self->uri);

  return (guint16) (port > 0 ? port : self->is_tls ? 443 : 80);
}

static gboolean
look_up (Visit *self)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GString) text = g_string_new (NULL);
  CheckItem *item;

  self->addresses = check_resolve (g_uri_get_host (self->uri), self->options->limit_ms, &error);
  item = add_step (self, "dns", start, error);
  if (error) {
    check_item_set_remedy (item, "is the name ‘%s’ right, and does this machine have a network?",
                           g_uri_get_host (self->uri));
    return FALSE;
  }
  for (GList *link = self->addresses; link; link = link->next) {
    g_autofree char *address = g_inet_address_to_string (link->data);

    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", address);
  }
  check_item_set_detail (item, "%s", text->str);
  return TRUE;
}

/* One of the addresses is enough. */
static gboolean
connect_tcp (Visit *self)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  CheckItem *item;

  for (GList *link = self->addresses; link && !self->stream; link = link->next) {
    g_clear_error (&error);
    self->stream = check_connect (link->data, get_port (self), G_SOCKET_TYPE_STREAM,
                                  self->options->limit_ms, &error);
  }
  item = add_step (self, "tcp", start, error);
  if (error)
    check_item_set_remedy (item,
                           "does nertc-server run there, on port %u, with --bind for others than "
                           "its own machine, and does no firewall keep TCP from it?",
                           get_port (self));
  else
    check_item_set_detail (item, "port %u", get_port (self));
  return self->stream != NULL;
}

/* Returns: the step, which has failed or not */
static CheckItem *
start_tls (Visit *self)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  GIOStream *stream = check_start_tls (self->stream, g_uri_get_host (self->uri),
                                       self->options->ca_file, self->options->limit_ms, &error);

  if (stream) {
    g_object_unref (self->stream);
    self->stream = stream;
  }
  return add_step (self, "tls", start, error);
}

static CheckItem *
open_websocket (Visit *self)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  check_open_websocket (self->stream, self->uri, self->options->limit_ms, &error);
  return add_step (self, "websocket", start, error);
}

/* In a room */

static void
join_room (NertcRoom *room, guint limit_ms, GError **error)
{
  GError *problem = NULL;
  CheckWait wait;

  check_wait_init (&wait, limit_ms + 1000);
  g_object_set (room, "join-timeout", limit_ms, NULL);
  nertc_room_join_async (room, wait.cancellable, check_wait_take, &wait);
  nertc_room_join_finish (room, check_wait_run (&wait), &problem);
  check_wait_clear (&wait, &problem);
  if (problem)
    g_propagate_error (error, problem);
}

static gboolean
leave_room (NertcRoom *room, guint limit_ms, GError **error)
{
  GError *problem = NULL;
  CheckWait wait;

  check_wait_init (&wait, limit_ms);
  nertc_room_leave_async (room, wait.cancellable, check_wait_take, &wait);
  nertc_room_leave_finish (room, check_wait_run (&wait), &problem);
  check_wait_clear (&wait, &problem);
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

static NertcRoom *
make_room (Visit *self, const char *channel)
{
  NertcRoom *room = nertc_room_new (self->options->server, channel);

  g_object_set (room, "tls-ca-file", self->options->ca_file, "app-key", self->options->app_key,
                "token-file", self->options->token_file, "reconnect-timeout", 0, "user-name",
                "nertc-check", NULL);
  return room;
}

static const char *
get_nick (const GError *error)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (NERTC_TYPE_ERROR);
  GEnumValue *value = error->domain == NERTC_ERROR ? g_enum_get_value (klass, error->code) : NULL;

  return value ? value->value_nick : "no answer";
}

/* Whoever joins is told all there is to say: of TLS, of WebSockets, of tokens. @step: the last on
 * the way, which may have failed */
static gboolean
join (Visit *self, NertcRoom *room, CheckItem *step)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  CheckItem *item;

  join_room (room, self->options->limit_ms, &error);
  if (error && step->status == CHECK_FAILED) {
    check_item_set_remedy (step, "%s", error->message);
    return FALSE;
  }
  item = add_step (self, "join", start, NULL);
  if (!error) {
    check_item_set_detail (item, "as ‘%s’", nertc_room_get_uid (room));
    return TRUE;
  }
  item->status = CHECK_FAILED;
  check_item_set_detail (item, "%s", get_nick (error));
  check_item_set_remedy (item, "%s", error->message);
  return FALSE;
}

static void
leave (Visit *self, NertcRoom *room)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  leave_room (room, self->options->limit_ms, &error);
  add_step (self, "leave", start, error);
}

/* The ICE servers */

typedef struct {
  NertcTransport *transport; /* of the publisher */
} Opened;

static void
on_transport (NertcRoom *room, NertcTransport *transport, gpointer data)
{
  Opened *opened = data;

  g_set_object (&opened->transport, transport);
}

static gboolean
on_limit (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static char *
publish (NertcRoom *room, guint limit_ms, GError **error)
{
  char *stream;
  GError *problem = NULL;
  CheckWait wait;

  check_wait_init (&wait, limit_ms);
  nertc_room_publish_async (room, NULL, NERTC_SOURCE_CUSTOM, NERTC_MEDIA_AUDIO, 0, wait.cancellable,
                            check_wait_take, &wait);
  stream = nertc_room_publish_finish (room, check_wait_run (&wait), &problem);
  check_wait_clear (&wait, &problem);
  if (problem)
    g_propagate_error (error, problem);
  return stream;
}

static gboolean
subscribe (NertcRoom *room, const char *stream, guint limit_ms, GError **error)
{
  gboolean done;
  GError *problem = NULL;
  CheckWait wait;

  check_wait_init (&wait, limit_ms);
  nertc_room_subscribe_async (room, stream, NERTC_MEDIA_AUDIO, wait.cancellable, check_wait_take,
                              &wait);
  done = nertc_room_subscribe_finish (room, check_wait_run (&wait), &problem);
  check_wait_clear (&wait, &problem);
  if (problem)
    g_propagate_error (error, problem);
  return done;
}

static gboolean
await_transport (Opened *opened, guint limit_ms, GError **error)
{
  gboolean over = FALSE;
  GSource *timer = g_timeout_source_new (limit_ms);

  g_source_set_callback (timer, on_limit, &over, NULL);
  g_source_attach (timer, NULL);
  while (!opened->transport && !over)
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (timer);
  g_source_unref (timer);
  if (!opened->transport)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no transport was opened");
  return opened->transport != NULL;
}

/* Returns: (nullable): a second member beside @room; with a token for one uid it takes the place of
 * that, in @room */
static NertcRoom *
join_second (Visit *self, NertcRoom **room, const char *channel, GError **error)
{
  g_autoptr (NertcRoom) second = make_room (self, channel);
  GError *problem = NULL;

  join_room (second, self->options->limit_ms, &problem);
  if (problem) {
    g_propagate_error (error, problem);
    return NULL;
  }
  if (g_strcmp0 (nertc_room_get_uid (second), nertc_room_get_uid (*room)) != 0)
    return g_steal_pointer (&second);
  g_set_object (room, second);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the token is for one uid only");
  return NULL;
}

/*
 * ICE servers come with transports: one member publishes to another one, and both leave before
 * there is any media.
 */
static GStrv
ask_for_ice_servers (Visit *self, NertcRoom **room, const char *channel)
{
  guint limit_ms = self->options->limit_ms;
  gint64 start = g_get_monotonic_time ();
  Opened opened = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (NertcRoom) second = join_second (self, room, channel, &error);
  g_autofree char *stream = NULL;
  GStrv servers = NULL;
  CheckItem *item;

  g_signal_connect (*room, "transport-opened", G_CALLBACK (on_transport), &opened);
  stream = second ? publish (*room, limit_ms, &error) : NULL;
  if (stream && subscribe (second, stream, limit_ms, &error) &&
      await_transport (&opened, limit_ms, &error))
    servers = g_strdupv ((char **) nertc_transport_get_ice_servers (opened.transport));
  g_signal_handlers_disconnect_by_data (*room, &opened);
  g_clear_object (&opened.transport);
  if (second)
    leave_room (second, limit_ms, NULL);
  item = add_step (self, "iceServers", start, NULL);
  item->needed = FALSE;
  if (servers) {
    check_item_set_detail (item, "%u handed out", g_strv_length (servers));
  } else {
    item->status = CHECK_SKIPPED;
    check_item_set_detail (item, "not known: %s", error->message);
    check_item_set_remedy (item, "name them by --ice-server to have them checked");
  }
  return servers;
}

static char *
make_channel (Visit *self)
{
  g_autofree char *uuid = g_uuid_string_random ();

  return self->options->channel ? g_strdup (self->options->channel)
                                : g_strdup_printf ("nertc-check-%s", uuid);
}

static GStrv
visit (Visit *self)
{
  g_autofree char *channel = make_channel (self);
  g_autoptr (NertcRoom) room = make_room (self, channel);
  CheckItem *step = NULL;
  GStrv servers = NULL;

  if (!look_up (self) || !connect_tcp (self))
    return NULL;
  if (self->is_tls)
    step = start_tls (self);
  if (!step || step->status == CHECK_OK)
    step = open_websocket (self);
  if (!join (self, room, step))
    return NULL;
  servers = ask_for_ice_servers (self, &room, channel);
  leave (self, room);
  return servers;
}

/* Returns: (transfer full) (nullable): the ICE servers that it hands out, as webrtcbin has them */
GStrv
check_server (CheckReport *report, const CheckServer *options)
{
  g_autoptr (GUri) uri = g_uri_parse (options->server, G_URI_FLAGS_NONE, NULL);
  Visit self = { .options = options, .report = report, .uri = uri };
  GStrv servers;

  self.is_tls = has_scheme (uri, "wss");
  servers = visit (&self);
  g_resolver_free_addresses (self.addresses);
  g_clear_object (&self.stream);
  return servers;
}
