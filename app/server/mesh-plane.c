/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mesh-plane.h"

#include "claims.h"
#include "random-id.h"

/* What connects a publisher and one consumer of a stream: mostly one transport. */
typedef struct {
  SrvMeshPlane *plane;
  SrvSubscription *subscription;
  GPtrArray *transports; /* (element-type Transport), the oldest first */
  gint64 next_successor; /* not before this time */
  GSource *retry;        /* (nullable): opens the next successor */
  GSource *renewal;      /* (nullable): of what the newest transport was opened with */
  gboolean due;          /* a transport is to be opened when both ends are there */
} Link;

typedef struct {
  Link *link;
  char *id;
  gboolean playing;   /* it has played */
  gboolean silent[2]; /* by SrvRole: and that end says that nothing arrives now */
  gboolean outdated;  /* what it carries is not what the stream is made of now */
} Transport;

struct _SrvMeshPlane {
  GObject parent;

  const SrvTransportEvents *events;
  gpointer user_data;
  guint retry_ms;
  guint renewal_ms;       /* 0: never */
  GHashTable *links;      /* SrvSubscription → Link */
  GHashTable *transports; /* id → Transport, borrowed from its link */
  SrvClaims *claims;
};

static void srv_mesh_plane_init_interface (SrvMediaPlaneInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SrvMeshPlane, srv_mesh_plane, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SRV_TYPE_MEDIA_PLANE,
                                                      srv_mesh_plane_init_interface))

static void
transport_free (Transport *self)
{
  g_free (self->id);
  g_free (self);
}

static void
clear_timer (GSource **timer)
{
  if (*timer)
    g_source_destroy (*timer);
  g_clear_pointer (timer, g_source_unref);
}

static void
start_timer (Link *link, GSource **timer, guint ms, GSourceFunc callback)
{
  clear_timer (timer);
  *timer = g_timeout_source_new (ms);
  g_source_set_callback (*timer, callback, link, NULL);
  g_source_attach (*timer, g_main_context_get_thread_default ());
}

static void
link_free (Link *link)
{
  clear_timer (&link->retry);
  clear_timer (&link->renewal);
  g_ptr_array_unref (link->transports);
  srv_subscription_unref (link->subscription);
  g_free (link);
}

static SrvMember *
get_end (Link *link, SrvRole role)
{
  return role == SRV_ROLE_SENDER ? link->subscription->stream->publisher
                                 : link->subscription->consumer;
}

static Transport *
get_newest (Link *link)
{
  guint count = link->transports->len;

  return count > 0 ? g_ptr_array_index (link->transports, count - 1) : NULL;
}

static void
open_end (Transport *transport, SrvRole role)
{
  Link *link = transport->link;
  SrvMeshPlane *self = link->plane;
  SrvTransportOffer offer = {
    .transport_id = transport->id,
    .role = role,
    .stream = link->subscription->stream,
    .audio = srv_subscription_wants_audio (link->subscription),
    .video = srv_subscription_wants_video (link->subscription),
  };

  self->events->open (get_end (link, role), &offer, self->user_data);
}

static gboolean on_renewal (gpointer user_data);

/* Not all of a room at one moment. */
static void
plan_renewal (Link *link)
{
  guint ms = link->plane->renewal_ms;

  if (ms > 0)
    start_timer (link, &link->renewal, ms - (guint) (g_random_double () * ms / 4), on_renewal);
}

/* @id: (transfer full) */
static Transport *
add_transport (Link *link, char *id)
{
  Transport *transport = g_new0 (Transport, 1);

  transport->link = link;
  transport->id = id;
  g_ptr_array_add (link->transports, transport);
  g_hash_table_insert (link->plane->transports, transport->id, transport);
  plan_renewal (link);
  return transport;
}

static void
open_transport (Link *link)
{
  Transport *transport;

  link->due = get_end (link, SRV_ROLE_SENDER)->away || get_end (link, SRV_ROLE_RECEIVER)->away;
  if (link->due)
    return;
  transport = add_transport (link, srv_random_id ());
  open_end (transport, SRV_ROLE_SENDER);
  open_end (transport, SRV_ROLE_RECEIVER);
}

