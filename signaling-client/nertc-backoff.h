/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint nertc_backoff_delay (guint attempt, guint elapsed_ms, double random);

G_END_DECLS
