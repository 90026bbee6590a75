/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-stage.h"

#include "call-layout.h"
#include "call-member-actions.h"

#define AHEAD \
  150 /* pixels that are seen soon: their pictures are there when they are scrolled to */

/**
 * CallStage:
 *
 * Its children are one CallTileView for each tile, in the order of the list; a tile that stays
 * keeps its widget, whatever happens to the list. Where they are follows from size, view, pin and
 * speaker by call_layout() alone.
 */
struct _CallStage {
  GtkWidget parent_instance;

  CallRoom *room;
  GListModel *tiles;
  CallMember *speaker;
  char *view;
  gboolean crop;
  gboolean mirror;
  GPtrArray *views;     /* of CallTileView, as in tiles */
  CallTileView *pinned; /* in views */
  GSignalGroup *room_signals;
  GSignalGroup *scroll_signals; /* of the adjustment that tells what is in sight */
};

G_DEFINE_FINAL_TYPE (CallStage, call_stage, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_ROOM,
  PROP_TILES,
  PROP_SPEAKER,
  PROP_VIEW,
  PROP_CROP,
  PROP_MIRROR,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static CallTileView *
get_view (CallStage *self, guint i)
{
  return g_ptr_array_index (self->views, i);
}

static gboolean
is_own (CallTileView *view)
{
  return call_member_is_self (call_tile_get_member (call_tile_view_get_tile (view)));
}

static gboolean
is_screen (CallTileView *view)
{
  return call_tile_is_screen (call_tile_view_get_tile (view));
}

static gboolean
is_speaker_view (CallStage *self)
{
  return g_strcmp0 (self->view, "speaker") == 0;
}

/* What is large */

/* Who speaks or spoke last; before anybody did, the first of the others. Oneself is looked at only
 * when alone. */
static CallTileView *
find_speaker (CallStage *self)
{
  CallTileView *other = NULL;

  for (guint i = 0; i < self->views->len; i++) {
    CallTileView *view = get_view (self, i);

    if (is_own (view))
      continue;
    if (is_screen (view))
      return view;
    if (call_tile_get_member (call_tile_view_get_tile (view)) == self->speaker)
      return view;
    if (!other)
      other = view;
  }
  return other ? other : self->views->len ? get_view (self, 0) : NULL;
}

/* Returns: (transfer none) (nullable): NULL: all are alike */
CallTileView *
call_stage_get_large (CallStage *self)
{
  if (self->pinned)
    return self->pinned;
  return is_speaker_view (self) ? find_speaker (self) : NULL;
}

static void on_pinned (CallTileView *view, GParamSpec *pspec, gpointer user_data);

static void
set_pinned (CallStage *self, CallTileView *view)
{
  CallTileView *before = self->pinned;

  if (before == view)
    return;
  self->pinned = view;
  if (before)
    call_tile_view_set_pinned (before, FALSE);
  if (view)
    call_tile_view_set_pinned (view, TRUE);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
on_pinned (CallTileView *view, GParamSpec *pspec, gpointer user_data)
{
  CallStage *self = user_data;

  if (call_tile_view_is_pinned (view))
    set_pinned (self, view);
  else if (self->pinned == view)
    set_pinned (self, NULL);
}

/* The list */

/* Without a room there is nobody to ask for measures: what the tile itself can do remains. */
static void
add_member_actions (CallStage *self, CallTileView *view)
{
  CallTile *tile = call_tile_view_get_tile (view);
  g_autoptr (GSimpleActionGroup) actions = NULL;

  if (!self->room || is_own (view) || is_screen (view))
    return;
  actions = call_member_actions_new (self->room, call_tile_get_member (tile), GTK_WIDGET (view));
  gtk_widget_insert_action_group (GTK_WIDGET (view), "member", G_ACTION_GROUP (actions));
}

static CallTileView *
make_view (CallStage *self, CallTile *tile)
{
  CallTileView *view = call_tile_view_new (tile);

  g_object_bind_property (self, "crop", view, "crop", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self, "mirror", view, "mirror", G_BINDING_SYNC_CREATE);
  g_signal_connect (view, "notify::pinned", G_CALLBACK (on_pinned), self);
  g_signal_connect_swapped (view, "notify::ratio", G_CALLBACK (gtk_widget_queue_allocate), self);
  gtk_widget_set_parent (GTK_WIDGET (view), GTK_WIDGET (self));
  add_member_actions (self, view);
  return view;
}

static CallTileView *
take_view (GPtrArray *views, CallTile *tile)
{
  for (guint i = 0; i < views->len; i++)
    if (call_tile_view_get_tile (g_ptr_array_index (views, i)) == tile)
      return g_ptr_array_steal_index (views, i);
  return NULL;
}

static void
remove_view (CallStage *self, CallTileView *view)
{
  if (self->pinned == view)
    set_pinned (self, NULL);
  g_signal_handlers_disconnect_by_data (view, self);
  gtk_widget_unparent (GTK_WIDGET (view));
}

static CallTileView *
find_screen (CallStage *self)
{
  for (guint i = 0; i < self->views->len; i++)
    if (is_screen (get_view (self, i)) && !is_own (get_view (self, i)))
      return get_view (self, i);
  return NULL;
}

/* Views of tiles that are there still are kept, as are their pictures and the focus. */
static void
fill (CallStage *self)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->views);
  guint n = self->tiles ? g_list_model_get_n_items (self->tiles) : 0;
  gboolean had_screen = self->pinned && is_screen (self->pinned);
  CallTileView *last = NULL, *fresh = NULL;

  self->views = g_ptr_array_new ();
  for (guint i = 0; i < n; i++) {
    g_autoptr (CallTile) tile = g_list_model_get_item (self->tiles, i);
    CallTileView *view = take_view (before, tile);

    if (!view) {
      view = make_view (self, tile);
      if (is_screen (view) && !is_own (view))
        fresh = view;
    }
    gtk_widget_insert_after (GTK_WIDGET (view), GTK_WIDGET (self), GTK_WIDGET (last));
    g_ptr_array_add (self->views, view);
    last = view;
  }
  for (guint i = 0; i < before->len; i++)
    remove_view (self, g_ptr_array_index (before, i));
  if (fresh)
    set_pinned (self, fresh);
  else if (had_screen && !self->pinned)
    set_pinned (self, find_screen (self));
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
set_tiles (CallStage *self, GListModel *tiles)
{
  if (tiles == self->tiles)
    return;
  if (self->tiles)
    g_signal_handlers_disconnect_by_func (self->tiles, fill, self);
  g_set_object (&self->tiles, tiles);
  if (tiles)
    g_signal_connect_swapped (tiles, "items-changed", G_CALLBACK (fill), self);
  fill (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TILES]);
}

