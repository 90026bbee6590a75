/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-sessions.h"

#define TIMEOUT_MS 5000
#define IDLE_SECONDS 180

typedef struct {
  gint64 id;
  gint64 used; /* monotonic time */
} Session;

struct _SrvJanusSessions {
  SrvJanusClient *client;
  SrvJanusSessionLost lost;
  gpointer user_data;
  GHashTable *sessions; /* id → Session */
};

typedef struct {
  SrvJanusSessions *sessions;
  gint64 id;
} Request;

SrvJanusSessions *
srv_janus_sessions_new (SrvJanusClient *client, SrvJanusSessionLost lost, gpointer user_data)
{
  SrvJanusSessions *self = g_new0 (SrvJanusSessions, 1);

  self->client = client;
  self->lost = lost;
  self->user_data = user_data;
  self->sessions = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return self;
}

void
srv_janus_sessions_free (SrvJanusSessions *self)
{
  g_hash_table_unref (self->sessions);
  g_free (self);
}

static void
on_reply (const SrvJanusMessage *reply, const char *problem, gpointer user_data)
{
  g_autofree Request *request = user_data;

  if (reply && problem && g_hash_table_remove (request->sessions->sessions, &request->id))
    request->sessions->lost (request->id, request->sessions->user_data);
}

static void
ask (SrvJanusSessions *self, const char *what, gint64 id)
{
  g_autoptr (JsonObject) object = json_object_new ();
  Request *request = g_new0 (Request, 1);

  request->sessions = self;
  request->id = id;
  json_object_set_string_member (object, "janus", what);
  json_object_set_int_member (object, "session_id", id);
  srv_janus_client_request (self->client, object, TIMEOUT_MS, on_reply, request);
}

/* It is kept from now on, if it was not yet. */
void
srv_janus_sessions_use (SrvJanusSessions *self, gint64 id)
{
  Session *session = g_hash_table_lookup (self->sessions, &id);

  if (!session) {
    session = g_new0 (Session, 1);
    session->id = id;
    g_hash_table_insert (self->sessions, &session->id, session);
  }
  session->used = g_get_monotonic_time ();
}

gboolean
srv_janus_sessions_have (SrvJanusSessions *self, gint64 id)
{
  return g_hash_table_contains (self->sessions, &id);
}

void
srv_janus_sessions_forget (SrvJanusSessions *self, gint64 id)
{
  g_hash_table_remove (self->sessions, &id);
}

void
srv_janus_sessions_forget_all (SrvJanusSessions *self)
{
  g_hash_table_remove_all (self->sessions);
}

/* Those that were not used for long are left alone; Janus ends what nobody keeps. To end them is
 * not ours: another server may have them, whose member named one of them here. */
void
srv_janus_sessions_keep_alive (SrvJanusSessions *self)
{
  gint64 idle_since = g_get_monotonic_time () - IDLE_SECONDS * G_TIME_SPAN_SECOND;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Session *session = value;
    gboolean idle = session->used < idle_since;

    if (idle)
      g_hash_table_iter_remove (&iter);
    else
      ask (self, "keepalive", session->id);
  }
}

/* On a new connection */
void
srv_janus_sessions_claim (SrvJanusSessions *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    ask (self, "claim", ((Session *) value)->id);
}
