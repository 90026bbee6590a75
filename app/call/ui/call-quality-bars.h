/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-member.h"

G_BEGIN_DECLS

/* How good the network of a member is, as bars, with the words as tooltip and for screen readers;
 * out of sight while nothing is known. Properties: member: CallMember, writable, nullable */
#define CALL_TYPE_QUALITY_BARS (call_quality_bars_get_type ())
G_DECLARE_FINAL_TYPE (CallQualityBars, call_quality_bars, CALL, QUALITY_BARS, GtkWidget)

/* (transfer none): "Good network"; NULL: unknown */
const char *call_quality_bars_get_words (guint quality);

G_END_DECLS
