/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the server says of its health, with media servers that come and go. */

#include "fake-node.h"
#include "http-operations.h"

static guint
ask (SrvHub *hub, const char *status)
{
  g_autoptr (JsonObject) result = json_object_new ();
  SrvHttpRequest request = { .hub = hub, .status = 200, .result = result };
  g_autoptr (GPtrArray) changes = srv_http_health (&request, NULL);

  g_assert_nonnull (changes);
  g_assert_cmpuint (changes->len, ==, 0);
  g_assert_cmpstr (json_object_get_string_member (result, "status"), ==, status);
  return request.status;
}

static void
test_health (gconstpointer mode)
{
  g_autoptr (SrvOptions) options = srv_options_new ();
  SrvHub *hub = srv_hub_new (options);
  PlaneRecorder told = { NULL };
  g_autoptr (GPtrArray) nodes = g_ptr_array_new_with_free_func (g_object_unref);
  FakeNode *node = fake_node_new ("n", &told);
  gboolean needed = GPOINTER_TO_UINT (mode) == SRV_MEDIA_NODES;

  plane_recorder_init (&told);
  fake_node_set_up (node, TRUE);
  g_assert_cmpuint (ask (hub, "ok"), ==, 200);
  g_ptr_array_add (nodes, node);
  srv_hub_set_nodes (hub, GPOINTER_TO_UINT (mode), nodes, 4);
  g_assert_cmpuint (ask (hub, "ok"), ==, 200);
  fake_node_set_up (node, FALSE);
  g_assert_cmpuint (ask (hub, needed ? "no-media-node" : "ok"), ==, needed ? 503 : 200);
  fake_node_set_up (node, TRUE);
  g_assert_cmpuint (ask (hub, "ok"), ==, 200);
  srv_hub_shut_down (hub);
  srv_hub_free (hub);
  plane_recorder_clear (&told);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/http-health/nodes", GUINT_TO_POINTER (SRV_MEDIA_NODES), test_health);
  g_test_add_data_func ("/http-health/auto", GUINT_TO_POINTER (SRV_MEDIA_AUTO), test_health);
  return g_test_run ();
}
