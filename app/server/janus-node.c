/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-node.h"

#include "janus-end.h"
#include "janus-sessions.h"
#include "janus-socket.h"
#include "source.h"

/* One that is frozen is down within 3 s: after a keepalive that stays unanswered, and a moment in
 * which answers are read that came while this server itself had no time. */
#define KEEPALIVE_MS 500
#define KEEPALIVE_TIMEOUT_MS 2000
#define LAST_CHANCE_MS 250

/* Each of so many keepalives claims the session: another server of the same Janus takes it over if
 * one of its members says so. */
#define CLAIM_BEATS 4

#define TIMEOUT_MS 5000

/* To be connected, and to have a session. */
#define ATTEMPT_MS 2000

/* When the connection was lost: so long it may take to be back before the node is down. */
#define LOST_MS 2000
#define LOST_RETRY_MS 100

#define BACKOFF_MIN_MS 100
#define BACKOFF_MAX_MS 2000

typedef enum {
  STOPPED,
  DOWN,
  UP,
  LOST, /* the connection, and not for long: still up for others */
} State;

/* What waits for the connection to be back. */
typedef struct {
  JsonObject *request;
  SrvJanusReply reply;
  gpointer user_data;
} Held;

struct _SrvJanusNode {
  GObject parent;

  char *address;
  guint32 hash;
  SrvJanusClient *client;
  State state;
  char *complaint; /* (nullable): why it is down, as was said */
  gboolean warned; /* of its configuration */
  gint64 lost_at;
  guint backoff_ms;
  guint timeout_ms;   /* for an answer */
  GSource *attempt;   /* (nullable): ends the present one, or begins the next one */
  GSource *keepalive; /* (nullable) */
  GSource *chance;    /* (nullable): its last one */
  guint beats;        /* keepalives */

  gint64 session;             /* 0: none */
  gint64 stale;               /* 0, or the session of before it was down */
  SrvJanusSessions *sessions; /* others */
  GHashTable *ends;           /* (element-type SrvJanusEnd): that are not closed, not owned */
  GHashTable *handles;        /* id → SrvJanusEnd, not owned */
  GQueue held;                /* (element-type Held) */
  guint64 lost[2];            /* packets that came to it, and that it sent */
};

enum { PROP_UP = 1 };

static void srv_janus_node_init_interface (SrvMediaNodeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SrvJanusNode, srv_janus_node, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SRV_TYPE_MEDIA_NODE,
                                                      srv_janus_node_init_interface))

static gboolean
is_up (SrvJanusNode *self)
{
  return self->state == UP || self->state == LOST;
}

static JsonObject *
new_request (const char *janus, gint64 session)
{
  JsonObject *request = json_object_new ();

  json_object_set_string_member (request, "janus", janus);
  if (session != 0)
    json_object_set_int_member (request, "session_id", session);
  return request;
}

static void
send_request (SrvJanusNode *self, const char *janus, gint64 session, guint timeout_ms,
              SrvJanusReply reply, gpointer user_data)
{
  g_autoptr (JsonObject) request = new_request (janus, session);

  srv_janus_client_request (self->client, request, timeout_ms, reply, user_data);
}

/* What was held */

static void
held_free (Held *held)
{
  json_object_unref (held->request);
  g_free (held);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Held, held_free)

static void
send_held (SrvJanusNode *self)
{
  while (!g_queue_is_empty (&self->held)) {
    g_autoptr (Held) held = g_queue_pop_head (&self->held);

    srv_janus_client_request (self->client, held->request, self->timeout_ms, held->reply,
                              held->user_data);
  }
}

static void
drop_held (SrvJanusNode *self)
{
  while (!g_queue_is_empty (&self->held)) {
    g_autoptr (Held) held = g_queue_pop_head (&self->held);

    held->reply (NULL, "The node is down", held->user_data);
  }
}

/* Up and down */

static gboolean on_attempt (gpointer user_data);
static gboolean on_keepalive (gpointer user_data);
static void start_attempt (SrvJanusNode *self);

/* Ends may be closed meanwhile. */
static void
for_each_end (SrvJanusNode *self, GFunc function, gpointer data)
{
  g_autoptr (GPtrArray) ends = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer end;

  g_hash_table_iter_init (&iter, self->ends);
  while (g_hash_table_iter_next (&iter, &end, NULL))
    g_ptr_array_add (ends, g_object_ref (end));
  g_ptr_array_foreach (ends, function, data);
}

