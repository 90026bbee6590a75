/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "call-device.h"

G_BEGIN_DECLS

/* What one of GStreamer's providers says of one device, in the words of the application. The same
 * hardware may be reported by several. */
typedef struct {
  GstDevice *device;
  CallDeviceKind kind;
  guint rank; /* of the provider: the higher, the better */
  char *id;
  char *name;
  char *path; /* of the kernel; NULL: none, or not known */
  gboolean is_default;
} CallDeviceReport;

/* NULL: nothing that anybody would choose, such as what a loudspeaker plays */
CallDeviceReport *call_device_report_new (GstDevice *device);
void call_device_report_unref (CallDeviceReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CallDeviceReport, call_device_report_unref)

/* (transfer full): of all that is reported (GstDevice), what is listed, each piece of hardware
 * once, with an id that no other one has */
GPtrArray *call_device_reports_choose (GPtrArray *devices, CallDeviceKind kind);

G_END_DECLS
