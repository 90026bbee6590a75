/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-tiles.h"

/**
 * CallTiles:
 *
 * Which tiles there are follows from members and streams: a change of either makes the list anew,
 * and what stayed keeps its CallTile, so that widgets stay, too.
 */
struct _CallTiles {
  GObject parent_instance;

  GListModel *members;
  GListModel *streams;
  GPtrArray *tiles;
};

struct _CallTile {
  GObject parent_instance;

  CallMember *member;
  CallStream *stream; /* nullable */
  gboolean is_screen;
};

G_DEFINE_FINAL_TYPE (CallTile, call_tile, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_MEMBER,
  PROP_STREAM,
  PROP_IS_SCREEN,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
call_tile_finalize (GObject *object)
{
  CallTile *self = CALL_TILE (object);

  g_clear_object (&self->member);
  g_clear_object (&self->stream);
  G_OBJECT_CLASS (call_tile_parent_class)->finalize (object);
}

static void
call_tile_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallTile *self = CALL_TILE (object);

  switch (id) {
    case PROP_MEMBER:
      g_value_set_object (value, self->member);
      break;
    case PROP_STREAM:
      g_value_set_object (value, self->stream);
      break;
    case PROP_IS_SCREEN:
      g_value_set_boolean (value, self->is_screen);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_tile_class_init (CallTileClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = call_tile_finalize;
  object_class->get_property = call_tile_get_property;
  properties[PROP_MEMBER] = g_param_spec_object ("member", NULL, NULL, CALL_TYPE_MEMBER, read);
  properties[PROP_STREAM] = g_param_spec_object ("stream", NULL, NULL, CALL_TYPE_STREAM, read);
  properties[PROP_IS_SCREEN] = g_param_spec_boolean ("is-screen", NULL, NULL, FALSE, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
call_tile_init (CallTile *self)
{
}

CallMember *
call_tile_get_member (CallTile *self)
{
  return self->member;
}

/* Returns: (nullable): NULL: the member publishes nothing there is to see or hear */
CallStream *
call_tile_get_stream (CallTile *self)
{
  return self->stream;
}

gboolean
call_tile_is_screen (CallTile *self)
{
  return self->is_screen;
}

static void
set_stream (CallTile *self, CallStream *stream)
{
  if (g_set_object (&self->stream, stream))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STREAM]);
}

static void list_model_init (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CallTiles, call_tiles, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return CALL_TYPE_TILE;
}

static guint
get_n_items (GListModel *model)
{
  return CALL_TILES (model)->tiles->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  CallTiles *self = CALL_TILES (model);

  return position < self->tiles->len ? g_object_ref (self->tiles->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

/* Returns: (transfer full): the tile there was for it, or one that is new. A camera's tile is its
 * member's, whatever stream it has; a screen's is its stream's. */
static CallTile *
obtain_tile (CallTiles *self, CallMember *member, CallStream *stream, gboolean is_screen)
{
  CallTile *tile;

  for (guint i = 0; i < self->tiles->len; i++) {
    tile = self->tiles->pdata[i];
    if (tile->member == member && tile->is_screen == is_screen &&
        (!is_screen || tile->stream == stream))
      return g_object_ref (tile);
  }
  tile = g_object_new (CALL_TYPE_TILE, NULL);
  tile->member = g_object_ref (member);
  tile->is_screen = is_screen;
  return tile;
}

static void
add_tile (CallTiles *self, GPtrArray *tiles, CallMember *member, CallStream *stream,
          gboolean is_screen)
{
  CallTile *tile = obtain_tile (self, member, stream, is_screen);

  set_stream (tile, stream);
  g_ptr_array_add (tiles, tile);
}

static void
add_screens (CallTiles *self, GPtrArray *tiles)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->streams); i++) {
    g_autoptr (CallStream) stream = g_list_model_get_item (self->streams, i);

    if (call_stream_is_screen (stream) && call_stream_has_video (stream))
      add_tile (self, tiles, call_stream_get_member (stream), stream, TRUE);
  }
}

/* Returns: (transfer none) (nullable): the last one, as streams may follow each other */
static CallStream *
find_camera (CallTiles *self, CallMember *member)
{
  CallStream *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (self->streams); i++) {
    g_autoptr (CallStream) stream = g_list_model_get_item (self->streams, i);

    if (call_stream_get_member (stream) == member && !call_stream_is_screen (stream))
      found = stream;
  }
  return found;
}

static void
add_members (CallTiles *self, GPtrArray *tiles, gboolean is_self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->members); i++) {
    g_autoptr (CallMember) member = g_list_model_get_item (self->members, i);

    if (call_member_is_self (member) == is_self)
      add_tile (self, tiles, member, find_camera (self, member), FALSE);
  }
}

/* Tells of the smallest range in which the two differ */
static void
replace_tiles (CallTiles *self, GPtrArray *tiles)
{
  g_autoptr (GPtrArray) before = self->tiles;
  guint start = 0, end = 0, common = MIN (before->len, tiles->len);

  while (start < common && before->pdata[start] == tiles->pdata[start])
    start++;
  while (end < common - start &&
         before->pdata[before->len - 1 - end] == tiles->pdata[tiles->len - 1 - end])
    end++;
  self->tiles = tiles;
  if (start + end < MAX (before->len, tiles->len))
    g_list_model_items_changed (G_LIST_MODEL (self), start, before->len - start - end,
                                tiles->len - start - end);
}

static void
on_changed (CallTiles *self)
{
  GPtrArray *tiles = g_ptr_array_new_with_free_func (g_object_unref);

  add_screens (self, tiles);
  add_members (self, tiles, FALSE);
  add_members (self, tiles, TRUE);
  replace_tiles (self, tiles);
}

static void
call_tiles_finalize (GObject *object)
{
  CallTiles *self = CALL_TILES (object);

  g_clear_object (&self->members);
  g_clear_object (&self->streams);
  g_ptr_array_unref (self->tiles);
  G_OBJECT_CLASS (call_tiles_parent_class)->finalize (object);
}

static void
call_tiles_class_init (CallTilesClass *class)
{
  G_OBJECT_CLASS (class)->finalize = call_tiles_finalize;
}

static void
call_tiles_init (CallTiles *self)
{
  self->tiles = g_ptr_array_new_with_free_func (g_object_unref);
}

/* Returns: (transfer full) */
CallTiles *
call_tiles_new (GListModel *members, GListModel *streams)
{
  CallTiles *self = g_object_new (CALL_TYPE_TILES, NULL);

  self->members = g_object_ref (members);
  self->streams = g_object_ref (streams);
  g_signal_connect_object (members, "items-changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (streams, "items-changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  on_changed (self);
  return self;
}
