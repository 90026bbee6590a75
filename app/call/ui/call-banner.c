/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-banner.h"

struct _CallBanner {
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkImage *icon;
  GtkLabel *label;
  GtkButton *button;
};

G_DEFINE_FINAL_TYPE (CallBanner, call_banner, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_TITLE,
  PROP_ICON_NAME,
  PROP_BUTTON_LABEL,
  PROP_ACTION_NAME,
  PROP_REVEALED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

void
call_banner_set_title (CallBanner *self, const char *title)
{
  if (g_strcmp0 (title, gtk_label_get_text (self->label)) == 0)
    return;
  gtk_label_set_text (self->label, title);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

void
call_banner_set_revealed (CallBanner *self, gboolean revealed)
{
  if (revealed == gtk_revealer_get_reveal_child (self->revealer))
    return;
  gtk_revealer_set_reveal_child (self->revealer, revealed);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVEALED]);
}

static void
set_action_name (CallBanner *self, const char *name)
{
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), name);
  gtk_widget_set_visible (GTK_WIDGET (self->button), name != NULL);
}

static void
call_banner_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallBanner *self = CALL_BANNER (object);

  switch (id) {
    case PROP_TITLE:
      g_value_set_string (value, gtk_label_get_text (self->label));
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, gtk_image_get_icon_name (self->icon));
      break;
    case PROP_BUTTON_LABEL:
      g_value_set_string (value, gtk_button_get_label (self->button));
      break;
    case PROP_ACTION_NAME:
      g_value_set_string (value, gtk_actionable_get_action_name (GTK_ACTIONABLE (self->button)));
      break;
    case PROP_REVEALED:
      g_value_set_boolean (value, gtk_revealer_get_reveal_child (self->revealer));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_banner_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallBanner *self = CALL_BANNER (object);

  switch (id) {
    case PROP_TITLE:
      call_banner_set_title (self, g_value_get_string (value));
      break;
    case PROP_ICON_NAME:
      gtk_image_set_from_icon_name (self->icon, g_value_get_string (value));
      break;
    case PROP_BUTTON_LABEL:
      gtk_button_set_label (self->button, g_value_get_string (value));
      break;
    case PROP_ACTION_NAME:
      set_action_name (self, g_value_get_string (value));
      break;
    case PROP_REVEALED:
      call_banner_set_revealed (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags written = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, written);
  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, written);
  properties[PROP_BUTTON_LABEL] = g_param_spec_string ("button-label", NULL, NULL, NULL, written);
  properties[PROP_ACTION_NAME] = g_param_spec_string ("action-name", NULL, NULL, NULL, written);
  properties[PROP_REVEALED] = g_param_spec_boolean ("revealed", NULL, NULL, FALSE, written);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_banner_class_init (CallBannerClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = call_banner_get_property;
  object_class->set_property = call_banner_set_property;
  install_properties (object_class);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, CallBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, CallBanner, icon);
  gtk_widget_class_bind_template_child (widget_class, CallBanner, label);
  gtk_widget_class_bind_template_child (widget_class, CallBanner, button);
}

static void
call_banner_init (CallBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
