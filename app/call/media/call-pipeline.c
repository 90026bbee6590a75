/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-pipeline.h"

#include "rtc-element.h"

static GstClock *
get_clock (void)
{
  static gsize clock;

  if (g_once_init_enter (&clock))
    g_once_init_leave (&clock, (gsize) gst_system_clock_obtain ());
  return GST_CLOCK (clock);
}

/* Returns: (transfer full) */
GstElement *
call_pipeline_new (const char *name)
{
  GstElement *pipeline = gst_object_ref_sink (gst_pipeline_new (name));

  gst_pipeline_use_clock (GST_PIPELINE (pipeline), get_clock ());
  gst_element_set_start_time (pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (pipeline, 0);
  return pipeline;
}

GstClockTime
call_pipeline_get_time (void)
{
  return gst_clock_get_time (get_clock ());
}

/* Returns: (transfer floating) */
GstElement *
call_pipeline_make (const char *factory, GError **error)
{
  return rtc_element_make (factory, NULL, error);
}

/* Stopping */

static GMutex stop_lock;
static GCond stop_changed;
static guint n_stopping; /* protected by stop_lock */

static void
stop (gpointer data, gpointer user_data)
{
  g_autoptr (GstElement) pipeline = data;

  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_clear_object (&pipeline);

  g_mutex_lock (&stop_lock);
  n_stopping--;
  g_cond_broadcast (&stop_changed);
  g_mutex_unlock (&stop_lock);
}

/* Without a limit: a device that hangs holds up no other. */
static GThreadPool *
get_pool (void)
{
  static gsize pool;

  if (g_once_init_enter (&pool))
    g_once_init_leave (&pool, (gsize) g_thread_pool_new (stop, NULL, -1, FALSE, NULL));
  return (GThreadPool *) pool;
}

void
call_pipeline_stop (GstElement *pipeline)
{
  g_mutex_lock (&stop_lock);
  n_stopping++;
  g_mutex_unlock (&stop_lock);
  g_thread_pool_push (get_pool (), gst_object_ref (pipeline), NULL);
}

void
call_pipeline_wait_stopped (void)
{
  g_mutex_lock (&stop_lock);
  while (n_stopping > 0)
    g_cond_wait (&stop_changed, &stop_lock);
  g_mutex_unlock (&stop_lock);
}