static void
close_transport (Transport *transport, NertcCloseReason reason)
{
  Link *link = transport->link;
  SrvMeshPlane *self = link->plane;

  g_hash_table_remove (self->transports, transport->id);
  self->events->close (get_end (link, SRV_ROLE_SENDER), transport->id, reason, self->user_data);
  self->events->close (get_end (link, SRV_ROLE_RECEIVER), transport->id, reason, self->user_data);
  g_ptr_array_remove (link->transports, transport);
}

static void
open_successor (Link *link)
{
  open_transport (link);
  link->next_successor = g_get_monotonic_time () + link->plane->retry_ms * G_TIME_SPAN_MILLISECOND;
}

static gboolean
on_retry (gpointer user_data)
{
  Link *link = user_data;

  clear_timer (&link->retry);
  open_successor (link);
  return G_SOURCE_REMOVE;
}

/* What plays goes on until its successor does; one that does not play yet is new enough. */
static gboolean
on_renewal (gpointer user_data)
{
  Link *link = user_data;
  Transport *newest = get_newest (link);

  clear_timer (&link->renewal);
  if (newest && newest->playing && !link->retry)
    open_transport (link);
  else
    plan_renewal (link);
  return G_SOURCE_REMOVE;
}

/* The first successor comes at once, the next ones at intervals, for as long as they fail. */
static void
open_successor_in_time (Link *link)
{
  gint64 wait = link->next_successor - g_get_monotonic_time ();

  if (link->retry)
    return;
  if (wait <= 0) {
    open_successor (link);
    return;
  }
  start_timer (link, &link->retry, (guint) (wait / G_TIME_SPAN_MILLISECOND + 1), on_retry);
}

/* Media plane */

static void
stream_published (SrvMediaPlane *plane, SrvStream *stream, char **transports)
{
  SrvMeshPlane *self = SRV_MESH_PLANE (plane);

  for (char **id = transports; id && *id; id++) {
    if (**id && !g_hash_table_contains (self->transports, *id))
      srv_claims_add (self->claims, stream, *id);
  }
}

static void
stream_unpublished (SrvMediaPlane *plane, SrvStream *stream, NertcCloseReason reason)
{
  srv_claims_end (SRV_MESH_PLANE (plane)->claims, stream, reason);
}

static void
on_claim_lost (SrvStream *stream, const char *id, NertcCloseReason reason, gpointer user_data)
{
  SrvMeshPlane *self = user_data;

  self->events->disown (stream->publisher, id, reason, self->user_data);
}

/* It plays, since both ends have it. */
static void
adopt (Link *link, const char *id)
{
  SrvMeshPlane *self = link->plane;
  Transport *transport = add_transport (link, g_strdup (id));

  transport->playing = TRUE;
  for (SrvRole role = SRV_ROLE_SENDER; role <= SRV_ROLE_RECEIVER; role++)
    self->events->adopt (get_end (link, role), id,
                         srv_subscription_wants_audio (link->subscription),
                         srv_subscription_wants_video (link->subscription), self->user_data);
}

static void
subscription_added (SrvMediaPlane *plane, SrvSubscription *subscription, char **transports)
{
  SrvMeshPlane *self = SRV_MESH_PLANE (plane);
  Link *link = g_new0 (Link, 1);

  link->plane = self;
  link->subscription = srv_subscription_ref (subscription);
  link->transports = g_ptr_array_new_with_free_func ((GDestroyNotify) transport_free);
  g_hash_table_insert (self->links, subscription, link);
  for (char **id = transports; id && *id; id++) {
    if (srv_claims_take (self->claims, subscription->stream, *id))
      adopt (link, *id);
  }
  if (link->transports->len == 0)
    open_transport (link);
}

static void
subscription_changed (SrvMediaPlane *plane, SrvSubscription *subscription)
{
  SrvMeshPlane *self = SRV_MESH_PLANE (plane);
  Link *link = g_hash_table_lookup (self->links, subscription);

  for (guint i = 0; i < link->transports->len; i++) {
    Transport *transport = g_ptr_array_index (link->transports, i);

    for (SrvRole role = SRV_ROLE_SENDER; role <= SRV_ROLE_RECEIVER; role++)
      self->events->update (get_end (link, role), transport->id,
                            srv_subscription_wants_audio (subscription),
                            srv_subscription_wants_video (subscription), self->user_data);
  }
}

/*
 * Opens the next transport beside the present one, which goes on until the next one plays. One that
 * does not play yet is outdated, whether it is the first or a successor.
 */
