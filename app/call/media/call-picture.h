/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gdk/gdk.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/* A GdkPaintable that shows what comes to its sink, when it is due, in memory that is used again.
 * What comes is scaled to the size that is shown before it is converted to what is painted. */
#define CALL_TYPE_PICTURE (call_picture_get_type ())
G_DECLARE_FINAL_TYPE (CallPicture, call_picture, CALL, PICTURE, GObject)

CallPicture *call_picture_new (void);
/* (transfer floating): a bin with the pad "sink", for raw video; one at a time */
GstElement *call_picture_make_sink (CallPicture *self, GError **error);
/* Device pixels, which the picture covers, or fits into; 0: nowhere, and it costs nothing */
void call_picture_set_size (CallPicture *self, guint width, guint height);
/* From timestamp to display; GST_CLOCK_TIME_NONE: that of the pipeline */
void call_picture_set_delay (CallPicture *self, GstClockTime delay);
void call_picture_clear (CallPicture *self);
/* (transfer full) (nullable): what it shows, in full size: for a snapshot */
GdkTexture *call_picture_dup_texture (CallPicture *self);
void call_picture_get_counts (CallPicture *self, guint64 *shown, guint64 *dropped);

G_END_DECLS
