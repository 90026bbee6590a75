/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-codec.h"
#include "rtc-gate.h"
#include "rtc-thinning.h"

#include <gst/app/gstappsink.h>

G_BEGIN_DECLS

/*
 * One codec of an input, and what leads to it:
 *
 *   raw video:  convert → encoder → capsfilter → appsink
 *   raw audio:  convert → resample → encoder → capsfilter → appsink
 *   encoded:    [parser → capsfilter →] appsink
 *
 * It is built, changed and freed while nothing flows through it.
 */
typedef struct {
  gpointer owner; /* the input; set once, as the next three */
  GstBin *bin;
  GstElement *appsink;
  RtcGate *gate;        /* shut while muted */
  RtcThinning thinning; /* of the raw frames before the encoder */

  const RtcCodec *codec; /* NULL: nothing comes yet */
  GPtrArray *elements;   /* before the appsink, in the order of the flow */
  GstElement *encoder;   /* NULL: what comes is encoded; protected by the owner's lock */
  GstPad *source;        /* that was requested for it, or NULL */

  /* On its streaming thread only */
  gboolean muted;
  GstClockTime last_silence;
  GstClockTime last_pts; /* of the frames as they come */
} RtcInputBranch;

RtcInputBranch *rtc_input_branch_new (gpointer owner, GstBin *bin, GstAppSinkCallbacks *callbacks);
void rtc_input_branch_remove (RtcInputBranch *self);
void rtc_input_branch_free (RtcInputBranch *self);

GstElement *rtc_input_branch_encode (RtcInputBranch *self, const RtcCodec *codec, GError **error);
gboolean rtc_input_branch_parse (RtcInputBranch *self, const RtcCodec *codec, GError **error);
void rtc_input_branch_start (RtcInputBranch *self);
void rtc_input_branch_clear (RtcInputBranch *self);

GstPad *rtc_input_branch_get_sink_pad (RtcInputBranch *self);

/* Of any element of a bin that is made and removed while others go on */
gboolean rtc_input_add_element (GstBin *bin, GPtrArray *elements, GstElement *element);
void rtc_input_remove_element (GstBin *bin, GstElement *element);

G_END_DECLS
