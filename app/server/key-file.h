/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GKeyFile *srv_key_file_load (const char *path, GError **error);

G_END_DECLS
