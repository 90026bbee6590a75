/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names and passwords for TURN servers that share a secret. */

#include "turn.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *const urls[] = { "turn:turn.example.org:3478",
                                    "turns:[fd77::1]:5349?transport=tcp", NULL };

static void
test_urls (void)
{
  static const char *const good[] = {
    "turn:example.org",
    "turn:192.0.2.1:3478",
    "TURN:example.org?transport=udp",
    "turns:example.org:443?transport=tcp",
    "turn:[2001:db8::1]",
    "turn:[::ffff:192.0.2.1]:1",
    "turn:a:65535",
  };
  static const char *const bad[] = {
    "",
    "turn:",
    "stun:example.org",
    "turn:a b",
    "turn://a",
    "turn:user@a",
    "turn:a?transport=sctp",
    "turn:a:123456",
    "turn:a:65536",
    "turn:a:0",
    "turn:fd77::1",
    "turn:a user pw",
    "turn:a\n",
    "http:a",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (srv_turn_check_url (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (srv_turn_check_url (bad[i]));
}

/* RFC 2202, section 3, test case 2; and what openssl makes of names as they are here. */
static void
test_credentials (void)
{
  static const struct {
    const char *secret;
    const char *username;
    const char *credential;
  } rows[] = {
    { "Jefe", "what do ya want for nothing?", "7/zfauXrL6LSdBbV8YTfnCWafHk=" },
    { "north", "1433895918:ninefingers", "jy8hTxmOO7UtEKXqSkSlvakPVYA=" },
    { "topsecret", "1900000000:a:b c", "gG64BcaAw590ENNukOgrnpuLCjU=" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *credential = srv_turn_make_credential (rows[i].secret, rows[i].username);

    g_assert_cmpstr (credential, ==, rows[i].credential);
  }
}

static char *
write_secret (const char *text)
{
  g_autofree char *path = NULL;
  int file = g_file_open_tmp ("nertc-turn-XXXXXX", &path, NULL);

  g_assert_cmpint (file, >=, 0);
  g_close (file, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_steal_pointer (&path);
}

static void
assert_credential (SrvTurn *turn, const char *expected)
{
  g_autoptr (JsonObject) server = srv_turn_make_server (turn, "ninefingers", 1433895818);

  g_assert_cmpstr (json_object_get_string_member (server, "username"), ==,
                   "1433895918:ninefingers");
  g_assert_cmpstr (json_object_get_string_member (server, "credential"), ==, expected);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (server, "urls")), ==, 2);
}

static void
test_server (void)
{
  g_autofree char *path = write_secret (" north\r\n");
  g_autoptr (GError) error = NULL;
  SrvTurn *turn = srv_turn_new (urls, path, 100, &error);

  g_assert_no_error (error);
  assert_credential (turn, "jy8hTxmOO7UtEKXqSkSlvakPVYA=");

  /* A file that does not do changes nothing. */
  g_assert_true (g_file_set_contents (path, "a\nb", -1, NULL));
  g_assert_false (srv_turn_reload (turn, &error));
  g_assert_nonnull (strstr (error->message, path));
  assert_credential (turn, "jy8hTxmOO7UtEKXqSkSlvakPVYA=");
  g_assert_true (g_file_set_contents (path, "south", -1, NULL));
  g_assert_true (srv_turn_reload (turn, NULL));
  assert_credential (turn, "ZRmeITfdvXSIGq6eSNDaY9FgEI0=");
  srv_turn_free (turn);
  g_unlink (path);
}

static void
test_bad_files (void)
{
  static const char *const texts[] = { "", " \n", "alpha\nbeta" };
  g_autoptr (GError) error = NULL;

  g_assert_null (srv_turn_new (urls, "/no/such/file", 100, &error));
  g_assert_nonnull (strstr (error->message, "/no/such/file"));
  g_assert_nonnull (strstr (error->message, "--turn-secret-file"));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *path = write_secret (texts[i]);
    g_autoptr (GError) problem = NULL;

    g_assert_null (srv_turn_new (urls, path, 100, &problem));
    g_assert_nonnull (strstr (problem->message, path));
    g_assert_null (strstr (problem->message, "alpha"));
    g_unlink (path);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turn/urls", test_urls);
  g_test_add_func ("/turn/credentials", test_credentials);
  g_test_add_func ("/turn/server", test_server);
  g_test_add_func ("/turn/bad-files", test_bad_files);
  return g_test_run ();
}
