/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstnertcslot.h"
#include "gstnertcsubscriber.h"

G_BEGIN_DECLS

/*
 * Which stream a subscriber has in which slot. All of it runs on the room's context.
 */

struct _GstNertcSubscriber {
  GObject parent_instance;

  /* Set once */
  GWeakRef element;
  NertcRoom *room;
  GMainContext *context;
  GstNertcSubscriberCallbacks callbacks;
  RtcRoutes routes;
  GObject *life; /* ends with the last connection of all slots */

  /* On the room's context only */
  gboolean ready; /* the engine is */
  gboolean started;
  gboolean closed;
  gboolean waits; /* for the right to subscribe */
  GstNertcSelection selection;
  GPtrArray *slots; /* of GstNertcSlot: the fixed ones, then those for one stream */
  guint n_fixed;    /* of slots */
  GHashTable *extra; /* GstNertcSlot → GstNertcOutputs: those for one stream, borrowed from slots */
  GHashTable *refused; /* set of stream ids that the application unsubscribed */
};

/* Where the tracks of one stream leave; NULL: this track does not */
typedef struct {
  RtcOutput *outputs[RTC_N_MEDIA];
} GstNertcOutputs;

GPtrArray *gst_nertc_choice_get_all (NertcRoom *room);
gboolean gst_nertc_choice_is_of_use (GstNertcSubscriber *self, GstNertcSlot *slot,
                                     NertcStream *stream);
GstNertcSlot *gst_nertc_choice_find_slot (GstNertcSubscriber *self, const char *stream_id);
void gst_nertc_choice_free_outputs (gpointer data);
void gst_nertc_choice_vacate (GstNertcSubscriber *self, GstNertcSlot *slot);
void gst_nertc_choice_leave_stream (GstNertcSubscriber *self, GstNertcSlot *slot);
gboolean gst_nertc_choice_lacks_extra_slot (GstNertcSubscriber *self, NertcStream *stream);
void gst_nertc_choice_fill_slots (GstNertcSubscriber *self);
void gst_nertc_choice_free_slot_of (GstNertcSubscriber *self, const char *stream_id);
void gst_nertc_choice_adjust_places (GstNertcSubscriber *self, GstNertcSlot *slot,
                                     NertcStream *stream);
void gst_nertc_choice_fill_slots_of_all (NertcRoom *room);
void gst_nertc_choice_subscribe (gpointer object, gpointer data);
void gst_nertc_choice_unsubscribe (gpointer object, gpointer data);

/* gstnertcsubscriber.c: the slots of @user_data tell it how they fare */
void gst_nertc_subscriber_notify_slot (GstNertcSlot *slot, gboolean timed_out, gpointer user_data);

G_END_DECLS
