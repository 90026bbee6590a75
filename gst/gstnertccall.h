/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef void (*GstNertcFunc) (gpointer object, gpointer data);

void gst_nertc_call (GMainContext *context, gpointer object, GstNertcFunc func, gpointer data,
                     GDestroyNotify destroy);

G_END_DECLS
