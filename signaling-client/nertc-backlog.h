/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What was sent in a session and is not known to be handled by the other end, oldest first, so that
 * it can be sent again on the next connection. Messages are numbered from 1, as XEP-0198 counts
 * stanzas. Pure.
 */
typedef struct _NertcBacklog NertcBacklog;

/* The most messages that are kept. A server lets a member send more than these at once. */
#define NERTC_BACKLOG_MAX 256

/* What is left of that for what cannot wait. */
#define NERTC_BACKLOG_SPARE 32

/* In bytes. */
#define NERTC_BACKLOG_SIZE_MAX (4 * 1024 * 1024)

typedef void (*NertcBacklogFunc) (const char *text, gpointer data);

NertcBacklog *nertc_backlog_new (void);
void nertc_backlog_free (NertcBacklog *self);

gint64 nertc_backlog_add (NertcBacklog *self, const char *text);
gboolean nertc_backlog_trim (NertcBacklog *self, gint64 handled);
gboolean nertc_backlog_is_crowded (NertcBacklog *self);
guint nertc_backlog_get_length (NertcBacklog *self);
gboolean nertc_backlog_is_whole (NertcBacklog *self);
void nertc_backlog_foreach (NertcBacklog *self, NertcBacklogFunc func, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NertcBacklog, nertc_backlog_free)

G_END_DECLS
