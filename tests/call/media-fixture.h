/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What the tests of app/call/media have in common. */

typedef gboolean (*MediaCondition) (gpointer user_data);

/* Runs the main loop until @condition holds. */
void media_wait (MediaCondition condition, gpointer user_data);
/* Runs the main loop until @pipeline has told of its end; fails on an error. */
void media_wait_eos (GstElement *pipeline);
/* Stops and frees @pipeline, and all that is freed later with it. */
void media_stop (GstElement **pipeline);
guint media_count_threads (void);
guint media_count_files (void);

G_END_DECLS
