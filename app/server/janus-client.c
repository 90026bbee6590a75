/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-client.h"

#include "janus-socket.h"

/* So many are under way at once. A Janus takes some milliseconds for each transport, and what waits
 * there does so while the time for an answer runs out. */
#define WINDOW 32

struct _SrvJanusClient {
  char *address;
  char *secret; /* (nullable) */
  const SrvJanusClientEvents *events;
  gpointer user_data;

  SrvJanusSocket *socket; /* (nullable) */
  gboolean open;
  guint64 last_transaction;
  GHashTable *pending; /* transaction → Pending */
  guint under_way;
  GQueue waiting; /* (element-type Pending): of those, what is to be sent yet */
};

/* A request that is to be answered. */
typedef struct {
  SrvJanusClient *client;
  char *transaction;
  gboolean for_plugin; /* which answers after an acknowledgement */
  gboolean counted;    /* as one that is under way */
  char *text;          /* (nullable): until it is sent */
  guint timeout_ms;
  GSource *timer; /* (nullable): until it is sent */
  char *problem;  /* (nullable): it was not sent */
  SrvJanusReply reply;
  gpointer user_data;
} Pending;

static void
pending_free (Pending *self)
{
  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_free (self->text);
  g_free (self->transaction);
  g_free (self->problem);
  g_free (self);
}

static void
end (Pending *pending, const SrvJanusMessage *reply, const char *problem)
{
  pending->reply (reply, problem, pending->user_data);
  pending_free (pending);
}

static void send_waiting (SrvJanusClient *self);

static void
answer (Pending *pending, const SrvJanusMessage *reply, const char *problem)
{
  SrvJanusClient *self = pending->client;

  g_hash_table_remove (self->pending, pending->transaction);
  if (pending->counted)
    self->under_way--;
  send_waiting (self);
  end (pending, reply, problem);
}

static gboolean
on_timer (gpointer user_data)
{
  Pending *pending = user_data;

  answer (pending, NULL, pending->problem ? pending->problem : "Janus does not answer");
  return G_SOURCE_REMOVE;
}

static void
send_now (SrvJanusClient *self, Pending *pending)
{
  g_autoptr (GError) error = NULL;
  gboolean sent = self->open && srv_janus_socket_send (self->socket, pending->text, &error);

  if (!sent)
    pending->problem = g_strdup (error ? error->message : "Not connected to Janus");
  g_clear_pointer (&pending->text, g_free);
  pending->timer = g_timeout_source_new (sent ? pending->timeout_ms : 0);
  g_source_set_callback (pending->timer, on_timer, pending, NULL);
  g_source_attach (pending->timer, g_main_context_get_thread_default ());
}

static void
send_waiting (SrvJanusClient *self)
{
  while (self->under_way < WINDOW && !g_queue_is_empty (&self->waiting)) {
    Pending *pending = g_queue_pop_head (&self->waiting);

    pending->counted = TRUE;
    self->under_way++;
    send_now (self, pending);
  }
}

/* What ends now may ask anew. */
static void
end_all (SrvJanusClient *self, const char *problem)
{
  g_autoptr (GHashTable) pending = g_steal_pointer (&self->pending);
  g_autoptr (GList) all = g_hash_table_get_values (pending);

  self->pending = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_clear (&self->waiting);
  self->under_way = 0;
  for (GList *item = all; item; item = item->next)
    end (item->data, NULL, problem);
}

static const char *
get_problem (const SrvJanusMessage *message)
{
  if (message->kind != SRV_JANUS_ERROR)
    return NULL;
  return message->reason ? message->reason : "Janus refuses";
}

/* Socket */

static void
on_opened (gpointer user_data)
{
  SrvJanusClient *self = user_data;

  self->open = TRUE;
  self->events->opened (self->user_data);
}

static void
on_message (const char *text, gsize length, gpointer user_data)
{
  SrvJanusClient *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SrvJanusMessage) message = srv_janus_message_parse (text, length, &error);
  Pending *pending;

  if (!message) {
    g_message ("%s: %s", self->address, error->message);
    return;
  }
  pending = message->transaction ? g_hash_table_lookup (self->pending, message->transaction) : NULL;
  if (!pending || pending->text)
    self->events->event (message, self->user_data);
  else if (message->kind != SRV_JANUS_ACK || !pending->for_plugin)
    answer (pending, message, get_problem (message));
}

static void
on_closed (const char *why, gboolean gone, gpointer user_data)
{
  SrvJanusClient *self = user_data;

  self->open = FALSE;
  end_all (self, why);
  self->events->closed (why, gone, self->user_data);
}

static const SrvJanusSocketEvents socket_events = { on_opened, on_message, on_closed };

/* Client */

SrvJanusClient *
srv_janus_client_new (const char *address, const char *secret, const SrvJanusClientEvents *events,
                      gpointer user_data)
{
  SrvJanusClient *self = g_new0 (SrvJanusClient, 1);

  self->address = g_strdup (address);
  self->secret = g_strdup (secret);
  self->events = events;
  self->user_data = user_data;
  self->pending = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
srv_janus_client_free (SrvJanusClient *self)
{
  srv_janus_client_close (self);
  g_hash_table_unref (self->pending);
  g_free (self->address);
  g_free (self->secret);
  g_free (self);
}

/* A connection that there was is closed. */
void
srv_janus_client_open (SrvJanusClient *self)
{
  srv_janus_client_close (self);
  self->socket = srv_janus_socket_new (self->address, &socket_events, self);
  srv_janus_socket_open (self->socket);
}

/* All requests end. */
void
srv_janus_client_close (SrvJanusClient *self)
{
  self->open = FALSE;
  if (self->socket)
    srv_janus_socket_close (self->socket);
  g_clear_object (&self->socket);
  end_all (self, "The connection to Janus was closed");
}

gboolean
srv_janus_client_is_open (SrvJanusClient *self)
{
  return self->open;
}

static char *
write_request (SrvJanusClient *self, const Pending *pending, JsonObject *request)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), request);

  json_object_set_string_member (request, "transaction", pending->transaction);
  if (self->secret)
    json_object_set_string_member (request, "apisecret", self->secret);
  return json_to_string (node, FALSE);
}

/* Of the session, but for what is asked as often as there are transports */
static gboolean
is_urgent (JsonObject *request)
{
  const char *name = json_object_get_string_member (request, "janus");

  return !json_object_has_member (request, "handle_id") && !g_str_equal (name, "attach") &&
         !g_str_equal (name, "claim");
}

/* @request: all but its transaction and the secret. Requests are sent in order, but for those of a
 * session, which wait for no others. */
void
srv_janus_client_request (SrvJanusClient *self, JsonObject *request, guint timeout_ms,
                          SrvJanusReply reply, gpointer user_data)
{
  Pending *pending = g_new0 (Pending, 1);

  pending->client = self;
  pending->reply = reply;
  pending->user_data = user_data;
  pending->timeout_ms = timeout_ms;
  pending->transaction = g_strdup_printf ("%" G_GUINT64_FORMAT, ++self->last_transaction);
  pending->for_plugin = g_str_equal (json_object_get_string_member (request, "janus"), "message");
  pending->text = write_request (self, pending, request);
  g_hash_table_insert (self->pending, pending->transaction, pending);
  if (is_urgent (request)) {
    send_now (self, pending);
    return;
  }
  g_queue_push_tail (&self->waiting, pending);
  send_waiting (self);
}
