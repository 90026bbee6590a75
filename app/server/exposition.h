/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Prometheus' text format, version 0.0.4. Pure. */

#define SRV_EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

void srv_exposition_begin (GString *page, const char *name, const char *type, const char *help);
void srv_exposition_add (GString *page, const char *name, const char *label, const char *value_of,
                         double value);
void srv_exposition_add_count (GString *page, const char *name, const char *label,
                               const char *value_of, guint64 value);

G_END_DECLS
