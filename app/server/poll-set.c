/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "poll-set.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Sockets that are served in one turn of the main loop. Of more, the kernel tells in turn. */
#define TURN_MAX 128

struct _SrvPollSet {
  GSource *source;
  int epoll;
  GPtrArray *later; /* of SrvPollWatch, which wait for the end of the turn */
  GPtrArray *freed; /* of SrvPollWatch: what the kernel told of them may still be in use */
};

struct _SrvPollWatch {
  SrvPollSet *set;
  int fd;
  SrvPollFunc func; /* (nullable): freed */
  gpointer user_data;
  guint32 events; /* as epoll has them; 0: it does not know the socket */
  gboolean later;
};

typedef struct {
  GSource parent;
  SrvPollSet *set;
} Source;

static gboolean
prepare (GSource *source, gint *timeout)
{
  *timeout = -1;
  return ((Source *) source)->set->later->len > 0;
}

static void
call (SrvPollWatch *watch, SrvPollEvents events)
{
  if (watch->func)
    watch->func (events, watch->user_data);
}

static SrvPollEvents
from_epoll (guint32 events)
{
  SrvPollEvents result = 0;

  if (events & ~(guint32) EPOLLOUT)
    result |= SRV_POLL_READABLE;
  if (events & ~(guint32) EPOLLIN)
    result |= SRV_POLL_WRITABLE;
  return result;
}

static void
serve_sockets (SrvPollSet *self)
{
  struct epoll_event events[TURN_MAX];
  int count = epoll_wait (self->epoll, events, TURN_MAX, 0);

  for (int i = 0; i < count; i++)
    call (events[i].data.ptr, from_epoll (events[i].events));
}

/* What is asked for meanwhile is of the next turn. */
static void
serve_later (SrvPollSet *self)
{
  g_autoptr (GPtrArray) watches = self->later;

  self->later = g_ptr_array_new ();
  for (guint i = 0; i < watches->len; i++) {
    SrvPollWatch *watch = g_ptr_array_index (watches, i);

    watch->later = FALSE;
    call (watch, SRV_POLL_LATER);
  }
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  SrvPollSet *self = srv_poll_set_ref (((Source *) source)->set);

  serve_sockets (self);
  if (self->later->len > 0)
    serve_later (self);
  g_ptr_array_set_size (self->freed, 0);
  srv_poll_set_unref (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .prepare = prepare, .dispatch = dispatch };

static void
clear_set (SrvPollSet *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_ptr_array_unref (self->later);
  g_ptr_array_unref (self->freed);
  close (self->epoll);
}

/* Returns: (transfer full) (nullable): one that works in the thread-default main context */
SrvPollSet *
srv_poll_set_new (GError **error)
{
  int epoll = epoll_create1 (EPOLL_CLOEXEC);
  SrvPollSet *self;

  if (epoll < 0) {
    g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (errno), "epoll_create1: %s",
                 g_strerror (errno));
    return NULL;
  }
  self = g_rc_box_new0 (SrvPollSet);
  self->epoll = epoll;
  self->later = g_ptr_array_new ();
  self->freed = g_ptr_array_new_with_free_func (g_free);
  self->source = g_source_new (&source_funcs, sizeof (Source));
  ((Source *) self->source)->set = self;
  g_source_add_unix_fd (self->source, epoll, G_IO_IN);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

SrvPollSet *
srv_poll_set_ref (SrvPollSet *self)
{
  return g_rc_box_acquire (self);
}

void
srv_poll_set_unref (SrvPollSet *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) clear_set);
}

/* @fd: stays the caller's, and open as long as this is. Waits for nothing yet. */
SrvPollWatch *
srv_poll_watch_new (SrvPollSet *set, int fd, SrvPollFunc func, gpointer user_data)
{
  SrvPollWatch *self = g_new0 (SrvPollWatch, 1);

  self->set = srv_poll_set_ref (set);
  self->fd = fd;
  self->func = func;
  self->user_data = user_data;
  return self;
}

/* It is not called any more. */
void
srv_poll_watch_free (SrvPollWatch *self)
{
  SrvPollSet *set = self->set;

  srv_poll_watch_set_events (self, 0);
  self->func = NULL;
  if (self->later)
    g_ptr_array_remove_fast (set->later, self);
  g_ptr_array_add (set->freed, self);
  srv_poll_set_unref (set);
}

/* @events: what to wait for from now on, READABLE and WRITABLE; 0: nothing */
void
srv_poll_watch_set_events (SrvPollWatch *self, SrvPollEvents events)
{
  struct epoll_event event = { .data.ptr = self };
  int operation = self->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

  if (events & SRV_POLL_READABLE)
    event.events |= EPOLLIN;
  if (events & SRV_POLL_WRITABLE)
    event.events |= EPOLLOUT;
  if (event.events == self->events)
    return;
  if (epoll_ctl (self->set->epoll, event.events ? operation : EPOLL_CTL_DEL, self->fd, &event) < 0)
    g_warning ("epoll_ctl: %s", g_strerror (errno));
  self->events = event.events;
}

/* Calls it once when all that has come in this turn is handled. */
void
srv_poll_watch_later (SrvPollWatch *self)
{
  if (self->later)
    return;
  self->later = TRUE;
  g_ptr_array_add (self->set->later, self);
}
