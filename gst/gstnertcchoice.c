/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcchoice.h"

/*
 * All subscribers of one room: a stream is in one slot of them all, since the room has one
 * subscription to it. On the room's context only.
 */
GPtrArray *
gst_nertc_choice_get_all (NertcRoom *room)
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
gboolean
gst_nertc_choice_is_of_use (GstNertcSubscriber *self, GstNertcSlot *slot, NertcStream *stream)
{
  return (get_wanted_media (self, slot, stream) & nertc_stream_get_media (stream)) !=
         NERTC_MEDIA_NONE;
}

GstNertcSlot *
gst_nertc_choice_find_slot (GstNertcSubscriber *self, const char *stream_id)
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
  GPtrArray *all = gst_nertc_choice_get_all (room);

  for (guint i = 0; i < all->len; i++) {
    if (gst_nertc_choice_find_slot (g_ptr_array_index (all, i), stream_id))
      return g_ptr_array_index (all, i);
  }
  return NULL;
}

typedef struct {
  GstNertcSubscriber *subscriber;
  NertcStream *stream;
} Subscription;

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
  else if (g_error_matches (error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND) ||
           g_error_matches (error, NERTC_ERROR, NERTC_ERROR_GRANT_MISSING))
    gst_nertc_choice_free_slot_of (self, nertc_stream_get_id (subscription->stream));
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

void
gst_nertc_choice_free_outputs (gpointer data)
{
  GstNertcOutputs *outputs = data;

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

static GstNertcSlot *
add_extra_slot (GstNertcSubscriber *self, GstNertcOutputs *outputs)
{
  guint number = self->n_fixed;
  GstNertcSlot *slot;

  while (is_number_used (self, number))
    number++;
  slot = gst_nertc_slot_new (self->room, number, outputs->outputs[RTC_MEDIA_AUDIO],
                             outputs->outputs[RTC_MEDIA_VIDEO], gst_nertc_subscriber_notify_slot,
                             self, self->life);
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
  GstNertcOutputs *outputs = g_new0 (GstNertcOutputs, 1);

  if (media != NERTC_MEDIA_NONE && element &&
      self->callbacks.open_stream (element, stream, media, outputs->outputs))
    put_into_slot (self, add_extra_slot (self, outputs), stream);
  else
    gst_nertc_choice_free_outputs (outputs);
}

static void
close_extra_slot (GstNertcSubscriber *self, GstNertcSlot *slot)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  GstNertcOutputs *outputs = g_hash_table_lookup (self->extra, slot);

  if (element)
    self->callbacks.close_stream (element, outputs->outputs);
  g_hash_table_remove (self->extra, slot);
  g_ptr_array_remove (self->slots, slot);
}

/* The stream in @slot is not received any more; a slot for this one stream goes with it. */
void
gst_nertc_choice_vacate (GstNertcSubscriber *self, GstNertcSlot *slot)
{
  gst_nertc_slot_release_stream (slot);
  if (g_hash_table_contains (self->extra, slot))
    close_extra_slot (self, slot);
}

void
gst_nertc_choice_leave_stream (GstNertcSubscriber *self, GstNertcSlot *slot)
{
  g_autofree char *stream_id = g_strdup (nertc_stream_get_id (gst_nertc_slot_get_stream (slot)));

  gst_nertc_choice_vacate (self, slot);
  nertc_room_unsubscribe_async (self->room, stream_id, NULL, NULL, NULL);
}

/* Choosing */

/* Whether @stream may go into @slot: it is free, or only its sound is in a slot of its own. */
static gboolean
is_available (GstNertcSubscriber *self, GstNertcSlot *slot, NertcStream *stream)
{
  const char *stream_id = nertc_stream_get_id (stream);
  GstNertcSubscriber *holder = find_holder (self->room, stream_id);
  GstNertcSlot *other = holder == self ? gst_nertc_choice_find_slot (self, stream_id) : NULL;
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

    if (is_selected (self, stream) && gst_nertc_choice_is_of_use (self, slot, stream) &&
        is_available (self, slot, stream))
      return g_object_ref (stream);
  }
  return NULL;
}

static void
fill_slot (GstNertcSubscriber *self, GstNertcSlot *slot)
{
  g_autoptr (NertcStream) stream = find_stream_for (self, slot);
  GstNertcSlot *other =
      stream ? gst_nertc_choice_find_slot (self, nertc_stream_get_id (stream)) : NULL;

  if (other)
    gst_nertc_choice_leave_stream (self, other);
  if (stream)
    put_into_slot (self, slot, stream);
}

/* Whether @stream is to have a slot of its own and has none yet. */
gboolean
gst_nertc_choice_lacks_extra_slot (GstNertcSubscriber *self, NertcStream *stream)
{
  return is_selected (self, stream) && !find_holder (self->room, nertc_stream_get_id (stream));
}

