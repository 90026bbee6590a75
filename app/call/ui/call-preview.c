/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-preview.h"

#include <glib/gi18n.h>

#include "call-level-meter.h"
#include "call-mirror.h"

struct _CallPreview {
  AdwBin parent_instance;

  CallMirror *mirror;
  GtkLabel *status;
  GtkToggleButton *microphone;
  GtkToggleButton *camera;
  CallLevelMeter *meter;

  CallMedia *media;
  GSettings *settings;
  GPtrArray *bindings; /* of GBinding, from and to media */
};

G_DEFINE_FINAL_TYPE (CallPreview, call_preview, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_MEDIA,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_audio_only (CallPreview *self)
{
  return g_settings_get_boolean (self->settings, "audio-only");
}

static const char *
describe (CallPreview *self)
{
  if (!self->media)
    return _ ("One moment…");
  if (is_audio_only (self))
    return _ ("Audio only");
  if (!call_media_is_camera_on (self->media))
    return _ ("Your camera is off");
  return _ ("Starting the camera…");
}

static gboolean
has_camera_problem (CallPreview *self)
{
  g_autoptr (CallProblem) problem = NULL;

  g_object_get (self->media, "camera-problem", &problem, NULL);
  return problem != NULL;
}

static void
show_picture (CallPreview *self)
{
  GdkPaintable *picture = self->media ? call_media_get_picture (self->media) : NULL;
  gboolean seen = picture && !is_audio_only (self);

  call_mirror_set_paintable (self->mirror, seen ? picture : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->status), !seen);
  if (!seen && self->media && has_camera_problem (self))
    gtk_label_set_label (self->status, _ ("No picture"));
  else if (!seen)
    gtk_label_set_label (self->status, describe (self));
}

static void
show_switches (CallPreview *self)
{
  gboolean microphone = self->media && call_media_is_microphone_on (self->media);
  gboolean camera = self->media && call_media_is_camera_on (self->media) && !is_audio_only (self);

  gtk_button_set_icon_name (GTK_BUTTON (self->microphone), microphone
                                                               ? "audio-input-microphone-symbolic"
                                                               : "microphone-disabled-symbolic");
  gtk_button_set_icon_name (GTK_BUTTON (self->camera),
                            camera ? "camera-video-symbolic" : "camera-disabled-symbolic");
  gtk_widget_set_sensitive (GTK_WIDGET (self->microphone), self->media != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->camera), self->media && !is_audio_only (self));
}

static void
show_all (CallPreview *self)
{
  show_switches (self);
  show_picture (self);
}

static void
update_previewing (CallPreview *self)
{
  if (self->media)
    call_media_set_previewing (self->media, gtk_widget_get_mapped (GTK_WIDGET (self)));
}

static void
bind (CallPreview *self, const char *property, gpointer widget)
{
  g_ptr_array_add (self->bindings,
                   g_object_bind_property (self->media, property, widget, "active",
                                           G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL));
}

static void
let_go (CallPreview *self)
{
  if (!self->media)
    return;
  for (guint i = 0; i < self->bindings->len; i++)
    g_binding_unbind (self->bindings->pdata[i]);
  g_ptr_array_set_size (self->bindings, 0);
  g_signal_handlers_disconnect_by_data (self->media, self);
  call_media_set_previewing (self->media, FALSE);
}

static void
take_up (CallPreview *self)
{
  static const char *const told[] = { "notify::picture", "notify::camera-on",
                                      "notify::camera-problem", "notify::microphone-on" };

  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    g_signal_connect_swapped (self->media, told[i], G_CALLBACK (show_all), self);
  bind (self, "microphone-on", self->microphone);
  bind (self, "camera-on", self->camera);
}

static void
set_media (CallPreview *self, CallMedia *media)
{
  if (self->media == media)
    return;
  let_go (self);
  g_set_object (&self->media, media);
  if (media)
    take_up (self);
  if (self->meter)
    g_object_set (self->meter, "media", media, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MEDIA]);
}

static void
call_preview_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (call_preview_parent_class)->map (widget);
  update_previewing (CALL_PREVIEW (widget));
}

static void
call_preview_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (call_preview_parent_class)->unmap (widget);
  update_previewing (CALL_PREVIEW (widget));
}

static void
call_preview_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
    case PROP_MEDIA:
      g_value_set_object (value, CALL_PREVIEW (object)->media);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_preview_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallPreview *self = CALL_PREVIEW (object);

  switch (id) {
    case PROP_MEDIA:
      set_media (self, g_value_get_object (value));
      update_previewing (self);
      show_all (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_preview_dispose (GObject *object)
{
  CallPreview *self = CALL_PREVIEW (object);

  set_media (self, NULL);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (call_preview_parent_class)->dispose (object);
}

static void
call_preview_finalize (GObject *object)
{
  g_ptr_array_unref (CALL_PREVIEW (object)->bindings);
  G_OBJECT_CLASS (call_preview_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  g_type_ensure (CALL_TYPE_MIRROR);
  g_type_ensure (CALL_TYPE_LEVEL_METER);
  gtk_widget_class_set_template_from_resource (class, "/org/gstnertc/Call/ui/call-preview.ui");
  gtk_widget_class_bind_template_child (class, CallPreview, mirror);
  gtk_widget_class_bind_template_child (class, CallPreview, status);
  gtk_widget_class_bind_template_child (class, CallPreview, microphone);
  gtk_widget_class_bind_template_child (class, CallPreview, camera);
  gtk_widget_class_bind_template_child (class, CallPreview, meter);
}

static void
call_preview_class_init (CallPreviewClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_preview_dispose;
  object_class->finalize = call_preview_finalize;
  object_class->get_property = call_preview_get_property;
  object_class->set_property = call_preview_set_property;
  widget_class->map = call_preview_map;
  widget_class->unmap = call_preview_unmap;
  properties[PROP_MEDIA] =
      g_param_spec_object ("media", NULL, NULL, CALL_TYPE_MEDIA,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  bind_template (widget_class);
}

static void
call_preview_init (CallPreview *self)
{
  self->bindings = g_ptr_array_new ();
  self->settings = g_settings_new ("org.gstnertc.Call");
  gtk_widget_init_template (GTK_WIDGET (self));
  g_settings_bind (self->settings, "mirror", self->mirror, "mirrored", G_SETTINGS_BIND_GET);
  g_signal_connect_object (self->settings, "changed::audio-only", G_CALLBACK (show_all), self,
                           G_CONNECT_SWAPPED);
  show_all (self);
}
