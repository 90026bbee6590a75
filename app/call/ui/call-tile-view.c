/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-tile-view.h"

#include <math.h>

#include <glib/gi18n.h>

#include "call-quality-bars.h"
#include "call-snapshot.h"
#include "call-tile-picture.h"
#include "call-toast.h"

#define INSET 8    /* of caption and menu from the edge */
#define AVATAR 128 /* drawn smaller or larger by a transform: no new size, no new layout */

typedef enum {
  FIT_AS_SET,
  FIT_WHOLE,
  FIT_CROPPED,
} Fit;

struct _CallTileView {
  GtkWidget parent_instance;

  CallTilePicture *picture;
  GtkWidget *avatar;
  GtkWidget *caption;
  GtkWidget *pin_icon;
  GtkWidget *muted_icon;
  GtkWidget *silenced_icon;
  GtkWidget *screen_icon;
  GtkWidget *name;
  CallQualityBars *bars;
  GtkWidget *menu_button;
  GtkWidget *volume_box;
  GtkAdjustment *volume;

  CallTile *tile;
  gboolean crop;
  Fit fit;
  gboolean mirror;
  gboolean pinned;
  gboolean corner;
  GSignalGroup *member_signals;
  GSimpleActionGroup *tile_actions;
};

G_DEFINE_FINAL_TYPE (CallTileView, call_tile_view, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_TILE,
  PROP_CROP,
  PROP_MIRROR,
  PROP_PINNED,
  PROP_CORNER,
  PROP_RATIO,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_screen (CallTileView *self)
{
  return self->tile && call_tile_is_screen (self->tile);
}

static CallMember *
get_member (CallTileView *self)
{
  return self->tile ? call_tile_get_member (self->tile) : NULL;
}

static GdkPaintable *
get_picture (CallTileView *self)
{
  return call_tile_picture_get_picture (self->picture);
}

static gboolean
is_cropped (CallTileView *self)
{
  if (self->fit != FIT_AS_SET)
    return self->fit == FIT_CROPPED;
  return self->crop && !is_screen (self);
}

static gboolean
is_mirrored (CallTileView *self)
{
  CallMember *member = get_member (self);

  return self->mirror && member && call_member_is_self (member) && !is_screen (self);
}

/* What the tile shows */

static gboolean
is_muted (CallTileView *self)
{
  gboolean has_audio, muted;

  g_object_get (get_member (self), "has-audio", &has_audio, "audio-muted", &muted, NULL);
  return !has_audio || muted;
}

static char *
make_label (CallTileView *self)
{
  CallMember *member = get_member (self);
  const char *name = call_member_get_name (member);

  if (is_screen (self))
    return call_member_is_self (member) ? g_strdup (_ ("Your screen"))
                                        : g_strdup_printf (_ ("%s’s screen"), name);
  return call_member_is_self (member) ? g_strdup_printf (_ ("%s (you)"), name) : g_strdup (name);
}

/* "Ada, muted, poor network" */
static void
update_accessible_name (CallTileView *self, const char *label)
{
  CallMember *member = get_member (self);
  g_autoptr (GString) words = g_string_new (label);
  guint quality = call_member_get_quality (member);

  if (!is_screen (self)) {
    if (is_muted (self))
      g_string_append_printf (words, ", %s", _ ("muted"));
    if (!get_picture (self))
      g_string_append_printf (words, ", %s", _ ("camera off"));
    if (call_member_is_muted_for_me (member))
      g_string_append_printf (words, ", %s", _ ("muted for you"));
    if (quality == 4 || quality == 5)
      g_string_append_printf (words, ", %s", _ ("poor network"));
    else if (quality == 6)
      g_string_append_printf (words, ", %s", _ ("no network"));
  }
  if (self->pinned)
    g_string_append_printf (words, ", %s", _ ("pinned"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words->str,
                                  -1);
}

/* The button in the menu button has the focus, and is what screen readers come to. */
static void
update_menu_name (CallTileView *self, const char *label)
{
  g_autofree char *name = g_strdup_printf (_ ("Menu of %s"), label);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->menu_button)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
set_class (CallTileView *self, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static void
update_flags (CallTileView *self)
{
  CallMember *member = get_member (self);
  gboolean screen = is_screen (self);
  g_autofree char *label = NULL;

  if (!member)
    return;
  label = make_label (self);
  gtk_label_set_text (GTK_LABEL (self->name), label);
  adw_avatar_set_text (ADW_AVATAR (self->avatar), call_member_get_name (member));
  gtk_widget_set_visible (self->screen_icon, screen);
  gtk_widget_set_visible (self->muted_icon, !screen && is_muted (self));
  gtk_widget_set_visible (self->silenced_icon, !screen && call_member_is_muted_for_me (member));
  gtk_widget_set_visible (self->pin_icon, self->pinned);
  set_class (self, "speaking", !screen && call_member_is_speaking (member));
  set_class (self, "screen", screen);
  update_accessible_name (self, label);
  update_menu_name (self, label);
}

static void
on_member (CallTileView *self, GParamSpec *pspec)
{
  if (g_str_equal (pspec->name, "volume"))
    gtk_adjustment_set_value (self->volume, call_member_get_volume (get_member (self)));
  else if (!g_str_equal (pspec->name, "level"))
    update_flags (self);
}

static void
on_volume (CallTileView *self)
{
  CallMember *member = get_member (self);

  if (member)
    g_object_set (member, "volume", gtk_adjustment_get_value (self->volume), NULL);
}

static void
on_picture (CallTileView *self)
{
  gboolean shown = get_picture (self) != NULL;

  gtk_widget_set_child_visible (self->avatar, !shown);
  set_class (self, "picture", shown);
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->tile_actions), "snapshot")),
      shown);
  update_flags (self);
}

