/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* All pipelines of the application count by one clock from base time 0, so that a buffer goes from
 * one into another as it is, and an error in one ends that one alone. */
GstElement *call_pipeline_new (const char *name); /* (transfer full) */
GstClockTime call_pipeline_get_time (void);
GstElement *call_pipeline_make (const char *factory,
                                GError **error); /* the error names the package */
/* On a thread, as opening a device and closing it may take long. What was asked for last is what
 * comes; errors are told by the bus. The device is closed when stopping has ended, and the bus is
 * not read any more: take its watch away before. */
void call_pipeline_start (GstElement *pipeline);
void call_pipeline_stop (GstElement *pipeline);
/* Out of its bin, unlinked, and stopped; what still comes to it goes nowhere. */
void call_pipeline_take_out (GstElement *element);
void call_pipeline_wait_stopped (void); /* for the end of the process */
/* What goes wrong behind pad, the ghost pad of a bin, does not get to who feeds it: that would end
 * the connection of a call. */
void call_pipeline_shield (GstPad *pad);

G_END_DECLS
