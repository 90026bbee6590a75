/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-waiter.h"

struct _NertcWaiter {
  GTask *task; /* NULL: finished */
  GSource *cancel_source;
  NertcCancelFunc cancelled;
  gpointer data;
};

static void
stop_listening (NertcWaiter *self)
{
  if (self->cancel_source)
    g_source_destroy (self->cancel_source);
  g_clear_pointer (&self->cancel_source, g_source_unref);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  NertcWaiter *self = user_data;

  if (self->cancelled)
    self->cancelled (self, self->data);
  else
    nertc_waiter_return_cancelled (self);
  return G_SOURCE_REMOVE;
}

/* @task: (transfer full); @cancelled: (nullable): by default the waiter is just finished */
NertcWaiter *
nertc_waiter_new (GTask *task, NertcCancelFunc cancelled, gpointer data)
{
  NertcWaiter *self = g_new0 (NertcWaiter, 1);
  GCancellable *cancellable = g_task_get_cancellable (task);

  self->task = task;
  self->cancelled = cancelled;
  self->data = data;
  if (cancellable) {
    self->cancel_source = g_cancellable_source_new (cancellable);
    g_source_set_callback (self->cancel_source, G_SOURCE_FUNC (on_cancelled), self, NULL);
    g_source_attach (self->cancel_source, g_task_get_context (task));
  }
  return self;
}

/* A waiter goes when it is finished. */
void
nertc_waiter_free (NertcWaiter *self)
{
  stop_listening (self);
  g_warn_if_fail (self->task == NULL);
  g_clear_object (&self->task);
  g_free (self);
}

static GTask *
finish (NertcWaiter *self)
{
  stop_listening (self);
  return g_steal_pointer (&self->task);
}

void
nertc_waiter_return_true (NertcWaiter *self)
{
  g_autoptr (GTask) task = finish (self);

  if (task)
    g_task_return_boolean (task, TRUE);
}

/* @pointer: (transfer full) */
void
nertc_waiter_return_pointer (NertcWaiter *self, gpointer pointer, GDestroyNotify destroy)
{
  g_autoptr (GTask) task = finish (self);

  if (task)
    g_task_return_pointer (task, pointer, destroy);
  else
    destroy (pointer);
}

void
nertc_waiter_return_string (NertcWaiter *self, const char *string)
{
  g_autoptr (GTask) task = finish (self);

  if (task)
    g_task_return_pointer (task, g_strdup (string), g_free);
}

/* @object: (transfer none). Returns: whether somebody waited for it */
gboolean
nertc_waiter_return_object (NertcWaiter *self, GObject *object)
{
  g_autoptr (GTask) task = finish (self);

  /* Cancelled a moment ago, it would not give the object to anybody. */
  if (!task || g_task_return_error_if_cancelled (task))
    return FALSE;
  g_task_return_pointer (task, g_object_ref (object), g_object_unref);
  return TRUE;
}

void
nertc_waiter_return_error (NertcWaiter *self, const GError *error)
{
  g_autoptr (GTask) task = finish (self);

  if (task)
    g_task_return_error (task, g_error_copy (error));
}

void
nertc_waiter_return_cancelled (NertcWaiter *self)
{
  g_autoptr (GTask) task = finish (self);

  if (task)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Operation was cancelled");
}
