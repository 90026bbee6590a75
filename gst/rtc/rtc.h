/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

void rtc_init (void);
gboolean rtc_start (GstElement *element);
void rtc_stop (void);
void rtc_when_ready (GMainContext *context, GSourceFunc func, GObject *object);

G_END_DECLS
