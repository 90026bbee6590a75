/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-socket.h"
#include "nertc-test-server.h"

#include <glib/gstdio.h>
#include <string.h>

/* Rooms of the library on the real server, over TLS, with good certificates and others. */

static char *folder; /* what tests/common/certificates.py makes */

typedef struct {
  NertcTestServer *server;
  NertcRoom *room;
  GError *error;
  gboolean done;
} Fixture;

static char *
get_file (const char *name, const char *suffix)
{
  return g_strdup_printf ("%s/%s.%s", folder, name, suffix);
}

/* @certificate: (nullable): %NULL for a server without TLS */
static void
serve (Fixture *self, const char *certificate)
{
  g_autofree char *pem = get_file (certificate, "pem");
  g_autofree char *key = get_file (certificate, "key");
  g_autofree char *pem_option = g_strdup_printf ("--tls-certificate=%s", pem);
  g_autofree char *key_option = g_strdup_printf ("--tls-key=%s", key);
  const char *options[] = { pem_option, key_option, NULL };

  self->server =
      certificate ? nertc_test_server_new_with_options (options) : nertc_test_server_new ();
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->done;
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;

  nertc_room_join_finish (NERTC_ROOM (source), result, &self->error);
  self->done = TRUE;
}

static void
join (Fixture *self, const char *uri, const char *ca_file)
{
  self->room = nertc_room_new (uri, "standup");
  g_object_set (self->room, "tls-ca-file", ca_file, NULL);
  nertc_room_join_async (self->room, NULL, on_joined, self);
  fake_wait (is_done, self);
}

static void
tear_down (Fixture *self)
{
  g_clear_object (&self->room);
  g_clear_pointer (&self->server, nertc_test_server_free);
  g_clear_error (&self->error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
assert_error (Fixture *self, NertcError code, const char *parts)
{
  g_auto (GStrv) words = g_strsplit (parts, "|", -1);

  g_assert_error (self->error, NERTC_ERROR, code);
  g_test_message ("%s", self->error->message);
  for (guint i = 0; words[i]; i++) {
    if (!strstr (self->error->message, words[i]))
      g_error ("‘%s’ is not in: %s", words[i], self->error->message);
  }
}

static gboolean
has_left (gpointer data)
{
  NertcRoomState state;

  g_object_get (((Fixture *) data)->room, "state", &state, NULL);
  return state == NERTC_ROOM_STATE_DISCONNECTED;
}

static void
test_join (void)
{
  Fixture self = { NULL };
  g_autofree char *ca_file = get_file ("ca", "pem");
  g_autofree char *seen = NULL;

  serve (&self, "good");
  g_assert_true (g_str_has_prefix (nertc_test_server_get_uri (self.server), "wss://127.0.0.1:"));
  join (&self, nertc_test_server_get_uri (self.server), ca_file);
  g_assert_no_error (self.error);
  g_object_get (self.room, "tls-ca-file", &seen, NULL);
  g_assert_cmpstr (seen, ==, ca_file);
  nertc_room_leave_async (self.room, NULL, NULL, NULL);
  fake_wait (has_left, &self);
  tear_down (&self);
}

/* As one types it: relative to the working directory. */
static void
test_relative_ca_file (void)
{
  Fixture self = { NULL };
  g_autofree char *directory = g_get_current_dir ();

  serve (&self, "good");
  g_assert_cmpint (g_chdir (folder), ==, 0);
  join (&self, nertc_test_server_get_uri (self.server), "ca.pem");
  g_assert_cmpint (g_chdir (directory), ==, 0);
  g_assert_no_error (self.error);
  nertc_room_leave_async (self.room, NULL, NULL, NULL);
  fake_wait (has_left, &self);
  tear_down (&self);
}

static void
test_bad_certificates (void)
{
  static const struct {
    const char *certificate;
    const char *ca;
    const char *parts;
  } rows[] = {
    { "strange", "ca", "The stranger of the tests|tls-ca-file" },
    { "good", "stranger", "The ca of the tests|tls-ca-file" },
    { "good", NULL, "The ca of the tests|tls-ca-file" },
    { "elsewhere", "ca", "calls.example.org|not for “127.0.0.1”" },
    { "expired", "ca", "expired at|renewed" },
    { "future", "ca", "not valid before|clock" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Fixture self = { NULL };
    g_autofree char *ca_file = rows[i].ca ? get_file (rows[i].ca, "pem") : NULL;

    serve (&self, rows[i].certificate);
    join (&self, nertc_test_server_get_uri (self.server), ca_file);
    assert_error (&self, NERTC_ERROR_CERTIFICATE, rows[i].parts);
    assert_error (&self, NERTC_ERROR_CERTIFICATE, nertc_test_server_get_uri (self.server));
    tear_down (&self);
  }
}

static void
test_bad_ca_file (void)
{
  g_autofree char *key = get_file ("good", "key");
  const char *files[] = { "/no/such/file", "no-such-file", key };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    Fixture self = { NULL };

    serve (&self, "good");
    join (&self, nertc_test_server_get_uri (self.server), files[i]);
    assert_error (&self, NERTC_ERROR_CERTIFICATE, "tls-ca-file|PEM");
    assert_error (&self, NERTC_ERROR_CERTIFICATE, files[i]);
    g_assert_null (strstr (self.error->message, ".;"));
    tear_down (&self);
  }
}

static void
test_plain_server (void)
{
  Fixture self = { NULL };
  g_autofree char *uri = NULL;

  serve (&self, NULL);
  uri = g_strconcat ("wss", nertc_test_server_get_uri (self.server) + strlen ("ws"), NULL);
  join (&self, uri, NULL);
  assert_error (&self, NERTC_ERROR_SERVER_UNREACHABLE, "speak TLS|ws://|--tls-certificate");
  tear_down (&self);
}

static void
test_plain_client (void)
{
  Fixture self = { NULL };
  g_autofree char *uri = NULL;

  serve (&self, "good");
  uri = g_strconcat ("ws", nertc_test_server_get_uri (self.server) + strlen ("wss"), NULL);
  join (&self, uri, NULL);
  assert_error (&self, NERTC_ERROR_SERVER_UNREACHABLE, "400|wss://|nertcs://");
  tear_down (&self);
}

static void
make_certificates (void)
{
  g_autoptr (GError) error = NULL;
  const char *command[] = { g_getenv ("PYTHON"), g_getenv ("CERTIFICATES"), NULL, NULL };
  int status;

  folder = g_dir_make_tmp ("nertc-test-XXXXXX", &error);
  g_assert_no_error (error);
  command[2] = folder;
  g_spawn_sync (NULL, (char **) command, NULL, 0, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
}

static void
remove_certificates (void)
{
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (files))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_remove (path);
  }
  g_rmdir (folder);
  g_free (folder);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  make_certificates ();
  g_test_add_func ("/tls/join", test_join);
  g_test_add_func ("/tls/relative-ca-file", test_relative_ca_file);
  g_test_add_func ("/tls/bad-certificates", test_bad_certificates);
  g_test_add_func ("/tls/bad-ca-file", test_bad_ca_file);
  g_test_add_func ("/tls/plain-server", test_plain_server);
  g_test_add_func ("/tls/plain-client", test_plain_client);
  status = g_test_run ();
  remove_certificates ();
  return status;
}
