/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertccall.h"

typedef struct {
  GObject *object;
  GstNertcFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Call;

static gboolean
run (gpointer user_data)
{
  Call *call = user_data;

  call->func (call->object, call->data);
  return G_SOURCE_REMOVE;
}

static void
free_call (gpointer user_data)
{
  Call *call = user_data;

  if (call->destroy)
    call->destroy (call->data);
  g_object_unref (call->object);
  g_free (call);
}

/*
 * gst_nertc_call:
 * @context: where to run it; the order of calls is kept
 * @object: kept alive until then
 * @data: (transfer full): given to @destroy afterwards
 *
 * Runs @func on the thread of @context, never at once: what the elements want reaches the room in
 * this way only.
 */
void
gst_nertc_call (GMainContext *context, gpointer object, GstNertcFunc func, gpointer data,
                GDestroyNotify destroy)
{
  Call *call = g_new0 (Call, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  call->object = g_object_ref (object);
  call->func = func;
  call->data = data;
  call->destroy = destroy;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, run, call, free_call);
  g_source_attach (source, context);
}
