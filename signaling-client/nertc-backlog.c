/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-backlog.h"

#include <string.h>

struct _NertcBacklog {
  GQueue texts;
  gsize size;       /* of the texts, in bytes */
  gint64 forgotten; /* how many messages came before the first one kept */
  gint64 handled;   /* fewer, if there was more to keep than is allowed */
};

NertcBacklog *
nertc_backlog_new (void)
{
  return g_new0 (NertcBacklog, 1);
}

void
nertc_backlog_free (NertcBacklog *self)
{
  g_queue_clear_full (&self->texts, g_free);
  g_free (self);
}

static void
forget_first (NertcBacklog *self)
{
  g_autofree char *text = g_queue_pop_head (&self->texts);

  self->size -= strlen (text);
  self->forgotten++;
}

/* Returns: the number of the message */
gint64
nertc_backlog_add (NertcBacklog *self, const char *text)
{
  g_queue_push_tail (&self->texts, g_strdup (text));
  self->size += strlen (text);
  while (self->texts.length > NERTC_BACKLOG_MAX || self->size > NERTC_BACKLOG_SIZE_MAX)
    forget_first (self);
  return self->forgotten + self->texts.length;
}

/*
 * The other end has handled the first @handled messages.
 *
 * Returns: whether that can be: they are neither more than were sent nor fewer than it said before
 */
gboolean
nertc_backlog_trim (NertcBacklog *self, gint64 handled)
{
  if (handled < self->handled || handled > self->forgotten + self->texts.length)
    return FALSE;
  self->handled = handled;
  while (self->forgotten < handled)
    forget_first (self);
  return TRUE;
}

guint
nertc_backlog_get_length (NertcBacklog *self)
{
  return self->texts.length;
}

/* Whether there is little space left: what could be refused should be. */
gboolean
nertc_backlog_is_crowded (NertcBacklog *self)
{
  return self->texts.length >= NERTC_BACKLOG_MAX - NERTC_BACKLOG_SPARE ||
         self->size >= NERTC_BACKLOG_SIZE_MAX / 4 * 3;
}

/* Whether all is there that may have to be sent again. */
gboolean
nertc_backlog_is_whole (NertcBacklog *self)
{
  return self->forgotten <= self->handled;
}

void
nertc_backlog_foreach (NertcBacklog *self, NertcBacklogFunc func, gpointer data)
{
  for (const GList *link = self->texts.head; link; link = link->next)
    func (link->data, data);
}
