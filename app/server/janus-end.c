/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-end.h"

#include "janus-sdp.h"

#define PLUGIN "janus.plugin.videoroom"

/* A room that takes whatever a publisher offers: which codec it is, the offer decides. */
#define AUDIO_CODECS "opus,pcmu,pcma,g722"
#define VIDEO_CODECS "vp8,vp9,h264,av1,h265"

/* For a node that is not up to be up */
#define ADOPT_SECONDS 10

typedef enum {
  WAITING,    /* to be adopted, for the node to be up */
  PREPARING,  /* not ready yet */
  READY,      /* its transport may be opened; it waits for a description */
  NEGOTIATED, /* and it has one */
  FAILED,
  DEAD, /* the node went down */
  CLOSED,
} State;

typedef enum { AUDIO, VIDEO, KINDS } Kind;

#define UNKNOWN (-1)

struct _SrvJanusEnd {
  GObject parent;

  SrvJanusNode *node;
  const SrvNodeEndEvents *events;
  gpointer user_data;
  State state;
  gint64 session;
  gint64 handle; /* 0: none yet */
  gint64 room;   /* 0: none yet; if it receives, that of its handle */
  gboolean receives;
  gboolean owned; /* the handle is this end's */
  gboolean connected;
  guint in_flight;   /* requests */
  GSource *patience; /* (nullable): ends when it has waited too long */

  int wanted[KINDS]; /* a boolean, or UNKNOWN */
  int told[KINDS];
  gboolean telling;
};

typedef void (*Handler) (SrvJanusEnd *self, const SrvJanusMessage *reply);

/* A request of an end. */
typedef struct {
  SrvJanusEnd *end;
  Handler handler;   /* (nullable): when it went well */
  gboolean tolerant; /* an error does no harm */
} Call;

static void srv_janus_end_init_interface (SrvNodeEndInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SrvJanusEnd, srv_janus_end, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SRV_TYPE_NODE_END,
                                                      srv_janus_end_init_interface))

static gboolean
is_open (SrvJanusEnd *self)
{
  return self->state < FAILED;
}

static void
clear_patience (SrvJanusEnd *self)
{
  if (self->patience)
    g_source_destroy (self->patience);
  g_clear_pointer (&self->patience, g_source_unref);
}

static void
fail (SrvJanusEnd *self, const char *message)
{
  self->state = FAILED;
  clear_patience (self);
  self->events->failed (SRV_NODE_END (self), message, self->user_data);
}

static void clean (SrvJanusEnd *self);

static void
on_reply (const SrvJanusMessage *reply, const char *problem, gpointer user_data)
{
  g_autofree Call *call = user_data;
  g_autoptr (SrvJanusEnd) self = call->end;

  self->in_flight--;
  /* Whatever became of the end meanwhile, this handle is to be detached. */
  if (reply && !problem && reply->id != 0 && self->handle == 0) {
    self->handle = reply->id;
    self->owned = srv_janus_node_add_handle (self->node, self->handle, self);
  }
  if (is_open (self)) {
    if (problem && !call->tolerant)
      fail (self, problem);
    else if (!problem && call->handler)
      call->handler (self, reply);
  }
  if (self->state == CLOSED && self->in_flight == 0)
    clean (self);
}

/* @request: (transfer full) */
static void
ask (SrvJanusEnd *self, JsonObject *request, Handler handler, gboolean tolerant)
{
  g_autoptr (JsonObject) owned = request;
  Call *call = g_new0 (Call, 1);

  call->end = g_object_ref (self);
  call->handler = handler;
  call->tolerant = tolerant;
  self->in_flight++;
  srv_janus_node_request (self->node, self->session, self->handle, owned, on_reply, call);
}

static JsonObject *
new_request (const char *janus)
{
  JsonObject *request = json_object_new ();

  json_object_set_string_member (request, "janus", janus);
  return request;
}

