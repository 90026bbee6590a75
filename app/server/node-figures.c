/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "node-figures.h"

#include "exposition.h"
#include "media-nodes.h"

typedef struct {
  SrvMediaNode *node;
  const char *label;
  GHashTable *rooms; /* of SrvRoom */
  guint64 up;
  guint64 publishers;
  guint64 subscribers;
  guint64 lost[2]; /* coming to it, sent by it */
} Figures;

static void
clear_figures (gpointer figures)
{
  g_hash_table_unref (((Figures *) figures)->rooms);
}

static Figures *
find (GArray *all, SrvMediaNode *node)
{
  for (guint i = 0; i < all->len; i++) {
    if (g_array_index (all, Figures, i).node == node)
      return &g_array_index (all, Figures, i);
  }
  return NULL;
}

static void
count (GArray *all, const SrvTransport *transport)
{
  Figures *figures = transport->node ? find (all, transport->node) : NULL;

  if (!figures)
    return;
  g_hash_table_add (figures->rooms, transport->stream->publisher->room);
  if (transport->member[SRV_ROLE_SENDER])
    figures->publishers++;
  else
    figures->subscribers++;
}

/* Returns: (element-type Figures) */
static GArray *
collect (SrvMediaPlane *plane)
{
  GArray *all = g_array_new (FALSE, TRUE, sizeof (Figures));
  GPtrArray *nodes = srv_media_plane_get_nodes (plane);
  GHashTableIter iter;
  gpointer transport;

  g_array_set_clear_func (all, clear_figures);
  for (guint i = 0; i < nodes->len; i++) {
    SrvMediaNode *node = g_ptr_array_index (nodes, i);
    Figures figures = {
      .node = node,
      .label = srv_media_nodes_get_label (node),
      .rooms = g_hash_table_new (NULL, NULL),
      .up = srv_media_node_is_up (node),
      .lost = { srv_media_node_get_lost (node, FALSE), srv_media_node_get_lost (node, TRUE) },
    };

    g_array_append_val (all, figures);
  }
  if (nodes->len == 0)
    return all;
  g_hash_table_iter_init (&iter, srv_media_plane_get_transports (plane));
  while (g_hash_table_iter_next (&iter, NULL, &transport))
    count (all, transport);
  return all;
}

static guint64
get_up (const Figures *figures)
{
  return figures->up;
}

static guint64
get_rooms (const Figures *figures)
{
  return g_hash_table_size (figures->rooms);
}

static guint64
get_publishers (const Figures *figures)
{
  return figures->publishers;
}

static guint64
get_subscribers (const Figures *figures)
{
  return figures->subscribers;
}

static guint64
get_lost_coming (const Figures *figures)
{
  return figures->lost[FALSE];
}

static guint64
get_lost_sent (const Figures *figures)
{
  return figures->lost[TRUE];
}

static const struct {
  const char *name;
  const char *type;
  const char *help;
  guint64 (*get) (const Figures *figures);
} rows[] = {
  { "nertc_media_node_up", "gauge", "Whether the media server answers.", get_up },
  { "nertc_media_node_rooms", "gauge", "Rooms with streams that go by way of the media server.",
    get_rooms },
  { "nertc_media_node_publishers", "gauge",
    "Connections by which members send to the media server.", get_publishers },
  { "nertc_media_node_subscribers", "gauge",
    "Connections by which the media server sends to members.", get_subscribers },
  { "nertc_media_node_lost_from_members_total", "counter",
    "Packets of members that did not come to the media server.", get_lost_coming },
  { "nertc_media_node_lost_to_members_total", "counter",
    "Packets of the media server that did not come to members.", get_lost_sent },
};

void
srv_node_figures_add (GString *page, SrvMediaPlane *plane)
{
  g_autoptr (GArray) all = collect (plane);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    srv_exposition_begin (page, rows[i].name, rows[i].type, rows[i].help);
    for (guint j = 0; j < all->len; j++) {
      const Figures *figures = &g_array_index (all, Figures, j);

      srv_exposition_add_count (page, rows[i].name, "node", figures->label, rows[i].get (figures));
    }
  }
}
