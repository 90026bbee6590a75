/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is kept of those who are out, and for how long. */

#include "farewell.h"

#define GRACE_MS 60000
#define LOG 65536
#define SIZE 8192 /* more than a quiet session takes, and less than two */

static SrvAway away = { .limit = LOG };
static const SrvSessionLimits session_limits = { .log = LOG, .away = &away };

/* One that its member has left, and that has been told why */
static SrvSession *
new_ended (SrvRooms *rooms, NertcCloseReason reason, const char *message)
{
  SrvJoin join = {
    .app_key = "", .room = "room", .user_name = "", .user_data = "", .secret = "secret"
  };
  SrvSession *session;
  SrvMember *member;

  g_ptr_array_unref (srv_rooms_join (rooms, &join, &member, NULL));
  session = srv_session_new (member, TRUE, &session_limits, NULL, NULL);
  g_ptr_array_unref (srv_rooms_leave (rooms, member, reason));
  srv_session_say_closed (session, reason, message);
  return session;
}

static char *
take (SrvFarewells *farewells, NertcCloseReason reason, const char *message)
{
  SrvRoomLimits limits = { .rooms = 1, .members = 1 };
  g_autoptr (SrvRooms) rooms = srv_rooms_new (&limits);
  SrvSession *session = new_ended (rooms, reason, message);
  char *epoch = g_strdup (srv_session_get_epoch (session));

  srv_farewells_take (farewells, session, reason);
  return epoch;
}

static void
test_who_is_kept (void)
{
  static const NertcCloseReason final[] = {
    NERTC_CLOSE_REASON_KICKED,      NERTC_CLOSE_REASON_BANNED,  NERTC_CLOSE_REASON_CLOSED,
    NERTC_CLOSE_REASON_REPLACED,    NERTC_CLOSE_REASON_EXPIRED, NERTC_CLOSE_REASON_RATE,
    NERTC_CLOSE_REASON_SLOW_READER,
  };
  static const NertcCloseReason others[] = {
    NERTC_CLOSE_REASON_LEFT,
    NERTC_CLOSE_REASON_TIMEOUT,
    NERTC_CLOSE_REASON_SHUTDOWN,
  };
  SrvFarewells *farewells = srv_farewells_new (GRACE_MS, 64 * SIZE);

  for (guint i = 0; i < G_N_ELEMENTS (final); i++) {
    g_autofree char *epoch = take (farewells, final[i], NULL);

    g_assert_nonnull (srv_farewells_find (farewells, epoch));
  }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autofree char *epoch = take (farewells, others[i], NULL);

    g_assert_null (srv_farewells_find (farewells, epoch));
  }
  srv_farewells_free (farewells);
}

static void
test_who_may_ask (void)
{
  SrvFarewells *farewells = srv_farewells_new (GRACE_MS, 64 * SIZE);
  g_autofree char *epoch = take (farewells, NERTC_CLOSE_REASON_KICKED, "Be nice");
  SrvSession *session = srv_farewells_find (farewells, epoch);

  g_assert_true (srv_session_has_ended (session));
  g_assert_true (srv_session_can_resume (session, "secret", 0));
  g_assert_false (srv_session_can_resume (session, "wrong", 0));
  g_assert_false (srv_session_can_resume (session, "secret", 1));
  g_assert_false (srv_session_can_resume (session, "secret", 2));
  g_assert_null (srv_farewells_find (farewells, "wrong"));
  srv_farewells_free (farewells);
}

static void
test_no_grace (void)
{
  SrvFarewells *farewells = srv_farewells_new (0, 64 * SIZE);
  g_autofree char *epoch = take (farewells, NERTC_CLOSE_REASON_KICKED, NULL);

  g_assert_null (srv_farewells_find (farewells, epoch));
  srv_farewells_free (farewells);
}

/* The oldest ones are forgotten, whatever their number is. */
static void
test_bound (void)
{
  g_autoptr (GPtrArray) epochs = g_ptr_array_new_with_free_func (g_free);
  SrvFarewells *farewells = srv_farewells_new (GRACE_MS, 16 * SIZE);
  guint kept = 0;

  for (guint i = 0; i < 100; i++)
    g_ptr_array_add (epochs, take (farewells, NERTC_CLOSE_REASON_KICKED, NULL));
  for (guint i = 0; i < epochs->len; i++) {
    gboolean found = srv_farewells_find (farewells, g_ptr_array_index (epochs, i)) != NULL;

    g_assert_true (found || kept == 0);
    kept += found;
  }
  g_assert_cmpuint (kept, >=, 16);
  g_assert_cmpuint (kept, <, 32);
  g_assert_cmpuint (srv_farewells_count (farewells), ==, kept);
  srv_farewells_free (farewells);
}

/* One that takes much is not kept, and costs no other its place. */
static void
test_one_alone (void)
{
  g_autofree char *text = g_strnfill (SIZE, 'x');
  SrvFarewells *farewells = srv_farewells_new (GRACE_MS, 16 * SIZE);
  g_autofree char *small = take (farewells, NERTC_CLOSE_REASON_KICKED, NULL);
  g_autofree char *large = take (farewells, NERTC_CLOSE_REASON_KICKED, text);

  g_assert_nonnull (srv_farewells_find (farewells, small));
  g_assert_null (srv_farewells_find (farewells, large));
  srv_farewells_free (farewells);
}

static gboolean
on_watchdog (gpointer user_data)
{
  g_error ("A farewell was kept for ever");
  return G_SOURCE_REMOVE;
}

static void
test_end_of_grace (void)
{
  SrvFarewells *farewells = srv_farewells_new (1, 64 * SIZE);
  g_autofree char *first = take (farewells, NERTC_CLOSE_REASON_KICKED, NULL);
  g_autofree char *second = take (farewells, NERTC_CLOSE_REASON_KICKED, NULL);
  guint watchdog = g_timeout_add_seconds (60, on_watchdog, NULL);

  g_assert_cmpuint (srv_farewells_count (farewells), >, 0);
  while (srv_farewells_count (farewells) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (srv_farewells_find (farewells, first));
  g_assert_null (srv_farewells_find (farewells, second));
  g_source_remove (watchdog);
  srv_farewells_free (farewells);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/farewell/who-is-kept", test_who_is_kept);
  g_test_add_func ("/farewell/who-may-ask", test_who_may_ask);
  g_test_add_func ("/farewell/no-grace", test_no_grace);
  g_test_add_func ("/farewell/bound", test_bound);
  g_test_add_func ("/farewell/one-alone", test_one_alone);
  g_test_add_func ("/farewell/end-of-grace", test_end_of_grace);
  return g_test_run ();
}
