/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Waits for many sockets at once, as one source of the main loop. A source for each costs as much
 * in every turn of the loop, whether anything happens there or not: with 5,000 members that was
 * three quarters of all work.
 */
typedef struct _SrvPollSet SrvPollSet;
typedef struct _SrvPollWatch SrvPollWatch;

typedef enum {
  SRV_POLL_READABLE = 1 << 0, /* or at its end, or broken */
  SRV_POLL_WRITABLE = 1 << 1, /* the same */
  SRV_POLL_LATER = 1 << 2,    /* as asked for by srv_poll_watch_later() */
} SrvPollEvents;

/* From the main loop */
typedef void (*SrvPollFunc) (SrvPollEvents events, gpointer user_data);

SrvPollSet *srv_poll_set_new (GError **error);
SrvPollSet *srv_poll_set_ref (SrvPollSet *self);
void srv_poll_set_unref (SrvPollSet *self);

SrvPollWatch *srv_poll_watch_new (SrvPollSet *set, int fd, SrvPollFunc func, gpointer user_data);
void srv_poll_watch_free (SrvPollWatch *self);
void srv_poll_watch_set_events (SrvPollWatch *self, SrvPollEvents events);
void srv_poll_watch_later (SrvPollWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrvPollSet, srv_poll_set_unref)

G_END_DECLS
