/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * The bitrate of an encoder that belongs to somebody else: upstream of an input. It is lowered to a
 * limit and raised again, but never above what its owner has set. Thread-safe.
 */
typedef struct _RtcSteering RtcSteering;

RtcSteering *rtc_steering_new (void);
void rtc_steering_free (RtcSteering *self);

void rtc_steering_take (RtcSteering *self, GstElement *encoder, guint limit);
void rtc_steering_limit (RtcSteering *self, guint limit);

G_END_DECLS
