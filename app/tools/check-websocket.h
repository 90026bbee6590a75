/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean check_open_websocket (GIOStream *stream, GUri *uri, guint limit_ms, GError **error);

G_END_DECLS
