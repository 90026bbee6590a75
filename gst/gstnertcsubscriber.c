/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcsubscriber.h"

#include "gstnertccall.h"
#include "gstnertcmonitor.h"
#include "gstnertcslot.h"
#include "rtc.h"

#include <string.h>

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
  GstNertcSelection selection;
  GPtrArray *slots;    /* of GstNertcSlot: the fixed ones, then those for one stream */
  guint n_fixed;       /* of slots */
  GHashTable *extra;   /* GstNertcSlot → Outputs: those for one stream, borrowed from slots */
  GHashTable *refused; /* set of stream ids that the application unsubscribed */
};

G_DEFINE_TYPE (GstNertcSubscriber, gst_nertc_subscriber, G_TYPE_OBJECT)

/*
 * All subscribers of one room: a stream is in one slot of them all, since the room has one
 * subscription to it. On the room's context only.
 */
static GPtrArray *
get_all (NertcRoom *room)
{
  static const char key[] = "gst-nertc-subscribers";
  GPtrArray *all = g_object_get_data (G_OBJECT (room), key);

  if (!all) {
    all = g_ptr_array_new ();
    g_object_set_data_full (G_OBJECT (room), key, all, (GDestroyNotify) g_ptr_array_unref);
  }
  return all;
}

/* Choosing */

static gboolean
is_selected (GstNertcSubscriber *self, NertcStream *stream)
{
  const GstNertcSelection *wanted = &self->selection;
  const char *id = nertc_stream_get_id (stream);

  return (!wanted->from_uid || g_str_equal (wanted->from_uid, nertc_stream_get_uid (stream))) &&
         (!wanted->from_stream || g_str_equal (wanted->from_stream, id)) &&
         !g_hash_table_contains (self->refused, id);
}

/* Returns: what of @stream is wanted, whether it has it or not */
static NertcMedia
get_selected_media (GstNertcSubscriber *self, NertcStream *stream)
{
  gboolean screen = nertc_stream_get_source (stream) == NERTC_SOURCE_SCREEN;
  GstNertcSubscribe subscribe = self->selection.subscribe;
  NertcMedia media = NERTC_MEDIA_NONE;

  if (subscribe & (screen ? GST_NERTC_SUBSCRIBE_SCREEN_AUDIO : GST_NERTC_SUBSCRIBE_AUDIO))
    media |= NERTC_MEDIA_AUDIO;
  if (subscribe & (screen ? GST_NERTC_SUBSCRIBE_SCREEN : GST_NERTC_SUBSCRIBE_VIDEO))
    media |= NERTC_MEDIA_VIDEO;
  return media;
}

/* Returns: what of @stream is wanted in @slot, whether it has it or not */
static NertcMedia
get_wanted_media (GstNertcSubscriber *self, GstNertcSlot *slot, NertcStream *stream)
{
  NertcMedia selected = get_selected_media (self, stream);

  /* Without fixed slots there is a place for whatever comes. */
  return self->n_fixed == 0 ? selected : selected & gst_nertc_slot_get_capacity (slot);
}

/* Whether @stream has anything that is wanted in @slot. */
static gboolean
is_of_use (GstNertcSubscriber *self, GstNertcSlot *slot, NertcStream *stream)
{
  return (get_wanted_media (self, slot, stream) & nertc_stream_get_media (stream)) !=
         NERTC_MEDIA_NONE;
}

static GstNertcSlot *
find_slot (GstNertcSubscriber *self, const char *stream_id)
{
  for (guint i = 0; i < self->slots->len; i++) {
    GstNertcSlot *slot = g_ptr_array_index (self->slots, i);
    NertcStream *stream = gst_nertc_slot_get_stream (slot);

    if (stream && g_str_equal (nertc_stream_get_id (stream), stream_id))
      return slot;
  }
  return NULL;
}

/* Returns: (transfer none) (nullable): who of all has the stream in a slot */
static GstNertcSubscriber *
find_holder (NertcRoom *room, const char *stream_id)
{
  GPtrArray *all = get_all (room);

  for (guint i = 0; i < all->len; i++) {
    if (find_slot (g_ptr_array_index (all, i), stream_id))
      return g_ptr_array_index (all, i);
  }
  return NULL;
}

