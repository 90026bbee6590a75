/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GstElement *rtc_element_make (const char *factory, const char *options, GError **error);
void rtc_element_set_missing (const char *factory, GError **error);
gboolean rtc_elements_check (GError **error);
gboolean rtc_pad_get_running_time (GstPad *pad, GstClockTime *now);

G_END_DECLS
