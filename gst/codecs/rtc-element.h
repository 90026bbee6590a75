/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What a call needs it for */
typedef enum {
  RTC_NEED_CODEC, /* by one of them: rtc-codec.c */
  RTC_NEED_CALL,  /* always */
  RTC_NEED_DEVICE /* to capture, to show, to clean sound */
} RtcNeed;

typedef struct {
  const char *factory;
  const char *package; /* of Debian */
  RtcNeed need;
} RtcElement;

const RtcElement *rtc_elements_get (guint *count);
const char *rtc_element_get_package (const char *factory);

GstElement *rtc_element_make (const char *factory, const char *options, GError **error);
void rtc_element_set_missing (const char *factory, GError **error);
gboolean rtc_elements_check (GError **error);
gboolean rtc_pad_get_running_time (GstPad *pad, GstClockTime *now);

G_END_DECLS
