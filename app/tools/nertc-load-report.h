/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-load-crowd.h"

G_BEGIN_DECLS

/* What was measured, for people and for programs. Pure. */

char *load_report_as_text (const LoadOptions *options, const LoadFigures *figures,
                           const LoadSummary *summary);
char *load_report_as_json (const LoadOptions *options, const LoadFigures *figures,
                           const LoadSummary *summary);

G_END_DECLS
