/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcend.h"

/* Connections that are being made when they are closed take so long at most. */
#define PATIENCE (3 * G_TIME_SPAN_SECOND)

struct _GstNertcEnd {
  GMainContext *context; /* that has to run for the object to end */
  GMutex lock;
  GCond cond;
  gboolean ended; /* protected by lock */
};

static void
clear (gpointer data)
{
  GstNertcEnd *self = data;

  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

static void
on_ended (gpointer data, GObject *where_the_object_was)
{
  GstNertcEnd *self = data;

  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  gst_nertc_end_free (self);
}

/* @object: watched, not kept; @context: where its work is done */
GstNertcEnd *
gst_nertc_end_new (gpointer object, GMainContext *context)
{
  GstNertcEnd *self = g_atomic_rc_box_new0 (GstNertcEnd);

  self->context = g_main_context_ref (context);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_object_weak_ref (object, on_ended, g_atomic_rc_box_acquire (self));
  return self;
}

void
gst_nertc_end_free (GstNertcEnd *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/*
 * Waits for the end, but not for ever, and not on or for a context that nobody else runs.
 *
 * A program may leave GStreamer right after its pipeline is in NULL, and GStreamer does not survive
 * elements that are still being started or stopped then.
 */
void
gst_nertc_end_await (GstNertcEnd *self)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;

  if (g_main_context_acquire (self->context)) {
    g_main_context_release (self->context);
    return;
  }
  g_mutex_lock (&self->lock);
  while (!self->ended && g_cond_wait_until (&self->cond, &self->lock, deadline))
    ;
  g_mutex_unlock (&self->lock);
}

/*
 * gst_nertc_end_take:
 * @kept: protected by the lock of @keeper
 * @end: (transfer full) (nullable): takes the place of what is there
 */
void
gst_nertc_end_take (GstObject *keeper, GstNertcEnd **kept, GstNertcEnd *end)
{
  GstNertcEnd *old;

  GST_OBJECT_LOCK (keeper);
  old = *kept;
  *kept = end;
  GST_OBJECT_UNLOCK (keeper);
  g_clear_pointer (&old, gst_nertc_end_free);
}

/* Waits for what is kept, if there is anything, and lets go of it. */
void
gst_nertc_end_finish (GstObject *keeper, GstNertcEnd **kept)
{
  GstNertcEnd *end;

  GST_OBJECT_LOCK (keeper);
  end = g_steal_pointer (kept);
  GST_OBJECT_UNLOCK (keeper);
  if (!end)
    return;
  gst_nertc_end_await (end);
  gst_nertc_end_free (end);
}
