/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "link.h"

#include "random-id.h"
#include "source.h"

/* @subscription: (nullable): %NULL where the consumer is a node, which wants nothing at first */
SrvLink *
srv_link_new (SrvLinkSettings *settings, SrvStream *stream, SrvSubscription *subscription)
{
  SrvLink *self = g_new0 (SrvLink, 1);

  self->settings = settings;
  self->stream = stream;
  if (subscription) {
    self->subscription = srv_subscription_ref (subscription);
    self->audio = srv_subscription_wants_audio (subscription);
    self->video = srv_subscription_wants_video (subscription);
  }
  self->transports = g_ptr_array_new_with_free_func ((GDestroyNotify) srv_transport_free);
  return self;
}

void
srv_link_free (SrvLink *self)
{
  srv_source_clear (&self->retry);
  srv_source_clear (&self->renewal);
  g_ptr_array_unref (self->transports);
  g_clear_pointer (&self->subscription, srv_subscription_unref);
  g_strfreev (self->named);
  g_free (self);
}

static SrvTransport *
get_newest (SrvLink *self)
{
  guint count = self->transports->len;

  return count > 0 ? g_ptr_array_index (self->transports, count - 1) : NULL;
}

static void
tell_wanted (SrvLink *self)
{
  for (guint i = 0; i < self->transports->len; i++)
    srv_transport_update (g_ptr_array_index (self->transports, i), self->audio, self->video);
}

/* What the consumer wants now. */
void
srv_link_set_wanted (SrvLink *self, gboolean audio, gboolean video)
{
  self->audio = audio;
  self->video = video;
  tell_wanted (self);
}

/* Transports: how they come and go */

static gboolean on_renewal (gpointer user_data);

/* Not all of a room at one moment. */
static void
plan_renewal (SrvLink *self)
{
  guint ms = self->settings->renewal_ms;

  if (ms > 0)
    srv_source_start_timer (&self->renewal, ms - (guint) (g_random_double () * ms / 4), on_renewal,
                            self);
}

static SrvTransport *
add_transport (SrvLink *self, gboolean from_member, gboolean to_member)
{
  SrvTransport *transport = srv_transport_new (&self->settings->transports, self, self->stream,
                                               from_member ? self->stream->publisher : NULL,
                                               to_member ? self->subscription->consumer : NULL);

  g_ptr_array_add (self->transports, transport);
  plan_renewal (self);
  return transport;
}

static void
close_transport (SrvTransport *transport, NertcCloseReason reason)
{
  SrvLink *self = transport->owner;
  SrvLinkSettings *settings = self->settings;

  srv_transport_close (transport, reason);
  g_ptr_array_remove (self->transports, transport);
  settings->callbacks->closed (self, settings->user_data);
}

/* Closes what @self has. The plane hears of it, as of any other end. */
void
srv_link_end (SrvLink *self, NertcCloseReason reason)
{
  while (self->transports->len > 0)
    close_transport (g_ptr_array_index (self->transports, 0), reason);
}

/*
 * srv_link_prune:
 * @all: whether also what plays is not needed any more
 *
 * Closes what has a successor that plays, unless something is sent on from it still.
 */
void
srv_link_prune (SrvLink *self, gboolean all)
{
  gboolean succeeded = all;

  for (guint i = self->transports->len; i > 0; i--) {
    SrvTransport *transport = g_ptr_array_index (self->transports, i - 1);

    if (succeeded && transport->users->len == 0)
      close_transport (transport, NERTC_CLOSE_REASON_SUCCEEDED);
    else
      succeeded = succeeded || transport->playing;
  }
}

/* The node's ends */

static SrvRole
get_role_of_node (SrvTransport *transport)
{
  return transport->member[SRV_ROLE_SENDER] ? SRV_ROLE_RECEIVER : SRV_ROLE_SENDER;
}

static void
connect_node_end (SrvTransport *transport)
{
  SrvLink *self = transport->owner;

  transport->connected = TRUE;
  if (get_role_of_node (transport) == SRV_ROLE_RECEIVER)
    transport->playing = TRUE;
  self->settings->callbacks->connected (self, transport, self->settings->user_data);
}

static void
on_node_ready (SrvNodeEnd *end, const char *transport_id, gpointer user_data)
{
  SrvTransport *transport = user_data;
  SrvLink *self = transport->owner;

  srv_transport_set_id (transport, transport_id);
  if (!transport->adopted) {
    srv_transport_open (transport, self->audio, self->video);
    return;
  }
  transport->playing = TRUE;
  /* Of what goes on as before the node says nothing. */
  transport->receives[0] = self->stream->audio;
  transport->receives[1] = self->stream->video && !self->stream->video_muted;
  srv_transport_adopt (transport, self->audio, self->video);
  connect_node_end (transport);
}

static void
on_node_description (SrvNodeEnd *end, const char *type, const char *sdp, gpointer user_data)
{
  srv_transport_describe (user_data, get_role_of_node (user_data), type, sdp);
}