typedef struct {
  GstNertcSubscriber *subscriber;
  NertcStream *stream;
} Subscription;

static void free_slot_of (GstNertcSubscriber *self, const char *stream_id);

static void
on_subscribed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Subscription *subscription = user_data;
  GstNertcSubscriber *self = subscription->subscriber;
  g_autoptr (GError) error = NULL;
  gboolean subscribed = nertc_room_subscribe_finish (NERTC_ROOM (source), result, &error);
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);

  if (subscribed && element && !self->closed)
    self->callbacks.subscribed (element, subscription->stream);
  else if (g_error_matches (error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND))
    free_slot_of (self, nertc_stream_get_id (subscription->stream));
  g_object_unref (subscription->stream);
  g_object_unref (subscription->subscriber);
  g_free (subscription);
}

static void
put_into_slot (GstNertcSubscriber *self, GstNertcSlot *slot, NertcStream *stream)
{
  NertcMedia media = get_wanted_media (self, slot, stream);
  NertcMember *member = nertc_room_get_member (self->room, nertc_stream_get_uid (stream));
  Subscription *subscription = g_new0 (Subscription, 1);

  subscription->subscriber = g_object_ref (self);
  subscription->stream = g_object_ref (stream);
  gst_nertc_slot_take_stream (slot, stream, media,
                              member ? nertc_member_get_user_name (member) : NULL);
  nertc_room_subscribe_async (self->room, nertc_stream_get_id (stream), media, NULL, on_subscribed,
                              subscription);
}

/* Slots for one stream */

typedef struct {
  RtcOutput *outputs[RTC_N_MEDIA];
} Outputs;

static void
free_outputs (gpointer data)
{
  Outputs *outputs = data;

  g_clear_object (&outputs->outputs[RTC_MEDIA_AUDIO]);
  g_clear_object (&outputs->outputs[RTC_MEDIA_VIDEO]);
  g_free (outputs);
}

static gboolean
is_number_used (GstNertcSubscriber *self, guint number)
{
  for (guint i = 0; i < self->slots->len; i++) {
    if (gst_nertc_slot_get_number (g_ptr_array_index (self->slots, i)) == number)
      return TRUE;
  }
  return FALSE;
}

static void on_slot_notify (GstNertcSlot *slot, gboolean timed_out, gpointer user_data);

static GstNertcSlot *
add_extra_slot (GstNertcSubscriber *self, Outputs *outputs)
{
  guint number = self->n_fixed;
  GstNertcSlot *slot;

  while (is_number_used (self, number))
    number++;
  slot = gst_nertc_slot_new (self->room, number, outputs->outputs[RTC_MEDIA_AUDIO],
                             outputs->outputs[RTC_MEDIA_VIDEO], on_slot_notify, self, self->life);
  g_ptr_array_add (self->slots, slot);
  g_hash_table_insert (self->extra, slot, outputs);
  return slot;
}

/* Makes a slot for @stream, if the element has a place for what is wanted of it. */
static void
open_extra_slot (GstNertcSubscriber *self, NertcStream *stream)
{
  NertcMedia media = get_selected_media (self, stream) & nertc_stream_get_media (stream);
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  Outputs *outputs = g_new0 (Outputs, 1);

  if (media != NERTC_MEDIA_NONE && element &&
      self->callbacks.open_stream (element, stream, media, outputs->outputs))
    put_into_slot (self, add_extra_slot (self, outputs), stream);
  else
    free_outputs (outputs);
}

static void
close_extra_slot (GstNertcSubscriber *self, GstNertcSlot *slot)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  Outputs *outputs = g_hash_table_lookup (self->extra, slot);

  if (element)
    self->callbacks.close_stream (element, outputs->outputs);
  g_hash_table_remove (self->extra, slot);
  g_ptr_array_remove (self->slots, slot);
}

/* The stream in @slot is not received any more; a slot for this one stream goes with it. */
static void
vacate (GstNertcSubscriber *self, GstNertcSlot *slot)
{
  gst_nertc_slot_release_stream (slot);
  if (g_hash_table_contains (self->extra, slot))
    close_extra_slot (self, slot);
}

