/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-fixture.h"

/* How the media fare: what is told to the room, and what is heard of it. */

static void
on_quality (NertcRoom *room, const char *uid, NertcQuality up, NertcQuality down, GString *heard)
{
  g_string_append_printf (heard, "%s %d/%d;", uid, up, down);
  if (g_str_equal (uid, "leave"))
    nertc_room_leave_async (room, NULL, NULL, NULL);
}

static void
on_speaker (NertcRoom *room, const char *uid, double level, GString *heard)
{
  g_string_append_printf (heard, "‘%s’ %.1f;", uid, level);
}

static void
test_report (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;

  nertc_room_report_quality (self->room, NERTC_QUALITY_GOOD, NERTC_QUALITY_GOOD);
  fixture_join (self, "");
  nertc_room_report_quality (self->room, NERTC_QUALITY_POOR, NERTC_QUALITY_UNKNOWN);
  params = fake_server_expect (self->server, "member.quality");
  g_assert_cmpint (json_object_get_int_member (params, "up"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (params, "down"), ==, 0);
  fake_server_expect_nothing (self->server);
}

static void
test_heard (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) heard = g_string_new (NULL);

  g_signal_connect (self->room, "network-quality", G_CALLBACK (on_quality), heard);
  fixture_join (self, "");
  fake_server_event (self->server, "room.quality",
                     "'members':[{'uid':'alice','up':1,'down':6},{'uid':'bob','up':0,'down':2}]");
  g_assert_cmpstr (heard->str, ==, "alice 1/6;bob 0/2;");
}

/* Who has left hears nothing more, not even the rest of the same event. */
static void
test_heard_by_who_leaves (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) heard = g_string_new (NULL);

  g_signal_connect (self->room, "network-quality", G_CALLBACK (on_quality), heard);
  fixture_join (self, "");
  fake_server_event (self->server, "room.quality",
                     "'members':[{'uid':'leave','up':1,'down':6},{'uid':'bob','up':0,'down':2}]");
  g_assert_cmpstr (heard->str, ==, "leave 1/6;");
  json_object_unref (fake_server_expect (self->server, "room.leave"));
  fake_server_reply (self->server, "{}");
  fake_server_hang_up (self->server, NERTC_CLOSE_CODE_NORMAL);
  fixture_wait_for_log (self, "state disconnected left");
}

static void
test_speaker (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) heard = g_string_new (NULL);

  g_signal_connect (self->room, "active-speaker", G_CALLBACK (on_speaker), heard);
  fixture_join (self, "");
  nertc_room_report_speaker (self->room, "bob", -20.5);
  nertc_room_report_speaker (self->room, NULL, -127);
  g_assert_cmpstr (heard->str, ==, "‘bob’ -20.5;‘’ -127.0;");
  fake_server_expect_nothing (self->server);
}

#define ADD(name, test) \
  g_test_add ("/room/quality/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("report", test_report);
  ADD ("heard", test_heard);
  ADD ("heard-by-who-leaves", test_heard_by_who_leaves);
  ADD ("speaker", test_speaker);
  return g_test_run ();
}
