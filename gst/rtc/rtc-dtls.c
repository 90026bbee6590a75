/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-dtls.h"

struct _RtcDtls {
  GMutex lock;
  GPtrArray *elements; /* protected by lock, as the next */
  GObject *kept;
};

RtcDtls *
rtc_dtls_new (void)
{
  RtcDtls *self = g_new0 (RtcDtls, 1);

  g_mutex_init (&self->lock);
  self->elements = g_ptr_array_new_with_free_func (gst_object_unref);
  return self;
}

/* @element: a dtlsenc or dtlsdec; any thread */
void
rtc_dtls_add (RtcDtls *self, GstElement *element)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->elements, gst_object_ref (element));
  g_mutex_unlock (&self->lock);
}

/* Keeps @object until the elements have been freed. */
void
rtc_dtls_keep (RtcDtls *self, GObject *object)
{
  g_autoptr (GObject) old = NULL;

  g_mutex_lock (&self->lock);
  old = self->kept;
  self->kept = g_object_ref (object);
  g_mutex_unlock (&self->lock);
}

static gboolean
let_go (GstClock *clock, GstClockTime time, GstClockID id, gpointer user_data)
{
  RtcDtls *self = user_data;

  g_ptr_array_set_size (self->elements, 0);
  g_clear_object (&self->kept);
  return TRUE;
}

static void
rtc_dtls_free (gpointer data)
{
  RtcDtls *self = data;

  g_ptr_array_unref (self->elements);
  g_clear_object (&self->kept);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/*
 * Kept for good: its thread would otherwise be the one to let go of it last, should the program
 * leave GStreamer meanwhile, and wait for its own end.
 */
static GstClock *
get_clock (void)
{
  static GstClock *clock;

  if (g_once_init_enter (&clock))
    g_once_init_leave (&clock, gst_system_clock_obtain ());
  return clock;
}

/*
 * @dtls: (transfer full): to be freed as soon as the thread of the clock comes to it; the bin of
 *   the elements has ended
 */
void
rtc_dtls_end (gpointer dtls)
{
  RtcDtls *self = dtls;
  GstClock *clock = get_clock ();
  GstClockID id = gst_clock_new_single_shot_id (clock, gst_clock_get_time (clock));

  if (gst_clock_id_wait_async (id, let_go, self, rtc_dtls_free) != GST_CLOCK_OK)
    GST_WARNING ("the system clock does not take the end of a connection");
  gst_clock_id_unref (id);
}
