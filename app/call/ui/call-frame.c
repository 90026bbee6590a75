/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-frame.h"

#define REST 3000  /* ms without pointer or key until floating bars go */
#define NARROW 500 /* pixels, below which there is no room for what can be had otherwise */

struct _CallFrame {
  GtkWidget parent_instance;

  GtkWidget *top;
  GtkWidget *content;
  GtkWidget *bottom;
  gboolean floating;
  gboolean resting;
  gboolean narrow;
  guint narrow_id;
  double x; /* of the pointer: GTK tells of motion also when something moves under it */
  double y;
  guint rest_id;
};

G_DEFINE_FINAL_TYPE (CallFrame, call_frame, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_TOP,
  PROP_CONTENT,
  PROP_BOTTOM,
  PROP_FLOATING,
  PROP_NARROW,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
set_child (CallFrame *self, GtkWidget **place, GtkWidget *child, GtkWidget *before, guint property)
{
  if (*place == child)
    return;
  g_clear_pointer (place, gtk_widget_unparent);
  *place = child;
  if (child)
    gtk_widget_insert_before (child, GTK_WIDGET (self), before);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* Floating */

static void
set_resting (CallFrame *self, gboolean resting)
{
  if (self->resting == resting)
    return;
  self->resting = resting;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), resting ? "none" : NULL);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static gboolean
holds_focus_visibly (GtkWidget *bar, GtkRoot *root)
{
  GtkWidget *focus = gtk_root_get_focus (root);

  return focus && bar && gtk_window_get_focus_visible (GTK_WINDOW (root)) &&
         gtk_widget_is_ancestor (focus, bar);
}

/* Whoever walks a bar by keys, or has a menu of it open, still needs it. */
static gboolean
is_needed (CallFrame *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return !GTK_IS_WINDOW (root) || holds_focus_visibly (self->top, root) ||
         holds_focus_visibly (self->bottom, root) ||
         (gtk_root_get_focus (root) &&
          gtk_widget_get_native (gtk_root_get_focus (root)) != GTK_NATIVE (root));
}

static gboolean
on_rest (gpointer data)
{
  CallFrame *self = data;

  if (is_needed (self))
    return G_SOURCE_CONTINUE;
  self->rest_id = 0;
  set_resting (self, TRUE);
  return G_SOURCE_REMOVE;
}

static void
reveal (CallFrame *self)
{
  set_resting (self, FALSE);
  g_clear_handle_id (&self->rest_id, g_source_remove);
  if (self->floating)
    self->rest_id = g_timeout_add (REST, on_rest, self);
}

static void
on_motion (GtkEventControllerMotion *motion, double x, double y, gpointer user_data)
{
  CallFrame *self = user_data;

  if (ABS (x - self->x) < 1 && ABS (y - self->y) < 1)
    return;
  self->x = x;
  self->y = y;
  reveal (self);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        gpointer user_data)
{
  if (key != GDK_KEY_space)
    reveal (user_data);
  return GDK_EVENT_PROPAGATE;
}

void
call_frame_set_floating (CallFrame *self, gboolean floating)
{
  if (self->floating == floating)
    return;
  self->floating = floating;
  if (floating)
    gtk_widget_add_css_class (GTK_WIDGET (self), "floating");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "floating");
  reveal (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FLOATING]);
}

/* Layout */

static int
measure_height (GtkWidget *child, int width)
{
  int height = 0;

  if (child && gtk_widget_should_layout (child))
    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  return height;
}

static void
allocate (GtkWidget *child, int y, int width, int height)
{
  if (child && gtk_widget_should_layout (child))
    gtk_widget_size_allocate (child, &(GtkAllocation){ 0, y, width, MAX (height, 0) }, -1);
}

static gboolean
tell_narrow (gpointer data)
{
  CallFrame *self = data;

  self->narrow_id = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
  return G_SOURCE_REMOVE;
}

/* Told when the layout is done: whoever shows or hides something for it would disturb it. */
static void
set_narrow (CallFrame *self, gboolean narrow)
{
  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  if (!self->narrow_id)
    self->narrow_id = g_idle_add (tell_narrow, self);
}