static void
subscription_renewed (SrvMediaPlane *plane, SrvSubscription *subscription)
{
  Link *link = g_hash_table_lookup (SRV_MESH_PLANE (plane)->links, subscription);
  Transport *newest = get_newest (link);

  if (newest && !newest->playing)
    close_transport (newest, NERTC_CLOSE_REASON_SUCCEEDED);
  for (guint i = 0; i < link->transports->len; i++)
    ((Transport *) g_ptr_array_index (link->transports, i))->outdated = TRUE;
  if (!link->retry)
    open_transport (link);
}

static void
subscription_removed (SrvMediaPlane *plane, SrvSubscription *subscription, NertcCloseReason reason)
{
  SrvMeshPlane *self = SRV_MESH_PLANE (plane);
  Link *link = g_hash_table_lookup (self->links, subscription);

  while (link->transports->len > 0)
    close_transport (g_ptr_array_index (link->transports, 0), reason);
  g_hash_table_remove (self->links, subscription);
}

/* Returns: (nullable): the transport, if @from is one of its ends */
static Transport *
find_transport (SrvMeshPlane *self, SrvMember *from, const char *id, SrvRole *role)
{
  Transport *transport = g_hash_table_lookup (self->transports, id);

  if (!transport)
    return NULL;
  for (*role = SRV_ROLE_SENDER; *role <= SRV_ROLE_RECEIVER; (*role)++) {
    if (get_end (transport->link, *role) == from)
      return transport;
  }
  return NULL;
}

static SrvMember *
get_other_end (Transport *transport, SrvRole role)
{
  return get_end (transport->link, role == SRV_ROLE_SENDER ? SRV_ROLE_RECEIVER : SRV_ROLE_SENDER);
}

static void
description (SrvMediaPlane *plane, SrvMember *from, const char *id, const char *type,
             const char *sdp)
{
  SrvMeshPlane *self = SRV_MESH_PLANE (plane);
  SrvRole role;
  Transport *transport = find_transport (self, from, id, &role);

  /* The sender offers, the receiver answers. */
  if (transport && g_str_equal (type, role == SRV_ROLE_SENDER ? "offer" : "answer"))
    self->events->description (get_other_end (transport, role), id, type, sdp, self->user_data);
}

static void
candidate (SrvMediaPlane *plane, SrvMember *from, const char *id, guint m_line_index,
           const char *text)
{
  SrvMeshPlane *self = SRV_MESH_PLANE (plane);
  SrvRole role;
  Transport *transport = find_transport (self, from, id, &role);

  if (transport)
    self->events->candidate (get_other_end (transport, role), id, m_line_index, text,
                             self->user_data);
}

/* Returns: whether somebody who received it does not any more, and nobody who is there does */
static gboolean
is_unheard (SrvMeshPlane *self, SrvStream *stream)
{
  gboolean missed = FALSE;
  GHashTableIter iter;
  gpointer subscription;

  g_hash_table_iter_init (&iter, stream->subscriptions);
  while (g_hash_table_iter_next (&iter, NULL, &subscription)) {
    Link *link = g_hash_table_lookup (self->links, subscription);

    if (link->subscription->consumer->away)
      continue;
    for (guint i = 0; i < link->transports->len; i++) {
      Transport *transport = g_ptr_array_index (link->transports, i);

      if (transport->playing && !transport->silent[SRV_ROLE_RECEIVER])
        return FALSE;
      missed = missed || transport->playing;
    }
  }
  return missed;
}

static void
check_heard (SrvMeshPlane *self, SrvStream *stream)
{
  if (stream->publisher->away && is_unheard (self, stream))
    self->events->unheard (stream, self->user_data);
}

static void
open_what_is_due (SrvMeshPlane *self, GHashTable *subscriptions)
{
  GHashTableIter iter;
  gpointer subscription;

  g_hash_table_iter_init (&iter, subscriptions);
  while (g_hash_table_iter_next (&iter, NULL, &subscription)) {
    Link *link = g_hash_table_lookup (self->links, subscription);

    if (link->due)
      open_successor (link);
  }
}

