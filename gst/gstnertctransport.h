/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-peer.h"

#include <nertc.h>

G_BEGIN_DECLS

/*
 * Joins one transport as the room tells of it to the peer that carries its media: descriptions and
 * candidates go to and fro, failures are reported. Belongs to the room's context.
 */
#define GST_TYPE_NERTC_TRANSPORT (gst_nertc_transport_get_type ())
G_DECLARE_FINAL_TYPE (GstNertcTransport, gst_nertc_transport, GST, NERTC_TRANSPORT, GObject)

typedef struct {
  /* on the room's context */
  void (*connected) (GstNertcTransport *transport, gpointer owner);      /* receiver */
  void (*wanted_changed) (GstNertcTransport *transport, gpointer owner); /* sender */
  void (*ended) (GstNertcTransport *transport, gpointer owner); /* closed, or failed by itself */
  void (*lost) (GstNertcTransport *transport,
                gpointer owner); /* for now: it may recover; receiver */
  void (*recovered) (GstNertcTransport *transport, gpointer owner); /* receiver */
  void (*key_frame_requested) (GstNertcTransport *transport, RtcMedia media, gpointer owner);
  /* on a streaming thread */
  void (*received) (GstNertcTransport *transport, RtcMedia media, GstSample *sample,
                    gpointer owner);
} GstNertcTransportCallbacks;

GstNertcTransport *gst_nertc_transport_new (NertcTransport *signalling, RtcPeerConfig *config,
                                            const GstNertcTransportCallbacks *callbacks,
                                            GObject *owner, GError **error);

void gst_nertc_transport_start (GstNertcTransport *self);
void gst_nertc_transport_close (GstNertcTransport *self);

const char *gst_nertc_transport_get_problem (GstNertcTransport *self);
const char *gst_nertc_transport_get_failure (GstNertcTransport *self);
NertcTransport *gst_nertc_transport_get_signalling (GstNertcTransport *self);
RtcPeer *gst_nertc_transport_get_peer (GstNertcTransport *self);

G_END_DECLS