static void
let_die (gpointer end, gpointer data)
{
  srv_janus_end_die (end);
}

static void
tell_up (gpointer end, gpointer data)
{
  srv_janus_end_node_is_up (end);
}

static void
set_state (SrvJanusNode *self, State state)
{
  gboolean was_up = is_up (self);

  self->state = state;
  if (was_up == is_up (self))
    return;
  if (was_up)
    for_each_end (self, let_die, NULL);
  g_object_notify (G_OBJECT (self), "up");
}

static void
plan_attempt (SrvJanusNode *self, guint ms)
{
  srv_janus_client_close (self->client);
  srv_source_start_timer (&self->attempt, ms, on_attempt, self);
}

static void
set_complaint (SrvJanusNode *self, const char *why)
{
  g_free (self->complaint);
  self->complaint = g_strdup (why);
}

static void
go_down (SrvJanusNode *self, const char *why)
{
  g_message ("The media node %s is down: %s", self->address, why);
  set_complaint (self, why);
  self->stale = self->session;
  self->session = 0;
  srv_janus_sessions_forget_all (self->sessions);
  srv_source_clear (&self->keepalive);
  srv_source_clear (&self->chance);
  self->backoff_ms = BACKOFF_MIN_MS;
  set_state (self, DOWN);
  drop_held (self);
  g_hash_table_remove_all (self->handles);
  plan_attempt (self, 0);
}

static gboolean
has_waited_enough (SrvJanusNode *self)
{
  return g_get_monotonic_time () - self->lost_at >= LOST_MS * G_TIME_SPAN_MILLISECOND;
}

/* The attempt to be connected came to nothing. */
static void
fail_attempt (SrvJanusNode *self, const char *why, gboolean gone)
{
  if (self->state == LOST && (gone || has_waited_enough (self))) {
    go_down (self, why);
    return;
  }
  if (self->state == LOST) {
    plan_attempt (self, LOST_RETRY_MS);
    return;
  }
  if (g_strcmp0 (self->complaint, why) != 0)
    g_message ("The media node %s is not there: %s", self->address, why);
  set_complaint (self, why);
  plan_attempt (self, self->backoff_ms);
  self->backoff_ms = MIN (self->backoff_ms * 2, BACKOFF_MAX_MS);
}

static void
ignore_reply (const SrvJanusMessage *reply, const char *problem, gpointer user_data)
{
}

/* The sessions that are kept beside the own one */

static void
lose_if_of (gpointer end, gpointer session)
{
  if (srv_janus_end_get_session (end) == *(gint64 *) session)
    srv_janus_end_lose (end, "Janus has ended the session");
}

static void
lose_session (gint64 session, gpointer user_data)
{
  SrvJanusNode *self = user_data;

  srv_janus_sessions_forget (self->sessions, session);
  for_each_end (self, lose_if_of, &session);
}

void
srv_janus_node_keep_session (SrvJanusNode *self, gint64 session)
{
  if (session != self->session)
    srv_janus_sessions_use (self->sessions, session);
}

static void
keep_sessions (SrvJanusNode *self)
{
  GHashTableIter iter;
  gpointer end;

  g_hash_table_iter_init (&iter, self->ends);
  while (g_hash_table_iter_next (&iter, &end, NULL)) {
    gint64 session = srv_janus_end_get_session (end);

    if (srv_janus_sessions_have (self->sessions, session))
      srv_janus_sessions_use (self->sessions, session);
  }
  srv_janus_sessions_keep_alive (self->sessions);
}

/* Keepalive */

static gboolean
on_chance (gpointer user_data)
{
  go_down (user_data, "Janus does not answer");
  return G_SOURCE_REMOVE;
}

static void
on_alive (const SrvJanusMessage *reply, const char *problem, gpointer user_data)
{
  SrvJanusNode *self = user_data;

  if (self->state != UP || !srv_janus_client_is_open (self->client))
    return;
  if (!problem)
    srv_source_clear (&self->chance);
  else if (reply)
    go_down (self, problem);
  else if (!self->chance)
    srv_source_start_timer (&self->chance, LAST_CHANCE_MS, on_chance, self);
}

