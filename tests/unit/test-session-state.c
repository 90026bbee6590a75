/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-session-state.h"

#include "nertc-enum-types.h"

/* The machine as one picture: a row is a state, a column is an event, a dot is illegal. */
static const char *const expected[NERTC_N_ROOM_STATES] = {
  /* Events: join, joined, refused, cancelled, lost, resumed, closed, gave up, leave, left,
     listened. */
  [NERTC_ROOM_STATE_DISCONNECTED] =
      "   C    .      .      .      .    .    .     .      .    .    .",
  [NERTC_ROOM_STATE_CONNECTING] =
      "     .    I      F      D      .    .    .     .      L    .    N",
  [NERTC_ROOM_STATE_CONNECTED] =
      "      .    .      .      .      R    .    F     .      L    .    .",
  [NERTC_ROOM_STATE_RECONNECTING] =
      "   .    I      .      .      .    I    .     F      L    .    N",
  [NERTC_ROOM_STATE_DISCONNECTING] =
      "  C    .      .      .      .    .    .     .      .    D    .",
  [NERTC_ROOM_STATE_FAILED] =
      "         C    .      .      .      .    .    .     .      D    .    .",
  [NERTC_ROOM_STATE_LISTENING] =
      "      .    .      .      .      R    .    F     .      L    .    .",
};

static const char letters[] = "DCIRLFN";

static char
get_cell (NertcRoomState state, NertcSessionEvent event)
{
  const char *at = expected[state];

  for (;;) {
    at += strspn (at, " ");
    if (event-- == 0)
      return *at;
    at++;
  }
}

static void
check_cell (NertcRoomState state, NertcSessionEvent event, char cell)
{
  g_autoptr (GError) error = NULL;
  NertcRoomState next = state;
  gboolean legal = nertc_session_state_next (state, event, &next, &error);

  if (cell == '.') {
    g_assert_false (legal);
    g_assert_error (error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE);
    g_assert_nonnull (strstr (error->message, nertc_room_state_to_string (state)));
    g_assert_cmpint (next, ==, state);
  } else {
    g_assert_no_error (error);
    g_assert_true (legal);
    g_assert_cmpint (letters[next], ==, cell);
  }
}

static void
test_every_cell (void)
{
  g_assert_cmpint (strlen (letters), ==, NERTC_N_ROOM_STATES);
  for (NertcRoomState state = 0; state < NERTC_N_ROOM_STATES; state++) {
    for (NertcSessionEvent event = 0; event < NERTC_N_SESSION_EVENTS; event++)
      check_cell (state, event, get_cell (state, event));
  }
}

/* Applications get a state by its nick, from messages of the bus, say. */
static void
test_nicks (void)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (NERTC_TYPE_ROOM_STATE);

  for (NertcRoomState state = 0; state < NERTC_N_ROOM_STATES; state++)
    g_assert_cmpstr (g_enum_get_value (states, state)->value_nick, ==,
                     nertc_room_state_to_string (state));
}

static void
test_message (void)
{
  g_autoptr (GError) error = NULL;
  NertcRoomState next;

  nertc_session_state_next (NERTC_ROOM_STATE_CONNECTED, NERTC_SESSION_EVENT_JOIN, &next, &error);
  g_assert_cmpstr (error->message, ==, "The room cannot be joined while it is connected");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-state/every-cell", test_every_cell);
  g_test_add_func ("/session-state/nicks", test_nicks);
  g_test_add_func ("/session-state/message", test_message);
  return g_test_run ();
}
