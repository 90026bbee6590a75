/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Tells when an object, and with it the last thread that keeps it, has ended. */
typedef struct _GstNertcEnd GstNertcEnd;

GstNertcEnd *gst_nertc_end_new (gpointer object, GMainContext *context);
void gst_nertc_end_await (GstNertcEnd *self);
void gst_nertc_end_free (GstNertcEnd *self);

G_END_DECLS
