/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-device.h"

#include "call-change.h"

struct _CallDevice {
  GObject parent_instance;

  guint kind;
  char *id;
  char *name;
  gboolean is_default;
};

G_DEFINE_FINAL_TYPE (CallDevice, call_device, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_KIND,
  PROP_ID,
  PROP_NAME,
  PROP_IS_DEFAULT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
call_device_finalize (GObject *object)
{
  CallDevice *self = CALL_DEVICE (object);

  g_free (self->id);
  g_free (self->name);
  G_OBJECT_CLASS (call_device_parent_class)->finalize (object);
}

static void
call_device_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallDevice *self = CALL_DEVICE (object);

  switch (id) {
    case PROP_KIND:
      g_value_set_uint (value, self->kind);
      break;
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_IS_DEFAULT:
      g_value_set_boolean (value, self->is_default);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_device_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallDevice *self = CALL_DEVICE (object);
  gboolean changed = FALSE;

  switch (id) {
    case PROP_KIND:
      changed = call_change_uint (&self->kind, value);
      break;
    case PROP_ID:
      changed = call_change_string (&self->id, value);
      break;
    case PROP_NAME:
      changed = call_change_string (&self->name, value);
      break;
    case PROP_IS_DEFAULT:
      changed = call_change_boolean (&self->is_default, value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  if (changed)
    g_object_notify_by_pspec (object, pspec);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags written = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags fixed = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  properties[PROP_KIND] = g_param_spec_uint ("kind", NULL, NULL, 0, G_MAXUINT, 0, fixed);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, fixed);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, fixed);
  properties[PROP_IS_DEFAULT] = g_param_spec_boolean ("is-default", NULL, NULL, FALSE, written);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_device_class_init (CallDeviceClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->finalize = call_device_finalize;
  object_class->get_property = call_device_get_property;
  object_class->set_property = call_device_set_property;
  install_properties (object_class);
}

static void
call_device_init (CallDevice *self)
{
}

/* Returns: (transfer full) */
CallDevice *
call_device_new (CallDeviceKind kind, const char *id, const char *name, gboolean is_default)
{
  return g_object_new (CALL_TYPE_DEVICE, "kind", kind, "id", id, "name", name, "is-default",
                       is_default, NULL);
}

const char *
call_device_get_id (CallDevice *self)
{
  return self->id;
}

const char *
call_device_get_name (CallDevice *self)
{
  return self->name;
}

gboolean
call_device_is_default (CallDevice *self)
{
  return self->is_default;
}
