/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-device-row.h"

#include <glib/gi18n.h>

struct _CallDeviceRow {
  AdwComboRow parent_instance;

  CallMedia *media;
  guint kind;
  GListModel *devices; /* without the first choice, which is to leave it to the system */
  gboolean in_change;  /* what is selected does not come from the user */
};

G_DEFINE_FINAL_TYPE (CallDeviceRow, call_device_row, ADW_TYPE_COMBO_ROW)

enum {
  PROP_0,
  PROP_MEDIA,
  PROP_KIND,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

typedef struct {
  const char *notify;
  CallDevice *(*get) (CallMedia *media);
  void (*set) (CallMedia *media, CallDevice *device);
} Access;

static const Access access_to[] = {
  [CALL_DEVICE_CAMERA] = { "notify::camera", call_media_get_camera, call_media_set_camera },
  [CALL_DEVICE_MICROPHONE] = { "notify::microphone", call_media_get_microphone,
                               call_media_set_microphone },
  [CALL_DEVICE_SPEAKER] = { "notify::speaker", call_media_get_speaker, call_media_set_speaker },
};

static guint
find_position (CallDeviceRow *self, CallDevice *device)
{
  guint count = device ? g_list_model_get_n_items (self->devices) : 0;

  for (guint i = 0; i < count; i++) {
    g_autoptr (CallDevice) other = g_list_model_get_item (self->devices, i);

    if (other == device)
      return i + 1;
  }
  return 0;
}

static void
select_device (CallDeviceRow *self)
{
  CallDevice *device = access_to[self->kind].get (self->media);

  self->in_change = TRUE;
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), find_position (self, device));
  self->in_change = FALSE;
}

static void
on_selected (CallDeviceRow *self)
{
  CallDevice *device = adw_combo_row_get_selected_item (ADW_COMBO_ROW (self));

  if (!self->media || self->in_change)
    return;
  if (adw_combo_row_get_selected (ADW_COMBO_ROW (self)) == 0)
    device = NULL;
  if (device != access_to[self->kind].get (self->media))
    access_to[self->kind].set (self->media, device);
}

/* A device came or went: what the row selects instead is not the user's wish. */

static void
before_change (CallDeviceRow *self)
{
  self->in_change = TRUE;
}

static void
after_change (CallDeviceRow *self)
{
  select_device (self);
}

/* Returns: (transfer full) */
static GListModel *
make_choices (CallDeviceRow *self)
{
  GListStore *first = g_list_store_new (CALL_TYPE_DEVICE);
  GListStore *parts = g_list_store_new (G_TYPE_LIST_MODEL);
  g_autoptr (CallDevice) none =
      call_device_new (self->kind, "", _ ("As the system chooses"), FALSE);

  g_list_store_append (first, none);
  g_list_store_append (parts, first);
  g_list_store_append (parts, self->devices);
  g_object_unref (first);
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts)));
}

static void
let_go (CallDeviceRow *self)
{
  self->in_change = TRUE;
  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
  if (self->devices)
    g_signal_handlers_disconnect_by_data (self->devices, self);
  if (self->media)
    g_signal_handlers_disconnect_by_data (self->media, self);
  adw_combo_row_set_model (ADW_COMBO_ROW (self), NULL);
  g_clear_object (&self->devices);
}

static void
take_up (CallDeviceRow *self)
{
  CallDevices *devices = call_media_get_devices (self->media);
  g_autoptr (GListModel) choices = NULL;

  if (!devices)
    return;
  self->devices = g_object_ref (call_devices_get_list (devices, self->kind));
  g_signal_connect_swapped (self->devices, "items-changed", G_CALLBACK (before_change), self);
  choices = make_choices (self);
  adw_combo_row_set_model (ADW_COMBO_ROW (self), choices);
  g_signal_connect_data (self->devices, "items-changed", G_CALLBACK (after_change), self, NULL,
                         G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_swapped (self->media, access_to[self->kind].notify, G_CALLBACK (select_device),
                            self);
  select_device (self);
  gtk_widget_set_sensitive (GTK_WIDGET (self), TRUE);
}

static void
set_media (CallDeviceRow *self, CallMedia *media)
{
  if (self->media == media)
    return;
  let_go (self);
  g_set_object (&self->media, media);
  if (media)
    take_up (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MEDIA]);
}

static void
call_device_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallDeviceRow *self = CALL_DEVICE_ROW (object);

  switch (id) {
    case PROP_MEDIA:
      g_value_set_object (value, self->media);
      break;
    case PROP_KIND:
      g_value_set_uint (value, self->kind);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_device_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallDeviceRow *self = CALL_DEVICE_ROW (object);

  switch (id) {
    case PROP_MEDIA:
      set_media (self, g_value_get_object (value));
      break;
    case PROP_KIND:
      self->kind = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_device_row_dispose (GObject *object)
{
  set_media (CALL_DEVICE_ROW (object), NULL);
  G_OBJECT_CLASS (call_device_row_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_MEDIA] = g_param_spec_object ("media", NULL, NULL, CALL_TYPE_MEDIA, flags);
  properties[PROP_KIND] = g_param_spec_uint ("kind", NULL, NULL, 0, CALL_DEVICE_SPEAKER, 0,
                                             flags | G_PARAM_CONSTRUCT_ONLY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
call_device_row_class_init (CallDeviceRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_device_row_dispose;
  object_class->get_property = call_device_row_get_property;
  object_class->set_property = call_device_row_set_property;
  install_properties (object_class);
  g_type_ensure (CALL_TYPE_DEVICE);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-device-row.ui");
}

static void
call_device_row_init (CallDeviceRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::selected", G_CALLBACK (on_selected), NULL);
}