static void
on_ratio (CallTileView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RATIO]);
}

static void
on_tile_stream (CallTileView *self)
{
  call_tile_picture_set_stream (self->picture,
                                self->tile ? call_tile_get_stream (self->tile) : NULL);
}

static void
update_fit (CallTileView *self)
{
  g_simple_action_set_state (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->tile_actions), "fit")),
      g_variant_new_boolean (!is_cropped (self)));
  call_tile_picture_set_crop (self->picture, is_cropped (self));
  set_class (self, "cropped", is_cropped (self));
}

static void
install_member_actions (CallTileView *self, CallMember *member)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GPropertyAction) mute = NULL;

  if (!member || call_member_is_self (member) || is_screen (self))
    return;
  mute = g_property_action_new ("mute-for-me", member, "muted-for-me");
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (mute));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "member", G_ACTION_GROUP (group));
}

static void
set_tile (CallTileView *self, CallTile *tile)
{
  CallMember *member = tile ? call_tile_get_member (tile) : NULL;

  if (self->tile == tile)
    return;
  if (self->tile)
    g_signal_handlers_disconnect_by_func (self->tile, on_tile_stream, self);
  g_set_object (&self->tile, tile);
  if (tile)
    g_signal_connect_swapped (tile, "notify::stream", G_CALLBACK (on_tile_stream), self);
  g_signal_group_set_target (self->member_signals, member);
  if (member)
    gtk_adjustment_set_value (self->volume, call_member_get_volume (member));
  g_object_set (self->bars, "member", is_screen (self) ? NULL : member, NULL);
  gtk_widget_set_visible (self->volume_box,
                          member && !call_member_is_self (member) && !is_screen (self));
  call_tile_picture_set_mirror (self->picture, is_mirrored (self));
  update_fit (self);
  install_member_actions (self, member);
  on_tile_stream (self);
  update_flags (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TILE]);
}

/* Choices */

static void
set_crop (CallTileView *self, gboolean crop)
{
  if (self->crop == crop)
    return;
  self->crop = crop;
  update_fit (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CROP]);
}

static void
set_mirror (CallTileView *self, gboolean mirror)
{
  if (self->mirror == mirror)
    return;
  self->mirror = mirror;
  call_tile_picture_set_mirror (self->picture, is_mirrored (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MIRROR]);
}

void
call_tile_view_set_corner (CallTileView *self, gboolean corner)
{
  if (self->corner == corner)
    return;
  self->corner = corner;
  call_tile_picture_set_on_picture (self->picture, corner);
  set_class (self, "corner", corner);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CORNER]);
}

void
call_tile_view_set_in_sight (CallTileView *self, gboolean in_sight)
{
  call_tile_picture_set_in_sight (self->picture, in_sight);
}

void
call_tile_view_set_pinned (CallTileView *self, gboolean pinned)
{
  if (self->pinned == pinned)
    return;
  self->pinned = pinned;
  g_simple_action_set_state (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->tile_actions), "pin")),
      g_variant_new_boolean (pinned));
  update_flags (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PINNED]);
}

static void
on_fit (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  CallTileView *self = user_data;

  self->fit = g_variant_get_boolean (value) ? FIT_WHOLE : FIT_CROPPED;
  update_fit (self);
}

static void
on_pin (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  call_tile_view_set_pinned (user_data, g_variant_get_boolean (value));
}

