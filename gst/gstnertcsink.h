/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_NERTC_SINK (gst_nertc_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstNertcSink, gst_nertc_sink, GST, NERTC_SINK, GstBin)

GST_ELEMENT_REGISTER_DECLARE (nertcsink);

G_END_DECLS
