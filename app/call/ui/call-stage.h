/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* The tiles of all that there is to see. Properties: room: CallRoom, writable, nullable */
#define CALL_TYPE_STAGE (call_stage_get_type ())
G_DECLARE_FINAL_TYPE (CallStage, call_stage, CALL, STAGE, GtkWidget)

G_END_DECLS
