/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcsubscriber.h"

#include "gstnertccall.h"
#include "gstnertcchoice.h"
#include "gstnertcmonitor.h"
#include "gstnertcslot.h"
#include "rtc.h"

#include <string.h>

G_DEFINE_TYPE (GstNertcSubscriber, gst_nertc_subscriber, G_TYPE_OBJECT)

/* What the room tells */

static void
on_stream_added (NertcRoom *room, NertcStream *stream, GstNertcSubscriber *self)
{
  gst_nertc_choice_fill_slots (self);
}

/* With other tracks it may be of use no more, or only now. */
static void
on_stream_updated (NertcRoom *room, NertcStream *stream, GstNertcSubscriber *self)
{
  GstNertcSlot *slot = gst_nertc_choice_find_slot (self, nertc_stream_get_id (stream));

  if (slot && gst_nertc_choice_is_of_use (self, slot, stream)) {
    if (self->n_fixed == 0)
      gst_nertc_choice_adjust_places (self, slot, stream);
    gst_nertc_slot_update_stream (slot, stream);
  } else if (slot) {
    gst_nertc_choice_leave_stream (self, slot);
  }
  gst_nertc_choice_fill_slots (self);
}

static void
on_stream_removed (NertcRoom *room, NertcStream *stream, NertcCloseReason reason,
                   GstNertcSubscriber *self)
{
  g_hash_table_remove (self->refused, nertc_stream_get_id (stream));
  gst_nertc_choice_free_slot_of (self, nertc_stream_get_id (stream));
}

static void
leave_all (GstNertcSubscriber *self)
{
  for (guint i = self->slots->len; i > 0; i--) {
    GstNertcSlot *slot = g_ptr_array_index (self->slots, i - 1);

    if (gst_nertc_slot_get_stream (slot))
      gst_nertc_choice_leave_stream (self, slot);
  }
}

/* Another room has other streams, and other rights. */
static void
release_all (GstNertcSubscriber *self)
{
  self->waits = FALSE;
  g_hash_table_remove_all (self->refused);
  for (guint i = self->slots->len; i > 0; i--)
    gst_nertc_choice_vacate (self, g_ptr_array_index (self->slots, i - 1));
}

/* Without the right to them the server has ended the subscriptions. */
static void
on_rights (NertcRoom *room, GParamSpec *pspec, GstNertcSubscriber *self)
{
  if (nertc_room_get_state (room) != NERTC_ROOM_STATE_CONNECTED)
    return;
  if (!(nertc_room_get_grants (room) & NERTC_GRANTS_SUBSCRIBE))
    leave_all (self);
  gst_nertc_choice_fill_slots (self);
}

static void
on_room_state (NertcRoom *room, NertcRoomState old, NertcRoomState new, NertcCloseReason reason,
               GstNertcSubscriber *self)
{
  /* After a first join every stream is told by a signal of its own. */
  if (old == NERTC_ROOM_STATE_RECONNECTING && new == NERTC_ROOM_STATE_CONNECTED)
    gst_nertc_choice_fill_slots (self);
  else if (new == NERTC_ROOM_STATE_DISCONNECTING || new == NERTC_ROOM_STATE_DISCONNECTED ||
           new == NERTC_ROOM_STATE_FAILED)
    release_all (self);
}

static void
on_transport_opened (NertcRoom *room, NertcTransport *signalling, GstNertcSubscriber *self)
{
  GstNertcSlot *slot =
      gst_nertc_choice_find_slot (self, nertc_transport_get_stream_id (signalling));
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  g_autoptr (GstClock) clock = element ? gst_element_get_clock (element) : NULL;
  g_autoptr (GError) error = NULL;
  RtcPeerConfig config = { .context = self->context, .routes = self->routes };

  if (nertc_transport_get_role (signalling) != NERTC_ROLE_RECEIVER)
    return;
  if (!slot) {
    NertcStream *stream = nertc_room_get_stream (room, nertc_transport_get_stream_id (signalling));

    /* For a stream that is back before its old pad has gone: the next transport is for the slot. */
    if (stream && self->n_fixed == 0 && gst_nertc_choice_lacks_extra_slot (self, stream))
      nertc_transport_report_failed (signalling, NERTC_FAILURE_MEDIA, "The pad is still to come");
    return;
  }
  if (!clock)
    clock = gst_system_clock_obtain ();
  config.clock = clock;
  config.latency = self->selection.latency;
  if (!gst_nertc_slot_open_transport (slot, signalling, &config, &error))
    nertc_transport_report_failed (signalling, NERTC_FAILURE_CODEC, error->message);
}

