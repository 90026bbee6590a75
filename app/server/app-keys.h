/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The app keys of a key file: groups [app KEY] with secrets=FIRST or secrets=FIRST;SECOND. A table
 * of them goes from app key to its secrets, a GStrv.
 */

/* Two, so that a secret can be changed: while one is new, tokens of the other one still count. */
#define SRV_SECRETS_MAX 2

GHashTable *srv_app_keys_new (void);
gboolean srv_app_keys_is_group (const char *group);
GHashTable *srv_app_keys_read (GKeyFile *file, const char *path, GError **error);

G_END_DECLS
