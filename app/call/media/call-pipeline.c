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

/* Starting and stopping. Jobs of one pipeline may come in another order than they were asked for:
 * each sets the state that was wanted last. */

typedef struct {
  GMutex lock;     /* held while the state is set */
  GstState wanted; /* atomic */
} Course;

static GMutex job_lock;
static GCond job_done;
static guint n_jobs; /* protected by job_lock */

static void
course_free (gpointer data)
{
  Course *course = data;

  g_mutex_clear (&course->lock);
  g_free (course);
}

static Course *
get_course (GstElement *pipeline)
{
  Course *course = g_object_get_data (G_OBJECT (pipeline), "call-course");

  if (!course) {
    course = g_new0 (Course, 1);
    g_mutex_init (&course->lock);
    g_object_set_data_full (G_OBJECT (pipeline), "call-course", course, course_free);
  }
  return course;
}

static void
run (gpointer data, gpointer user_data)
{
  g_autoptr (GstElement) pipeline = data;
  Course *course = g_object_get_data (G_OBJECT (pipeline), "call-course");

  g_mutex_lock (&course->lock);
  gst_element_set_state (pipeline, g_atomic_int_get ((int *) &course->wanted));
  g_mutex_unlock (&course->lock);
  g_clear_object (&pipeline);

  g_mutex_lock (&job_lock);
  n_jobs--;
  g_cond_broadcast (&job_done);
  g_mutex_unlock (&job_lock);
}

/* Without a limit: a device that hangs holds up no other. */
static GThreadPool *
get_pool (void)
{
  static gsize pool;

  if (g_once_init_enter (&pool))
    g_once_init_leave (&pool, (gsize) g_thread_pool_new (run, NULL, -1, FALSE, NULL));
  return (GThreadPool *) pool;
}

static void
want (GstElement *pipeline, GstState state)
{
  g_atomic_int_set ((int *) &get_course (pipeline)->wanted, state);
  g_mutex_lock (&job_lock);
  n_jobs++;
  g_mutex_unlock (&job_lock);
  g_thread_pool_push (get_pool (), gst_object_ref (pipeline), NULL);
}

void
call_pipeline_start (GstElement *pipeline)
{
  want (pipeline, GST_STATE_PLAYING);
}

void
call_pipeline_stop (GstElement *pipeline)
{
  want (pipeline, GST_STATE_NULL);
}

void
call_pipeline_take_out (GstElement *element)
{
  G_GNUC_UNUSED g_autoptr (GstElement) taken = gst_object_ref (element);
  g_autoptr (GstObject) bin = gst_element_get_parent (element);

  /* Its state is not the bin's any more, also while it goes. */
  gst_element_set_locked_state (element, TRUE);
  /* What it says on its way out is no matter of those who stay. */
  gst_element_set_bus (element, NULL);
  gst_bin_remove (GST_BIN (bin), element);
  call_pipeline_stop (taken);
}

void
call_pipeline_wait_stopped (void)
{
  g_mutex_lock (&job_lock);
  while (n_jobs > 0)
    g_cond_wait (&job_done, &job_lock);
  g_mutex_unlock (&job_lock);
}

/* Errors */

static GstFlowReturn
chain_shielded (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  gst_proxy_pad_chain_default (pad, parent, buffer);
  return GST_FLOW_OK;
}

void
call_pipeline_shield (GstPad *pad)
{
  gst_pad_set_chain_function (pad, chain_shielded);
}