static void
on_node_connected (SrvNodeEnd *end, gpointer user_data)
{
  connect_node_end (user_data);
}

static void
on_node_media (SrvNodeEnd *end, gboolean video, gboolean receiving, gpointer user_data)
{
  SrvTransport *transport = user_data;

  transport->receives[video ? 1 : 0] = receiving;
}

static void
on_node_failed (SrvNodeEnd *end, const char *message, gpointer user_data)
{
  SrvTransport *transport = user_data;

  g_info ("A transport of stream ‘%s’ failed at %s: %s", transport->stream->id,
          srv_media_node_get_name (transport->node), message);
  srv_link_failed (transport, get_role_of_node (transport), FALSE);
}

static const SrvNodeEndEvents node_end_events = {
  .ready = on_node_ready,
  .description = on_node_description,
  .connected = on_node_connected,
  .media = on_node_media,
  .failed = on_node_failed,
};

/* Opening */

static void
open_direct (SrvLink *self)
{
  SrvTransport *transport = add_transport (self, TRUE, TRUE);
  g_autofree char *id = srv_random_id ();

  srv_transport_set_id (transport, id);
  srv_transport_open (transport, self->audio, self->video);
}

static void
open_into_node (SrvLink *self, SrvMediaNode *node)
{
  SrvTransport *transport = add_transport (self, TRUE, FALSE);

  srv_transport_set_node (transport, node,
                          srv_media_node_receive (node, &node_end_events, transport));
}

static void
open_out_of_node (SrvLink *self, SrvMediaNode *node, SrvTransport *source)
{
  SrvTransport *transport = add_transport (self, FALSE, TRUE);

  srv_transport_set_source (transport, source);
  srv_transport_set_node (transport, node,
                          srv_media_node_send (node, source->end, self->audio, self->video,
                                               &node_end_events, transport));
}

static SrvWay
get_way (SrvLink *self)
{
  return self->settings->callbacks->get_way (self, self->settings->user_data);
}

static gboolean
is_passable (SrvLink *self, const SrvWay *way)
{
  if (way->kind == SRV_WAY_NONE)
    return FALSE;
  if (way->kind != SRV_WAY_OUT && self->stream->publisher->away)
    return FALSE;
  return way->kind == SRV_WAY_IN || !self->subscription->consumer->away;
}

/* Returns: whether there was any of use */
static gboolean
adopt_what_was_named (SrvLink *self, const SrvWay *way)
{
  g_auto (GStrv) named = g_steal_pointer (&self->named);
  guint count = self->transports->len;

  for (char **id = named; id && *id && way->source->adopted; id++) {
    if (srv_media_node_knows (way->node, *id) &&
        !srv_transports_know (&self->settings->transports, *id))
      srv_link_adopt_from_node (self, way->node, *id);
  }
  return self->transports->len > count;
}

static void
open_transport (SrvLink *self)
{
  SrvWay way = get_way (self);

  self->due = !is_passable (self, &way);
  if (self->due)
    return;
  if (way.kind == SRV_WAY_OUT && adopt_what_was_named (self, &way))
    return;
  if (way.kind == SRV_WAY_DIRECT)
    open_direct (self);
  else if (way.kind == SRV_WAY_IN)
    open_into_node (self, way.node);
  else
    open_out_of_node (self, way.node, way.source);
}

static void
open_successor (SrvLink *self)
{
  open_transport (self);
  self->next_successor =
      g_get_monotonic_time () + self->settings->retry_ms * G_TIME_SPAN_MILLISECOND;
}

static gboolean
on_retry (gpointer user_data)
{
  SrvLink *self = user_data;

  srv_source_clear (&self->retry);
  open_successor (self);
  return G_SOURCE_REMOVE;
}

/* What plays goes on until its successor does; one that does not play yet is new enough. */
static gboolean
on_renewal (gpointer user_data)
{
  SrvLink *self = user_data;
  SrvTransport *newest = get_newest (self);

  srv_source_clear (&self->renewal);
  if (newest && newest->playing && !self->retry)
    open_transport (self);
  else
    plan_renewal (self);
  return G_SOURCE_REMOVE;
}

/* The first successor comes at once, the next ones at intervals, for as long as they fail. */
static void
open_successor_in_time (SrvLink *self)
{
  gint64 wait = self->next_successor - g_get_monotonic_time ();

  if (self->retry)
    return;
  if (wait <= 0) {
    open_successor (self);
    return;
  }
  srv_source_start_timer (&self->retry, (guint) (wait / G_TIME_SPAN_MILLISECOND + 1), on_retry,
                          self);
}

/* The first transport of @self, or one that is needed without the other ones having failed. */
void
srv_link_open (SrvLink *self)
{
  open_transport (self);
}

void
srv_link_open_what_is_due (SrvLink *self)
{
  if (self->due && !self->retry)
    open_successor (self);
}

