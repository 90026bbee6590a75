/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What opens the HTTP API: a key in a file of its own, one line, or two lines while it is changed.
 */
typedef struct _SrvAdminKey SrvAdminKey;

SrvAdminKey *srv_admin_key_new (const char *file, GError **error);
SrvAdminKey *srv_admin_key_new_for_dev (const char *key);
void srv_admin_key_free (SrvAdminKey *self);

gboolean srv_admin_key_reload (SrvAdminKey *self, GError **error);
gboolean srv_admin_key_fits (SrvAdminKey *self, const char *authorization);

G_END_DECLS
