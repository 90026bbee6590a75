/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-input.h"

G_BEGIN_DECLS

/* A track that is published: builds what its caps need when they come, and can be muted. */
#define GST_TYPE_NERTC_SINK_PAD (gst_nertc_sink_pad_get_type ())
G_DECLARE_FINAL_TYPE (GstNertcSinkPad, gst_nertc_sink_pad, GST, NERTC_SINK_PAD, GstGhostPad)

GstPad *gst_nertc_sink_pad_new (GstPadTemplate *template, const char *name, RtcInput *input);
RtcInput *gst_nertc_sink_pad_get_input (GstNertcSinkPad *self);

GstCaps *gst_nertc_sink_pad_get_template_caps (RtcMedia media);

G_END_DECLS
