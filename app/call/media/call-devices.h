/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-device.h"

G_BEGIN_DECLS

/* The cameras, microphones and speakers of this machine, as they come and go (GstDeviceMonitor).
 * Properties: cameras, microphones, speakers: GListModel of CallDevice; ready:
 * boolean: whether the first look is over, which happens after the window is drawn: the lists are
 * empty before. Emits "changed" when all lists are as they are reported. */
#define CALL_TYPE_DEVICES (call_devices_get_type ())
G_DECLARE_FINAL_TYPE (CallDevices, call_devices, CALL, DEVICES, GObject)

CallDevices *call_devices_new (void);
GListModel *call_devices_get_list (CallDevices *self, CallDeviceKind kind);
CallDevice *call_devices_find (CallDevices *self, CallDeviceKind kind, const char *id);

G_END_DECLS
