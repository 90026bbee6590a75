/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lobby.h"

#include "metrics.h"

/* More requests than that need no single page, and cost others time. */
#define REQUESTS_MAX 256

typedef struct {
  GSocketConnection *connection;
  gint64 deadline;
  guint requests;
  GList *waiting; /* (nullable): its place in the queue */
} Entry;

struct _SrvLobby {
  SrvLobbyLimits limits;
  SrvLobbyExpired expired;
  gpointer user_data;

  GHashTable *entries; /* GSocketConnection → Entry, as long as the former lives */
  GQueue waiting;      /* of Entry: the timeout being the same for all, in order of deadline */
  GSource *timer;
};

static void wait_for_first (SrvLobby *self);

static void
note_counts (SrvLobby *self)
{
  srv_metrics.connections = g_hash_table_size (self->entries);
  srv_metrics.connections_waiting = self->waiting.length;
}

static void
stop_waiting (SrvLobby *self, Entry *entry)
{
  if (entry->waiting)
    g_queue_delete_link (&self->waiting, entry->waiting);
  entry->waiting = NULL;
  note_counts (self);
}

static void
clear_timer (SrvLobby *self)
{
  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gboolean
on_timer (gpointer user_data)
{
  SrvLobby *self = user_data;
  gint64 now = g_get_monotonic_time ();
  Entry *first;

  clear_timer (self);
  while ((first = g_queue_peek_head (&self->waiting)) && first->deadline <= now) {
    g_autoptr (GSocketConnection) connection = g_object_ref (first->connection);

    stop_waiting (self, first);
    self->expired (connection, self->user_data);
  }
  wait_for_first (self);
  return G_SOURCE_REMOVE;
}

static void
wait_for_first (SrvLobby *self)
{
  Entry *first = g_queue_peek_head (&self->waiting);

  if (!first || self->timer)
    return;
  self->timer = g_timeout_source_new (1);
  g_source_set_ready_time (self->timer, first->deadline);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

static void
start_waiting (SrvLobby *self, Entry *entry)
{
  entry->deadline = g_get_monotonic_time () + self->limits.timeout_ms * G_TIME_SPAN_MILLISECOND;
  g_queue_push_tail (&self->waiting, entry);
  entry->waiting = g_queue_peek_tail_link (&self->waiting);
  wait_for_first (self);
  note_counts (self);
}

static void
on_connection_gone (gpointer user_data, GObject *connection)
{
  SrvLobby *self = user_data;
  Entry *entry = g_hash_table_lookup (self->entries, connection);

  stop_waiting (self, entry);
  g_hash_table_remove (self->entries, connection);
  note_counts (self);
}

SrvLobby *
srv_lobby_new (const SrvLobbyLimits *limits, SrvLobbyExpired expired, gpointer user_data)
{
  SrvLobby *self = g_new0 (SrvLobby, 1);

  self->limits = *limits;
  self->expired = expired;
  self->user_data = user_data;
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_queue_init (&self->waiting);
  return self;
}

void
srv_lobby_free (SrvLobby *self)
{
  GHashTableIter iter;
  gpointer connection;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &connection, NULL))
    g_object_weak_unref (connection, on_connection_gone, self);
  g_hash_table_unref (self->entries);
  g_queue_clear (&self->waiting);
  clear_timer (self);
  g_free (self);
}

/* Returns: whether there is space */
gboolean
srv_lobby_enter (SrvLobby *self, GSocketConnection *connection)
{
  Entry *entry;

  if (self->waiting.length >= self->limits.waiting ||
      g_hash_table_size (self->entries) >= self->limits.connections) {
    srv_metrics.connections_refused++;
    return FALSE;
  }
  srv_metrics.connections_accepted++;
  entry = g_new0 (Entry, 1);
  entry->connection = connection;
  g_object_weak_ref (G_OBJECT (connection), on_connection_gone, self);
  g_hash_table_insert (self->entries, connection, entry);
  start_waiting (self, entry);
  return TRUE;
}

/* It is in a room now. */
void
srv_lobby_leave (SrvLobby *self, GSocketConnection *connection)
{
  stop_waiting (self, g_hash_table_lookup (self->entries, connection));
}

/* It has left its room, and has the whole time again to join one. */
void
srv_lobby_return (SrvLobby *self, GSocketConnection *connection)
{
  Entry *entry = g_hash_table_lookup (self->entries, connection);

  if (!entry->waiting)
    start_waiting (self, entry);
}

/* It has asked for a WebSocket: what it did before, reading pages say, does not count. */
void
srv_lobby_start_again (SrvLobby *self, GSocketConnection *connection)
{
  Entry *entry = g_hash_table_lookup (self->entries, connection);

  stop_waiting (self, entry);
  start_waiting (self, entry);
}

/*
 * srv_lobby_may_stay:
 *
 * To be asked once for each request that is answered. Who keeps a connection for the next request
 * is not to keep others out, who want to join a room.
 *
 * Returns: whether @connection may stay for another request
 */
gboolean
srv_lobby_may_stay (SrvLobby *self, GSocketConnection *connection)
{
  Entry *entry = g_hash_table_lookup (self->entries, connection);

  entry->requests++;
  return entry->requests < REQUESTS_MAX && self->waiting.length <= self->limits.waiting / 2;
}

guint
srv_lobby_count_waiting (SrvLobby *self)
{
  return self->waiting.length;
}

guint
srv_lobby_count_connections (SrvLobby *self)
{
  return g_hash_table_size (self->entries);
}
