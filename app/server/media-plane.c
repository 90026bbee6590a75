/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "media-plane.h"

#include "claims.h"
#include "link.h"
#include "route.h"
#include "source.h"

/* So many ways into media servers a publisher may have had before a restart. */
#define NAMED_MAX 8

/* How long what should come from a publisher who is away may be missing. */
#define QUIET_SECONDS 6

/* A room in which something is published. */
typedef struct {
  SrvRoom *room; /* borrowed: it has a stream */
  SrvRoute route;
  gboolean outgrown; /* it has become too large for a mesh */
  guint warned;      /* 1 << kind of a route that was warned of since the room last had a node */
  GPtrArray *feeds;  /* (element-type Feed) */
} Place;

/* A stream that is published. */
typedef struct {
  Place *place;
  SrvStream *stream; /* borrowed */
  SrvLink *ingest;   /* (nullable): into the room's node */
  guint quiet;       /* seconds in which its publisher was away and nothing came that should */
  gint64 settled;    /* until then those who received it before a restart may come back */
} Feed;

struct _SrvMediaPlane {
  SrvLinkSettings settings;
  SrvClaims *claims;
  GHashTable *places; /* SrvRoom → Place */
  GHashTable *feeds;  /* SrvStream → Feed */
  GHashTable *links;  /* SrvSubscription → SrvLink */

  SrvMediaMode mode;
  GPtrArray *nodes; /* (element-type SrvMediaNode) */
  guint mesh_limit;
  guint settle_ms;
  GSource *tick; /* (nullable): every second, where there are nodes */
};

static Feed *
get_feed (SrvMediaPlane *self, SrvStream *stream)
{
  return g_hash_table_lookup (self->feeds, stream);
}

static SrvLink *
get_link (SrvMediaPlane *self, SrvSubscription *subscription)
{
  return g_hash_table_lookup (self->links, subscription);
}

typedef void (*LinkFunc) (SrvLink *link);

static void
for_each_link (SrvMediaPlane *self, GHashTable *subscriptions, LinkFunc function)
{
  GHashTableIter iter;
  gpointer subscription;

  g_hash_table_iter_init (&iter, subscriptions);
  while (g_hash_table_iter_next (&iter, NULL, &subscription)) {
    SrvLink *link = get_link (self, subscription);

    if (link)
      function (link);
  }
}

/* The way into a node, and what is wanted of it */

static gboolean
is_received (SrvLink *link)
{
  for (guint i = 0; i < link->transports->len; i++) {
    if (((SrvTransport *) g_ptr_array_index (link->transports, i))->connected)
      return TRUE;
  }
  return FALSE;
}

/* What anybody wants who can receive it: a publisher sends nothing for nobody. */
static void
set_what_is_wanted (SrvMediaPlane *self, Feed *feed)
{
  gboolean settling = g_get_monotonic_time () < feed->settled;
  gboolean audio = settling && feed->stream->audio;
  gboolean video = settling && feed->stream->video;
  GHashTableIter iter;
  gpointer subscription;

  if (!feed->ingest)
    return;
  g_hash_table_iter_init (&iter, feed->stream->subscriptions);
  while (g_hash_table_iter_next (&iter, NULL, &subscription)) {
    SrvLink *link = get_link (self, subscription);

    if (link && is_received (link)) {
      audio = audio || link->audio;
      video = video || link->video;
    }
  }
  if (audio != feed->ingest->audio || video != feed->ingest->video)
    srv_link_set_wanted (feed->ingest, audio, video);
}

/* What was sent on from a transport into a node may be so no more, and that not be needed. */
static void
prune_ingest (Feed *feed)
{
  gboolean retired = feed->place->route.kind == SRV_ROUTE_DIRECT;

  if (!feed->ingest)
    return;
  srv_link_prune (feed->ingest, retired);
  if (retired && feed->ingest->transports->len == 0)
    g_clear_pointer (&feed->ingest, srv_link_free);
}