static void
leave_stream (GstNertcSubscriber *self, GstNertcSlot *slot)
{
  g_autofree char *stream_id = g_strdup (nertc_stream_get_id (gst_nertc_slot_get_stream (slot)));

  vacate (self, slot);
  nertc_room_unsubscribe_async (self->room, stream_id, NULL, NULL, NULL);
}

/* Choosing */

/* Whether @stream may go into @slot: it is free, or only its sound is in a slot of its own. */
static gboolean
is_available (GstNertcSubscriber *self, GstNertcSlot *slot, NertcStream *stream)
{
  const char *stream_id = nertc_stream_get_id (stream);
  GstNertcSubscriber *holder = find_holder (self->room, stream_id);
  GstNertcSlot *other = holder == self ? find_slot (self, stream_id) : NULL;
  NertcMedia more;

  if (!holder)
    return TRUE;
  if (!other || !g_hash_table_contains (self->extra, other))
    return FALSE;
  more = get_wanted_media (self, slot, stream) & ~gst_nertc_slot_get_capacity (other);
  return (more & nertc_stream_get_media (stream)) != NERTC_MEDIA_NONE;
}

static NertcStream *
find_stream_for (GstNertcSubscriber *self, GstNertcSlot *slot)
{
  g_autoptr (GPtrArray) streams = nertc_room_get_streams (self->room);

  for (guint i = 0; i < streams->len; i++) {
    NertcStream *stream = g_ptr_array_index (streams, i);

    if (is_selected (self, stream) && is_of_use (self, slot, stream) &&
        is_available (self, slot, stream))
      return g_object_ref (stream);
  }
  return NULL;
}

static void
fill_slot (GstNertcSubscriber *self, GstNertcSlot *slot)
{
  g_autoptr (NertcStream) stream = find_stream_for (self, slot);
  GstNertcSlot *other = stream ? find_slot (self, nertc_stream_get_id (stream)) : NULL;

  if (other)
    leave_stream (self, other);
  if (stream)
    put_into_slot (self, slot, stream);
}

/* Whether @stream is to have a slot of its own and has none yet. */
static gboolean
lacks_extra_slot (GstNertcSubscriber *self, NertcStream *stream)
{
  return is_selected (self, stream) && !find_holder (self->room, nertc_stream_get_id (stream));
}

static void
open_extra_slots (GstNertcSubscriber *self)
{
  g_autoptr (GPtrArray) streams = nertc_room_get_streams (self->room);

  for (guint i = 0; i < streams->len; i++) {
    if (lacks_extra_slot (self, g_ptr_array_index (streams, i)))
      open_extra_slot (self, g_ptr_array_index (streams, i));
  }
}

static void
fill_slots (GstNertcSubscriber *self)
{
  if (!self->ready || !self->started || self->closed ||
      nertc_room_get_state (self->room) != NERTC_ROOM_STATE_CONNECTED)
    return;
  for (guint i = 0; i < self->n_fixed; i++) {
    GstNertcSlot *slot = g_ptr_array_index (self->slots, i);

    if (!gst_nertc_slot_get_stream (slot))
      fill_slot (self, slot);
  }
  open_extra_slots (self);
}

static void
free_slot_of (GstNertcSubscriber *self, const char *stream_id)
{
  GstNertcSlot *slot = find_slot (self, stream_id);

  if (!slot)
    return;
  vacate (self, slot);
  fill_slots (self);
}

/* What the room tells */

static void
on_stream_added (NertcRoom *room, NertcStream *stream, GstNertcSubscriber *self)
{
  fill_slots (self);
}

static void
move_output (GstNertcSlot *slot, RtcMedia media, RtcOutput **from, RtcOutput **to)
{
  if (!*from)
    return;
  *to = g_steal_pointer (from);
  gst_nertc_slot_set_output (slot, media, *to);
}