static void
set_speaker (CallStage *self, CallMember *speaker)
{
  if (!g_set_object (&self->speaker, speaker))
    return;
  if (is_speaker_view (self))
    gtk_widget_queue_allocate (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPEAKER]);
}

/* The choice of a view is a choice against what was pinned, too. */
static void
set_view (CallStage *self, const char *view)
{
  if (g_strcmp0 (view, self->view) == 0)
    return;
  g_free (self->view);
  self->view = g_strdup (view);
  set_pinned (self, NULL);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VIEW]);
}

static void
set_flag (CallStage *self, gboolean *flag, gboolean value, guint property)
{
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
on_room_speaker (CallStage *self)
{
  set_speaker (self, self->room ? call_room_get_speaker (self->room) : NULL);
}

static void
set_room (CallStage *self, CallRoom *room)
{
  if (!g_set_object (&self->room, room))
    return;
  g_signal_group_set_target (self->room_signals, room);
  set_tiles (self, room ? call_room_get_tiles (room) : NULL);
  on_room_speaker (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

/* Layout */

static CallLayoutKind
get_kind (CallStage *self)
{
  guint n = self->views->len;

  if (call_stage_get_large (self))
    return CALL_LAYOUT_SPEAKER;
  if (n == 2 && !is_own (get_view (self, 0)) && is_own (get_view (self, 1)) &&
      !is_screen (get_view (self, 1)))
    return CALL_LAYOUT_PAIR;
  return CALL_LAYOUT_GRID;
}

/* Returns: (transfer container): the large one first */
static GPtrArray *
dup_order (CallStage *self)
{
  GPtrArray *order = g_ptr_array_copy (self->views, NULL, NULL);
  CallTileView *large = call_stage_get_large (self);
  guint place;

  if (large && g_ptr_array_find (order, large, &place)) {
    g_ptr_array_remove_index (order, place);
    g_ptr_array_insert (order, 0, large);
  }
  return order;
}

static void
allocate_view (CallTileView *view, const GdkRectangle *rect, gboolean corner)
{
  gtk_widget_set_child_visible (GTK_WIDGET (view), rect->width > 0);
  if (rect->width <= 0)
    return;
  call_tile_view_set_corner (view, corner);
  gtk_widget_measure (GTK_WIDGET (view), GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_size_allocate (GTK_WIDGET (view), rect, -1);
}

static gboolean
is_in_sight (CallStage *self, CallTileView *view, GtkAdjustment *scroll)
{
  graphene_rect_t bounds;
  double top, height;

  if (!scroll || gtk_adjustment_get_page_size (scroll) <= 0 ||
      !gtk_widget_compute_bounds (GTK_WIDGET (view), GTK_WIDGET (self), &bounds))
    return TRUE;
  top = bounds.origin.y - gtk_adjustment_get_value (scroll);
  height = gtk_adjustment_get_page_size (scroll);
  return top < height + AHEAD && top + bounds.size.height > -AHEAD;
}

static void
update_sight (CallStage *self)
{
  g_autoptr (GtkAdjustment) scroll = g_signal_group_dup_target (self->scroll_signals);

  for (guint i = 0; i < self->views->len; i++)
    call_tile_view_set_in_sight (get_view (self, i),
                                 is_in_sight (self, get_view (self, i), scroll));
}

static void
call_stage_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CallStage *self = CALL_STAGE (widget);
  g_autoptr (GPtrArray) order = dup_order (self);
  g_autofree GdkRectangle *rects = g_new (GdkRectangle, order->len);
  g_autofree double *ratios = g_new (double, order->len);
  CallLayoutKind kind = get_kind (self);

  for (guint i = 0; i < order->len; i++)
    ratios[i] = call_tile_view_get_ratio (g_ptr_array_index (order, i));
  call_layout (kind, order->len, ratios, width, height, rects);
  for (guint i = 0; i < order->len; i++)
    allocate_view (g_ptr_array_index (order, i), &rects[i],
                   i == 1 && kind == CALL_LAYOUT_PAIR &&
                       gdk_rectangle_intersect (&rects[0], &rects[1], NULL));
  update_sight (self);
}

static void
call_stage_root (GtkWidget *widget)
{
  GtkWidget *scroller = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);

  GTK_WIDGET_CLASS (call_stage_parent_class)->root (widget);
  g_signal_group_set_target (
      CALL_STAGE (widget)->scroll_signals,
      scroller ? gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller)) : NULL);
}

