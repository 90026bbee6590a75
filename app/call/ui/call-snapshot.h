/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gdk/gdk.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/* Saves what picture shows, in full size, as a PNG named after who is seen and the time, in the
 * user's folder for pictures. */
void call_snapshot_save_async (GdkPaintable *picture, const char *name, GAsyncReadyCallback done,
                               gpointer user_data);
GFile *call_snapshot_save_finish (GAsyncResult *result, GError **error);

G_END_DECLS