/* @body: (transfer full); @sdp: (nullable) */
static void
ask_plugin (SrvJanusEnd *self, JsonObject *body, const char *sdp_type, const char *sdp,
            Handler handler)
{
  JsonObject *request = new_request ("message");

  json_object_set_object_member (request, "body", body);
  if (sdp) {
    JsonObject *jsep = json_object_new ();

    json_object_set_string_member (jsep, "type", sdp_type);
    json_object_set_string_member (jsep, "sdp", sdp);
    json_object_set_object_member (request, "jsep", jsep);
  }
  ask (self, request, handler, FALSE);
}

static JsonObject *
new_body (const char *name)
{
  JsonObject *body = json_object_new ();

  json_object_set_string_member (body, "request", name);
  return body;
}

/* What it leaves behind in Janus: a room outlives its publisher. */

static void
on_cleaned (const SrvJanusMessage *reply, const char *problem, gpointer user_data)
{
  g_object_unref (user_data);
}

static void
detach (SrvJanusEnd *self)
{
  g_autoptr (JsonObject) request = new_request ("detach");

  srv_janus_node_request (self->node, self->session, self->handle, request, on_cleaned,
                          g_object_ref (self));
}

/* Not before it is answered: Janus may carry out a detach first. */
static void
on_room_destroyed (const SrvJanusMessage *reply, const char *problem, gpointer user_data)
{
  g_autoptr (SrvJanusEnd) self = user_data;

  if (reply)
    detach (self);
}

static void
destroy_room (SrvJanusEnd *self)
{
  g_autoptr (JsonObject) request = new_request ("message");
  JsonObject *body = new_body ("destroy");

  json_object_set_int_member (body, "room", self->room);
  json_object_set_object_member (request, "body", body);
  srv_janus_node_request (self->node, self->session, self->handle, request, on_room_destroyed,
                          g_object_ref (self));
}

static void
clean (SrvJanusEnd *self)
{
  if (!self->owned)
    return;
  self->owned = FALSE;
  srv_janus_node_remove_handle (self->node, self->handle);
  if (self->receives && self->room != 0)
    destroy_room (self);
  else
    detach (self);
}

/* What is wanted of it */

static void tell_wanted (SrvJanusEnd *self);

static void
on_told (SrvJanusEnd *self, const SrvJanusMessage *reply)
{
  self->telling = FALSE;
  tell_wanted (self);
}

/*
 * By kind of medium, which Janus calls deprecated in favour of the ids of sections: those are not
 * known of what was adopted. Only what changes, as Janus asks for a key frame each time that video
 * is said to be wanted.
 */
static void
tell_wanted (SrvJanusEnd *self)
{
  static const char *const names[KINDS] = { "audio", "video" };
  g_autoptr (JsonObject) body = new_body ("configure");
  guint changes = 0;

  if (self->telling || (self->state != READY && self->state != NEGOTIATED))
    return;
  for (Kind kind = AUDIO; kind < KINDS; kind++) {
    if (self->wanted[kind] == self->told[kind] || self->wanted[kind] == UNKNOWN)
      continue;
    json_object_set_boolean_member (body, names[kind], self->wanted[kind]);
    self->told[kind] = self->wanted[kind];
    changes++;
  }
  self->telling = changes > 0;
  if (self->telling)
    ask_plugin (self, g_steal_pointer (&body), NULL, NULL, on_told);
}

/* From being made to being ready */

static void
become_ready (SrvJanusEnd *self)
{
  SrvJanusId id = { srv_janus_node_get_hash (self->node), self->session, self->handle };
  g_autofree char *text = srv_janus_id_to_text (&id);

  self->state = READY;
  self->events->ready (SRV_NODE_END (self), text, self->user_data);
}

static void
on_room_made (SrvJanusEnd *self, const SrvJanusMessage *reply)
{
  become_ready (self);
}

static void
make_room (SrvJanusEnd *self)
{
  JsonObject *body = new_body ("create");

  self->room = self->handle;
  json_object_set_int_member (body, "room", self->room);
  json_object_set_int_member (body, "publishers", 1);
  json_object_set_boolean_member (body, "is_private", TRUE);
  json_object_set_string_member (body, "audiocodec", AUDIO_CODECS);
  json_object_set_string_member (body, "videocodec", VIDEO_CODECS);
  json_object_set_boolean_member (body, "opus_fec", TRUE);
  ask_plugin (self, body, NULL, NULL, on_room_made);
}