static gboolean
on_keepalive (gpointer user_data)
{
  SrvJanusNode *self = user_data;
  const char *name = ++self->beats % CLAIM_BEATS == 0 ? "claim" : "keepalive";

  send_request (self, name, self->session, KEEPALIVE_TIMEOUT_MS, on_alive, self);
  keep_sessions (self);
  return G_SOURCE_CONTINUE;
}

/* Being connected, having a session */

static void
come_up (SrvJanusNode *self)
{
  gboolean was_lost = self->state == LOST;

  srv_source_clear (&self->attempt);
  self->backoff_ms = BACKOFF_MIN_MS;
  if (!was_lost || self->complaint)
    g_message ("The media node %s is up", self->address);
  set_complaint (self, NULL);
  if (self->stale != 0)
    send_request (self, "destroy", self->stale, self->timeout_ms, ignore_reply, NULL);
  self->stale = 0;
  if (was_lost)
    srv_janus_sessions_claim (self->sessions);
  srv_source_start_timer (&self->keepalive, KEEPALIVE_MS, on_keepalive, self);
  set_state (self, UP);
  send_held (self);
  for_each_end (self, tell_up, NULL);
}

static void
on_created (const SrvJanusMessage *reply, const char *problem, gpointer user_data)
{
  SrvJanusNode *self = user_data;

  if (!reply) /* whoever ended the attempt goes on */
    return;
  if (problem || reply->id == 0) {
    fail_attempt (self, problem ? problem : "it names no session", FALSE);
    return;
  }
  self->session = reply->id;
  come_up (self);
}

static void
on_reclaimed (const SrvJanusMessage *reply, const char *problem, gpointer user_data)
{
  SrvJanusNode *self = user_data;

  if (!reply)
    return;
  if (problem)
    go_down (self, problem);
  else
    come_up (self);
}

static const char *
find_fault (const SrvJanusMessage *info)
{
  if (info->kind != SRV_JANUS_SERVER_INFO)
    return "it is no Janus";
  if (info->full_trickle)
    return "its candidates are not in its descriptions; set full_trickle = false in its janus.jcfg";
  return NULL;
}

/* Once: an operator has read it, or will not. */
static void
warn_of_forgetting (SrvJanusNode *self, const SrvJanusMessage *info)
{
  if (info->reclaim == 0 && !self->warned)
    g_message ("The media node %s gives up its transports when this server is restarted: set "
               "reclaim_session_timeout = 60 in its janus.jcfg",
               self->address);
  self->warned = TRUE;
}

static void
on_info (const SrvJanusMessage *reply, const char *problem, gpointer user_data)
{
  SrvJanusNode *self = user_data;

  if (!reply)
    return;
  if (!problem)
    problem = find_fault (reply);
  if (problem) {
    fail_attempt (self, problem, FALSE);
    return;
  }
  warn_of_forgetting (self, reply);
  if (self->state == LOST)
    send_request (self, "claim", self->session, self->timeout_ms, on_reclaimed, self);
  else
    send_request (self, "create", 0, self->timeout_ms, on_created, self);
}

static gboolean
on_attempt_timeout (gpointer user_data)
{
  SrvJanusNode *self = user_data;

  fail_attempt (self, "Janus does not answer", FALSE);
  return G_SOURCE_REMOVE;
}

static void
start_attempt (SrvJanusNode *self)
{
  srv_source_start_timer (&self->attempt, ATTEMPT_MS, on_attempt_timeout, self);
  srv_janus_client_open (self->client);
}

static gboolean
on_attempt (gpointer user_data)
{
  start_attempt (user_data);
  return G_SOURCE_REMOVE;
}

/* Client */

static void
on_opened (gpointer user_data)
{
  SrvJanusNode *self = user_data;

  send_request (self, "info", 0, self->timeout_ms, on_info, self);
}

static void
drop_handle (SrvJanusNode *self, gint64 session, gint64 handle)
{
  g_autoptr (JsonObject) request = new_request ("detach", session);

  json_object_set_int_member (request, "handle_id", handle);
  srv_janus_client_request (self->client, request, self->timeout_ms, ignore_reply, NULL);
}

/* What nobody asks for any more: a handle that was made too late; or that hangs up, since its
 * client is gone, too, in a session that was taken over. */
