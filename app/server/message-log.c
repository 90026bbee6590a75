/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "message-log.h"

struct _SrvMessageLog {
  GQueue kept; /* of SrvFrame: the last ones of count */
  guint64 count;
  gsize size;
  gsize limit;
};

/* @limit: in bytes; a single message must be within it */
SrvMessageLog *
srv_message_log_new (gsize limit)
{
  SrvMessageLog *self = g_new0 (SrvMessageLog, 1);

  g_queue_init (&self->kept);
  self->limit = limit;
  return self;
}

void
srv_message_log_free (SrvMessageLog *self)
{
  g_queue_clear_full (&self->kept, (GDestroyNotify) srv_frame_unref);
  g_free (self);
}

/* How many messages are before the first one that is kept. */
static guint64
get_base (SrvMessageLog *self)
{
  return self->count - self->kept.length;
}

static void
drop_first (SrvMessageLog *self)
{
  SrvFrame *message = g_queue_pop_head (&self->kept);

  self->size -= srv_frame_get_size (message);
  srv_frame_unref (message);
}

/* Returns: whether there was space; if not the oldest ones are forgotten */
gboolean
srv_message_log_append (SrvMessageLog *self, SrvFrame *message)
{
  gboolean fits = self->size + srv_frame_get_size (message) <= self->limit;

  g_queue_push_tail (&self->kept, srv_frame_ref (message));
  self->count++;
  self->size += srv_frame_get_size (message);
  while (self->size > self->limit)
    drop_first (self);
  return fits;
}

/* The first @count messages have arrived, however many that were known to before. */
void
srv_message_log_trim (SrvMessageLog *self, guint64 count)
{
  while (get_base (self) < MIN (count, self->count))
    drop_first (self);
}

/* Returns: how many messages were ever sent */
guint64
srv_message_log_get_count (SrvMessageLog *self)
{
  return self->count;
}

/* Returns: the bytes of those that are kept */
gsize
srv_message_log_get_size (SrvMessageLog *self)
{
  return self->size;
}

/* Returns: whether all messages after the first @count are kept, and so many were sent */
gboolean
srv_message_log_reaches (SrvMessageLog *self, guint64 count)
{
  return count >= get_base (self) && count <= self->count;
}

/* Calls @func with each message after the first @count, which must be kept. */
void
srv_message_log_replay (SrvMessageLog *self, guint64 count, SrvMessageFunc func, gpointer user_data)
{
  g_return_if_fail (srv_message_log_reaches (self, count));

  for (GList *l = g_queue_peek_nth_link (&self->kept, (guint) (count - get_base (self))); l;
       l = l->next)
    func (l->data, user_data);
}
