/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-wait.h"

static gboolean
on_limit (gpointer data)
{
  CheckWait *self = data;

  self->timed_out = TRUE;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

void
check_wait_init (CheckWait *self, guint limit_ms)
{
  *self = (CheckWait){ .limit_ms = limit_ms };
  self->context = g_main_context_ref_thread_default ();
  self->cancellable = g_cancellable_new ();
  self->timer = g_timeout_source_new (limit_ms);
  g_source_set_callback (self->timer, on_limit, self, NULL);
  g_source_attach (self->timer, self->context);
}

/* A GAsyncReadyCallback */
void
check_wait_take (GObject *source, GAsyncResult *result, gpointer data)
{
  CheckWait *self = data;

  self->result = g_object_ref (result);
}

/* Returns: (transfer none): how the call ended; when it takes too long it is cancelled */
GAsyncResult *
check_wait_run (CheckWait *self)
{
  while (!self->result)
    g_main_context_iteration (self->context, TRUE);
  return self->result;
}

/* @error: what came of it; says so where that is a time that was over */
void
check_wait_clear (CheckWait *self, GError **error)
{
  if (self->timed_out && error && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_clear_error (error);
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no answer in %.1f s",
                 self->limit_ms / 1000.0);
  }
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_object_unref (self->cancellable);
  g_clear_object (&self->result);
  g_main_context_unref (self->context);
}

/* @start: of g_get_monotonic_time() */
double
check_get_ms_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / G_TIME_SPAN_MILLISECOND;
}
