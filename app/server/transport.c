/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport.h"

#define FOR_EACH_ROLE(role) for (SrvRole role = SRV_ROLE_SENDER; role <= SRV_ROLE_RECEIVER; role++)

static SrvRole
get_other (SrvRole role)
{
  return role == SRV_ROLE_SENDER ? SRV_ROLE_RECEIVER : SRV_ROLE_SENDER;
}

/* @sender, @receiver: (nullable): %NULL for the one that is a node's */
SrvTransport *
srv_transport_new (SrvTransports *all, gpointer owner, SrvStream *stream, SrvMember *sender,
                   SrvMember *receiver)
{
  SrvTransport *self = g_new0 (SrvTransport, 1);

  self->all = all;
  self->owner = owner;
  self->stream = stream;
  self->member[SRV_ROLE_SENDER] = sender;
  self->member[SRV_ROLE_RECEIVER] = receiver;
  self->users = g_ptr_array_new ();
  return self;
}

static void
forget_named (SrvTransport *self)
{
  if (self->named)
    g_hash_table_remove (self->all->named, self->named);
  g_clear_pointer (&self->named, g_free);
}

void
srv_transport_free (SrvTransport *self)
{
  if (self->id)
    g_hash_table_remove (self->all->by_id, self->id);
  forget_named (self);
  srv_transport_drop_node_end (self);
  g_ptr_array_unref (self->users);
  g_clear_object (&self->node);
  g_free (self->id);
  g_free (self);
}

/* @end: (transfer full) */
void
srv_transport_set_node (SrvTransport *self, SrvMediaNode *node, SrvNodeEnd *end)
{
  self->node = g_object_ref (node);
  self->end = end;
}

/* @source: (nullable) */
void
srv_transport_set_source (SrvTransport *self, SrvTransport *source)
{
  if (self->source)
    g_ptr_array_remove_fast (self->source->users, self);
  self->source = source;
  if (source)
    g_ptr_array_add (source->users, self);
}

/* It is from before a restart of the server, if it lives: the node is asked for @id. */
void
srv_transport_set_named (SrvTransport *self, const char *id)
{
  self->adopted = TRUE;
  self->named = g_strdup (id);
  g_hash_table_add (self->all->named, self->named);
}

/* From now on both ends can name it. */
void
srv_transport_set_id (SrvTransport *self, const char *id)
{
  forget_named (self);
  self->id = g_strdup (id);
  g_hash_table_insert (self->all->by_id, self->id, self);
}

/* The node's end is dead, or was never needed. What was sent on from it has no source any more. */
void
srv_transport_drop_node_end (SrvTransport *self)
{
  srv_transport_set_source (self, NULL);
  while (self->users->len > 0)
    srv_transport_set_source (g_ptr_array_index (self->users, 0), NULL);
  self->connected = FALSE;
  g_clear_pointer (&self->end, srv_node_end_close);
}

/* The members at its ends get it, with what the consumer wants. */
void
srv_transport_open (SrvTransport *self, gboolean audio, gboolean video)
{
  FOR_EACH_ROLE (role)
  {
    SrvTransportOffer offer = { self->id, role, self->stream, audio, video };

    if (self->member[role])
      self->all->events->open (self->member[role], &offer, self->all->user_data);
  }
}

static void
tell_node (SrvTransport *self, gboolean audio, gboolean video)
{
  if (self->end && !self->member[SRV_ROLE_SENDER])
    srv_node_end_set_wanted (self->end, audio, video);
}

/* The same for one that they had before a restart of the server, and have still; to the node what
 * is wanted may be new. */
void
srv_transport_adopt (SrvTransport *self, gboolean audio, gboolean video)
{
  tell_node (self, audio, video);
  FOR_EACH_ROLE (role)
  {
    if (self->member[role])
      self->all->events->adopt (self->member[role], self->id, audio, video, self->all->user_data);
  }
}

/* What the consumer wants has changed. */
void
srv_transport_update (SrvTransport *self, gboolean audio, gboolean video)
{
  tell_node (self, audio, video);
  FOR_EACH_ROLE (role)
  {
    if (self->member[role] && self->id)
      self->all->events->update (self->member[role], self->id, audio, video, self->all->user_data);
  }
}

/* What the end @from says, to the other one. */
void
srv_transport_describe (SrvTransport *self, SrvRole from, const char *type, const char *sdp)
{
  SrvRole to = get_other (from);

  if (self->member[to])
    self->all->events->description (self->member[to], self->id, type, sdp, self->all->user_data);
  else if (self->end)
    srv_node_end_set_description (self->end, type, sdp);
}

void
srv_transport_add_candidate (SrvTransport *self, SrvRole from, guint m_line_index,
                             const char *candidate)
{
  SrvRole to = get_other (from);

  if (self->member[to])
    self->all->events->candidate (self->member[to], self->id, m_line_index, candidate,
                                  self->all->user_data);
  else if (self->end)
    srv_node_end_add_candidate (self->end, m_line_index, candidate);
}

/* What the publisher named does not live any more. Nobody else needs to hear of it. */
static void
disown (SrvTransport *self, NertcCloseReason reason)
{
  SrvMember *publisher = self->member[SRV_ROLE_SENDER];

  if (reason == NERTC_CLOSE_REASON_FAILED || reason == NERTC_CLOSE_REASON_SUCCEEDED)
    reason = NERTC_CLOSE_REASON_LOST;

  if (publisher && self->named)
    self->all->events->disown (publisher, self->named, reason, self->all->user_data);
  forget_named (self);
}

/* At both ends. It is still to be freed. */
void
srv_transport_close (SrvTransport *self, NertcCloseReason reason)
{
  disown (self, reason);
  srv_transport_drop_node_end (self);
  if (!self->id)
    return;
  g_hash_table_remove (self->all->by_id, self->id);
  FOR_EACH_ROLE (role)
  {
    if (self->member[role])
      self->all->events->close (self->member[role], self->id, reason, self->all->user_data);
  }
  g_clear_pointer (&self->id, g_free);
}

/* Returns: (nullable): the transport, if @from is one of its ends, with its role */
SrvTransport *
srv_transports_find (SrvTransports *all, SrvMember *from, const char *id, SrvRole *role)
{
  SrvTransport *self = g_hash_table_lookup (all->by_id, id);

  if (!self)
    return NULL;
  FOR_EACH_ROLE (each)
  {
    if (self->member[each] == from) {
      *role = each;
      return self;
    }
  }
  return NULL;
}

/* Returns: whether one of them has @id, or may have it soon */
gboolean
srv_transports_know (SrvTransports *all, const char *id)
{
  return g_hash_table_contains (all->by_id, id) || g_hash_table_contains (all->named, id);
}
