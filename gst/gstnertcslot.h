/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstnertcstats.h"
#include "gstnertcsubscriber.h"
#include "gstnertctransport.h"

G_BEGIN_DECLS

/*
 * One stream after the other through the same pads, each over one transport after the other: the
 * older goes on until all that it plays comes over the newer. Used on the room's context only.
 */
#define GST_TYPE_NERTC_SLOT (gst_nertc_slot_get_type ())
G_DECLARE_FINAL_TYPE (GstNertcSlot, gst_nertc_slot, GST, NERTC_SLOT, GObject)

/* The state or the tracks have changed, or, with @timed_out, have been the same for too long */
typedef void (*GstNertcSlotNotify) (GstNertcSlot *slot, gboolean timed_out, gpointer user_data);

GstNertcSlot *gst_nertc_slot_new (NertcRoom *room, guint number, RtcOutput *audio, RtcOutput *video,
                                  GstNertcSlotNotify notify, gpointer user_data, GObject *life);

guint gst_nertc_slot_get_number (GstNertcSlot *self);
GstNertcPlayState gst_nertc_slot_get_state (GstNertcSlot *self);
NertcStream *gst_nertc_slot_get_stream (GstNertcSlot *self);
const char *gst_nertc_slot_get_problem (GstNertcSlot *self);
const char *gst_nertc_slot_get_failure (GstNertcSlot *self);
NertcMedia gst_nertc_slot_get_capacity (GstNertcSlot *self);

void gst_nertc_slot_take_stream (GstNertcSlot *self, NertcStream *stream, NertcMedia wanted,
                                 const char *user_name);
void gst_nertc_slot_set_output (GstNertcSlot *self, RtcMedia media, RtcOutput *output);
void gst_nertc_slot_update_stream (GstNertcSlot *self, NertcStream *stream);
void gst_nertc_slot_release_stream (GstNertcSlot *self);

gboolean gst_nertc_slot_open_transport (GstNertcSlot *self, NertcTransport *signalling,
                                        RtcPeerConfig *config, GError **error);
GstStructure *gst_nertc_slot_describe (GstNertcSlot *self, GArray *grades);
void gst_nertc_slot_listen (GstNertcSlot *self, GArray *voices);
void gst_nertc_slot_set_clock (GstNertcSlot *self, GstClock *clock);

G_END_DECLS
