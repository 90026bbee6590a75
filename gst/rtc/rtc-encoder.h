/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The bitrate of encoders, each of which has its own property and unit for it. */

GstElement *rtc_encoder_find_upstream (GstPad *sink_pad);
const char *rtc_encoder_get_property (GstElement *encoder);
guint rtc_encoder_get_bitrate (GstElement *encoder);
guint rtc_encoder_round (GstElement *encoder, guint bitrate);
void rtc_encoder_set_bitrate (GstElement *encoder, guint bitrate);

G_END_DECLS
