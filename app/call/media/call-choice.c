/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-choice.h"

#include <glib/gi18n.h>

#include "call-devices-private.h"

struct _CallChoice {
  GObject parent_instance;

  CallDevices *devices;
  CallDeviceKind kind;
  GSettings *settings;
  char *key;
  CallDevice *device; /* the chosen one, while it is there */
  CallDevice *used;
  gboolean ready;
  gboolean missed; /* the chosen one was there, and is not */
};

G_DEFINE_FINAL_TYPE (CallChoice, call_choice, G_TYPE_OBJECT)

enum {
  SIGNAL_CHANGED,
  SIGNAL_NOTICE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Returns: (transfer full) (nullable): what the system says, or the first */
static CallDevice *
find_default (CallChoice *self)
{
  GListModel *list = call_devices_get_list (self->devices, self->kind);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (CallDevice) device = g_list_model_get_item (list, i);

    if (call_device_is_default (device))
      return g_steal_pointer (&device);
  }
  return g_list_model_get_item (list, 0);
}

/* Returns: (transfer full) (nullable) */
static CallDevice *
find_chosen (CallChoice *self)
{
  g_autofree char *id = g_settings_get_string (self->settings, self->key);
  CallDevice *device = *id ? call_devices_find (self->devices, self->kind, id) : NULL;

  return device ? g_object_ref (device) : NULL;
}

/* @gone: (nullable): what was used; without another one there is a problem, not a notice.
 *
 * Returns: (transfer full) (nullable) */
static char *
make_notice (CallChoice *self, CallDevice *gone, gboolean is_back)
{
  const char *name = self->used ? call_device_get_name (self->used) : NULL;

  if (!name)
    return NULL;
  if (is_back)
    return g_strdup_printf (_ ("“%s” is connected again and in use."), name);
  if (gone)
    return g_strdup_printf (_ ("“%s” was unplugged. “%s” is used instead."),
                            call_device_get_name (gone), name);
  return NULL;
}

static gboolean
is_listed (CallChoice *self, CallDevice *device)
{
  return call_devices_find (self->devices, self->kind, call_device_get_id (device)) != NULL;
}

static void
update (CallChoice *self)
{
  g_autoptr (CallDevice) device = find_chosen (self);
  g_autoptr (CallDevice) used = device ? g_object_ref (device) : find_default (self);
  g_autoptr (CallDevice) before = self->used ? g_object_ref (self->used) : NULL;
  g_autoptr (CallDevice) gone = before && !is_listed (self, before) ? g_object_ref (before) : NULL;
  const gboolean is_back = self->missed && device;
  g_autofree char *notice = NULL;

  if (self->device && !device && !is_listed (self, self->device))
    self->missed = TRUE;
  else if (device)
    self->missed = FALSE;
  if (used == self->used && device == self->device &&
      self->ready == call_devices_is_ready (self->devices))
    return;
  self->ready = call_devices_is_ready (self->devices);
  g_set_object (&self->device, device);
  g_set_object (&self->used, used);
  notice = make_notice (self, gone, is_back);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  if (notice)
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, notice);
}

static void
on_setting_changed (CallChoice *self)
{
  self->missed = FALSE;
  update (self);
}

static void
call_choice_dispose (GObject *object)
{
  CallChoice *self = CALL_CHOICE (object);

  g_clear_object (&self->devices);
  g_clear_object (&self->settings);
  g_clear_object (&self->device);
  g_clear_object (&self->used);
  g_clear_pointer (&self->key, g_free);
  G_OBJECT_CLASS (call_choice_parent_class)->dispose (object);
}

static void
call_choice_class_init (CallChoiceClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = call_choice_dispose;
  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
call_choice_init (CallChoice *self)
{
}

CallChoice *
call_choice_new (CallDevices *devices, CallDeviceKind kind, GSettings *settings, const char *key)
{
  CallChoice *self = g_object_new (CALL_TYPE_CHOICE, NULL);
  g_autofree char *changed = g_strconcat ("changed::", key, NULL);

  self->devices = g_object_ref (devices);
  self->kind = kind;
  self->settings = g_object_ref (settings);
  self->key = g_strdup (key);
  g_signal_connect_object (devices, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, changed, G_CALLBACK (on_setting_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
call_choice_set_device (CallChoice *self, CallDevice *device)
{
  g_settings_set_string (self->settings, self->key, device ? call_device_get_id (device) : "");
}

CallDevice *
call_choice_get_device (CallChoice *self)
{
  return self->device;
}

CallDevice *
call_choice_get_used (CallChoice *self)
{
  return self->used;
}

gboolean
call_choice_is_ready (CallChoice *self)
{
  return self->ready;
}
