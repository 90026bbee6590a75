/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-backlog.h"

#include <string.h>

struct _NertcBacklog {
  GQueue texts;
  gsize size;     /* of the texts, in bytes */
  gint64 handled; /* how many messages before the first one kept */
  gboolean lost;  /* there was more than is kept */
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
  self->handled++;
}

/* Beyond its bounds nothing can be sent again, so nothing needs to be kept. */
static void
check_bounds (NertcBacklog *self)
{
  if (self->texts.length > NERTC_BACKLOG_MAX || self->size > NERTC_BACKLOG_SIZE_MAX)
    self->lost = TRUE;
  while (self->lost && !g_queue_is_empty (&self->texts))
    forget_first (self);
}

/* Returns: the number of the message */
gint64
nertc_backlog_add (NertcBacklog *self, const char *text)
{
  gint64 number = self->handled + self->texts.length + 1;

  g_queue_push_tail (&self->texts, g_strdup (text));
  self->size += strlen (text);
  check_bounds (self);
  return number;
}

/*
 * The other end has handled the first @handled messages.
 *
 * Returns: whether that can be: they are neither more than were sent nor fewer than it said before
 */
gboolean
nertc_backlog_trim (NertcBacklog *self, gint64 handled)
{
  if (handled < self->handled || handled > self->handled + self->texts.length)
    return FALSE;
  while (self->handled < handled)
    forget_first (self);
  return TRUE;
}

guint
nertc_backlog_get_length (NertcBacklog *self)
{
  return self->texts.length;
}

/* Whether all is there that may have to be sent again. */
gboolean
nertc_backlog_is_whole (NertcBacklog *self)
{
  return !self->lost;
}

void
nertc_backlog_foreach (NertcBacklog *self, NertcBacklogFunc func, gpointer data)
{
  for (const GList *link = self->texts.head; link; link = link->next)
    func (link->data, data);
}
