/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-source.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): of all that a camera can give, what costs least to make the picture
 * of; NULL: nothing that is known here */
GstCaps *call_camera_format_choose (GstCaps *caps, const CallPictureOptions *options);
/* The largest size within the options that has the shape of what comes, and is not larger than it:
 * even numbers of square pixels */
void call_camera_format_fit (guint width, guint height, guint par_n, guint par_d,
                             const CallPictureOptions *options, guint *fit_width,
                             guint *fit_height);

G_END_DECLS