static void
drop_stray (SrvJanusNode *self, const SrvJanusMessage *message)
{
  if (message->kind == SRV_JANUS_SUCCESS && message->id != 0 && message->session == self->session)
    drop_handle (self, message->session, message->id);
  else if (message->kind == SRV_JANUS_HANGUP &&
           srv_janus_sessions_have (self->sessions, message->session))
    drop_handle (self, message->session, message->sender);
}

static void
on_event (const SrvJanusMessage *message, gpointer user_data)
{
  SrvJanusNode *self = user_data;
  SrvJanusEnd *end = g_hash_table_lookup (self->handles, &message->sender);

  srv_source_clear (&self->chance);
  if (message->kind == SRV_JANUS_TIMEOUT && message->session == self->session) {
    if (self->state == UP)
      go_down (self, "Janus has ended the session");
  } else if (message->kind == SRV_JANUS_TIMEOUT) {
    lose_session (message->session, self);
  } else if (end && message->kind == SRV_JANUS_SLOWLINK) {
    self->lost[message->uplink] += (guint64) message->lost;
  } else if (end) {
    g_autoptr (SrvJanusEnd) keep_alive = g_object_ref (end);

    srv_janus_end_handle_event (keep_alive, message);
  } else if (self->state == UP) {
    drop_stray (self, message);
  }
}

static void
on_closed (const char *why, gboolean gone, gpointer user_data)
{
  SrvJanusNode *self = user_data;

  if (self->state != UP) {
    fail_attempt (self, why, gone);
    return;
  }
  srv_source_clear (&self->keepalive);
  srv_source_clear (&self->chance);
  self->lost_at = g_get_monotonic_time ();
  set_state (self, LOST);
  plan_attempt (self, 0);
}

static const SrvJanusClientEvents client_events = { on_opened, on_event, on_closed };

/* For its ends */

guint32
srv_janus_node_get_hash (SrvJanusNode *self)
{
  return self->hash;
}

gint64
srv_janus_node_get_session (SrvJanusNode *self)
{
  return self->session;
}

void
srv_janus_node_add_end (SrvJanusNode *self, SrvJanusEnd *end)
{
  g_hash_table_add (self->ends, end);
}

void
srv_janus_node_remove_end (SrvJanusNode *self, SrvJanusEnd *end)
{
  g_hash_table_remove (self->ends, end);
}

/* Returns: whether it was not another one's */
gboolean
srv_janus_node_add_handle (SrvJanusNode *self, gint64 handle, SrvJanusEnd *end)
{
  if (g_hash_table_contains (self->handles, &handle))
    return FALSE;
  g_hash_table_insert (self->handles, g_memdup2 (&handle, sizeof handle), end);
  return TRUE;
}

void
srv_janus_node_remove_handle (SrvJanusNode *self, gint64 handle)
{
  g_hash_table_remove (self->handles, &handle);
}

/* @session: where it lives; @handle: (zero if none) */
void
srv_janus_node_request (SrvJanusNode *self, gint64 session, gint64 handle, JsonObject *request,
                        SrvJanusReply reply, gpointer user_data)
{
  Held *held;

  json_object_set_int_member (request, "session_id", session);
  if (handle != 0)
    json_object_set_int_member (request, "handle_id", handle);
  if (self->state != LOST) {
    srv_janus_client_request (self->client, request, self->timeout_ms, reply, user_data);
    return;
  }
  held = g_new0 (Held, 1);
  held->request = json_object_ref (request);
  held->reply = reply;
  held->user_data = user_data;
  g_queue_push_tail (&self->held, held);
}

/* Media node */

static const char *
get_name (SrvMediaNode *node)
{
  return SRV_JANUS_NODE (node)->address;
}

static guint
get_load (SrvMediaNode *node)
{
  return g_hash_table_size (SRV_JANUS_NODE (node)->ends);
}

static guint64
get_lost (SrvMediaNode *node, gboolean sending)
{
  return SRV_JANUS_NODE (node)->lost[sending];
}

static SrvNodeEnd *
receive (SrvMediaNode *node, const SrvNodeEndEvents *events, gpointer user_data)
{
  return srv_janus_end_receive (SRV_JANUS_NODE (node), events, user_data);
}

static SrvNodeEnd *
send_on (SrvMediaNode *node, SrvNodeEnd *source, gboolean audio, gboolean video,
         const SrvNodeEndEvents *events, gpointer user_data)
{
  return srv_janus_end_send (SRV_JANUS_NODE (node), SRV_JANUS_END (source), audio, video, events,
                             user_data);
}

