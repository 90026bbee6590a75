/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a process of this machine has used so far. All zero: not known. */
typedef struct {
  gint64 rss; /* bytes */
  gint64 cpu; /* µs, user and system */
} LoadUsage;

gboolean load_process_get_usage (int pid, LoadUsage *usage, GError **error);

G_END_DECLS