static void
call_stage_unroot (GtkWidget *widget)
{
  g_signal_group_set_target (CALL_STAGE (widget)->scroll_signals, NULL);
  GTK_WIDGET_CLASS (call_stage_parent_class)->unroot (widget);
}

static GtkSizeRequestMode
call_stage_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
call_stage_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
  CallStage *self = CALL_STAGE (widget);

  *minimum = 0;
  if (orientation == GTK_ORIENTATION_VERTICAL && get_kind (self) == CALL_LAYOUT_GRID)
    *minimum = call_layout_get_least_height (self->views->len, for_size);
  *natural = MAX (*minimum, orientation == GTK_ORIENTATION_HORIZONTAL ? 640 : 360);
}

static void
call_stage_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallStage *self = CALL_STAGE (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    case PROP_TILES:
      g_value_set_object (value, self->tiles);
      break;
    case PROP_SPEAKER:
      g_value_set_object (value, self->speaker);
      break;
    case PROP_VIEW:
      g_value_set_string (value, self->view);
      break;
    case PROP_CROP:
      g_value_set_boolean (value, self->crop);
      break;
    case PROP_MIRROR:
      g_value_set_boolean (value, self->mirror);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_stage_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallStage *self = CALL_STAGE (object);

  switch (id) {
    case PROP_ROOM:
      set_room (self, g_value_get_object (value));
      break;
    case PROP_TILES:
      set_tiles (self, g_value_get_object (value));
      break;
    case PROP_SPEAKER:
      set_speaker (self, g_value_get_object (value));
      break;
    case PROP_VIEW:
      set_view (self, g_value_get_string (value));
      break;
    case PROP_CROP:
      set_flag (self, &self->crop, g_value_get_boolean (value), PROP_CROP);
      break;
    case PROP_MIRROR:
      set_flag (self, &self->mirror, g_value_get_boolean (value), PROP_MIRROR);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_stage_dispose (GObject *object)
{
  CallStage *self = CALL_STAGE (object);

  set_room (self, NULL);
  set_tiles (self, NULL);
  set_speaker (self, NULL);
  G_OBJECT_CLASS (call_stage_parent_class)->dispose (object);
}

static void
call_stage_finalize (GObject *object)
{
  CallStage *self = CALL_STAGE (object);

  g_ptr_array_unref (self->views);
  g_object_unref (self->room_signals);
  g_object_unref (self->scroll_signals);
  g_free (self->view);
  G_OBJECT_CLASS (call_stage_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags written = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_ROOM] = g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM, written);
  properties[PROP_TILES] = g_param_spec_object ("tiles", NULL, NULL, G_TYPE_LIST_MODEL, written);
  properties[PROP_SPEAKER] = g_param_spec_object ("speaker", NULL, NULL, CALL_TYPE_MEMBER, written);
  properties[PROP_VIEW] = g_param_spec_string ("view", NULL, NULL, "grid", written);
  properties[PROP_CROP] = g_param_spec_boolean ("crop", NULL, NULL, TRUE, written);
  properties[PROP_MIRROR] = g_param_spec_boolean ("mirror", NULL, NULL, TRUE, written);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_stage_class_init (CallStageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_stage_dispose;
  object_class->finalize = call_stage_finalize;
  object_class->get_property = call_stage_get_property;
  object_class->set_property = call_stage_set_property;
  widget_class->root = call_stage_root;
  widget_class->unroot = call_stage_unroot;
  widget_class->get_request_mode = call_stage_get_request_mode;
  widget_class->measure = call_stage_measure;
  widget_class->size_allocate = call_stage_size_allocate;
  install_properties (object_class);
  gtk_widget_class_set_css_name (widget_class, "stage");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/gstnertc/Call/ui/call-stage.ui");
}

static void
call_stage_init (CallStage *self)
{
  self->views = g_ptr_array_new ();
  self->view = g_strdup ("grid");
  self->crop = TRUE;
  self->mirror = TRUE;
  self->room_signals = g_signal_group_new (CALL_TYPE_ROOM);
  g_signal_group_connect_swapped (self->room_signals, "notify::speaker",
                                  G_CALLBACK (on_room_speaker), self);
  self->scroll_signals = g_signal_group_new (GTK_TYPE_ADJUSTMENT);
  g_signal_group_connect_swapped (self->scroll_signals, "value-changed", G_CALLBACK (update_sight),
                                  self);
  g_signal_group_connect_swapped (self->scroll_signals, "changed", G_CALLBACK (update_sight), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}