static SrvWay
get_way (SrvLink *link, gpointer user_data)
{
  Feed *feed = get_feed (user_data, link->stream);
  SrvRoute *route = &feed->place->route;
  SrvWay way = { SRV_WAY_NONE, route->node, NULL };

  if (route->kind == SRV_ROUTE_WAIT)
    return way;
  if (!link->subscription) {
    way.kind = route->kind == SRV_ROUTE_NODE ? SRV_WAY_IN : SRV_WAY_NONE;
    return way;
  }
  if (route->kind == SRV_ROUTE_DIRECT) {
    way.kind = SRV_WAY_DIRECT;
    return way;
  }
  way.source = feed->ingest ? srv_link_get_source (feed->ingest, route->node) : NULL;
  if (way.source)
    way.kind = SRV_WAY_OUT;
  return way;
}

static void
on_connected (SrvLink *link, SrvTransport *transport, gpointer user_data)
{
  SrvMediaPlane *self = user_data;
  Feed *feed = get_feed (self, link->stream);

  if (link->subscription) {
    set_what_is_wanted (self, feed);
    return;
  }
  for_each_link (self, link->stream->subscriptions, srv_link_follow);
  prune_ingest (feed);
}

static void
on_closed (SrvLink *link, gpointer user_data)
{
  Feed *feed = get_feed (user_data, link->stream);

  if (!link->subscription || !feed)
    return;
  set_what_is_wanted (user_data, feed);
  prune_ingest (feed);
}

static const SrvLinkCallbacks link_callbacks = {
  .get_way = get_way,
  .connected = on_connected,
  .closed = on_closed,
};

/* Rooms and their routes */

static guint
count_consumers (Place *place)
{
  guint most = 0;

  for (guint i = 0; i < place->feeds->len; i++) {
    Feed *feed = g_ptr_array_index (place->feeds, i);

    most = MAX (most, g_hash_table_size (feed->stream->subscriptions));
  }
  return most;
}

/* Once for each way, however often members come and go. */
static gboolean
is_new_to_the_log (Place *place)
{
  guint bit = 1 << place->route.kind;
  gboolean is_new = !(place->warned & bit);

  place->warned = place->route.kind == SRV_ROUTE_NODE ? 0 : place->warned | bit;
  return is_new;
}

static void
log_route (Place *place, gboolean wants_node, guint consumers, guint mesh_limit)
{
  const char *room = place->room->name;

  if (!is_new_to_the_log (place))
    return;
  if (place->route.kind == SRV_ROUTE_NODE)
    g_info ("Room ‘%s’ goes by way of %s", room, srv_media_node_get_name (place->route.node));
  else if (place->route.kind == SRV_ROUTE_WAIT)
    g_warning ("Room ‘%s’ has no media: no media server answers, and a stream of it has %u "
               "consumers, more than a mesh is to have (mesh-limit, %u). It goes on as soon as a "
               "media server is back",
               room, consumers, mesh_limit);
  else if (wants_node)
    g_warning ("Room ‘%s’ is a mesh for now, since no media server answers", room);
}

static void
follow_route (SrvMediaPlane *self, Feed *feed)
{
  SrvRouteKind kind = feed->place->route.kind;

  if (kind == SRV_ROUTE_NODE && !feed->ingest)
    feed->ingest = srv_link_new (&self->settings, feed->stream, NULL);
  if (kind == SRV_ROUTE_NODE)
    srv_link_follow (feed->ingest);
  for_each_link (self, feed->stream->subscriptions, srv_link_follow);
  prune_ingest (feed);
}

static void
settle_route (SrvMediaPlane *self, Place *place)
{
  SrvRouteNeeds needs = {
    .wants_node = self->mode == SRV_MEDIA_NODES || place->outgrown,
    .present = place->route.node,
    .consumers = count_consumers (place),
    .mesh_limit = self->mesh_limit,
  };
  SrvRoute route = srv_route_choose (&needs, self->nodes);

  if (srv_route_equal (&route, &place->route))
    return;
  place->route = route;
  log_route (place, needs.wants_node, needs.consumers, needs.mesh_limit);
  for (guint i = 0; i < place->feeds->len; i++)
    follow_route (self, g_ptr_array_index (place->feeds, i));
}

static void
place_free (Place *self)
{
  g_ptr_array_unref (self->feeds);
  g_free (self);
}