static void
on_subscribed (SrvJanusEnd *self, const SrvJanusMessage *reply)
{
  g_autofree char *offer = NULL;

  if (!reply->sdp || g_strcmp0 (reply->sdp_type, "offer") != 0) {
    fail (self, "Janus makes no offer");
    return;
  }
  offer = srv_janus_sdp_clean (reply->sdp);
  self->told[AUDIO] = self->told[VIDEO] = TRUE;
  become_ready (self);
  if (!is_open (self))
    return;
  tell_wanted (self);
  self->events->description (SRV_NODE_END (self), "offer", offer, self->user_data);
}

static void
subscribe (SrvJanusEnd *self)
{
  JsonObject *body = new_body ("join");
  JsonObject *stream = json_object_new ();
  JsonArray *streams = json_array_new ();

  json_object_set_int_member (stream, "feed", self->room);
  json_array_add_object_element (streams, stream);
  json_object_set_string_member (body, "ptype", "subscriber");
  json_object_set_int_member (body, "room", self->room);
  json_object_set_array_member (body, "streams", streams);
  json_object_set_boolean_member (body, "autoupdate", FALSE);
  ask_plugin (self, body, NULL, NULL, on_subscribed);
}

static void
on_attached (SrvJanusEnd *self, const SrvJanusMessage *reply)
{
  if (!self->owned)
    fail (self, "Janus names no handle of its own");
  else if (self->receives)
    make_room (self);
  else
    subscribe (self);
}

static void
attach (SrvJanusEnd *self)
{
  JsonObject *request = new_request ("attach");

  self->state = PREPARING;
  self->session = srv_janus_node_get_session (self->node);
  json_object_set_string_member (request, "plugin", PLUGIN);
  ask (self, request, on_attached, FALSE);
}

/* Whoever names a transport may be mistaken: is it this stream's, and no other end's? */
static void
on_found (SrvJanusEnd *self, const SrvJanusMessage *reply)
{
  self->owned =
      reply->room == self->room && srv_janus_node_add_handle (self->node, self->handle, self);
  if (!self->owned) {
    fail (self, "This transport is another one's");
    return;
  }
  become_ready (self);
  if (!is_open (self))
    return;
  self->state = NEGOTIATED;
  self->connected = TRUE; /* as far as can be known */
  tell_wanted (self);
}

/* It changes nothing. */
static void
on_claimed (SrvJanusEnd *self, const SrvJanusMessage *reply)
{
  srv_janus_node_keep_session (self->node, self->session);
  ask_plugin (self, new_body ("configure"), NULL, NULL, on_found);
}

static void
claim (SrvJanusEnd *self)
{
  g_autoptr (JsonObject) request = new_request ("claim");
  Call *call = g_new0 (Call, 1);

  clear_patience (self);
  self->state = PREPARING;
  call->end = g_object_ref (self);
  call->handler = on_claimed;
  self->in_flight++;
  srv_janus_node_request (self->node, self->session, 0, request, on_reply, call);
}

/* Descriptions and candidates */

static void
on_published (SrvJanusEnd *self, const SrvJanusMessage *reply)
{
  g_autofree char *answer = NULL;

  if (!reply->sdp || g_strcmp0 (reply->sdp_type, "answer") != 0) {
    fail (self, "Janus does not answer the offer");
    return;
  }
  answer = srv_janus_sdp_clean (reply->sdp);
  self->events->description (SRV_NODE_END (self), "answer", answer, self->user_data);
}

static void
publish (SrvJanusEnd *self, const char *offer)
{
  JsonObject *body = new_body ("joinandconfigure");

  json_object_set_string_member (body, "ptype", "publisher");
  json_object_set_int_member (body, "room", self->room);
  json_object_set_int_member (body, "id", self->handle);
  ask_plugin (self, body, "offer", offer, on_published);
}