void
gst_nertc_subscriber_notify_slot (GstNertcSlot *slot, gboolean timed_out, gpointer user_data)
{
  GstNertcSubscriber *self = user_data;
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  NertcStream *stream = gst_nertc_slot_get_stream (slot);

  if (!element)
    return;
  if (timed_out)
    self->callbacks.timed_out (element, stream, gst_nertc_slot_get_problem (slot),
                               gst_nertc_slot_get_failure (slot));
  else
    self->callbacks.play_state (element, gst_nertc_slot_get_number (slot),
                                gst_nertc_slot_get_state (slot), stream);
}

/* What the element wants; each on the room's context */

static void
clear_selection (GstNertcSelection *selection)
{
  g_clear_pointer (&selection->from_uid, g_free);
  g_clear_pointer (&selection->from_stream, g_free);
}

static void
free_selection (gpointer data)
{
  clear_selection (data);
  g_free (data);
}

static gboolean
on_ready (gpointer user_data)
{
  GstNertcSubscriber *self = user_data;

  self->ready = TRUE;
  gst_nertc_choice_fill_slots (self);
  return G_SOURCE_REMOVE;
}

/* Figures */

static GstStructure *
describe (GstNertcSubscriber *self, GArray *grades)
{
  GstStructure *stats = gst_structure_new_empty ("play-stats");
  GPtrArray *streams = g_ptr_array_new ();

  for (guint i = 0; i < self->slots->len; i++) {
    GstNertcSlot *slot = g_ptr_array_index (self->slots, i);

    if (gst_nertc_slot_get_stream (slot))
      g_ptr_array_add (streams, gst_nertc_slot_describe (slot, grades));
  }
  gst_nertc_stats_take_list (stats, "streams", streams);
  return stats;
}

static void
report (gpointer object, GArray *up, GArray *down)
{
  GstNertcSubscriber *self = object;
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);

  if (element && self->started)
    self->callbacks.stats (element, describe (self, down));
}

static void
listen (gpointer object, GArray *voices)
{
  GstNertcSubscriber *self = object;

  for (guint i = 0; i < self->slots->len; i++)
    gst_nertc_slot_listen (g_ptr_array_index (self->slots, i), voices);
}

static const GstNertcReporterFuncs reporter_funcs = { .report = report, .listen = listen };

static void
connect_room (gpointer object, gpointer unused)
{
  GstNertcSubscriber *self = object;

  rtc_when_ready (self->context, on_ready, G_OBJECT (self));
  g_ptr_array_add (gst_nertc_choice_get_all (self->room), self);
  gst_nertc_monitor_add (self->room, self, &reporter_funcs);
  g_signal_connect_object (self->room, "state-changed", G_CALLBACK (on_room_state), self, 0);
  g_signal_connect_object (self->room, "stream-added", G_CALLBACK (on_stream_added), self, 0);
  g_signal_connect_object (self->room, "stream-updated", G_CALLBACK (on_stream_updated), self, 0);
  g_signal_connect_object (self->room, "stream-removed", G_CALLBACK (on_stream_removed), self, 0);
  g_signal_connect_object (self->room, "notify::grants", G_CALLBACK (on_rights), self, 0);
  g_signal_connect_object (self->room, "transport-opened", G_CALLBACK (on_transport_opened), self,
                           0);
}

static void
add_slot (gpointer object, gpointer data)
{
  GstNertcSubscriber *self = object;
  GstNertcOutputs *outputs = data;

  g_ptr_array_add (self->slots, gst_nertc_slot_new (
                                    self->room, self->slots->len, outputs->outputs[RTC_MEDIA_AUDIO],
                                    outputs->outputs[RTC_MEDIA_VIDEO],
                                    gst_nertc_subscriber_notify_slot, self, self->life));
  self->n_fixed++;
}

static void
start (gpointer object, gpointer data)
{
  GstNertcSubscriber *self = object;
  GstNertcSelection *selection = data;

  clear_selection (&self->selection);
  self->selection = *selection;
  memset (selection, 0, sizeof *selection);
  self->started = TRUE;
  gst_nertc_choice_fill_slots (self);
}

static void
look_again (gpointer object, gpointer unused)
{
  gst_nertc_choice_fill_slots (object);
}

static void
set_clock (gpointer object, gpointer data)
{
  GstNertcSubscriber *self = object;

  for (guint i = 0; i < self->slots->len; i++)
    gst_nertc_slot_set_clock (g_ptr_array_index (self->slots, i), data);
}

static void
close_subscriber (gpointer object, gpointer unused)
{
  GstNertcSubscriber *self = object;

  self->closed = TRUE;
  gst_nertc_monitor_remove (self->room, self);
  g_signal_handlers_disconnect_by_data (self->room, self);
  leave_all (self);
  g_ptr_array_set_size (self->slots, 0);
  self->n_fixed = 0;
  g_ptr_array_remove (gst_nertc_choice_get_all (self->room), self);
  gst_nertc_choice_fill_slots_of_all (self->room);
}

