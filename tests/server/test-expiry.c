/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When tokens end, by a clock that the test turns. */

#include "expiry.h"

#define START 1000000

typedef struct {
  SrvRooms *rooms;
  SrvExpiry *expiry;
  SrvMember *a;
  SrvMember *b;
  GString *log;
} Fixture;

static gint64 clock_now;

static gint64
read_clock (void)
{
  return clock_now * G_TIME_SPAN_SECOND;
}

static void
on_soon (SrvMember *member, gint64 seconds, gpointer user_data)
{
  Fixture *self = user_data;

  g_string_append_printf (self->log, "%s in %" G_GINT64_FORMAT ";", member->uid, seconds);
}

static void
on_expired (SrvMember *member, gpointer user_data)
{
  Fixture *self = user_data;

  g_string_append_printf (self->log, "%s ends;", member->uid);
}

static const SrvExpiryCallbacks callbacks = { .soon = on_soon, .expired = on_expired };

static SrvMember *
join (Fixture *self, const char *uid)
{
  SrvJoin data = { .app_key = "", .room = "room", .uid = uid, .user_name = "", .user_data = "" };
  SrvMember *member = NULL;

  g_ptr_array_unref (srv_rooms_join (self->rooms, &data, &member, NULL));
  return srv_member_ref (member);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  SrvRoomLimits limits = { .rooms = 1, .members = 2, .streams = 1, .subscriptions = 1 };

  clock_now = START;
  self->rooms = srv_rooms_new (&limits);
  self->expiry = srv_expiry_new (&callbacks, self, read_clock);
  self->a = join (self, "a");
  self->b = join (self, "b");
  self->log = g_string_new (NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  srv_expiry_free (self->expiry);
  g_ptr_array_unref (srv_rooms_leave (self->rooms, self->a, NERTC_CLOSE_REASON_LEFT));
  g_ptr_array_unref (srv_rooms_leave (self->rooms, self->b, NERTC_CLOSE_REASON_LEFT));
  srv_member_unref (self->a);
  srv_member_unref (self->b);
  srv_rooms_free (self->rooms);
  g_string_free (self->log, TRUE);
}

static void
expect_at (Fixture *self, gint64 time, const char *expected)
{
  clock_now = START + time;
  srv_expiry_run (self->expiry);
  g_assert_cmpstr (self->log->str, ==, expected);
  g_string_truncate (self->log, 0);
}

static void
test_notice_and_end (Fixture *self, gconstpointer data)
{
  srv_expiry_watch (self->expiry, self->a, START + 100);
  srv_expiry_watch (self->expiry, self->b, START + 90);
  expect_at (self, 0, "");
  expect_at (self, 59, "");
  expect_at (self, 60, "b in 30;");
  expect_at (self, 61, "");
  expect_at (self, 70, "a in 30;");
  expect_at (self, 90, "b ends;");
  expect_at (self, 99, "");
  expect_at (self, 100, "a ends;");
  expect_at (self, 1000, "");
}

static void
test_short (Fixture *self, gconstpointer data)
{
  srv_expiry_watch (self->expiry, self->a, START + 7);
  expect_at (self, 0, "a in 7;");
  expect_at (self, 6, "");
  expect_at (self, 7, "a ends;");
}

/* A notice that came too late is none. */
static void
test_missed (Fixture *self, gconstpointer data)
{
  srv_expiry_watch (self->expiry, self->a, START + 100);
  srv_expiry_watch (self->expiry, self->b, START + 50);
  expect_at (self, 200, "b ends;a ends;");
}

static void
test_renewed (Fixture *self, gconstpointer data)
{
  srv_expiry_watch (self->expiry, self->a, START + 10);
  expect_at (self, 0, "a in 10;");
  srv_expiry_watch (self->expiry, self->a, START + 100);
  expect_at (self, 50, "");
  expect_at (self, 75, "a in 25;");
  srv_expiry_watch (self->expiry, self->a, 0);
  expect_at (self, 1000, "");
}

static void
test_forgotten (Fixture *self, gconstpointer data)
{
  srv_expiry_watch (self->expiry, self->a, START + 10);
  srv_expiry_watch (self->expiry, self->b, START + 10);
  srv_expiry_forget (self->expiry, self->a);
  srv_expiry_forget (self->expiry, self->a);
  expect_at (self, 1000, "b ends;");
}

/* The timer comes by itself. */
static void
test_timer (Fixture *self, gconstpointer data)
{
  srv_expiry_watch (self->expiry, self->a, START);
  while (self->log->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (self->log->str, ==, "a ends;");
}

#define ADD(name, function) g_test_add ("/expiry/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("notice-and-end", test_notice_and_end);
  ADD ("short", test_short);
  ADD ("missed", test_missed);
  ADD ("renewed", test_renewed);
  ADD ("forgotten", test_forgotten);
  ADD ("timer", test_timer);
  return g_test_run ();
}