typedef struct {
  SrvJanusEnd *end;
  char *message;
} Failure;

static gboolean
on_failure (gpointer user_data)
{
  Failure *failure = user_data;

  if (is_open (failure->end))
    fail (failure->end, failure->message);
  return G_SOURCE_REMOVE;
}

static void
failure_free (gpointer data)
{
  Failure *failure = data;

  g_object_unref (failure->end);
  g_free (failure->message);
  g_free (failure);
}

static void
fail_later (SrvJanusEnd *self, const char *message)
{
  Failure *failure = g_new0 (Failure, 1);
  g_autoptr (GSource) source = g_timeout_source_new (0);

  failure->end = g_object_ref (self);
  failure->message = g_strdup (message);
  g_source_set_callback (source, on_failure, failure, failure_free);
  g_source_attach (source, g_main_context_get_thread_default ());
}

/* Once: Janus would take another one for a new negotiation; and an answer of a publisher amiss. */
static void
set_description (SrvNodeEnd *end, const char *type, const char *sdp)
{
  SrvJanusEnd *self = SRV_JANUS_END (end);
  g_autofree char *trimmed = NULL;
  g_autoptr (GError) error = NULL;

  if (self->state != READY || !g_str_equal (type, self->receives ? "offer" : "answer"))
    return;
  self->state = NEGOTIATED;
  trimmed = srv_janus_sdp_trim (sdp, &error);
  if (!trimmed)
    fail_later (self, error->message);
  else if (self->receives)
    publish (self, trimmed);
  else
    ask_plugin (self, new_body ("start"), type, trimmed, NULL);
}

/* Janus bundles all media into the first, and needs no candidate for another one. */
static void
add_candidate (SrvNodeEnd *end, guint m_line_index, const char *candidate)
{
  SrvJanusEnd *self = SRV_JANUS_END (end);
  JsonObject *object, *request;

  if ((self->state != READY && self->state != NEGOTIATED) || m_line_index > 0)
    return;
  object = json_object_new ();
  if (*candidate) {
    json_object_set_string_member (object, "candidate", candidate);
    json_object_set_int_member (object, "sdpMLineIndex", m_line_index);
  } else {
    json_object_set_boolean_member (object, "completed", TRUE);
  }
  request = new_request ("trickle");
  json_object_set_object_member (request, "candidate", object);
  ask (self, request, NULL, TRUE);
}

static void
set_wanted (SrvNodeEnd *end, gboolean audio, gboolean video)
{
  SrvJanusEnd *self = SRV_JANUS_END (end);

  if (self->receives)
    return;
  self->wanted[AUDIO] = !!audio;
  self->wanted[VIDEO] = !!video;
  tell_wanted (self);
}

static void
close_end (SrvNodeEnd *end)
{
  SrvJanusEnd *self = SRV_JANUS_END (end);
  gboolean dead = self->state == DEAD;

  if (self->state == CLOSED)
    return;
  self->state = CLOSED;
  clear_patience (self);
  srv_janus_node_remove_end (self->node, self);
  if (dead)
    self->owned = FALSE;
  else if (self->in_flight == 0)
    clean (self);
}

static void
srv_janus_end_init_interface (SrvNodeEndInterface *iface)
{
  iface->set_description = set_description;
  iface->add_candidate = add_candidate;
  iface->set_wanted = set_wanted;
  iface->close = close_end;
}

/* For the node */

gint64
srv_janus_end_get_session (SrvJanusEnd *self)
{
  return self->session;
}

/* Again, maybe: what Janus told while the connection was lost is lost, too. */
void
srv_janus_end_node_is_up (SrvJanusEnd *self)
{
  if (self->state == WAITING)
    claim (self);
  else if (self->state == NEGOTIATED && !self->connected)
    fail (self, "It was about to be connected when the connection to Janus was lost");
}

/* Something of Janus has ended that it needs. */
void
srv_janus_end_lose (SrvJanusEnd *self, const char *why)
{
  if (is_open (self))
    fail (self, why);
}

