/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "await.h"

/* How often a condition is looked at that nothing in the main context makes true. */
#define TURN_MS 2

gdouble
nertc_get_patience (void)
{
  const char *text = g_getenv ("NERTC_TEST_PATIENCE");

  return text ? g_ascii_strtod (text, NULL) : 1;
}

static gboolean
on_turn (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* One round of the main context of this thread, not much longer than a turn. */
void
nertc_await_turn (gint64 start, gdouble seconds, const char *condition, const char *file, int line)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_autoptr (GSource) turn = NULL;

  if (g_get_monotonic_time () - start > seconds * nertc_get_patience () * G_TIME_SPAN_SECOND)
    g_error ("%s:%d: waited %g s in vain for: %s", file, line, seconds * nertc_get_patience (),
             condition);
  turn = g_timeout_source_new (TURN_MS);
  g_source_set_callback (turn, on_turn, NULL, NULL);
  g_source_attach (turn, context);
  g_main_context_iteration (context, TRUE);
  g_source_destroy (turn);
}

guint
nertc_count_entries (const char *what)
{
  g_autofree char *path = g_build_filename ("/proc/self", what, NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint count = 0;

  g_assert_nonnull (folder);
  while (g_dir_read_name (folder))
    count++;
  return count;
}
