/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check-report.h"

G_BEGIN_DECLS

gboolean check_ice_is_valid (const char *text);
void check_ice_servers (CheckReport *report, const char *const *named,
                        const char *const *handed_out, const char *ca_file, guint limit_ms);

G_END_DECLS
