/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-peer.h"

G_BEGIN_DECLS

/*
 * The properties “port-range” and “ice-transport-policy” of nertcsink and nertcsrc: which ways
 * their connections may take. Protected by the element's object lock.
 */
typedef struct {
  char *port_range; /* NULL: any */
  GstWebRTCICETransportPolicy policy;
} GstNertcRoutes;

void gst_nertc_routes_init (GstNertcRoutes *self);
void gst_nertc_routes_clear (GstNertcRoutes *self);

void gst_nertc_routes_set_port_range (GstNertcRoutes *self, const char *port_range);
gboolean gst_nertc_routes_get (const GstNertcRoutes *self, GstElement *element, RtcRoutes *routes);

GParamSpec *gst_nertc_routes_port_range_spec (void);
GParamSpec *gst_nertc_routes_policy_spec (void);

G_END_DECLS
