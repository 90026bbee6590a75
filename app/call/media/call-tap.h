/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Where buffers pass by that others may want: the camera for preview, sender and recorder. Those
 * who want them are appsrc elements of other pipelines; none can hold up or break another, and
 * nothing is done while there are none. Thread-safe. */
#define CALL_TYPE_TAP (call_tap_get_type ())
G_DECLARE_FINAL_TYPE (CallTap, call_tap, CALL, TAP, GObject)

CallTap *call_tap_new (void);
/* By who has the buffers: all that pass pad, with their caps */
void call_tap_watch (CallTap *self, GstPad *pad);
void call_tap_unwatch (CallTap *self);
/* By who wants them; appsrc is live, format=time, and drops the oldest when it is full */
void call_tap_add (CallTap *self, GstElement *appsrc);
void call_tap_remove (CallTap *self, GstElement *appsrc);
GstElement *call_tap_make_appsrc (const char *name);

G_END_DECLS
