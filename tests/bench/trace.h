/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * When what happened in this process, from any thread: names with the time at which each came for
 * the first time since trace_begin(). There is one trace in a process.
 */

void trace_begin (void);
void trace_mark (const char *name);
void trace_mark_at (const char *name, gint64 time);
gboolean trace_has (const char *name);
char *trace_to_json (void);

typedef void (*TraceElement) (GstElement *element, gpointer user_data);

void trace_watch_elements (const char *factory, TraceElement func, gpointer user_data);
void trace_watch_first_buffer (GstPad *pad, const char *name);
void trace_watch_peer (GstElement *webrtcbin, const char *end);

G_END_DECLS