/* A direct one from before a restart of the server. It plays, since both ends have it. */
void
srv_link_adopt (SrvLink *self, const char *id)
{
  SrvTransport *transport = add_transport (self, TRUE, TRUE);

  srv_transport_set_id (transport, id);
  transport->playing = TRUE;
  srv_transport_adopt (transport, self->audio, self->video);
}

/* One whose other end @node may still have. */
void
srv_link_adopt_from_node (SrvLink *self, SrvMediaNode *node, const char *id)
{
  SrvWay way = get_way (self);
  SrvTransport *transport = add_transport (self, !self->subscription, self->subscription != NULL);
  SrvNodeEnd *source = self->subscription ? way.source->end : NULL;

  srv_transport_set_named (transport, id);
  if (self->subscription)
    srv_transport_set_source (transport, way.source);
  srv_transport_set_node (transport, node,
                          srv_media_node_adopt (node, id, source, &node_end_events, transport));
}

/* @ids: (nullable): what the consumer has from before a restart; taken over when that is possible
 */
void
srv_link_name (SrvLink *self, char **ids)
{
  g_strfreev (self->named);
  self->named = g_strdupv (ids);
}

/*
 * Opens the next transport beside the present one, which goes on until the next one plays. One that
 * does not play yet is outdated, whether it is the first or a successor.
 */
void
srv_link_renew (SrvLink *self)
{
  SrvTransport *newest = get_newest (self);

  if (newest && !newest->playing)
    close_transport (newest, NERTC_CLOSE_REASON_SUCCEEDED);
  for (guint i = 0; i < self->transports->len; i++)
    ((SrvTransport *) g_ptr_array_index (self->transports, i))->outdated = TRUE;
  if (!self->retry)
    open_transport (self);
}

static gboolean
goes_by (SrvTransport *transport, const SrvWay *way)
{
  if (way->kind == SRV_WAY_DIRECT)
    return !transport->node;
  if (way->kind == SRV_WAY_IN)
    return transport->end && transport->node == way->node;
  return transport->source == way->source;
}

/* The way may have changed: what goes by another one gets a successor. */
void
srv_link_follow (SrvLink *self)
{
  SrvWay way = get_way (self);
  SrvTransport *newest = get_newest (self);

  if (way.kind == SRV_WAY_NONE)
    return;
  if (!newest && !self->retry)
    open_transport (self);
  else if (newest && (self->due || !goes_by (newest, &way)))
    srv_link_renew (self);
}

/* @node is dead. What has played stays for its consumer's sake until there is a successor. */
void
srv_link_lose_node (SrvLink *self, SrvMediaNode *node)
{
  for (guint i = self->transports->len; i > 0; i--) {
    SrvTransport *transport = g_ptr_array_index (self->transports, i - 1);

    if (transport->node != node)
      continue;
    srv_transport_drop_node_end (transport);
    if (!transport->playing)
      close_transport (transport, NERTC_CLOSE_REASON_FAILED);
  }
}

/* What the ends say */

/*
 * What has played and may come back by itself stays, beside its successor: whichever of the two
 * plays first ends the other.
 */
void
srv_link_failed (SrvTransport *transport, SrvRole role, gboolean may_recover)
{
  SrvLink *self = transport->owner;
  gboolean newest = transport == get_newest (self);

  if (may_recover && transport->playing)
    transport->silent[role] = TRUE;
  else
    close_transport (transport, NERTC_CLOSE_REASON_FAILED);
  if (newest)
    open_successor_in_time (self);
}

/* It needs no successor any more, unless for another reason, or that has taken over. */
static void
recover (SrvTransport *transport)
{
  SrvLink *self = transport->owner;
  SrvTransport *newest;

  if (transport->outdated)
    return;
  srv_source_clear (&self->retry);
  self->due = FALSE;
  while ((newest = get_newest (self)) != transport && !newest->playing)
    close_transport (newest, NERTC_CLOSE_REASON_SUCCEEDED);
}

/* Media has come to the receiver, or @role hears the other end again. */
void
srv_link_playing (SrvTransport *transport, SrvRole role)
{
  gboolean was_silent = transport->silent[role];

  transport->silent[role] = FALSE;
  if (was_silent && !transport->silent[SRV_ROLE_SENDER] && !transport->silent[SRV_ROLE_RECEIVER])
    recover (transport);
  if (role != SRV_ROLE_RECEIVER)
    return;
  transport->playing = TRUE;
  /* It may be the one to go: of several that were adopted, each plays. */
  srv_link_prune (transport->owner, FALSE);
}

/* Returns: (nullable): of a link into @node, the newest transport from which can be sent on */
SrvTransport *
srv_link_get_source (SrvLink *self, SrvMediaNode *node)
{
  for (guint i = self->transports->len; i > 0; i--) {
    SrvTransport *transport = g_ptr_array_index (self->transports, i - 1);

    if (transport->end && transport->connected && transport->node == node)
      return transport;
  }
  return NULL;
}
