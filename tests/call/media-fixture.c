/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "media-fixture.h"

#include "call-pipeline.h"

/* A good run never waits so long. */
#define PATIENCE_S 60

static gboolean
on_watchdog (gpointer user_data)
{
  g_error ("What was awaited has not come within %d s", PATIENCE_S);
  return G_SOURCE_REMOVE;
}

static gboolean
on_tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
media_wait (MediaCondition condition, gpointer user_data)
{
  guint watchdog = g_timeout_add_seconds (PATIENCE_S, on_watchdog, NULL);
  /* Not all that is awaited wakes the main loop. */
  guint tick = g_timeout_add (5, on_tick, NULL);

  while (!condition (user_data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
  g_source_remove (watchdog);
}

static gboolean
has_ended (gpointer user_data)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (user_data);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  if (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    g_error ("The pipeline has failed: %" GST_PTR_FORMAT, message);
  return message != NULL;
}

void
media_wait_eos (GstElement *pipeline)
{
  media_wait (has_ended, pipeline);
}

void
media_stop (GstElement **pipeline)
{
  call_pipeline_stop (*pipeline);
  gst_clear_object (pipeline);
  call_pipeline_wait_stopped ();
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static guint
count (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}

guint
media_count_threads (void)
{
  return count ("/proc/self/task");
}

guint
media_count_files (void)
{
  return count ("/proc/self/fd");
}