static gboolean
knows (SrvMediaNode *node, const char *transport_id)
{
  SrvJanusId id;

  return srv_janus_id_parse (&id, transport_id) && id.node == SRV_JANUS_NODE (node)->hash;
}

static SrvNodeEnd *
adopt (SrvMediaNode *node, const char *transport_id, SrvNodeEnd *source,
       const SrvNodeEndEvents *events, gpointer user_data)
{
  SrvJanusId id = { 0 };

  srv_janus_id_parse (&id, transport_id);
  return srv_janus_end_adopt (SRV_JANUS_NODE (node), &id, source ? SRV_JANUS_END (source) : NULL,
                              events, user_data);
}

static void
stop_node (SrvMediaNode *node)
{
  srv_janus_node_stop (SRV_JANUS_NODE (node));
}

static void
srv_janus_node_init_interface (SrvMediaNodeInterface *iface)
{
  iface->get_name = get_name;
  iface->get_load = get_load;
  iface->get_lost = get_lost;
  iface->receive = receive;
  iface->send = send_on;
  iface->knows = knows;
  iface->adopt = adopt;
  iface->stop = stop_node;
}

/* Object */

static void
srv_janus_node_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, is_up (SRV_JANUS_NODE (object)));
}

static void
srv_janus_node_dispose (GObject *object)
{
  srv_janus_node_stop (SRV_JANUS_NODE (object));

  G_OBJECT_CLASS (srv_janus_node_parent_class)->dispose (object);
}

static void
srv_janus_node_finalize (GObject *object)
{
  SrvJanusNode *self = SRV_JANUS_NODE (object);

  g_clear_pointer (&self->client, srv_janus_client_free);
  g_clear_pointer (&self->sessions, srv_janus_sessions_free);
  g_hash_table_unref (self->ends);
  g_hash_table_unref (self->handles);
  g_free (self->address);
  g_free (self->complaint);

  G_OBJECT_CLASS (srv_janus_node_parent_class)->finalize (object);
}

static void
srv_janus_node_class_init (SrvJanusNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = srv_janus_node_get_property;
  object_class->dispose = srv_janus_node_dispose;
  object_class->finalize = srv_janus_node_finalize;
  g_object_class_override_property (object_class, PROP_UP, "up");
}

static void
srv_janus_node_init (SrvJanusNode *self)
{
  self->backoff_ms = BACKOFF_MIN_MS;
  self->timeout_ms = TIMEOUT_MS;
  self->ends = g_hash_table_new (NULL, NULL);
  self->handles = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/*
 * srv_janus_node_new:
 * @address: janus://HOST[:PORT][/PATH], januss://HOST[:PORT][/PATH] or janus:///PATH/TO/SOCKET
 * @secret: (nullable): its api_secret
 */
SrvJanusNode *
srv_janus_node_new (const char *address, const char *secret, GError **error)
{
  SrvJanusNode *self;

  if (!srv_janus_address_check (address, error))
    return NULL;
  self = g_object_new (SRV_TYPE_JANUS_NODE, NULL);
  self->address = g_strdup (address);
  self->hash = srv_janus_id_hash_node (address);
  self->client = srv_janus_client_new (address, secret, &client_events, self);
  self->sessions = srv_janus_sessions_new (self->client, lose_session, self);
  return self;
}

/* For a test: so long it waits for an answer. */
void
srv_janus_node_set_timeout (SrvJanusNode *self, guint ms)
{
  self->timeout_ms = ms;
}

/* It will be up as soon as Janus is there, and again whenever it was not. */
void
srv_janus_node_start (SrvJanusNode *self)
{
  if (self->state != STOPPED)
    return;
  self->state = DOWN;
  start_attempt (self);
}

/*
 * No more connection. What Janus has it keeps for a while, so that the next server can take it
 * over.
 */
void
srv_janus_node_stop (SrvJanusNode *self)
{
  srv_source_clear (&self->attempt);
  srv_source_clear (&self->keepalive);
  srv_source_clear (&self->chance);
  for_each_end (self, let_die, NULL);
  srv_janus_client_close (self->client);
  self->state = STOPPED;
  drop_held (self);
}
