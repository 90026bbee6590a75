/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check-report.h"

G_BEGIN_DECLS

void check_elements (CheckReport *report);
void check_codecs (CheckReport *report);

G_END_DECLS
