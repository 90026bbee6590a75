/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-ice-server.h"

static void
check (const char *url, const char *username, const char *credential, const char *expected)
{
  g_autofree char *uri = nertc_ice_server_to_uri (url, username, credential);

  g_assert_cmpstr (uri, ==, expected);
}

static void
test_stun (void)
{
  check ("stun:stun.test:19302", NULL, NULL, "stun://stun.test:19302");
  check ("stun:stun.test", NULL, NULL, "stun://stun.test:3478");
  check ("STUN:10.0.0.1", NULL, NULL, "stun://10.0.0.1:3478");
  check ("stun:[2001:db8::7]:5000", NULL, NULL, "stun://[2001:db8::7]:5000");
  check ("stun:[::1]", NULL, NULL, "stun://[::1]:3478");
  check ("stun://stun.test:1", "user", "ignored", "stun://stun.test:1");
}

static void
test_turn (void)
{
  check ("turn:turn.test:3479", "alice", "secret", "turn://alice:secret@turn.test:3479");
  check ("turn:turn.test", "alice", "secret", "turn://alice:secret@turn.test:3478");
  check ("turns:turn.test", "alice", "secret", "turns://alice:secret@turn.test:5349");
  check ("turn:turn.test?transport=tcp", "a", "b", "turn://a:b@turn.test:3478?transport=tcp");
  check ("turn:[::1]:9?transport=udp", "a", "b", "turn://a:b@[::1]:9?transport=udp");
}

/* A time-limited user name is EXPIRY:NAME, its password base64. */
static void
test_escapes (void)
{
  check ("turn:t.test", "1700000000:al@ice",
         "x/+y=", "turn://1700000000%3Aal%40ice:x%2F%2By%3D@t.test:3478");
  check ("turn:t.test", "ü", "p q", "turn://%C3%BC:p%20q@t.test:3478");
}

static void
test_unusable (void)
{
  check ("turn:turn.test", NULL, "secret", NULL);
  check ("turn:turn.test", "alice", NULL, NULL);
  check ("turn:turn.test", "", "secret", NULL);
  check ("stuns:stun.test", NULL, NULL, NULL);
  check ("http://stun.test", NULL, NULL, NULL);
  check ("stun:", NULL, NULL, NULL);
  check ("stun:host:99999", NULL, NULL, NULL);
  check ("stun:host:0x1", NULL, NULL, NULL);
  check ("stun:user@host", NULL, NULL, NULL);
  check ("stun:host/path", NULL, NULL, NULL);
  check ("stun:host?transport=udp", NULL, NULL, NULL);
  check ("turn:host?transport=sctp", "a", "b", NULL);
  check ("stun:2001:db8::7", NULL, NULL, NULL);
  check ("stun:host\n", NULL, NULL, NULL);
  check ("", NULL, NULL, NULL);
}

static void
test_list (void)
{
  g_autoptr (JsonNode) node = json_from_string (
      "[{\"urls\":[\"stun:a.test\",\"gopher:b.test\"]},"
      "{\"urls\":[\"turn:c.test\",\"turns:c.test\"],\"username\":\"u\",\"credential\":\"p\"},"
      "{\"urls\":[]}]",
      NULL);
  g_auto (GStrv) uris = NULL;
  const char *expected[] = { "stun://a.test:3478", "turn://u:p@c.test:3478",
                             "turns://u:p@c.test:5349", NULL };

  uris = nertc_ice_servers_read (json_node_get_array (node));
  g_assert_cmpstrv (uris, expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ice-server/stun", test_stun);
  g_test_add_func ("/ice-server/turn", test_turn);
  g_test_add_func ("/ice-server/escapes", test_escapes);
  g_test_add_func ("/ice-server/unusable", test_unusable);
  g_test_add_func ("/ice-server/list", test_list);
  return g_test_run ();
}