static void
show_toast (CallTileView *self, const char *text)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);

  if (overlay)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), call_toast_new (text));
}

static void
on_snapshot_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CallTileView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = call_snapshot_save_finish (result, &error);
  g_autofree char *name = file ? g_file_get_basename (file) : NULL;
  g_autofree char *text =
      file ? g_strdup_printf (_ ("Saved “%s” to your pictures"), name)
           : g_strdup_printf (_ ("The picture could not be saved: %s"), error->message);

  show_toast (self, text);
}

static void
on_snapshot (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  CallTileView *self = user_data;

  if (get_picture (self))
    call_snapshot_save_async (get_picture (self), gtk_label_get_text (GTK_LABEL (self->name)),
                              on_snapshot_saved, g_object_ref (self));
}

/* None of them has a reference to the tile, which has them. */
static void
install_tile_actions (CallTileView *self)
{
  const GActionEntry entries[] = {
    { "fit", NULL, NULL, "true", on_fit },
    { "pin", NULL, NULL, "false", on_pin },
    { "snapshot", on_snapshot },
  };

  self->tile_actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->tile_actions), entries,
                                   G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "tile", G_ACTION_GROUP (self->tile_actions));
}

/* Menu */

static void
open_menu (CallTileView *self)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (self->menu_button));
}

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  CallTileView *self = user_data;
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));

  if (event && gdk_event_triggers_context_menu (event))
    open_menu (self);
  else if (n_press == 2 && gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture)) ==
                               GDK_BUTTON_PRIMARY)
    call_tile_view_set_pinned (self, !self->pinned);
}

/* Widget */

static void
allocate_avatar (CallTileView *self, int width, int height)
{
  float size = CLAMP (MIN (width, height) * 0.45f, 24, 160);
  graphene_point_t corner = GRAPHENE_POINT_INIT (
      roundf ((width - size) / 2), roundf ((height - size) * (height < 120 ? 0.3f : 0.5f)));
  GskTransform *transform = gsk_transform_translate (NULL, &corner);

  gtk_widget_measure (self->avatar, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_allocate (self->avatar, AVATAR, AVATAR, -1,
                       gsk_transform_scale (transform, size / AVATAR, size / AVATAR));
}

static void
allocate_in (GtkWidget *child, int x, int y, int width, int height)
{
  gtk_widget_size_allocate (child, &(GtkAllocation){ x, y, width, height }, -1);
}

static void
call_tile_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CallTileView *self = CALL_TILE_VIEW (widget);
  int inset = width < 200 ? INSET / 2 : INSET;
  int button_width, button_height, caption_width, least_width, caption_height;

  gtk_widget_measure (self->caption, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, &caption_width,
                      NULL, NULL);
  caption_width = MAX (least_width, MIN (caption_width, width - 2 * inset));
  gtk_widget_measure (self->caption, GTK_ORIENTATION_VERTICAL, caption_width, &caption_height, NULL,
                      NULL, NULL);
  gtk_widget_measure (self->menu_button, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &button_width, NULL,
                      NULL);
  gtk_widget_measure (self->menu_button, GTK_ORIENTATION_VERTICAL, -1, NULL, &button_height, NULL,
                      NULL);
  allocate_in (GTK_WIDGET (self->picture), 0, 0, width, height);
  allocate_avatar (self, width, height);
  allocate_in (self->caption, inset, height - inset - caption_height, caption_width,
               caption_height);
  allocate_in (self->menu_button, width - inset - button_width, inset, button_width, button_height);
  set_class (self, "small", width < 200);
}

/* Any size will do: the stage decides */
static void
call_tile_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = 0;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 320 : 180;
}

