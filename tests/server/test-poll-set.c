/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Many sockets as one source of the main loop. */

#include "poll-set.h"

#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  SrvPollWatch *watch;  /* (nullable): freed */
  SrvPollWatch **other; /* (nullable): what it frees when it is called */
  SrvPollEvents seen;
  guint calls;
  int ends[2]; /* ours is the first */
} Fixture;

static void
on_poll (SrvPollEvents events, gpointer user_data)
{
  Fixture *self = user_data;

  self->seen |= events;
  self->calls++;
  if (self->other)
    g_clear_pointer (self->other, srv_poll_watch_free);
  if (self->watch && events & (SRV_POLL_READABLE | SRV_POLL_WRITABLE))
    srv_poll_watch_set_events (self->watch, 0);
}

static void
set_up (Fixture *self, SrvPollSet *set)
{
  *self = (Fixture){ 0 };
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, self->ends), ==, 0);
  self->watch = srv_poll_watch_new (set, self->ends[0], on_poll, self);
}

static void
tear_down (Fixture *self)
{
  g_clear_pointer (&self->watch, srv_poll_watch_free);
  close (self->ends[0]);
  close (self->ends[1]);
}

static void
iterate (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
check (Fixture *self, SrvPollEvents seen, guint calls)
{
  iterate ();
  g_assert_cmpint (self->seen, ==, seen);
  g_assert_cmpuint (self->calls, ==, calls);
  self->seen = 0;
  self->calls = 0;
}

static void
test_events (void)
{
  g_autoptr (SrvPollSet) set = srv_poll_set_new (NULL);
  Fixture fixture;

  set_up (&fixture, set);
  g_assert_cmpint (write (fixture.ends[1], "x", 1), ==, 1);
  check (&fixture, 0, 0);
  srv_poll_watch_set_events (fixture.watch, SRV_POLL_READABLE);
  check (&fixture, SRV_POLL_READABLE, 1);
  srv_poll_watch_set_events (fixture.watch, SRV_POLL_WRITABLE);
  check (&fixture, SRV_POLL_WRITABLE, 1);
  srv_poll_watch_set_events (fixture.watch, SRV_POLL_READABLE | SRV_POLL_WRITABLE);
  check (&fixture, SRV_POLL_READABLE | SRV_POLL_WRITABLE, 1);
  shutdown (fixture.ends[1], SHUT_RDWR);
  srv_poll_watch_set_events (fixture.watch, SRV_POLL_READABLE);
  iterate ();
  g_assert_true (fixture.seen & SRV_POLL_READABLE);
  tear_down (&fixture);
}

static void
test_later (void)
{
  g_autoptr (SrvPollSet) set = srv_poll_set_new (NULL);
  Fixture fixture;

  set_up (&fixture, set);
  srv_poll_watch_later (fixture.watch);
  srv_poll_watch_later (fixture.watch);
  g_assert_cmpuint (fixture.calls, ==, 0);
  check (&fixture, SRV_POLL_LATER, 1);
  check (&fixture, 0, 0);
  tear_down (&fixture);
}

/* Each of two frees the other one in the turn in which both are due. */
static void
check_freed (SrvPollEvents events)
{
  g_autoptr (SrvPollSet) set = srv_poll_set_new (NULL);
  Fixture a, b;

  set_up (&a, set);
  set_up (&b, set);
  a.other = &b.watch;
  b.other = &a.watch;
  if (events == SRV_POLL_LATER) {
    srv_poll_watch_later (a.watch);
    srv_poll_watch_later (b.watch);
  } else {
    srv_poll_watch_set_events (a.watch, events);
    srv_poll_watch_set_events (b.watch, events);
  }
  iterate ();
  g_assert_cmpuint (a.calls + b.calls, ==, 1);
  g_assert_true ((a.watch == NULL) != (b.watch == NULL));
  tear_down (&a);
  tear_down (&b);
}

static void
test_freed (void)
{
  check_freed (SRV_POLL_WRITABLE);
  check_freed (SRV_POLL_LATER);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/poll-set/events", test_events);
  g_test_add_func ("/poll-set/later", test_later);
  g_test_add_func ("/poll-set/freed", test_freed);
  return g_test_run ();
}