static Place *
get_place (SrvMediaPlane *self, SrvRoom *room)
{
  Place *place = g_hash_table_lookup (self->places, room);

  if (!place) {
    place = g_new0 (Place, 1);
    place->room = room;
    place->route.kind = SRV_ROUTE_WAIT;
    place->feeds = g_ptr_array_new ();
    g_hash_table_insert (self->places, room, place);
    settle_route (self, place);
  }
  return place;
}

static void
check_size (SrvMediaPlane *self, Place *place)
{
  gboolean large = count_consumers (place) > self->mesh_limit;

  if (self->mode == SRV_MEDIA_AUTO && large)
    place->outgrown = TRUE;
  settle_route (self, place);
}

/* Nodes */

static void
lose_node (SrvMediaPlane *self, SrvMediaNode *node)
{
  GHashTableIter iter;
  gpointer each;

  g_hash_table_iter_init (&iter, self->links);
  while (g_hash_table_iter_next (&iter, NULL, &each))
    srv_link_lose_node (each, node);
  g_hash_table_iter_init (&iter, self->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &each)) {
    if (((Feed *) each)->ingest)
      srv_link_lose_node (((Feed *) each)->ingest, node);
  }
}

static void
on_node_up_changed (SrvMediaNode *node, GParamSpec *pspec, SrvMediaPlane *self)
{
  gboolean up = srv_media_node_is_up (node);
  GHashTableIter iter;
  gpointer place;

  if (!up)
    lose_node (self, node);
  g_hash_table_iter_init (&iter, self->places);
  while (g_hash_table_iter_next (&iter, NULL, &place))
    settle_route (self, place);
}

static SrvMediaNode *
find_node_that_knows (SrvMediaPlane *self, const char *id)
{
  for (guint i = 0; i < self->nodes->len; i++) {
    SrvMediaNode *node = g_ptr_array_index (self->nodes, i);

    if (srv_media_node_is_up (node) && srv_media_node_knows (node, id))
      return node;
  }
  return NULL;
}

/* Streams */

/* The publisher has a transport into @node from before a restart, where its room then was. */
static void
take_over (SrvMediaPlane *self, Feed *feed, SrvMediaNode *node, const char *id)
{
  Place *place = feed->place;

  place->outgrown = self->mode == SRV_MEDIA_AUTO;
  if (place->feeds->len == 1)
    place->route = (SrvRoute){ SRV_ROUTE_NODE, node };
  else
    settle_route (self, place);
  if (!feed->ingest)
    feed->ingest = srv_link_new (&self->settings, feed->stream, NULL);
  /* It goes on as it is until its consumers have had time to come back. */
  feed->settled = g_get_monotonic_time () + self->settle_ms * G_TIME_SPAN_MILLISECOND;
  srv_link_set_wanted (feed->ingest, feed->stream->audio, feed->stream->video);
  srv_link_adopt_from_node (feed->ingest, node, id);
}

/* The publisher says that it has a transport @id. */
static void
claim (SrvMediaPlane *self, Feed *feed, const char *id)
{
  SrvMediaNode *node = find_node_that_knows (self, id);

  if (!*id || srv_transports_know (&self->settings.transports, id))
    return;
  if (!node)
    srv_claims_add (self->claims, feed->stream, id);
  else if (!feed->ingest || feed->ingest->transports->len < NAMED_MAX)
    take_over (self, feed, node, id);
}

static void
add_stream (SrvMediaPlane *self, SrvStream *stream, char **transports)
{
  Feed *feed = g_new0 (Feed, 1);

  feed->place = get_place (self, stream->publisher->room);
  feed->stream = stream;
  g_ptr_array_add (feed->place->feeds, feed);
  g_hash_table_insert (self->feeds, stream, feed);
  for (char **id = transports; id && *id; id++)
    claim (self, feed, *id);
  follow_route (self, feed);
}

/* Nobody is subscribed to it any more. */
static void
remove_stream (SrvMediaPlane *self, SrvStream *stream, NertcCloseReason reason)
{
  Feed *feed = get_feed (self, stream);
  Place *place = feed->place;

  srv_claims_end (self->claims, stream, reason);
  if (feed->ingest)
    srv_link_end (feed->ingest, reason);
  g_clear_pointer (&feed->ingest, srv_link_free);
  g_ptr_array_remove (place->feeds, feed);
  g_hash_table_remove (self->feeds, stream);
  if (place->feeds->len == 0)
    g_hash_table_remove (self->places, place->room);
}

