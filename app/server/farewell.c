/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "farewell.h"

#include "source.h"

/* One alone may take so small a part of the limit: who was sent much takes no place from others. */
#define SHARE 16

typedef struct {
  SrvSession *session;
  gsize size;
  gint64 until;
} Farewell;

struct _SrvFarewells {
  guint grace_ms;
  gsize limit;
  gsize size;
  GQueue queue;         /* of Farewell, the oldest first: it is the first to be forgotten */
  GHashTable *by_epoch; /* epoch → Farewell */
  GSource *timer;       /* (nullable): there are none */
};

/* @grace_ms: how long each of them is kept; 0: not at all
 * @limit: in bytes, of all of them */
SrvFarewells *
srv_farewells_new (guint grace_ms, gsize limit)
{
  SrvFarewells *self = g_new0 (SrvFarewells, 1);

  self->grace_ms = grace_ms;
  self->limit = limit;
  g_queue_init (&self->queue);
  self->by_epoch = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

static void
forget_first (SrvFarewells *self)
{
  Farewell *first = g_queue_pop_head (&self->queue);

  self->size -= first->size;
  g_hash_table_remove (self->by_epoch, srv_session_get_epoch (first->session));
  srv_session_free (first->session);
  g_free (first);
}

void
srv_farewells_free (SrvFarewells *self)
{
  srv_source_clear (&self->timer);
  while (!g_queue_is_empty (&self->queue))
    forget_first (self);
  g_hash_table_unref (self->by_epoch);
  g_free (self);
}

static gboolean
is_over (const Farewell *farewell)
{
  return farewell->until <= g_get_monotonic_time ();
}

static gboolean on_timer (gpointer user_data);

static void
wait_for_first (SrvFarewells *self)
{
  const Farewell *first = g_queue_peek_head (&self->queue);
  gint64 wait = first ? MAX (0, first->until - g_get_monotonic_time ()) : 0;

  if (first)
    srv_source_start_timer (&self->timer, (guint) (wait / G_TIME_SPAN_MILLISECOND) + 1, on_timer,
                            self);
  else
    srv_source_clear (&self->timer);
}

static gboolean
on_timer (gpointer user_data)
{
  SrvFarewells *self = user_data;

  while (!g_queue_is_empty (&self->queue) && is_over (g_queue_peek_head (&self->queue)))
    forget_first (self);
  wait_for_first (self);
  return G_SOURCE_REMOVE;
}

/* Whoever left knows it, and after the others the client comes back by itself, as it should. */
static gboolean
is_final (NertcCloseReason reason)
{
  return reason != NERTC_CLOSE_REASON_LEFT && reason != NERTC_CLOSE_REASON_TIMEOUT &&
         reason != NERTC_CLOSE_REASON_LOST && reason != NERTC_CLOSE_REASON_SHUTDOWN;
}

static void
add (SrvFarewells *self, SrvSession *session, gsize size)
{
  Farewell *farewell = g_new (Farewell, 1);

  farewell->session = session;
  farewell->size = size;
  farewell->until = g_get_monotonic_time () + self->grace_ms * G_TIME_SPAN_MILLISECOND;
  g_queue_push_tail (&self->queue, farewell);
  g_hash_table_insert (self->by_epoch, (char *) srv_session_get_epoch (session), farewell);
  self->size += size;
  while (self->size > self->limit)
    forget_first (self);
  if (!self->timer)
    wait_for_first (self);
}

/* @session: (transfer full): its last word is said, and it ends here for @reason */
void
srv_farewells_take (SrvFarewells *self, SrvSession *session, NertcCloseReason reason)
{
  gsize size = srv_session_get_size (session);

  srv_session_end (session, reason);
  if (is_final (reason) && self->grace_ms > 0 && size <= self->limit / SHARE)
    add (self, session, size);
  else
    srv_session_free (session);
}

guint
srv_farewells_count (SrvFarewells *self)
{
  return self->queue.length;
}

/* Returns: (transfer none) (nullable): of which srv_session_tell_end() can be told, once
 *   srv_session_can_resume() says who asks for it */
SrvSession *
srv_farewells_find (SrvFarewells *self, const char *epoch)
{
  const Farewell *farewell = g_hash_table_lookup (self->by_epoch, epoch);

  return farewell && !is_over (farewell) ? farewell->session : NULL;
}
