/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "await.h"
#include "media.h"
#include "rtc-output.h"

G_BEGIN_DECLS

/*
 * An output whose pad belongs to an element in a pipeline, and what it is linked to: a pad that
 * keeps all that comes.
 */
typedef struct {
  RtcMedia media;
  GstElement *pipeline;
  GstElement *element;
  GstPad *src_pad;
  RtcOutput *output;
  GstPad *sink_pad;
  int requests; /* atomic: for a key frame */

  GMutex lock;
  GCond cond;
  GstCaps *caps;      /* that it takes; protected by lock, as all below */
  GstFlowReturn flow; /* that it answers */
  gboolean blocks;    /* holds up what comes, until it is deactivated */
  gboolean is_held;
  GPtrArray *items; /* of GstEvent and GstSample */

  /* The feed: in real-time, on the main context; it begins anew when a key frame is requested */
  GPtrArray *frames; /* of GstSample */
  gconstpointer input;
  GSource *feed;
  GstClockTime frame_duration;
  GstClockTime feed_pts; /* of the next frame: a time of the clock */
  guint fed;
  guint next_frame;
  int answered; /* requests */
} RtcDrain;

RtcDrain *rtc_drain_new (RtcMedia media, const char *caps);
void rtc_drain_free (RtcDrain *self);

void rtc_drain_set_state (RtcDrain *self, GstState state);
void rtc_drain_set_caps (RtcDrain *self, const char *caps);
void rtc_drain_set_flow (RtcDrain *self, GstFlowReturn flow);
void rtc_drain_set_blocks (RtcDrain *self, gboolean blocks);
void rtc_drain_link (RtcDrain *self);
void rtc_drain_unlink (RtcDrain *self);

void rtc_drain_feed (RtcDrain *self, gboolean feed);
RtcGateVerdict rtc_drain_push (RtcDrain *self, guint index, GstClockTime pts);
GstClockTime rtc_drain_get_time (RtcDrain *self);
GstClockTime rtc_drain_get_running_time (RtcDrain *self);

/* What has come: each item as text, such as "segment" or "caps audio/x-raw" or "buffer" */
guint rtc_drain_count (RtcDrain *self);
char *rtc_drain_describe (RtcDrain *self, guint from);
void rtc_drain_forget (RtcDrain *self);
GPtrArray *rtc_drain_get_items (RtcDrain *self);
GPtrArray *rtc_drain_get_samples (RtcDrain *self);
guint rtc_drain_count_samples (RtcDrain *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcDrain, rtc_drain_free)

G_END_DECLS
