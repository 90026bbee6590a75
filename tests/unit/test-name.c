/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-name.h"

#include <string.h>

typedef gboolean (*Check) (const char *name, GError **error);

static const struct {
  const char *what;
  Check check;
  NertcError code;
  guint allowed; /* of the 256 bytes */
} kinds[] = {
  { "room name", nertc_check_room_name, NERTC_ERROR_ROOM_NAME_INVALID, 89 },
  { "uid", nertc_check_uid, NERTC_ERROR_UID_INVALID, 95 },
  { "stream id", nertc_check_stream_id, NERTC_ERROR_STREAM_ID_INVALID, 94 },
};

static void
check_refused (guint kind, const char *name, const char *hint)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (kinds[kind].check (name, &error));
  g_assert_error (error, NERTC_ERROR, kinds[kind].code);
  g_assert_nonnull (strstr (error->message, kinds[kind].what));
  if (!strstr (error->message, hint))
    g_error ("No “%s” in “%s”", hint, error->message);
}

static void
test_length (void)
{
  g_autofree char *longest = g_strnfill (NERTC_NAME_MAX, 'x');
  g_autofree char *too_long = g_strnfill (NERTC_NAME_MAX + 1, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_assert_true (kinds[i].check ("x", NULL));
    g_assert_true (kinds[i].check (longest, NULL));
    check_refused (i, too_long, "65 bytes; use 1 to 64");
    check_refused (i, "", "0 bytes");
    check_refused (i, NULL, "0 bytes");
  }
}

/* Every byte, behind another one, so that the place in the message is seen. */
static void
test_every_byte (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    guint allowed = 0;

    for (guint byte = 1; byte < 256; byte++) {
      char name[] = { 'a', (char) byte, '\0' };

      if (kinds[i].check (name, NULL))
        allowed++;
      else
        check_refused (i, name, "at byte 2; use ");
    }
    g_assert_cmpuint (allowed, ==, kinds[i].allowed);
  }
}

static void
test_message (void)
{
  check_refused (0, "a/b", "‘/’ at byte 2");
  check_refused (0, "caf\xc3\xa9", "0xc3 at byte 4");
  check_refused (2, "my stream", "‘ ’ at byte 3; use printable ASCII without space");
  g_assert_true (nertc_check_room_name ("A room 7 !#$%&()+-:;<=.>?@[]^_{}|~,", NULL));
  g_assert_true (nertc_check_room_name ("..", NULL));
  g_assert_true (nertc_check_uid ("Grace Hopper \"7\"", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/name/length", test_length);
  g_test_add_func ("/name/every-byte", test_every_byte);
  g_test_add_func ("/name/message", test_message);
  return g_test_run ();
}
