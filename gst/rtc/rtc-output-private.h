/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-output.h"
#include "rtc-playout.h"

G_BEGIN_DECLS

struct _RtcOutput {
  GObject parent_instance;

  /* Set once */
  GstPad *pad;
  RtcMedia media;
  guint group_id;
  RtcGate *gate;
  RtcPlayout playout;

  /* On the task of the pad only */
  GstCaps *caps;          /* that were sent downstream */
  GstClockTime next_time; /* running time at which what was sent ends */
  gboolean started;
  gboolean segment_sent;

  GMutex push_lock; /* taken first: frames go on in the order in which the gate lets them pass */

  GMutex lock;
  GCond cond;
  GQueue queue; /* of GstSample and GstEvent; protected by lock, as all below */
  gboolean flushing;
  gboolean playing;
  gboolean eos;
  GstClockTime latency;
  char *stream_id;
  RtcFormat format;
  GstCaps *wanted; /* what downstream takes: of raw media only that */
  RtcOutputRequest request;
  GObject *requestee;

  GMutex converter_lock; /* held over the work with converter; never taken by its callback */
  RtcConverter *converter;
  const RtcCodec *kept;    /* encoded or RTP: downstream has been told its caps; NULL: none yet */
  const RtcCodec *skipped; /* the latest that downstream could not be given */
  gboolean warned;         /* that there can be no converter */
};

/* rtc-output.c */
void rtc_output_request_key_frame (RtcOutput *self);
void rtc_output_set_format (RtcOutput *self, RtcFormat format, GstCaps *wanted);

/* rtc-output-pad.c */
void rtc_output_set_up_pad (RtcOutput *self);
GstEvent *rtc_output_make_stream_start (RtcOutput *self, const char *stream_id);

G_END_DECLS