/* The interface: any thread */

/*
 * gst_nertc_subscriber_new:
 * @element: not kept alive
 * @room: kept until the last call of this subscriber has run
 * @routes: which ways its connections may take
 */
GstNertcSubscriber *
gst_nertc_subscriber_new (GstElement *element, NertcRoom *room,
                          const GstNertcSubscriberCallbacks *callbacks, const RtcRoutes *routes)
{
  GstNertcSubscriber *self = g_object_new (GST_TYPE_NERTC_SUBSCRIBER, NULL);

  g_weak_ref_set (&self->element, element);
  self->room = g_object_ref (room);
  self->context = g_main_context_ref (nertc_room_get_context (room));
  self->callbacks = *callbacks;
  self->routes = *routes;
  gst_nertc_call (self->context, self, connect_room, NULL, NULL);
  return self;
}

/* @audio, @video: (nullable): where the tracks of a stream in this slot leave */
void
gst_nertc_subscriber_add_slot (GstNertcSubscriber *self, RtcOutput *audio, RtcOutput *video)
{
  GstNertcOutputs *outputs = g_new0 (GstNertcOutputs, 1);

  g_set_object (&outputs->outputs[RTC_MEDIA_AUDIO], audio);
  g_set_object (&outputs->outputs[RTC_MEDIA_VIDEO], video);
  gst_nertc_call (self->context, self, add_slot, outputs, gst_nertc_choice_free_outputs);
}

/* Subscribes as soon as the room is joined. */
void
gst_nertc_subscriber_start (GstNertcSubscriber *self, const GstNertcSelection *selection)
{
  GstNertcSelection *copy = g_memdup2 (selection, sizeof *selection);

  copy->from_uid = g_strdup (selection->from_uid);
  copy->from_stream = g_strdup (selection->from_stream);
  gst_nertc_call (self->context, self, start, copy, free_selection);
}

/* There is a place again that there was not when the element was asked. */
void
gst_nertc_subscriber_look_again (GstNertcSubscriber *self)
{
  gst_nertc_call (self->context, self, look_again, NULL, NULL);
}

/* Takes a stream whatever the selection says; a full house gives up the first slot for it. */
void
gst_nertc_subscriber_subscribe (GstNertcSubscriber *self, const char *stream_id)
{
  gst_nertc_call (self->context, self, gst_nertc_choice_subscribe, g_strdup (stream_id), g_free);
}

/* Lets a stream go, and does not take it again unless told to. */
void
gst_nertc_subscriber_unsubscribe (GstNertcSubscriber *self, const char *stream_id)
{
  gst_nertc_call (self->context, self, gst_nertc_choice_unsubscribe, g_strdup (stream_id), g_free);
}

void
gst_nertc_subscriber_set_clock (GstNertcSubscriber *self, GstClock *clock)
{
  gst_nertc_call (self->context, self, set_clock, gst_object_ref (clock), gst_object_unref);
}

/* Lets go of all streams and of the room. Returns: (transfer full): tells when it is done */
GstNertcEnd *
gst_nertc_subscriber_close (GstNertcSubscriber *self)
{
  GMainContext *context = self->context;
  GstNertcEnd *end = gst_nertc_end_new (self->life, context);

  gst_nertc_call (context, self, close_subscriber, NULL, NULL);
  return end;
}

static void
gst_nertc_subscriber_finalize (GObject *object)
{
  GstNertcSubscriber *self = GST_NERTC_SUBSCRIBER (object);

  clear_selection (&self->selection);
  g_clear_pointer (&self->extra, g_hash_table_unref);
  g_clear_pointer (&self->slots, g_ptr_array_unref);
  g_clear_pointer (&self->refused, g_hash_table_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->room);
  g_clear_object (&self->life);
  g_weak_ref_clear (&self->element);
  G_OBJECT_CLASS (gst_nertc_subscriber_parent_class)->finalize (object);
}

static void
gst_nertc_subscriber_class_init (GstNertcSubscriberClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_nertc_subscriber_finalize;
}

static void
gst_nertc_subscriber_init (GstNertcSubscriber *self)
{
  g_weak_ref_init (&self->element, NULL);
  self->life = g_object_new (G_TYPE_OBJECT, NULL);
  self->slots = g_ptr_array_new_with_free_func (g_object_unref);
  self->extra = g_hash_table_new_full (NULL, NULL, NULL, gst_nertc_choice_free_outputs);
  self->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
