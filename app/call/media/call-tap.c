/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-tap.h"

#include <gst/app/app.h>

/* What is held for who is late, before the oldest is dropped */
#define HELD_TIME (200 * GST_MSECOND)

struct _CallTap {
  GObject parent_instance;

  GMutex lock;
  GPtrArray *wanting; /* protected by lock: of GstAppSrc; never changed while others read it */
  GWeakRef pad;
  gulong probe;  /* protected by lock */
  int n_wanting; /* atomic: so that nothing is done for nobody */

  /* Of the thread that has the buffers */
  GstCaps *caps;
  GstSegment segment;
};

G_DEFINE_FINAL_TYPE (CallTap, call_tap, G_TYPE_OBJECT)

static void
call_tap_finalize (GObject *object)
{
  CallTap *self = CALL_TAP (object);

  g_clear_pointer (&self->caps, gst_caps_unref);
  g_ptr_array_unref (self->wanting);
  g_weak_ref_clear (&self->pad);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (call_tap_parent_class)->finalize (object);
}

static void
call_tap_class_init (CallTapClass *class)
{
  G_OBJECT_CLASS (class)->finalize = call_tap_finalize;
}

static void
call_tap_init (CallTap *self)
{
  g_mutex_init (&self->lock);
  g_weak_ref_init (&self->pad, NULL);
  self->wanting = g_ptr_array_new_with_free_func (gst_object_unref);
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
}

CallTap *
call_tap_new (void)
{
  return g_object_new (CALL_TYPE_TAP, NULL);
}

/* What passes the pad, on its thread */

static GPtrArray *
ref_wanting (CallTap *self)
{
  GPtrArray *wanting;

  g_mutex_lock (&self->lock);
  wanting = g_ptr_array_ref (self->wanting);
  g_mutex_unlock (&self->lock);
  return wanting;
}

/* Returns: (transfer full): with running time for timestamps, as who takes it has another segment
 */
static GstBuffer *
stamp (CallTap *self, GstBuffer *buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstClockTime time = gst_segment_to_running_time (&self->segment, GST_FORMAT_TIME, pts);

  if (time == pts)
    return gst_buffer_ref (buffer);
  buffer = gst_buffer_copy (buffer);
  GST_BUFFER_PTS (buffer) = time;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  return buffer;
}

static void
hand_out (CallTap *self, GstBuffer *buffer)
{
  g_autoptr (GPtrArray) wanting = ref_wanting (self);
  g_autoptr (GstBuffer) stamped = stamp (self, buffer);
  g_autoptr (GstSample) sample = gst_sample_new (stamped, self->caps, NULL, NULL);

  /* One that has stopped refuses it, which is no matter of the others. */
  for (guint i = 0; i < wanting->len; i++)
    gst_app_src_push_sample (wanting->pdata[i], sample);
}

static void
note_event (CallTap *self, GstEvent *event)
{
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    gst_event_parse_caps (event, &caps);
    gst_caps_replace (&self->caps, caps);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT) {
    gst_event_copy_segment (event, &self->segment);
  }
}

static GstPadProbeReturn
on_passing (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  CallTap *self = user_data;

  if (info->type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM)
    note_event (self, GST_PAD_PROBE_INFO_EVENT (info));
  else if (g_atomic_int_get (&self->n_wanting) > 0 && self->caps)
    hand_out (self, GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_OK;
}

static gboolean
note_sticky (GstPad *pad, GstEvent **event, gpointer user_data)
{
  note_event (user_data, *event);
  return TRUE;
}

/* Watching */

void
call_tap_watch (CallTap *self, GstPad *pad)
{
  call_tap_unwatch (self);
  gst_pad_sticky_events_foreach (pad, note_sticky, self);

  g_mutex_lock (&self->lock);
  g_weak_ref_set (&self->pad, pad);
  self->probe =
      gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
                         on_passing, g_object_ref (self), g_object_unref);
  g_mutex_unlock (&self->lock);
}

void
call_tap_unwatch (CallTap *self)
{
  g_autoptr (GstPad) pad = g_weak_ref_get (&self->pad);
  gulong probe;

  g_mutex_lock (&self->lock);
  g_weak_ref_set (&self->pad, NULL);
  probe = self->probe;
  g_mutex_unlock (&self->lock);
  if (pad)
    gst_pad_remove_probe (pad, probe);
}

/* Who wants it */

static GPtrArray *
copy_without (GPtrArray *wanting, GstElement *appsrc)
{
  GPtrArray *copy = g_ptr_array_new_full (wanting->len + 1, gst_object_unref);

  for (guint i = 0; i < wanting->len; i++) {
    if (wanting->pdata[i] != appsrc)
      g_ptr_array_add (copy, gst_object_ref (wanting->pdata[i]));
  }
  return copy;
}

static void
set_wanting (CallTap *self, GstElement *appsrc, gboolean wants)
{
  GPtrArray *before;

  g_mutex_lock (&self->lock);
  before = self->wanting;
  self->wanting = copy_without (before, appsrc);
  if (wants)
    g_ptr_array_add (self->wanting, gst_object_ref (appsrc));
  g_atomic_int_set (&self->n_wanting, self->wanting->len);
  g_mutex_unlock (&self->lock);
  g_ptr_array_unref (before);
}

void
call_tap_add (CallTap *self, GstElement *appsrc)
{
  set_wanting (self, appsrc, TRUE);
}

void
call_tap_remove (CallTap *self, GstElement *appsrc)
{
  set_wanting (self, appsrc, FALSE);
}

/* Returns: (transfer floating) (nullable): NULL if the element is not installed */
GstElement *
call_tap_make_appsrc (const char *name)
{
  GstElement *appsrc = gst_element_factory_make ("appsrc", name);

  if (appsrc)
    g_object_set (appsrc, "is-live", TRUE, "format", GST_FORMAT_TIME, "max-bytes", (guint64) 0,
                  "max-buffers", (guint64) 0, "max-time", (guint64) HELD_TIME, "leaky-type",
                  GST_APP_LEAKY_TYPE_DOWNSTREAM, NULL);
  return appsrc;
}