static void
call_tile_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallTileView *self = CALL_TILE_VIEW (object);

  switch (id) {
    case PROP_TILE:
      g_value_set_object (value, self->tile);
      break;
    case PROP_CROP:
      g_value_set_boolean (value, self->crop);
      break;
    case PROP_MIRROR:
      g_value_set_boolean (value, self->mirror);
      break;
    case PROP_PINNED:
      g_value_set_boolean (value, self->pinned);
      break;
    case PROP_CORNER:
      g_value_set_boolean (value, self->corner);
      break;
    case PROP_RATIO:
      g_value_set_double (value, call_tile_view_get_ratio (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_tile_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallTileView *self = CALL_TILE_VIEW (object);

  switch (id) {
    case PROP_TILE:
      set_tile (self, g_value_get_object (value));
      break;
    case PROP_CROP:
      set_crop (self, g_value_get_boolean (value));
      break;
    case PROP_MIRROR:
      set_mirror (self, g_value_get_boolean (value));
      break;
    case PROP_PINNED:
      call_tile_view_set_pinned (self, g_value_get_boolean (value));
      break;
    case PROP_CORNER:
      call_tile_view_set_corner (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_tile_view_dispose (GObject *object)
{
  CallTileView *self = CALL_TILE_VIEW (object);
  GtkWidget *child;

  if (self->tile)
    set_tile (self, NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (call_tile_view_parent_class)->dispose (object);
}

static void
call_tile_view_finalize (GObject *object)
{
  CallTileView *self = CALL_TILE_VIEW (object);

  g_clear_object (&self->member_signals);
  g_clear_object (&self->tile_actions);
  G_OBJECT_CLASS (call_tile_view_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags written = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_TILE] = g_param_spec_object ("tile", NULL, NULL, CALL_TYPE_TILE, written);
  properties[PROP_CROP] = g_param_spec_boolean ("crop", NULL, NULL, FALSE, written);
  properties[PROP_MIRROR] = g_param_spec_boolean ("mirror", NULL, NULL, FALSE, written);
  properties[PROP_PINNED] = g_param_spec_boolean ("pinned", NULL, NULL, FALSE, written);
  properties[PROP_CORNER] = g_param_spec_boolean ("corner", NULL, NULL, FALSE, written);
  properties[PROP_RATIO] = g_param_spec_double ("ratio", NULL, NULL, 0, G_MAXDOUBLE, 0, read);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
bind_template (GtkWidgetClass *class)
{
  g_type_ensure (CALL_TYPE_QUALITY_BARS);
  g_type_ensure (CALL_TYPE_TILE_PICTURE);
  gtk_widget_class_set_template_from_resource (class, "/org/gstnertc/Call/ui/call-tile-view.ui");
  gtk_widget_class_bind_template_child (class, CallTileView, picture);
  gtk_widget_class_bind_template_child (class, CallTileView, avatar);
  gtk_widget_class_bind_template_child (class, CallTileView, caption);
  gtk_widget_class_bind_template_child (class, CallTileView, pin_icon);
  gtk_widget_class_bind_template_child (class, CallTileView, muted_icon);
  gtk_widget_class_bind_template_child (class, CallTileView, silenced_icon);
  gtk_widget_class_bind_template_child (class, CallTileView, screen_icon);
  gtk_widget_class_bind_template_child (class, CallTileView, name);
  gtk_widget_class_bind_template_child (class, CallTileView, bars);
  gtk_widget_class_bind_template_child (class, CallTileView, menu_button);
  gtk_widget_class_bind_template_child (class, CallTileView, volume_box);
  gtk_widget_class_bind_template_child (class, CallTileView, volume);
  gtk_widget_class_bind_template_callback (class, on_pressed);
  gtk_widget_class_bind_template_callback (class, on_picture);
  gtk_widget_class_bind_template_callback (class, on_ratio);
  gtk_widget_class_bind_template_callback (class, on_volume);
  gtk_widget_class_bind_template_callback (class, open_menu);
}

static void
call_tile_view_class_init (CallTileViewClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_tile_view_dispose;
  object_class->finalize = call_tile_view_finalize;
  object_class->get_property = call_tile_view_get_property;
  object_class->set_property = call_tile_view_set_property;
  widget_class->measure = call_tile_view_measure;
  widget_class->size_allocate = call_tile_view_size_allocate;
  install_properties (object_class);
  gtk_widget_class_set_css_name (widget_class, "tile");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_activate_signal (
      widget_class, g_signal_new_class_handler (
                        "activate", CALL_TYPE_TILE_VIEW, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
                        G_CALLBACK (open_menu), NULL, NULL, NULL, G_TYPE_NONE, 0));
  bind_template (widget_class);
}

static void
watch (CallTileView *self)
{
  self->member_signals = g_signal_group_new (CALL_TYPE_MEMBER);
  g_signal_group_connect_swapped (self->member_signals, "notify", G_CALLBACK (on_member), self);
}

static void
call_tile_view_init (CallTileView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  install_tile_actions (self);
  watch (self);
}

/* Returns: (transfer floating) */
CallTileView *
call_tile_view_new (CallTile *tile)
{
  return g_object_new (CALL_TYPE_TILE_VIEW, "tile", tile, NULL);
}

CallTile *
call_tile_view_get_tile (CallTileView *self)
{
  return self->tile;
}

double
call_tile_view_get_ratio (CallTileView *self)
{
  return call_tile_picture_get_ratio (self->picture);
}

gboolean
call_tile_view_is_pinned (CallTileView *self)
{
  return self->pinned;
}