/* The node goes down, and says so itself. What waits for it to be up goes on waiting. */
void
srv_janus_end_die (SrvJanusEnd *self)
{
  if (self->state == WAITING || self->state == CLOSED)
    return;
  self->state = DEAD;
  clear_patience (self);
}

static void
become_connected (SrvJanusEnd *self)
{
  if (self->connected)
    return;
  self->connected = TRUE;
  self->events->connected (SRV_NODE_END (self), self->user_data);
}

void
srv_janus_end_handle_event (SrvJanusEnd *self, const SrvJanusMessage *message)
{
  if (!is_open (self))
    return;
  if (message->kind == SRV_JANUS_WEBRTCUP)
    become_connected (self);
  else if (message->kind == SRV_JANUS_MEDIA && self->receives)
    self->events->media (SRV_NODE_END (self), g_strcmp0 (message->media, "video") == 0,
                         message->receiving, self->user_data);
  else if (message->kind == SRV_JANUS_HANGUP)
    fail (self, message->reason ? message->reason : "Janus hung up");
  else if (message->kind == SRV_JANUS_DETACHED)
    fail (self, "Janus detached the handle");
  else if (message->kind == SRV_JANUS_EVENT && g_strcmp0 (message->event, "destroyed") == 0)
    fail (self, "Janus destroyed the room");
}

/* Object */

static void
srv_janus_end_finalize (GObject *object)
{
  SrvJanusEnd *self = SRV_JANUS_END (object);

  clear_patience (self);
  g_object_unref (self->node);

  G_OBJECT_CLASS (srv_janus_end_parent_class)->finalize (object);
}

static void
srv_janus_end_class_init (SrvJanusEndClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = srv_janus_end_finalize;
}

static void
srv_janus_end_init (SrvJanusEnd *self)
{
  for (Kind kind = AUDIO; kind < KINDS; kind++)
    self->wanted[kind] = self->told[kind] = UNKNOWN;
}

static SrvJanusEnd *
new_end (SrvJanusNode *node, const SrvNodeEndEvents *events, gpointer user_data)
{
  SrvJanusEnd *self = g_object_new (SRV_TYPE_JANUS_END, NULL);

  self->node = g_object_ref (node);
  self->events = events;
  self->user_data = user_data;
  srv_janus_node_add_end (node, self);
  return self;
}

SrvNodeEnd *
srv_janus_end_receive (SrvJanusNode *node, const SrvNodeEndEvents *events, gpointer user_data)
{
  SrvJanusEnd *self = new_end (node, events, user_data);

  self->receives = TRUE;
  attach (self);
  return SRV_NODE_END (self);
}

SrvNodeEnd *
srv_janus_end_send (SrvJanusNode *node, SrvJanusEnd *source, gboolean audio, gboolean video,
                    const SrvNodeEndEvents *events, gpointer user_data)
{
  SrvJanusEnd *self = new_end (node, events, user_data);

  self->room = source->room;
  self->wanted[AUDIO] = !!audio;
  self->wanted[VIDEO] = !!video;
  attach (self);
  return SRV_NODE_END (self);
}

static gboolean
on_patience (gpointer user_data)
{
  SrvJanusEnd *self = user_data;

  clear_patience (self);
  fail (self, "Janus is not there");
  return G_SOURCE_REMOVE;
}

/* @source: (nullable) */
SrvNodeEnd *
srv_janus_end_adopt (SrvJanusNode *node, const SrvJanusId *id, SrvJanusEnd *source,
                     const SrvNodeEndEvents *events, gpointer user_data)
{
  SrvJanusEnd *self = new_end (node, events, user_data);

  self->session = id->session;
  self->handle = id->handle;
  self->receives = source == NULL;
  self->room = source ? source->room : id->handle;
  self->state = WAITING;
  self->patience = g_timeout_source_new_seconds (ADOPT_SECONDS);
  g_source_set_callback (self->patience, on_patience, self, NULL);
  g_source_attach (self->patience, g_main_context_get_thread_default ());
  if (srv_media_node_is_up (SRV_MEDIA_NODE (node)))
    claim (self);
  return SRV_NODE_END (self);
}
