/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-media.h"

G_BEGIN_DECLS

/* The choice of a camera, microphone or speaker, also while they come and go. Properties, writable:
 * media: CallMedia, nullable; kind: CallDeviceKind (as uint) */
#define CALL_TYPE_DEVICE_ROW (call_device_row_get_type ())
G_DECLARE_FINAL_TYPE (CallDeviceRow, call_device_row, CALL, DEVICE_ROW, AdwComboRow)

G_END_DECLS
