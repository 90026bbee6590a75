/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A timer on the thread's default context, of which its owner keeps the source; %NULL: none runs.
 */

static inline void
srv_source_clear (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* On the thread's default context, instead of the one that runs. */
static inline void
srv_source_start_timer (GSource **timer, guint ms, GSourceFunc callback, gpointer user_data)
{
  srv_source_clear (timer);
  *timer = g_timeout_source_new (ms);
  g_source_set_callback (*timer, callback, user_data, NULL);
  g_source_attach (*timer, g_main_context_get_thread_default ());
}

G_END_DECLS
