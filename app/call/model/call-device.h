/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  CALL_DEVICE_CAMERA,
  CALL_DEVICE_MICROPHONE,
  CALL_DEVICE_SPEAKER,
} CallDeviceKind;

/* Properties, all read-only: kind, id (stable over restarts: for the settings), name (for people),
 * is-default. What GStreamer has for it hangs on it as data of call-devices.c. */
#define CALL_TYPE_DEVICE (call_device_get_type ())
G_DECLARE_FINAL_TYPE (CallDevice, call_device, CALL, DEVICE, GObject)

CallDevice *call_device_new (CallDeviceKind kind, const char *id, const char *name,
                             gboolean is_default);
const char *call_device_get_id (CallDevice *self);
const char *call_device_get_name (CallDevice *self);
gboolean call_device_is_default (CallDevice *self);

G_END_DECLS