static void
on_claim_lost (SrvStream *stream, const char *id, NertcCloseReason reason, gpointer user_data)
{
  SrvTransports *all = &((SrvMediaPlane *) user_data)->settings.transports;

  all->events->disown (stream->publisher, id, reason, all->user_data);
}

/* Other tracks: the next transport into the node, from which those out of it follow. */
static void
update_stream (SrvMediaPlane *self, SrvStream *stream)
{
  Feed *feed = get_feed (self, stream);

  if (!feed->ingest)
    return;
  set_what_is_wanted (self, feed);
  srv_link_renew (feed->ingest);
}

/* Subscriptions */

static void
add_subscription (SrvMediaPlane *self, SrvSubscription *subscription, char **transports)
{
  SrvStream *stream = subscription->stream;
  SrvLink *link = srv_link_new (&self->settings, stream, subscription);

  g_hash_table_insert (self->links, subscription, link);
  srv_link_name (link, transports);
  for (char **id = transports; id && *id; id++) {
    if (srv_claims_take (self->claims, stream, *id))
      srv_link_adopt (link, *id);
  }
  check_size (self, get_feed (self, stream)->place);
  if (link->transports->len > 0)
    srv_link_follow (link);
  else if (!link->due)
    srv_link_open (link);
}

static void
change_subscription (SrvMediaPlane *self, SrvSubscription *subscription)
{
  srv_link_set_wanted (get_link (self, subscription), srv_subscription_wants_audio (subscription),
                       srv_subscription_wants_video (subscription));
  set_what_is_wanted (self, get_feed (self, subscription->stream));
}

static void
renew_subscription (SrvMediaPlane *self, SrvSubscription *subscription)
{
  SrvLink *link = get_link (self, subscription);

  link->audio = srv_subscription_wants_audio (subscription);
  link->video = srv_subscription_wants_video (subscription);
  /* Those out of a node follow what goes into it. */
  if (get_feed (self, subscription->stream)->place->route.kind != SRV_ROUTE_NODE)
    srv_link_renew (link);
}

static void
remove_subscription (SrvMediaPlane *self, SrvSubscription *subscription, NertcCloseReason reason)
{
  Place *place = get_feed (self, subscription->stream)->place;

  srv_link_end (get_link (self, subscription), reason);
  g_hash_table_remove (self->links, subscription);
  if (place->route.kind == SRV_ROUTE_WAIT)
    settle_route (self, place);
}

/* Tells the plane of a change, if it is one that media depends on. */
void
srv_media_plane_apply (SrvMediaPlane *self, const SrvChange *change)
{
  switch (change->kind) {
    case SRV_CHANGE_STREAM_ADDED:
      add_stream (self, change->stream, change->transports);
      break;
    case SRV_CHANGE_STREAM_UPDATED:
      if (change->renewed)
        update_stream (self, change->stream);
      break;
    case SRV_CHANGE_STREAM_REMOVED:
      remove_stream (self, change->stream, change->reason);
      break;
    case SRV_CHANGE_SUBSCRIPTION_ADDED:
      add_subscription (self, change->subscription, change->transports);
      break;
    case SRV_CHANGE_SUBSCRIPTION_CHANGED:
      change_subscription (self, change->subscription);
      break;
    case SRV_CHANGE_SUBSCRIPTION_RENEWED:
      renew_subscription (self, change->subscription);
      break;
    case SRV_CHANGE_SUBSCRIPTION_REMOVED:
      remove_subscription (self, change->subscription, change->reason);
      break;
    default:
      break;
  }
}

/* Who is away, and whose media has ended, too */

/* @missed: whether somebody who received it directly does not any more
 * Returns: whether somebody who is there does */
static gboolean
is_heard_directly (SrvMediaPlane *self, SrvStream *stream, gboolean *missed)
{
  GHashTableIter iter;
  gpointer subscription;

  g_hash_table_iter_init (&iter, stream->subscriptions);
  while (g_hash_table_iter_next (&iter, NULL, &subscription)) {
    SrvLink *link = get_link (self, subscription);

    if (link->subscription->consumer->away)
      continue;
    for (guint i = 0; i < link->transports->len; i++) {
      SrvTransport *transport = g_ptr_array_index (link->transports, i);

      if (transport->node || !transport->playing)
        continue;
      if (!transport->silent[SRV_ROLE_RECEIVER])
        return TRUE;
      *missed = TRUE;
    }
  }
  return FALSE;
}

