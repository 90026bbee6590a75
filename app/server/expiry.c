/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expiry.h"

/* The clock may be set meanwhile: nothing waits longer than this without looking at it again. */
#define WAIT_MAX (60 * G_TIME_SPAN_SECOND)

typedef struct {
  SrvMember *member;
  gint64 expires; /* seconds since 1970 */
  gint64 due;     /* the same: when it is to be told, or is over */
} Entry;

struct _SrvExpiry {
  SrvExpiryCallbacks callbacks;
  gpointer user_data;
  SrvExpiryClock clock;

  GSequence *queue;   /* (element-type Entry): by what is due */
  GHashTable *places; /* SrvMember → GSequenceIter */
  GSource *timer;
};

static void
entry_free (Entry *self)
{
  srv_member_unref (self->member);
  g_free (self);
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gint64 one = ((const Entry *) a)->due;
  gint64 other = ((const Entry *) b)->due;

  return (one > other) - (one < other);
}

static gboolean
on_timer (gpointer user_data)
{
  srv_expiry_run (user_data);
  return G_SOURCE_CONTINUE;
}

SrvExpiry *
srv_expiry_new (const SrvExpiryCallbacks *callbacks, gpointer user_data, SrvExpiryClock clock)
{
  SrvExpiry *self = g_new0 (SrvExpiry, 1);

  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->clock = clock;
  self->queue = g_sequence_new ((GDestroyNotify) entry_free);
  self->places = g_hash_table_new (NULL, NULL);
  self->timer = g_timeout_source_new (1);
  g_source_set_ready_time (self->timer, -1);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  return self;
}

void
srv_expiry_free (SrvExpiry *self)
{
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_hash_table_unref (self->places);
  g_sequence_free (self->queue);
  g_free (self);
}

static Entry *
peek_first (SrvExpiry *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->queue);

  return g_sequence_iter_is_end (first) ? NULL : g_sequence_get (first);
}

static void
wait_for_first (SrvExpiry *self)
{
  Entry *first = peek_first (self);
  gint64 wait;

  if (!first) {
    g_source_set_ready_time (self->timer, -1);
    return;
  }
  wait = first->due * G_TIME_SPAN_SECOND - self->clock ();
  g_source_set_ready_time (self->timer, g_get_monotonic_time () + CLAMP (wait, 0, WAIT_MAX));
}

static void
insert (SrvExpiry *self, Entry *entry)
{
  g_hash_table_insert (self->places, entry->member,
                       g_sequence_insert_sorted (self->queue, entry, compare, NULL));
}

/* @expires: seconds since 1970; 0: never. It takes the place of what was said before. */
void
srv_expiry_watch (SrvExpiry *self, SrvMember *member, gint64 expires)
{
  Entry *entry;

  srv_expiry_forget (self, member);
  if (expires == 0)
    return;
  entry = g_new0 (Entry, 1);
  entry->member = srv_member_ref (member);
  entry->expires = expires;
  entry->due = expires - SRV_EXPIRY_NOTICE;
  insert (self, entry);
  wait_for_first (self);
}

void
srv_expiry_forget (SrvExpiry *self, SrvMember *member)
{
  GSequenceIter *place = g_hash_table_lookup (self->places, member);

  if (!place)
    return;
  g_hash_table_remove (self->places, member);
  g_sequence_remove (place);
}

static void
say_soon (SrvExpiry *self, Entry *entry, gint64 now)
{
  g_autoptr (SrvMember) member = srv_member_ref (entry->member);
  gint64 left = entry->expires * G_TIME_SPAN_SECOND - now;

  entry->due = entry->expires;
  g_sequence_sort_changed (g_hash_table_lookup (self->places, member), compare, NULL);
  /* Rounded up: to be told of 0 s would be no notice. */
  self->callbacks.soon (member, (left + G_TIME_SPAN_SECOND - 1) / G_TIME_SPAN_SECOND,
                        self->user_data);
}

static void
say_expired (SrvExpiry *self, Entry *entry)
{
  g_autoptr (SrvMember) member = srv_member_ref (entry->member);

  srv_expiry_forget (self, member);
  self->callbacks.expired (member, self->user_data);
}

/* Tells all that is due. */
void
srv_expiry_run (SrvExpiry *self)
{
  gint64 now = self->clock ();
  Entry *first;

  while ((first = peek_first (self)) && first->due * G_TIME_SPAN_SECOND <= now) {
    if (first->expires * G_TIME_SPAN_SECOND <= now)
      say_expired (self, first);
    else
      say_soon (self, first, now);
  }
  wait_for_first (self);
}
