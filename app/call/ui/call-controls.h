/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* The bar of buttons under a call. Where it is too narrow for all, those that are used less go into
 * a menu. Properties: room: CallRoom, writable, nullable */
#define CALL_TYPE_CONTROLS (call_controls_get_type ())
G_DECLARE_FINAL_TYPE (CallControls, call_controls, CALL, CONTROLS, GtkWidget)

G_END_DECLS