/* Whether nothing comes to the node of what is wanted and not muted. Muted sound is sent, too. */
static gboolean
is_quiet (Feed *feed)
{
  SrvLink *ingest = feed->ingest;
  SrvTransport *source = srv_link_get_source (ingest, feed->place->route.node);

  if (!source || source->receives[0] || source->receives[1])
    return FALSE;
  return ingest->audio || (ingest->video && !feed->stream->video_muted);
}

static void
check_heard (SrvMediaPlane *self, Feed *feed)
{
  SrvTransports *all = &self->settings.transports;
  gboolean missed = feed->quiet >= QUIET_SECONDS;

  if (!feed->stream->publisher->away || (feed->ingest && !missed))
    return;
  if (!is_heard_directly (self, feed->stream, &missed) && missed)
    all->events->unheard (feed->stream, all->user_data);
}

/* Who has not come back by now does not count. */
static void
settle (SrvMediaPlane *self, Feed *feed)
{
  if (g_get_monotonic_time () < feed->settled)
    return;
  feed->settled = 0;
  set_what_is_wanted (self, feed);
}

static void
count_seconds (SrvMediaPlane *self)
{
  GHashTableIter iter;
  gpointer each;

  g_hash_table_iter_init (&iter, self->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &each)) {
    Feed *feed = each;

    feed->quiet =
        feed->stream->publisher->away && feed->ingest && is_quiet (feed) ? feed->quiet + 1 : 0;
    if (feed->settled != 0)
      settle (self, feed);
  }
}

/* Telling that one is unheard may end any of them. */
static gboolean
on_tick (gpointer user_data)
{
  SrvMediaPlane *self = user_data;
  g_autoptr (GPtrArray) streams = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer stream;

  count_seconds (self);
  g_hash_table_iter_init (&iter, self->feeds);
  while (g_hash_table_iter_next (&iter, &stream, NULL))
    g_ptr_array_add (streams, stream);
  for (guint i = 0; i < streams->len; i++) {
    Feed *feed = get_feed (self, g_ptr_array_index (streams, i));

    if (feed && feed->quiet >= QUIET_SECONDS)
      check_heard (self, feed);
  }
  return G_SOURCE_CONTINUE;
}

/* @member is away now, or back. */
void
srv_media_plane_presence_changed (SrvMediaPlane *self, SrvMember *member)
{
  if (!member->away)
    for_each_link (self, member->subscriptions, srv_link_open_what_is_due);
  /* From the last one, as a stream may be gone after it was looked at. */
  for (guint i = member->streams->len; i > 0; i--) {
    SrvStream *stream = g_ptr_array_index (member->streams, i - 1);
    Feed *feed = get_feed (self, stream);

    if (member->away) {
      check_heard (self, feed);
      continue;
    }
    if (feed->ingest)
      srv_link_open_what_is_due (feed->ingest);
    for_each_link (self, stream->subscriptions, srv_link_open_what_is_due);
  }
}

/* What members say */

void
srv_media_plane_description (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                             const char *type, const char *sdp)
{
  SrvRole role;
  SrvTransport *transport =
      srv_transports_find (&self->settings.transports, from, transport_id, &role);

  /* The sender offers, the receiver answers. */
  if (transport && g_str_equal (type, role == SRV_ROLE_SENDER ? "offer" : "answer"))
    srv_transport_describe (transport, role, type, sdp);
}

void
srv_media_plane_candidate (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                           guint m_line_index, const char *candidate)
{
  SrvRole role;
  SrvTransport *transport =
      srv_transports_find (&self->settings.transports, from, transport_id, &role);

  if (transport)
    srv_transport_add_candidate (transport, role, m_line_index, candidate);
}

/* @may_recover: whether the path was lost, which may be there again at any time */
void
srv_media_plane_failed (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                        gboolean may_recover)
{
  SrvRole role;
  SrvTransport *transport =
      srv_transports_find (&self->settings.transports, from, transport_id, &role);
  Feed *feed;

  if (!transport)
    return;
  feed = get_feed (self, transport->stream);
  srv_link_failed (transport, role, may_recover);
  check_heard (self, feed);
}