static void
presence_changed (SrvMediaPlane *plane, SrvMember *member)
{
  SrvMeshPlane *self = SRV_MESH_PLANE (plane);

  if (!member->away)
    open_what_is_due (self, member->subscriptions);
  /* From the last one, as a stream may be gone after it was looked at. */
  for (guint i = member->streams->len; i > 0; i--) {
    SrvStream *stream = g_ptr_array_index (member->streams, i - 1);

    if (member->away)
      check_heard (self, stream);
    else
      open_what_is_due (self, stream->subscriptions);
  }
}

/*
 * What has played and may come back by itself stays, beside its successor: whichever of the two
 * plays first ends the other.
 */
static void
failed (SrvMediaPlane *plane, SrvMember *from, const char *id, gboolean may_recover)
{
  SrvMeshPlane *self = SRV_MESH_PLANE (plane);
  SrvRole role;
  Transport *transport = find_transport (self, from, id, &role);
  Link *link;
  gboolean newest;

  if (!transport)
    return;
  link = transport->link;
  newest = transport == get_newest (link);
  if (may_recover && transport->playing)
    transport->silent[role] = TRUE;
  else
    close_transport (transport, NERTC_CLOSE_REASON_FAILED);
  if (newest)
    open_successor_in_time (link);
  check_heard (self, link->subscription->stream);
}

/* It needs no successor any more, unless for another reason. */
static void
recover (Transport *transport)
{
  Transport *newest;

  if (transport->outdated)
    return;
  clear_timer (&transport->link->retry);
  transport->link->due = FALSE;
  while ((newest = get_newest (transport->link)) != transport)
    close_transport (newest, NERTC_CLOSE_REASON_SUCCEEDED);
}

static void
playing (SrvMediaPlane *plane, SrvMember *from, const char *id)
{
  SrvRole role;
  Transport *transport = find_transport (SRV_MESH_PLANE (plane), from, id, &role);
  Transport *oldest;
  gboolean was_silent;

  if (!transport)
    return;
  if (role == SRV_ROLE_RECEIVER) {
    transport->playing = TRUE;
    while ((oldest = g_ptr_array_index (transport->link->transports, 0)) != transport)
      close_transport (oldest, NERTC_CLOSE_REASON_SUCCEEDED);
  }
  was_silent = transport->silent[role];
  transport->silent[role] = FALSE;
  if (was_silent && !transport->silent[SRV_ROLE_SENDER] && !transport->silent[SRV_ROLE_RECEIVER])
    recover (transport);
}

static void
srv_mesh_plane_init_interface (SrvMediaPlaneInterface *iface)
{
  iface->stream_published = stream_published;
  iface->stream_unpublished = stream_unpublished;
  iface->subscription_added = subscription_added;
  iface->subscription_changed = subscription_changed;
  iface->subscription_renewed = subscription_renewed;
  iface->subscription_removed = subscription_removed;
  iface->presence_changed = presence_changed;
  iface->description = description;
  iface->candidate = candidate;
  iface->failed = failed;
  iface->playing = playing;
}

/* Object */

static void
srv_mesh_plane_finalize (GObject *object)
{
  SrvMeshPlane *self = SRV_MESH_PLANE (object);

  srv_claims_free (self->claims);
  g_hash_table_unref (self->transports);
  g_hash_table_unref (self->links);

  G_OBJECT_CLASS (srv_mesh_plane_parent_class)->finalize (object);
}

static void
srv_mesh_plane_class_init (SrvMeshPlaneClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = srv_mesh_plane_finalize;
}

static void
srv_mesh_plane_init (SrvMeshPlane *self)
{
  self->links = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) link_free);
  self->transports = g_hash_table_new (g_str_hash, g_str_equal);
}

/* @retry_ms: %SRV_MESH_RETRY_MS, but in a test; as is @settle_ms */
SrvMeshPlane *
srv_mesh_plane_new (const SrvTransportEvents *events, gpointer user_data, guint retry_ms,
                    guint settle_ms)
{
  SrvMeshPlane *self = g_object_new (SRV_TYPE_MESH_PLANE, NULL);

  self->events = events;
  self->user_data = user_data;
  self->retry_ms = retry_ms;
  self->claims = srv_claims_new (on_claim_lost, self, settle_ms);
  return self;
}

/*
 * What a transport is opened with, the passwords of TURN servers, ends: within @ms the next one is
 * opened beside it. 0: never.
 */
void
srv_mesh_plane_set_renewal (SrvMeshPlane *self, guint ms)
{
  self->renewal_ms = ms;
}
