/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/audio/audio.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * Media that say what they are.
 *
 * A coded picture carries a number as vertical bars of black and white, with a checksum. It can be
 * read after VP8, in another size and in any format whose first component is luminance, or R, G or
 * B.
 */
#define NERTC_PICTURE_NUMBERS (1 << 16)
#define NERTC_PICTURE_NONE G_MAXUINT

void nertc_picture_draw (GstVideoFrame *frame, guint number);
guint nertc_picture_read (GstVideoFrame *frame);
guint nertc_picture_read_sample (GstSample *sample);

/* Draws into every raw buffer that @pad sends: @base + the number of the buffer since then. */
void nertc_picture_draw_on_pad (GstPad *pad, guint base);

gdouble nertc_tone_measure (GstSample *sample, gdouble frequency);
gdouble nertc_sound_level (GstSample *sample);

/* Coded pictures as VP8, the first a key frame; a tone as Opus; and frames that pass for Opus. */
GPtrArray *nertc_encode_pictures (guint base, guint count, guint width, guint height);
GPtrArray *nertc_encode_tone (guint frequency, guint count);
GstBuffer *nertc_make_opus (guint32 number);
guint32 nertc_read_opus (GstBuffer *buffer);

G_END_DECLS
