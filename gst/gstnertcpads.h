/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstnertcsubscriber.h"

G_BEGIN_DECLS

/* Which pads a nertcsrc has. */
typedef struct {
  GstNertcSubscribe subscribe;
  guint slots;      /* 0: a pad for each track that there is */
  gboolean mix;     /* one audio pad for all */
  guint latency_ms; /* of the timestamps */
} GstNertcLayout;

/*
 * The pads of a nertcsrc, from READY→PAUSED to PAUSED→READY, and what is behind them. Some are
 * there from the start, some come with a stream and go with it, and some are no pads of the element
 * but sound into a mixture. Thread-safe.
 */
#define GST_TYPE_NERTC_PADS (gst_nertc_pads_get_type ())
G_DECLARE_FINAL_TYPE (GstNertcPads, gst_nertc_pads, GST, NERTC_PADS, GObject)

GstNertcPads *gst_nertc_pads_new (GstElement *element, const GstNertcLayout *layout);

void gst_nertc_pads_open_slots (GstNertcPads *self, GstNertcSubscriber *subscriber);
gboolean gst_nertc_pads_open_stream (GstNertcPads *self, NertcStream *stream, NertcMedia media,
                                     RtcOutput *outputs[RTC_N_MEDIA]);
void gst_nertc_pads_close_stream (GstNertcPads *self, RtcOutput *const outputs[RTC_N_MEDIA]);
void gst_nertc_pads_close (GstNertcPads *self);

void gst_nertc_pads_set_playing (GstNertcPads *self, gboolean playing);
void gst_nertc_pads_set_latency (GstNertcPads *self, guint latency_ms);
void gst_nertc_pads_send_eos (GstNertcPads *self);

G_END_DECLS
