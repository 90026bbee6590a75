/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * One asynchronous call after the other, each with a time limit, on the thread's own main context:
 *
 *   check_wait_init (&wait, limit);
 *   g_resolver_lookup_by_name_async (resolver, host, wait.cancellable, check_wait_take, &wait);
 *   addresses = g_resolver_lookup_by_name_finish (resolver, check_wait_run (&wait), &error);
 *   check_wait_clear (&wait, &error);
 */
typedef struct {
  GMainContext *context;
  GCancellable *cancellable;
  GAsyncResult *result;
  GSource *timer;
  guint limit_ms;
  gboolean timed_out;
} CheckWait;

void check_wait_init (CheckWait *self, guint limit_ms);
void check_wait_take (GObject *source, GAsyncResult *result, gpointer self);
GAsyncResult *check_wait_run (CheckWait *self);
void check_wait_clear (CheckWait *self, GError **error);

double check_get_ms_since (gint64 start);

G_END_DECLS
