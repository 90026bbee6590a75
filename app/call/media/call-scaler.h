/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <cairo.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

/* Turns pictures as they are sent into what cairo paints, in the size that is shown and in memory
 * that is used again. Not thread-safe. */
typedef struct _CallScaler CallScaler;

CallScaler *call_scaler_new (void);
void call_scaler_free (CallScaler *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CallScaler, call_scaler_free)

cairo_surface_t *call_scaler_make_surface (CallScaler *self, GstBuffer *buffer,
                                           const GstVideoInfo *info, guint width, guint height);

G_END_DECLS
