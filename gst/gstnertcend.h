/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Tells when an object, and with it the last thread that keeps it, has ended. */
typedef struct _GstNertcEnd GstNertcEnd;

GstNertcEnd *gst_nertc_end_new (gpointer object, GMainContext *context);
void gst_nertc_end_await (GstNertcEnd *self);
void gst_nertc_end_free (GstNertcEnd *self);

void gst_nertc_end_take (GstObject *keeper, GstNertcEnd **kept, GstNertcEnd *end);
void gst_nertc_end_finish (GstObject *keeper, GstNertcEnd **kept);

G_END_DECLS
