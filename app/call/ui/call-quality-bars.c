/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-quality-bars.h"

#include <glib/gi18n.h>

#define BARS 4
#define BAR_WIDTH 3
#define BAR_GAP 1
#define HEIGHT 12
#define WIDTH (BARS * BAR_WIDTH + (BARS - 1) * BAR_GAP)

struct _CallQualityBars {
  GtkWidget parent_instance;

  CallMember *member;
  guint quality;
};

G_DEFINE_FINAL_TYPE (CallQualityBars, call_quality_bars, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_MEMBER,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static const struct {
  guint bars;
  const char *style; /* class that colours them */
  const char *words;
} grades[] = {
  { 0, NULL, NULL },
  { 4, NULL, N_ ("Excellent network") },
  { 4, NULL, N_ ("Good network") },
  { 3, NULL, N_ ("Fair network") },
  { 2, "warning", N_ ("Poor network") },
  { 1, "error", N_ ("Very poor network") },
  { 0, "error", N_ ("No network") },
};

const char *
call_quality_bars_get_words (guint quality)
{
  return quality && quality < G_N_ELEMENTS (grades) ? _ (grades[quality].words) : NULL;
}

static void
set_quality (CallQualityBars *self, guint quality)
{
  const char *words;

  quality = quality < G_N_ELEMENTS (grades) ? quality : 0;
  if (quality == self->quality)
    return;
  if (grades[self->quality].style)
    gtk_widget_remove_css_class (GTK_WIDGET (self), grades[self->quality].style);
  self->quality = quality;
  if (grades[quality].style)
    gtk_widget_add_css_class (GTK_WIDGET (self), grades[quality].style);
  words = call_quality_bars_get_words (quality);
  gtk_widget_set_visible (GTK_WIDGET (self), words != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), words);
  if (words)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                    -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_quality (CallQualityBars *self)
{
  set_quality (self, self->member ? call_member_get_quality (self->member) : 0);
}

static void
set_member (CallQualityBars *self, CallMember *member)
{
  if (member == self->member)
    return;
  if (self->member)
    g_signal_handlers_disconnect_by_func (self->member, on_quality, self);
  g_set_object (&self->member, member);
  if (member) {
    g_signal_connect_swapped (member, "notify::quality-up", G_CALLBACK (on_quality), self);
    g_signal_connect_swapped (member, "notify::quality-down", G_CALLBACK (on_quality), self);
  }
  on_quality (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MEMBER]);
}

static void
call_quality_bars_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                           int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static void
call_quality_bars_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CallQualityBars *self = CALL_QUALITY_BARS (widget);
  float left = (gtk_widget_get_width (widget) - WIDTH) / 2;
  float bottom = (gtk_widget_get_height (widget) + HEIGHT) / 2;
  GdkRGBA color, faint;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  faint = color;
  faint.alpha *= 0.3f;
  for (guint i = 0; i < BARS; i++) {
    float height = (float) HEIGHT * (i + 1) / BARS;

    gtk_snapshot_append_color (
        snapshot, i < grades[self->quality].bars ? &color : &faint,
        &GRAPHENE_RECT_INIT (left + i * (BAR_WIDTH + BAR_GAP), bottom - height, BAR_WIDTH, height));
  }
}

static void
call_quality_bars_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallQualityBars *self = CALL_QUALITY_BARS (object);

  switch (id) {
    case PROP_MEMBER:
      g_value_set_object (value, self->member);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_quality_bars_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallQualityBars *self = CALL_QUALITY_BARS (object);

  switch (id) {
    case PROP_MEMBER:
      set_member (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_quality_bars_dispose (GObject *object)
{
  set_member (CALL_QUALITY_BARS (object), NULL);
  G_OBJECT_CLASS (call_quality_bars_parent_class)->dispose (object);
}

static void
call_quality_bars_class_init (CallQualityBarsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_quality_bars_dispose;
  object_class->get_property = call_quality_bars_get_property;
  object_class->set_property = call_quality_bars_set_property;
  widget_class->measure = call_quality_bars_measure;
  widget_class->snapshot = call_quality_bars_snapshot;
  properties[PROP_MEMBER] =
      g_param_spec_object ("member", NULL, NULL, CALL_TYPE_MEMBER,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-quality-bars.ui");
}

static void
call_quality_bars_init (CallQualityBars *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