/* The places of one stream come and go with its tracks; those that stay go on. */
static void
adjust_places (GstNertcSubscriber *self, GstNertcSlot *slot, NertcStream *stream)
{
  static const NertcMedia flags[] = { NERTC_MEDIA_AUDIO, NERTC_MEDIA_VIDEO };
  NertcMedia present = get_selected_media (self, stream) & nertc_stream_get_media (stream);
  NertcMedia more = present & ~gst_nertc_slot_get_capacity (slot);
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  Outputs *outputs = g_hash_table_lookup (self->extra, slot);
  Outputs *gone = g_new0 (Outputs, 1), *come = g_new0 (Outputs, 1);

  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (present & flags[i])
      continue;
    gst_nertc_slot_set_output (slot, i, NULL);
    gone->outputs[i] = g_steal_pointer (&outputs->outputs[i]);
  }
  if (element)
    self->callbacks.close_stream (element, gone->outputs);
  if (more != NERTC_MEDIA_NONE && element)
    self->callbacks.open_stream (element, stream, more, come->outputs);
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    move_output (slot, i, &come->outputs[i], &outputs->outputs[i]);
  free_outputs (gone);
  free_outputs (come);
}

/* With other tracks it may be of use no more, or only now. */
static void
on_stream_updated (NertcRoom *room, NertcStream *stream, GstNertcSubscriber *self)
{
  GstNertcSlot *slot = find_slot (self, nertc_stream_get_id (stream));

  if (slot && is_of_use (self, slot, stream)) {
    if (self->n_fixed == 0)
      adjust_places (self, slot, stream);
    gst_nertc_slot_update_stream (slot, stream);
  } else if (slot) {
    leave_stream (self, slot);
  }
  fill_slots (self);
}

static void
on_stream_removed (NertcRoom *room, NertcStream *stream, NertcCloseReason reason,
                   GstNertcSubscriber *self)
{
  g_hash_table_remove (self->refused, nertc_stream_get_id (stream));
  free_slot_of (self, nertc_stream_get_id (stream));
}

static void
release_all (GstNertcSubscriber *self)
{
  for (guint i = self->slots->len; i > 0; i--)
    vacate (self, g_ptr_array_index (self->slots, i - 1));
}

static void
on_room_state (NertcRoom *room, NertcRoomState old, NertcRoomState new, NertcCloseReason reason,
               GstNertcSubscriber *self)
{
  /* After a first join every stream is told by a signal of its own. */
  if (old == NERTC_ROOM_STATE_RECONNECTING && new == NERTC_ROOM_STATE_CONNECTED)
    fill_slots (self);
  else if (new == NERTC_ROOM_STATE_DISCONNECTED || new == NERTC_ROOM_STATE_FAILED)
    release_all (self);
}

