/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-media.h"

G_BEGIN_DECLS

/* How loud the microphone is. Properties: media: CallMedia, writable, nullable */
#define CALL_TYPE_LEVEL_METER (call_level_meter_get_type ())
G_DECLARE_FINAL_TYPE (CallLevelMeter, call_level_meter, CALL, LEVEL_METER, GtkWidget)

G_END_DECLS
