/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-member.h"

G_BEGIN_DECLS

/* How good the network of a member is. Properties: member: CallMember, writable, nullable */
#define CALL_TYPE_QUALITY_BARS (call_quality_bars_get_type ())
G_DECLARE_FINAL_TYPE (CallQualityBars, call_quality_bars, CALL, QUALITY_BARS, GtkWidget)

G_END_DECLS
