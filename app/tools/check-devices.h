/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check-report.h"

G_BEGIN_DECLS

void check_devices (CheckReport *report, gboolean open, guint limit_ms);

G_END_DECLS