static void
open_extra_slots (GstNertcSubscriber *self)
{
  g_autoptr (GPtrArray) streams = nertc_room_get_streams (self->room);

  for (guint i = 0; i < streams->len; i++) {
    if (gst_nertc_choice_lacks_extra_slot (self, g_ptr_array_index (streams, i)))
      open_extra_slot (self, g_ptr_array_index (streams, i));
  }
}

/* Returns: whether this member may subscribe; if not, it is told once */
static gboolean
check_right (GstNertcSubscriber *self)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  gboolean waited = self->waits;

  self->waits = !(nertc_room_get_grants (self->room) & NERTC_GRANTS_SUBSCRIBE);
  if (self->waits && !waited && element)
    self->callbacks.forbidden (element);
  return !self->waits;
}

void
gst_nertc_choice_fill_slots (GstNertcSubscriber *self)
{
  if (!self->ready || !self->started || self->closed ||
      nertc_room_get_state (self->room) != NERTC_ROOM_STATE_CONNECTED || !check_right (self))
    return;
  for (guint i = 0; i < self->n_fixed; i++) {
    GstNertcSlot *slot = g_ptr_array_index (self->slots, i);

    if (!gst_nertc_slot_get_stream (slot))
      fill_slot (self, slot);
  }
  open_extra_slots (self);
}

void
gst_nertc_choice_free_slot_of (GstNertcSubscriber *self, const char *stream_id)
{
  GstNertcSlot *slot = gst_nertc_choice_find_slot (self, stream_id);

  if (!slot)
    return;
  gst_nertc_choice_vacate (self, slot);
  gst_nertc_choice_fill_slots (self);
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
void
gst_nertc_choice_adjust_places (GstNertcSubscriber *self, GstNertcSlot *slot, NertcStream *stream)
{
  static const NertcMedia flags[] = { NERTC_MEDIA_AUDIO, NERTC_MEDIA_VIDEO };
  NertcMedia present = get_selected_media (self, stream) & nertc_stream_get_media (stream);
  NertcMedia more = present & ~gst_nertc_slot_get_capacity (slot);
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);
  GstNertcOutputs *outputs = g_hash_table_lookup (self->extra, slot);
  GstNertcOutputs *gone = g_new0 (GstNertcOutputs, 1), *come = g_new0 (GstNertcOutputs, 1);

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
  gst_nertc_choice_free_outputs (gone);
  gst_nertc_choice_free_outputs (come);
}

/* Somebody let a stream go that others may want. */
void
gst_nertc_choice_fill_slots_of_all (NertcRoom *room)
{
  g_autoptr (GPtrArray) all =
      g_ptr_array_copy (gst_nertc_choice_get_all (room), (GCopyFunc) (void *) g_object_ref, NULL);

  g_ptr_array_set_free_func (all, g_object_unref);
  for (guint i = 0; i < all->len; i++)
    gst_nertc_choice_fill_slots (g_ptr_array_index (all, i));
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
    gst_nertc_choice_leave_stream (self, slot);
  put_into_slot (self, slot, stream);
}

static gboolean
is_in_fixed_slot (GstNertcSubscriber *self, const char *stream_id)
{
  GstNertcSlot *slot = gst_nertc_choice_find_slot (self, stream_id);

  return slot && !g_hash_table_contains (self->extra, slot);
}

/* Out of the slot of another subscriber, or of the one that has its sound only. */
void
gst_nertc_choice_subscribe (gpointer object, gpointer data)
{
  GstNertcSubscriber *self = object;
  NertcStream *stream = nertc_room_get_stream (self->room, data);
  GstNertcSubscriber *holder = find_holder (self->room, data);

  g_hash_table_remove (self->refused, data);
  if (self->closed || !stream || is_in_fixed_slot (self, data) ||
      (holder == self && self->n_fixed == 0))
    return;
  if (holder)
    gst_nertc_choice_leave_stream (holder, gst_nertc_choice_find_slot (holder, data));
  if (self->n_fixed > 0)
    put_into_chosen_slot (self, stream);
  else
    open_extra_slot (self, stream);
  gst_nertc_choice_fill_slots_of_all (self->room);
}

void
gst_nertc_choice_unsubscribe (gpointer object, gpointer data)
{
  GstNertcSubscriber *self = object;
  GstNertcSlot *slot = gst_nertc_choice_find_slot (self, data);

  g_hash_table_add (self->refused, g_strdup (data));
  if (slot)
    gst_nertc_choice_leave_stream (self, slot);
  gst_nertc_choice_fill_slots_of_all (self->room);
}
