/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the kernel knows of this process, under the names that every exporter for Prometheus has. */
void srv_process_figures_add (GString *page, gint64 started);

G_END_DECLS
