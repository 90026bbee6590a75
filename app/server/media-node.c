/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "media-node.h"

G_DEFINE_INTERFACE (SrvMediaNode, srv_media_node, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (SrvNodeEnd, srv_node_end, G_TYPE_OBJECT)

static void
srv_media_node_default_init (SrvMediaNodeInterface *iface)
{
  g_object_interface_install_property (
      iface,
      g_param_spec_boolean ("up", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
srv_node_end_default_init (SrvNodeEndInterface *iface)
{
}

gboolean
srv_media_node_is_up (SrvMediaNode *self)
{
  gboolean up;

  g_object_get (self, "up", &up, NULL);
  return up;
}

/* Returns: (transfer none): for logs; no secret is in it */
const char *
srv_media_node_get_name (SrvMediaNode *self)
{
  return SRV_MEDIA_NODE_GET_IFACE (self)->get_name (self);
}

/* Returns: of how many transports it has an end */
guint
srv_media_node_get_load (SrvMediaNode *self)
{
  return SRV_MEDIA_NODE_GET_IFACE (self)->get_load (self);
}

/* Returns: how many packets got lost in all, of those that it sends, or of those that come to it */
guint64
srv_media_node_get_lost (SrvMediaNode *self, gboolean sending)
{
  SrvMediaNodeInterface *iface = SRV_MEDIA_NODE_GET_IFACE (self);

  return iface->get_lost ? iface->get_lost (self, sending) : 0;
}

/* Returns: (transfer full): an end that receives, for srv_node_end_close() */
SrvNodeEnd *
srv_media_node_receive (SrvMediaNode *self, const SrvNodeEndEvents *events, gpointer user_data)
{
  return SRV_MEDIA_NODE_GET_IFACE (self)->receive (self, events, user_data);
}

/*
 * srv_media_node_send:
 * @source: an end of the node that receives, and has been connected; it may be closed first
 * @audio: whether the consumer wants that now; as @video
 *
 * Returns: (transfer full): an end that sends on what comes in by @source
 */
SrvNodeEnd *
srv_media_node_send (SrvMediaNode *self, SrvNodeEnd *source, gboolean audio, gboolean video,
                     const SrvNodeEndEvents *events, gpointer user_data)
{
  return SRV_MEDIA_NODE_GET_IFACE (self)->send (self, source, audio, video, events, user_data);
}

/* Returns: whether @transport_id looks like one that this node made, maybe for a server before */
gboolean
srv_media_node_knows (SrvMediaNode *self, const char *transport_id)
{
  return SRV_MEDIA_NODE_GET_IFACE (self)->knows (self, transport_id);
}

/*
 * srv_media_node_adopt:
 * @transport_id: one that the node knows
 * @source: (nullable): what it sends on; %NULL if it receives
 *
 * Takes over an end that was made for this server before it was restarted.
 *
 * Returns: (transfer full): an end, which will be ready, or fail
 */
SrvNodeEnd *
srv_media_node_adopt (SrvMediaNode *self, const char *transport_id, SrvNodeEnd *source,
                      const SrvNodeEndEvents *events, gpointer user_data)
{
  return SRV_MEDIA_NODE_GET_IFACE (self)->adopt (self, transport_id, source, events, user_data);
}

/* Nothing is asked of it from now on, and what it carries goes on without this server. Its ends are
 * dead, but still to be closed. */
void
srv_media_node_stop (SrvMediaNode *self)
{
  SRV_MEDIA_NODE_GET_IFACE (self)->stop (self);
}

/* The other end's: an offer to one that receives, an answer to one that sends. */
void
srv_node_end_set_description (SrvNodeEnd *self, const char *type, const char *sdp)
{
  SRV_NODE_END_GET_IFACE (self)->set_description (self, type, sdp);
}

void
srv_node_end_add_candidate (SrvNodeEnd *self, guint m_line_index, const char *candidate)
{
  SRV_NODE_END_GET_IFACE (self)->add_candidate (self, m_line_index, candidate);
}

/* What the consumer wants now; of an end that sends. Video begins with a key frame. */
void
srv_node_end_set_wanted (SrvNodeEnd *self, gboolean audio, gboolean video)
{
  SRV_NODE_END_GET_IFACE (self)->set_wanted (self, audio, video);
}

/* @self: (transfer full); no callback comes any more */
void
srv_node_end_close (SrvNodeEnd *self)
{
  SRV_NODE_END_GET_IFACE (self)->close (self);
  g_object_unref (self);
}
