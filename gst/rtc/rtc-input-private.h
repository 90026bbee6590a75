/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-input.h"

#include "rtc-input-branch.h"
#include "rtc-meter.h"
#include "rtc-steering.h"

G_BEGIN_DECLS

struct _RtcInput {
  GObject parent_instance;

  /* Set once */
  RtcMedia media;
  GstBin *bin; /* not owned: it owns the input */
  RtcEncoderSetup setup;
  gpointer user_data;

  /* On the thread that brings caps and frames only */
  GPtrArray *front;  /* of the elements before the branches: there for raw media only */
  gboolean skipping; /* raw frames: nobody takes the track */
  gboolean is_live;

  RtcSteering *steering; /* of the encoder upstream */

  RtcMeter meter; /* of the encoded frames that are handed out */
  guint dropped;  /* raw frames that the encoder was too slow for; atomic */

  /* Changed on that thread only, with the lock held */
  RtcInputBranch *branch;
  RtcInputBranch *old_branch; /* of the codec before, while somebody is sent that; or NULL */

  GMutex lock;
  GPtrArray *order;      /* of RtcCodec; protected by lock, as all below */
  const RtcCodec *codec; /* that is published; NULL: not known yet */
  const RtcCodec *expected;
  GPtrArray *consumers; /* never changed, only replaced, so that it can be read without the lock */
  gboolean is_raw;      /* what comes in */
  gboolean muted;
  guint bitrate;  /* most of the encoder inside, bit/s; 0: not set, as the next two */
  guint upstream; /* most of the encoder upstream */
  guint target;   /* of both, for the time being */
  gboolean steer; /* the encoder upstream, too */
  gint64 last_request;
  gboolean request_pending; /* came too soon after another */
  double level;             /* of raw sound, dBov; RTC_LEVEL_UNKNOWN */
  GstClockTime resumed_at;  /* of the raw frame after those that nobody took */
};

/* rtc-input.c */
GPtrArray *rtc_input_get_consumers (RtcInput *self);
const RtcCodec *rtc_input_choose_codec (RtcInput *self, GError **error);
void rtc_input_set_codec (RtcInput *self, const RtcCodec *codec, gboolean is_raw);
void rtc_input_apply_bitrate (RtcInput *self);

/* rtc-input-frames.c */
void rtc_input_watch_level (RtcInput *self, GstElement *encoder);
double rtc_input_get_level (RtcInput *self);
RtcInputBranch *rtc_input_make_branch (RtcInput *self);

/* rtc-input-chain.c */
void rtc_input_remove_chain (RtcInput *self);

G_END_DECLS
