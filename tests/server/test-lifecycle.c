/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How the server starts, stops and comes back, and how memberships end. */

#include "nertc-test-server.h"
#include "test-client.h"

static void
test_restart (void)
{
  g_autoptr (NertcTestServer) server = nertc_test_server_new ();
  g_autofree char *uri = g_strdup (nertc_test_server_get_uri (server));
  g_autoptr (TestClient) before = test_client_new_joined (uri, "room", "a");
  g_autoptr (TestClient) after = NULL;

  nertc_test_server_stop (server);
  test_client_expect_end (before, "shutdown", 1001);
  nertc_test_server_start (server);
  g_assert_cmpstr (nertc_test_server_get_uri (server), ==, uri);
  after = test_client_new_joined (uri, "room", "a");
  g_assert_nonnull (after);
}

static void
test_shutdown_is_the_last_word (void)
{
  g_autoptr (NertcTestServer) server = nertc_test_server_new ();
  const char *uri = nertc_test_server_get_uri (server);
  g_autoptr (TestClient) a = test_client_new_joined (uri, "room", "a");
  g_autoptr (TestClient) b = test_client_new_joined (uri, "room", "b");
  g_autoptr (TestClient) unjoined = test_client_new (uri);
  g_autoptr (JsonObject) joined = test_client_expect (a, "member.joined");

  g_assert_nonnull (joined);
  nertc_test_server_stop (server);
  test_client_expect_end (a, "shutdown", 1001);
  test_client_expect_end (b, "shutdown", 1001);
  test_client_expect_closed (unjoined, 1001);
}

static void
test_cut (void)
{
  g_autoptr (NertcTestServer) server = nertc_test_server_new ();
  g_autoptr (TestClient) client =
      test_client_new_joined (nertc_test_server_get_uri (server), "room", "a");

  nertc_test_server_cut (server);
  test_client_expect_closed (client, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lifecycle/restart", test_restart);
  g_test_add_func ("/lifecycle/shutdown", test_shutdown_is_the_last_word);
  g_test_add_func ("/lifecycle/cut", test_cut);
  return g_test_run ();
}
