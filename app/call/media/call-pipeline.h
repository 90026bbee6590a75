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
/* On a thread, as stopping may take long; the device is closed when it has ended. The bus is not
 * read any more then: take its watch away before. Also for an element that is out of its bin. */
void call_pipeline_stop (GstElement *pipeline);
void call_pipeline_wait_stopped (void); /* for the end of the process */

G_END_DECLS