static void
on_transport_opened (NertcRoom *room, NertcTransport *signalling, GstNertcSubscriber *self)
{
  GstNertcSlot *slot = find_slot (self, nertc_transport_get_stream_id (signalling));
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  g_autoptr (GstClock) clock = element ? gst_element_get_clock (element) : NULL;
  g_autoptr (GError) error = NULL;
  RtcPeerConfig config = { .context = self->context, .routes = self->routes };

  if (nertc_transport_get_role (signalling) != NERTC_ROLE_RECEIVER)
    return;
  if (!slot) {
    NertcStream *stream = nertc_room_get_stream (room, nertc_transport_get_stream_id (signalling));

    /* For a stream that is back before its old pad has gone: the next transport is for the slot. */
    if (stream && self->n_fixed == 0 && lacks_extra_slot (self, stream))
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

static void
on_slot_notify (GstNertcSlot *slot, gboolean timed_out, gpointer user_data)
{
  GstNertcSubscriber *self = user_data;
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  NertcStream *stream = gst_nertc_slot_get_stream (slot);

  if (!element)
    return;
  if (timed_out)
    self->callbacks.timed_out (element, stream, gst_nertc_slot_get_problem (slot));
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
  fill_slots (self);
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
  g_ptr_array_add (get_all (self->room), self);
  gst_nertc_monitor_add (self->room, self, &reporter_funcs);
  g_signal_connect_object (self->room, "state-changed", G_CALLBACK (on_room_state), self, 0);
  g_signal_connect_object (self->room, "stream-added", G_CALLBACK (on_stream_added), self, 0);
  g_signal_connect_object (self->room, "stream-updated", G_CALLBACK (on_stream_updated), self, 0);
  g_signal_connect_object (self->room, "stream-removed", G_CALLBACK (on_stream_removed), self, 0);
  g_signal_connect_object (self->room, "transport-opened", G_CALLBACK (on_transport_opened), self,
                           0);
}

static void
add_slot (gpointer object, gpointer data)
{
  GstNertcSubscriber *self = object;
  Outputs *outputs = data;

  g_ptr_array_add (self->slots, gst_nertc_slot_new (self->room, self->slots->len,
                                                    outputs->outputs[RTC_MEDIA_AUDIO],
                                                    outputs->outputs[RTC_MEDIA_VIDEO],
                                                    on_slot_notify, self, self->life));
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
  fill_slots (self);
}

/* Somebody let a stream go that others may want. */
static void
fill_slots_of_all (NertcRoom *room)
{
  g_autoptr (GPtrArray) all =
      g_ptr_array_copy (get_all (room), (GCopyFunc) (void *) g_object_ref, NULL);

  g_ptr_array_set_free_func (all, g_object_unref);
  for (guint i = 0; i < all->len; i++)
    fill_slots (g_ptr_array_index (all, i));
}

/* Returns: a free slot, or else the first, but not one for one stream */
static GstNertcSlot *
choose_slot (GstNertcSubscriber *self)
{
  for (guint i = 0; i < self->n_fixed; i++) {
    if (!gst_nertc_slot_get_stream (g_ptr_array_index (self->slots, i)))
      return g_ptr_array_index (self->slots, i);
  }
  return g_ptr_array_index (self->slots, 0);
}

static void
put_into_chosen_slot (GstNertcSubscriber *self, NertcStream *stream)
{
  GstNertcSlot *slot = choose_slot (self);

  if (gst_nertc_slot_get_stream (slot))
    leave_stream (self, slot);
  put_into_slot (self, slot, stream);
}

static gboolean
is_in_fixed_slot (GstNertcSubscriber *self, const char *stream_id)
{
  GstNertcSlot *slot = find_slot (self, stream_id);

  return slot && !g_hash_table_contains (self->extra, slot);
}

/* Out of the slot of another subscriber, or of the one that has its sound only. */
static void
subscribe (gpointer object, gpointer data)
{
  GstNertcSubscriber *self = object;
  NertcStream *stream = nertc_room_get_stream (self->room, data);
  GstNertcSubscriber *holder = find_holder (self->room, data);

  g_hash_table_remove (self->refused, data);
  if (self->closed || !stream || is_in_fixed_slot (self, data) ||
      (holder == self && self->n_fixed == 0))
    return;
  if (holder)
    leave_stream (holder, find_slot (holder, data));
  if (self->n_fixed > 0)
    put_into_chosen_slot (self, stream);
  else
    open_extra_slot (self, stream);
  fill_slots_of_all (self->room);
}

static void
unsubscribe (gpointer object, gpointer data)
{
  GstNertcSubscriber *self = object;
  GstNertcSlot *slot = find_slot (self, data);

  g_hash_table_add (self->refused, g_strdup (data));
  if (slot)
    leave_stream (self, slot);
  fill_slots_of_all (self->room);
}

static void
look_again (gpointer object, gpointer unused)
{
  fill_slots (object);
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
  for (guint i = self->slots->len; i > 0; i--) {
    GstNertcSlot *slot = g_ptr_array_index (self->slots, i - 1);

    if (gst_nertc_slot_get_stream (slot))
      leave_stream (self, slot);
  }
  g_ptr_array_set_size (self->slots, 0);
  self->n_fixed = 0;
  g_ptr_array_remove (get_all (self->room), self);
  fill_slots_of_all (self->room);
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
  Outputs *outputs = g_new0 (Outputs, 1);

  g_set_object (&outputs->outputs[RTC_MEDIA_AUDIO], audio);
  g_set_object (&outputs->outputs[RTC_MEDIA_VIDEO], video);
  gst_nertc_call (self->context, self, add_slot, outputs, free_outputs);
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
  gst_nertc_call (self->context, self, subscribe, g_strdup (stream_id), g_free);
}

/* Lets a stream go, and does not take it again unless told to. */
void
gst_nertc_subscriber_unsubscribe (GstNertcSubscriber *self, const char *stream_id)
{
  gst_nertc_call (self->context, self, unsubscribe, g_strdup (stream_id), g_free);
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
  self->extra = g_hash_table_new_full (NULL, NULL, NULL, free_outputs);
  self->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
