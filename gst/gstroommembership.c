/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstroommembership.h"

#include "gstroomerror.h"

#define LEAVE_TIME (250 * G_TIME_SPAN_MILLISECOND)

GST_DEBUG_CATEGORY_EXTERN (room_signal_debug);
#define GST_CAT_DEFAULT room_signal_debug

/* What is under way keeps the element, and so the membership. */
static GstRoomMembership *
keep (GstRoomMembership *self)
{
  gst_object_ref (self->element);
  return self;
}

static void
let_go (gpointer self)
{
  gst_object_unref (((GstRoomMembership *) self)->element);
}

static void
in_room_thread (GstRoomMembership *self, GSourceFunc function)
{
  g_main_context_invoke_full (nertc_room_get_context (self->room), G_PRIORITY_DEFAULT, function,
                              keep (self), let_go);
}

static void
on_join_finished (GObject *room, GAsyncResult *result, gpointer data)
{
  GstRoomMembership *self = data;
  g_autoptr (GstElement) element = self->element;
  g_autoptr (GError) error = NULL;

  if (nertc_room_join_finish (NERTC_ROOM (room), result, &error))
    return;
  GST_DEBUG_OBJECT (element, "join failed: %s", error->message);
  if (self->wanted && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    gst_room_error_post (element, self->room, error, NERTC_CLOSE_REASON_NONE);
}

static void
start_join (GstRoomMembership *self)
{
  switch (self->prepare (self->element)) {
    case GST_ROOM_INSIDE:
      nertc_room_join_async (self->room, NULL, on_join_finished, keep (self));
      break;
    case GST_ROOM_LISTENING:
      nertc_room_listen_async (self->room, NULL, on_join_finished, keep (self));
      break;
    case GST_ROOM_NOWHERE:
      break;
  }
}

static gboolean
join (gpointer data)
{
  GstRoomMembership *self = data;

  self->wanted = TRUE;
  if (self->leaves == 0)
    start_join (self);
  return G_SOURCE_REMOVE;
}

/* To be called in READY→PAUSED. */
void
gst_room_membership_join (GstRoomMembership *self)
{
  in_room_thread (self, join);
}

static void
on_leave_finished (GObject *room, GAsyncResult *result, gpointer data)
{
  GstRoomMembership *self = data;
  g_autoptr (GstElement) element = self->element;
  g_autoptr (GError) error = NULL;

  nertc_room_leave_finish (NERTC_ROOM (room), result, &error);
  if (error && !g_error_matches (error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE))
    GST_ELEMENT_WARNING (element, RESOURCE, CLOSE, ("%s.", error->message), (NULL));
  if (--self->leaves == 0 && self->wanted)
    start_join (self);
}

static void
start_leave (GstRoomMembership *self, GAsyncReadyCallback callback, gpointer data)
{
  self->leaves++;
  nertc_room_leave_async (self->room, NULL, callback, data);
}

typedef struct {
  GMutex lock;
  GCond cond;
  gboolean done;
  GstRoomMembership *membership;
} Leave;

static void
leave_clear (gpointer data)
{
  Leave *leave = data;

  g_mutex_clear (&leave->lock);
  g_cond_clear (&leave->cond);
  let_go (leave->membership);
}

static void
leave_unref (gpointer leave)
{
  g_atomic_rc_box_release_full (leave, leave_clear);
}

static void
on_last_leave_finished (GObject *room, GAsyncResult *result, gpointer data)
{
  Leave *leave = data;

  on_leave_finished (room, result, keep (leave->membership));
  g_mutex_lock (&leave->lock);
  leave->done = TRUE;
  g_cond_signal (&leave->cond);
  g_mutex_unlock (&leave->lock);
  leave_unref (leave);
}

static gboolean
leave_for_good (gpointer data)
{
  Leave *leave = data;

  leave->membership->wanted = FALSE;
  start_leave (leave->membership, on_last_leave_finished, g_atomic_rc_box_acquire (leave));
  return G_SOURCE_REMOVE;
}

/*
 * To be called in PAUSED→READY. The others should see a leave, not a loss, even if the process ends
 * right after this; but a network that hangs must not hold up a state change. In the room's own
 * thread, where a signal handler may have stopped the pipeline, there is nothing to wait for.
 */
void
gst_room_membership_leave (GstRoomMembership *self)
{
  GMainContext *context = nertc_room_get_context (self->room);
  gint64 deadline = g_get_monotonic_time () + LEAVE_TIME;
  Leave *leave = g_atomic_rc_box_new0 (Leave);

  g_mutex_init (&leave->lock);
  g_cond_init (&leave->cond);
  leave->membership = keep (self);

  g_main_context_invoke_full (context, G_PRIORITY_DEFAULT, leave_for_good,
                              g_atomic_rc_box_acquire (leave), leave_unref);
  if (!g_main_context_is_owner (context)) {
    g_mutex_lock (&leave->lock);
    while (!leave->done && g_cond_wait_until (&leave->cond, &leave->lock, deadline))
      ;
    if (!leave->done)
      GST_INFO_OBJECT (self->element, "the leave is still on its way");
    g_mutex_unlock (&leave->lock);
  }
  leave_unref (leave);
}

static gboolean
is_out (GstRoomMembership *self)
{
  NertcRoomState state = nertc_room_get_state (self->room);

  return state == NERTC_ROOM_STATE_DISCONNECTED || state == NERTC_ROOM_STATE_FAILED;
}

/* A leave that is under way ends in the room that is wanted then. */
static gboolean
move (gpointer data)
{
  GstRoomMembership *self = data;

  if (!self->wanted || self->leaves > 0)
    return G_SOURCE_REMOVE;
  if (is_out (self))
    start_join (self);
  else if (self->is_elsewhere (self->element))
    start_leave (self, on_leave_finished, keep (self));
  return G_SOURCE_REMOVE;
}

/*
 * gst_room_membership_move:
 *
 * The element may want to be in another room than it is in. Where this is called from a signal of
 * the room, it comes after that.
 */
void
gst_room_membership_move (GstRoomMembership *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, move, keep (self), let_go);
  g_source_attach (source, nertc_room_get_context (self->room));
}