static void
call_frame_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CallFrame *self = CALL_FRAME (widget);
  gboolean shown = !self->floating || !self->resting;
  int top, bottom;

  set_narrow (self, width < NARROW);
  if (self->top)
    gtk_widget_set_child_visible (self->top, shown);
  if (self->bottom)
    gtk_widget_set_child_visible (self->bottom, shown);
  top = measure_height (self->top, width);
  bottom = measure_height (self->bottom, width);
  allocate (self->top, 0, width, top);
  allocate (self->bottom, height - bottom, width, bottom);
  if (self->floating)
    allocate (self->content, 0, width, height);
  else
    allocate (self->content, top, width, height - top - bottom);
}

static void
call_frame_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
  CallFrame *self = CALL_FRAME (widget);
  GtkWidget *const children[] = { self->top, self->content, self->bottom };

  *minimum = *natural = 0;
  for (guint i = 0; i < G_N_ELEMENTS (children); i++) {
    int child_minimum = 0, child_natural = 0;

    if (!children[i] || !gtk_widget_get_visible (children[i]))
      continue;
    gtk_widget_measure (children[i], orientation, for_size, &child_minimum, &child_natural, NULL,
                        NULL);
    if (orientation == GTK_ORIENTATION_HORIZONTAL) {
      *minimum = MAX (*minimum, child_minimum);
      *natural = MAX (*natural, child_natural);
    } else {
      *minimum += child_minimum;
      *natural += child_natural;
    }
  }
}

static GtkSizeRequestMode
call_frame_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
call_frame_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallFrame *self = CALL_FRAME (object);

  switch (id) {
    case PROP_TOP:
      g_value_set_object (value, self->top);
      break;
    case PROP_CONTENT:
      g_value_set_object (value, self->content);
      break;
    case PROP_BOTTOM:
      g_value_set_object (value, self->bottom);
      break;
    case PROP_FLOATING:
      g_value_set_boolean (value, self->floating);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_frame_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallFrame *self = CALL_FRAME (object);

  switch (id) {
    case PROP_TOP:
      set_child (self, &self->top, g_value_get_object (value), NULL, id);
      break;
    case PROP_CONTENT:
      set_child (self, &self->content, g_value_get_object (value), self->top, id);
      break;
    case PROP_BOTTOM:
      set_child (self, &self->bottom, g_value_get_object (value), NULL, id);
      break;
    case PROP_FLOATING:
      call_frame_set_floating (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_frame_dispose (GObject *object)
{
  CallFrame *self = CALL_FRAME (object);

  g_clear_handle_id (&self->rest_id, g_source_remove);
  g_clear_handle_id (&self->narrow_id, g_source_remove);
  g_clear_pointer (&self->top, gtk_widget_unparent);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_pointer (&self->bottom, gtk_widget_unparent);
  G_OBJECT_CLASS (call_frame_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags written = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_TOP] = g_param_spec_object ("top", NULL, NULL, GTK_TYPE_WIDGET, written);
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET, written);
  properties[PROP_BOTTOM] = g_param_spec_object ("bottom", NULL, NULL, GTK_TYPE_WIDGET, written);
  properties[PROP_FLOATING] = g_param_spec_boolean ("floating", NULL, NULL, FALSE, written);
  properties[PROP_NARROW] =
      g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_frame_class_init (CallFrameClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_frame_dispose;
  object_class->get_property = call_frame_get_property;
  object_class->set_property = call_frame_set_property;
  widget_class->get_request_mode = call_frame_get_request_mode;
  widget_class->measure = call_frame_measure;
  widget_class->size_allocate = call_frame_size_allocate;
  install_properties (object_class);
  gtk_widget_class_set_css_name (widget_class, "frame-of-call");
  gtk_widget_class_set_template_from_resource (widget_class, "/org/gstnertc/Call/ui/call-frame.ui");
  gtk_widget_class_bind_template_callback (widget_class, on_motion);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
  gtk_widget_class_bind_template_callback (widget_class, reveal);
}

static void
call_frame_init (CallFrame *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
