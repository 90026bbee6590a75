/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Waits until @condition holds, and ends the test program if that takes longer than any good run
 * does. Meanwhile the main context of the thread goes on. NERTC_TEST_PATIENCE is the factor for
 * slow machines.
 */
#define nertc_await(condition) nertc_await_for (condition, 20)

#define nertc_await_for(condition, seconds) \
  G_STMT_START \
  { \
    gint64 await_start = g_get_monotonic_time (); \
\
    while (!(condition)) \
      nertc_await_turn (await_start, seconds, #condition, __FILE__, __LINE__); \
  } \
  G_STMT_END

gdouble nertc_get_patience (void);
void nertc_await_turn (gint64 start, gdouble seconds, const char *condition, const char *file,
                       int line);

/* Entries of /proc/self/task or /proc/self/fd */
guint nertc_count_entries (const char *what);

G_END_DECLS
