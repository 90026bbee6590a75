/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_NERTC_SRC (gst_nertc_src_get_type ())
G_DECLARE_FINAL_TYPE (GstNertcSrc, gst_nertc_src, GST, NERTC_SRC, GstElement)

GST_ELEMENT_REGISTER_DECLARE (nertcsrc);

G_END_DECLS
