/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-devices.h"

struct _CallDevices {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (CallDevices, call_devices, G_TYPE_OBJECT)

static void
call_devices_class_init (CallDevicesClass *class)
{
}

static void
call_devices_init (CallDevices *self)
{
}

CallDevices *
call_devices_new (void)
{
  return g_object_new (CALL_TYPE_DEVICES, NULL);
}

GListModel *
call_devices_get_list (CallDevices *self, CallDeviceKind kind)
{
  return NULL;
}

CallDevice *
call_devices_find (CallDevices *self, CallDeviceKind kind, const char *id)
{
  return NULL;
}
