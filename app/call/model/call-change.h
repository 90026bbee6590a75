/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* For set_property() of things that tell a change only if it is one: each puts value into place
 * and returns whether it was another one. */
gboolean call_change_string (char **place, const GValue *value);
gboolean call_change_boolean (gboolean *place, const GValue *value);
gboolean call_change_uint (guint *place, const GValue *value);
gboolean call_change_double (double *place, const GValue *value);
gboolean call_change_object (gpointer place, const GValue *value);

G_END_DECLS
