/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "call-devices.h"

G_BEGIN_DECLS

/* Whether the first look at the devices is over; "notify::ready". Before, the lists are empty. */
gboolean call_devices_is_ready (CallDevices *self);
/* (transfer none) */
GstDevice *call_devices_get_gst_device (CallDevice *device);

G_END_DECLS
