/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* GStreamer is made ready on a thread of its own, as reading what plugins there are may take
 * seconds after an update: a window is there before. Nothing else of media may be used until then.
 */
void call_start_async (GAsyncReadyCallback callback, gpointer user_data);
gboolean call_start_finish (GAsyncResult *result, GError **error);

G_END_DECLS
