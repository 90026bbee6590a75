/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-input.h"

G_BEGIN_DECLS

/*
 * The properties of nertcsink that say how media is encoded. The object lock of the element
 * protects them; the functions take it themselves, but for those of get.
 */
typedef struct {
  guint bitrate[RTC_N_MEDIA];
  gboolean has_bitrate[RTC_N_MEDIA]; /* somebody has set it */
  gboolean steer;
  char *codecs[RTC_N_MEDIA]; /* names in order of preference, or NULL */
} GstNertcSinkEncoding;

void gst_nertc_sink_encoding_install (GObjectClass *klass);
void gst_nertc_sink_encoding_init (GstNertcSinkEncoding *self);
void gst_nertc_sink_encoding_clear (GstNertcSinkEncoding *self);

gboolean gst_nertc_sink_encoding_has (guint property_id);
void gst_nertc_sink_encoding_set (GstNertcSinkEncoding *self, GstElement *element,
                                  guint property_id, const GValue *value);
void gst_nertc_sink_encoding_get (GstNertcSinkEncoding *self, guint property_id, GValue *value);

gboolean gst_nertc_sink_encoding_check (GstNertcSinkEncoding *self, GstElement *element);
void gst_nertc_sink_encoding_apply (GstNertcSinkEncoding *self, GstElement *element, RtcMedia media,
                                    RtcInput *input);

G_END_DECLS
