/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstnertctransport.h"
#include "rtc-input.h"
#include "rtc-output.h"

G_BEGIN_DECLS

/*
 * The figures of tracks as structures for applications. Rates and losses are those since the same
 * object was asked before, of which it remembers the counts; what is not known is left out. On the
 * room's context only.
 */

void gst_nertc_stats_add_input (GstStructure *structure, RtcInput *input, RtcMedia media);
GstStructure *gst_nertc_stats_of_consumer (GstNertcTransport *transport, GArray *grades);
GstStructure *gst_nertc_stats_of_stream (RtcOutput *const *outputs, GPtrArray *transports,
                                         GArray *grades);

void gst_nertc_stats_post (GstElement *element, GstStructure **stats, GstStructure *latest);
void gst_nertc_stats_take_list (GstStructure *structure, const char *field, GPtrArray *structures);

G_END_DECLS
