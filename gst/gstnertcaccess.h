/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-peer.h"

#include <nertc.h>

G_BEGIN_DECLS

/*
 * The properties of nertcsink and nertcsrc that say how they get at the others: in which room, and
 * which ways their connections may take. The object lock of the element protects them; the
 * functions take it themselves, but for those of get.
 */
typedef struct {
  NertcRoom *room_object;
  char *room;
  char *uri;
  char *port_range; /* NULL: any */
  GstWebRTCICETransportPolicy policy;
} GstNertcAccess;

void gst_nertc_access_install (GObjectClass *klass);
void gst_nertc_access_init (GstNertcAccess *self);
void gst_nertc_access_clear (GstNertcAccess *self);

gboolean gst_nertc_access_has (guint property_id);
void gst_nertc_access_set (GstNertcAccess *self, GstElement *element, guint property_id,
                           const GValue *value);
void gst_nertc_access_get (GstNertcAccess *self, guint property_id, GValue *value);

NertcRoom *gst_nertc_access_acquire (GstNertcAccess *self, GstElement *element, RtcRoutes *routes);

G_END_DECLS
