/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* Figures of all streams. Properties: room: CallRoom, writable, nullable */
#define CALL_TYPE_STATISTICS (call_statistics_get_type ())
G_DECLARE_FINAL_TYPE (CallStatistics, call_statistics, CALL, STATISTICS, AdwBin)

G_END_DECLS