void
srv_media_plane_playing (SrvMediaPlane *self, SrvMember *from, const char *transport_id)
{
  SrvRole role;
  SrvTransport *transport =
      srv_transports_find (&self->settings.transports, from, transport_id, &role);

  if (transport)
    srv_link_playing (transport, role);
}

/* The plane itself */

/* @retry_ms: %SRV_MEDIA_RETRY_MS, but in a test; as is @settle_ms */
SrvMediaPlane *
srv_media_plane_new (const SrvTransportEvents *events, gpointer user_data, guint retry_ms,
                     guint settle_ms)
{
  SrvMediaPlane *self = g_new0 (SrvMediaPlane, 1);

  self->settings.transports.events = events;
  self->settings.transports.user_data = user_data;
  self->settings.transports.by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->settings.transports.named = g_hash_table_new (g_str_hash, g_str_equal);
  self->settings.callbacks = &link_callbacks;
  self->settings.user_data = self;
  self->settings.retry_ms = retry_ms;
  self->settle_ms = settle_ms;
  self->claims = srv_claims_new (on_claim_lost, self, settle_ms);
  self->places = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) place_free);
  self->feeds = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->links = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) srv_link_free);
  self->nodes = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

/* Every member must have left. */
void
srv_media_plane_free (SrvMediaPlane *self)
{
  for (guint i = 0; i < self->nodes->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->nodes, i), self);
  srv_source_clear (&self->tick);
  g_hash_table_unref (self->links);
  g_hash_table_unref (self->feeds);
  g_hash_table_unref (self->places);
  g_hash_table_unref (self->settings.transports.by_id);
  g_hash_table_unref (self->settings.transports.named);
  g_ptr_array_unref (self->nodes);
  srv_claims_free (self->claims);
  g_free (self);
}

/*
 * srv_media_plane_set_nodes:
 * @nodes: (element-type SrvMediaNode)
 * @mesh_limit: how many consumers of a stream a mesh may have
 *
 * Before the first room.
 */
void
srv_media_plane_set_nodes (SrvMediaPlane *self, SrvMediaMode mode, GPtrArray *nodes,
                           guint mesh_limit)
{
  self->mode = mode;
  self->mesh_limit = mesh_limit;
  for (guint i = 0; i < nodes->len; i++) {
    SrvMediaNode *node = g_object_ref (g_ptr_array_index (nodes, i));

    g_ptr_array_add (self->nodes, node);
    g_signal_connect (node, "notify::up", G_CALLBACK (on_node_up_changed), self);
  }
  srv_source_start_timer (&self->tick, 1000, on_tick, self);
}

/* Returns: whether media can go by the way that was asked for; without any node, those rooms wait,
 * or go on as a mesh, that are to go by way of one */
gboolean
srv_media_plane_can_carry (SrvMediaPlane *self)
{
  if (self->mode != SRV_MEDIA_NODES)
    return TRUE;
  for (guint i = 0; i < self->nodes->len; i++) {
    if (srv_media_node_is_up (g_ptr_array_index (self->nodes, i)))
      return TRUE;
  }
  return FALSE;
}

/* Returns: (transfer none) (element-type SrvMediaNode) */
GPtrArray *
srv_media_plane_get_nodes (SrvMediaPlane *self)
{
  return self->nodes;
}

/* Returns: (transfer none): those that are open, SrvTransport, by their ids */
GHashTable *
srv_media_plane_get_transports (SrvMediaPlane *self)
{
  return self->settings.transports.by_id;
}

/* The members are about to leave, since the server ends. What carries their media goes on without
 * it, at media servers, too. */
void
srv_media_plane_let_go (SrvMediaPlane *self)
{
  for (guint i = 0; i < self->nodes->len; i++)
    srv_media_node_stop (g_ptr_array_index (self->nodes, i));
}

/*
 * What a transport is opened with, the passwords of TURN servers, ends: within @ms the next one is
 * opened beside it. 0: never.
 */
void
srv_media_plane_set_renewal (SrvMediaPlane *self, guint ms)
{
  self->settings.renewal_ms = ms;
}
