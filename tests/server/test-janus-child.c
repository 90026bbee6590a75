/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A Janus of our own: the real one. */

#include "janus-child.h"
#include "janus-configuration.h"
#include "janus-log.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WATCHDOG_SECONDS 30

typedef struct {
  SrvOptions *options;
  SrvJanusChild *child;
  char *folder;
  char *socket;
  guint watchdog;
} Fixture;

static gboolean
on_watchdog (gpointer user_data)
{
  g_error ("this takes too long");
  return G_SOURCE_REMOVE;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->watchdog = g_timeout_add_seconds (WATCHDOG_SECONDS, on_watchdog, NULL);
  self->options = srv_options_new ();
  self->options->media_ports = g_strdup ("20000-20099");
  self->child = srv_janus_child_new (self->options, &error);
  g_assert_no_error (error);
  self->socket = g_strdup (srv_janus_child_get_address (self->child) + strlen ("janus://"));
  self->folder = g_path_get_dirname (self->socket);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->child, srv_janus_child_free);
  srv_options_free (self->options);
  g_source_remove (self->watchdog);
  g_free (self->folder);
  g_free (self->socket);
}

/* Its process and who it is, as the kernel has it */
static GPid
get_pid (GSocket *socket, uid_t *user)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCredentials) credentials = g_socket_get_credentials (socket, &error);

  g_assert_no_error (error);
  if (user)
    *user = g_credentials_get_unix_user (credentials, NULL);
  return g_credentials_get_unix_pid (credentials, NULL);
}

/* Returns: (nullable): %NULL if nobody is there yet */
static GSocket *
try_to_connect (Fixture *self)
{
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_SEQPACKET, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->socket);

  g_socket_set_timeout (socket, WATCHDOG_SECONDS);
  return g_socket_connect (socket, address, NULL, NULL) ? g_steal_pointer (&socket) : NULL;
}

static gboolean
on_turn (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Returns: (transfer full) (nullable): what it answers to @request; %NULL if it has ended */
static char *
ask (GSocket *socket, const char *request)
{
  g_autofree char *answer = g_malloc0 (1 << 16);

  if (g_socket_send (socket, request, strlen (request), NULL, NULL) < 0 ||
      g_socket_receive (socket, answer, (1 << 16) - 1, NULL, NULL) <= 0)
    return NULL;
  return g_steal_pointer (&answer);
}

/* Waits until there is one that is not @former, and answers: a start may fail. */
static GSocket *
await_janus (Fixture *self, GPid former)
{
  guint turn = g_timeout_add (10, on_turn, NULL);
  g_autoptr (GSocket) socket = NULL;
  g_autofree char *answer = NULL;

  while (!answer) {
    g_main_context_iteration (NULL, TRUE);
    g_clear_object (&socket);
    socket = try_to_connect (self);
    if (socket && get_pid (socket, NULL) != former)
      answer = ask (socket, "{\"janus\":\"ping\",\"transaction\":\"1\"}");
  }
  g_source_remove (turn);
  return g_steal_pointer (&socket);
}

static char *
ask_for_info (Fixture *self, GSocket *socket)
{
  g_autofree char *request = g_strdup_printf ("{\"janus\":\"info\",\"transaction\":\"1\","
                                              "\"apisecret\":\"%s\"}",
                                              srv_janus_child_get_secret (self->child));

  return ask (socket, request);
}

static void
test_answers (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocket) socket = await_janus (self, 0);
  g_autofree char *info = ask_for_info (self, socket);

  g_assert_nonnull (strstr (info, "janus.plugin.videoroom"));
  g_assert_nonnull (strstr (info, "janus.transport.pfunix"));
  g_assert_nonnull (strstr (info, "\"api_secret\":true"));
  g_assert_nonnull (strstr (info, "\"twcc-period\":100"));
  /* Nothing else of it can be reached. */
  g_assert_null (strstr (info, "janus.plugin.echotest"));
  g_assert_null (strstr (info, "janus.plugin.streaming"));
  g_assert_null (strstr (info, "janus.transport.http"));
  g_assert_null (strstr (info, "janus.transport.websockets"));
}

static void
test_secret (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocket) socket = await_janus (self, 0);
  g_autofree char *answer = ask (socket, "{\"janus\":\"create\",\"transaction\":\"1\"}");

  g_assert_nonnull (strstr (answer, "403"));
}

/* Folder and files are for nobody else, and the process is not root. */
static void
test_privacy (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocket) socket = await_janus (self, 0);
  g_autofree char *top = g_path_get_dirname (self->folder);
  g_autofree char *file = g_build_filename (top, "janus.jcfg", NULL);
  struct stat info;
  uid_t user = 0;

  get_pid (socket, &user);
  g_assert_cmpuint (user, !=, 0);
  g_assert_cmpint (g_lstat (top, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07707, ==, 0700);
  g_assert_cmpuint (info.st_uid, ==, geteuid ());
  g_assert_cmpint (g_lstat (file, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0137, ==, 0);
  g_assert_cmpuint (info.st_uid, ==, geteuid ());
  g_assert_cmpint (g_lstat (self->folder, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0700);
  g_assert_cmpuint (info.st_uid, ==, user);
}

static void
test_killed (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocket) socket = await_janus (self, 0);
  g_autoptr (GSocket) next = NULL;
  g_autofree char *info = NULL;
  GPid pid = get_pid (socket, NULL);

  srv_janus_child_answers (self->child);
  kill (pid, SIGKILL);
  next = await_janus (self, pid);
  info = ask_for_info (self, next);
  g_assert_nonnull (strstr (info, "janus.plugin.videoroom"));
}

/* Whoever says nothing has not ended: it is ended. */
static void
test_frozen (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocket) socket = await_janus (self, 0);
  g_autoptr (GSocket) next = NULL;
  GPid pid = get_pid (socket, NULL);

  srv_janus_child_answers (self->child);
  kill (pid, SIGSTOP);
  srv_janus_child_does_not_answer (self->child);
  next = await_janus (self, pid);
}

/* The folder may have been cleared away meanwhile. */
static void
test_cleared (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocket) socket = await_janus (self, 0);
  g_autoptr (GSocket) next = NULL;
  g_autofree char *top = g_path_get_dirname (self->folder);
  GPid pid = get_pid (socket, NULL);

  for (guint i = 0; i < SRV_JANUS_FILES; i++) {
    g_autofree char *file = g_build_filename (top, srv_janus_file_names[i], NULL);

    g_assert_cmpint (g_unlink (file), ==, 0);
  }
  g_assert_cmpint (g_unlink (self->socket), ==, 0);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_assert_cmpint (g_rmdir (top), ==, 0);
  kill (pid, SIGKILL);
  next = await_janus (self, pid);
}

static void
test_end (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocket) socket = await_janus (self, 0);
  g_autofree char *top = g_path_get_dirname (self->folder);
  GPid pid = get_pid (socket, NULL);

  g_clear_pointer (&self->child, srv_janus_child_free);
  g_assert_cmpint (kill (pid, 0), ==, -1);
  g_assert_false (g_file_test (top, G_FILE_TEST_EXISTS));
}

static void
test_no_program (void)
{
  g_autoptr (SrvOptions) options = srv_options_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_strdup (g_getenv ("PATH"));

  if (g_file_test ("/opt/janus/bin/janus", G_FILE_TEST_EXISTS)) {
    g_test_skip ("there is one in /opt/janus");
    return;
  }
  g_setenv ("PATH", "/nonexistent", TRUE);
  g_assert_null (srv_janus_child_new (options, &error));
  g_setenv ("PATH", path, TRUE);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "package janus"));
  g_assert_nonnull (strstr (error->message, "Debian 13"));
  g_assert_nonnull (strstr (error->message, "--media=janus://HOST"));
  g_assert_nonnull (strstr (error->message, "--media=mesh"));
}

/* What is ours to say stands in the files, and no text can break out of its quotes. */
static void
test_configuration (void)
{
  const SrvJanusConfiguration configuration = {
    .socket = "/run/a\"b\\c/janus",
    .secret = "open",
    .ports = "20000-20099",
    .address = "192.0.2.1",
    .interfaces = "eth0,10.",
    .loops = 3,
  };
  const SrvJanusConfiguration plain = { .socket = "/s", .secret = "open" };
  g_autofree char *janus = srv_janus_configuration_make (&configuration, 0);
  g_autofree char *transport = srv_janus_configuration_make (&configuration, 1);
  g_autofree char *plain_janus = srv_janus_configuration_make (&plain, 0);

  g_assert_nonnull (strstr (janus, "api_secret = \"open\"\n"));
  g_assert_nonnull (strstr (janus, "rtp_port_range = \"20000-20099\"\n"));
  g_assert_nonnull (strstr (janus, "nat_1_1_mapping = \"192.0.2.1\"\n"));
  g_assert_nonnull (strstr (janus, "keep_private_host = true\n"));
  g_assert_nonnull (strstr (janus, "ice_enforce_list = \"eth0,10.\"\n"));
  g_assert_nonnull (strstr (janus, "event_loops = 3\n"));
  g_assert_nonnull (strstr (transport, "path = \"/run/a\\\"b\\\\c/janus\"\n"));
  g_assert_nonnull (strstr (transport, "admin_enabled = false\n"));
  g_assert_null (strstr (plain_janus, "rtp_port_range"));
  g_assert_null (strstr (plain_janus, "nat_1_1_mapping"));
  g_assert_null (strstr (plain_janus, "ice_enforce_list"));
}

static void
test_lines (void)
{
  static const struct {
    const char *line;
    SrvJanusLine kind;
    const char *text;
  } lines[] = {
    { "[FATAL] [janus.c:main:5801] No transport", SRV_JANUS_LINE_ERROR, "No transport" },
    { "[ERR] [ice.c:f:1] [12] No agent", SRV_JANUS_LINE_ERROR, "[12] No agent" },
    { "[ERR] [ice.c", SRV_JANUS_LINE_ERROR, "[ice.c" },
    { "[ERR] ", SRV_JANUS_LINE_ERROR, "" },
    { "[WARN] [12] No candidates", SRV_JANUS_LINE_WARNING, "[12] No candidates" },
    { "Creating new session", SRV_JANUS_LINE_NOISE, "Creating new session" },
    { "[ERROR] x", SRV_JANUS_LINE_NOISE, "[ERROR] x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    const char *text;

    g_assert_cmpint (srv_janus_log_classify (lines[i].line, &text), ==, lines[i].kind);
    g_assert_cmpstr (text, ==, lines[i].text);
  }
}

typedef struct {
  guint begun;
  guint ended;
} Served;

static void
on_serves (gboolean serves, gpointer user_data)
{
  Served *self = user_data;

  if (serves)
    self->begun++;
  else
    self->ended++;
}

/* A Janus whose socket nobody serves any more */
static void
test_serves (void)
{
  Served served = { 0 };
  SrvJanusLog *log;
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  log = srv_janus_log_new (ends[0], on_serves, &served);
  g_assert_cmpint (write (ends[1], "Unix Sockets thread started\n", 28), ==, 28);
  g_assert_cmpint (write (ends[1], "Unix Sockets thread ended\n", 26), ==, 26);
  while (!served.ended)
    g_main_context_iteration (NULL, TRUE);
  close (ends[1]);
  g_assert_null (srv_janus_log_take_error (log));
  g_assert_cmpuint (served.begun, ==, 1);
  g_assert_cmpuint (served.ended, ==, 1);
  srv_janus_log_free (log);
}

/* Lines of any length and in any pieces; what a writer has left behind is read at its end. */
static void
test_log (void)
{
  Served served = { 0 };
  g_autofree char *words = g_strnfill (100000, 'x');
  g_autofree char *error = NULL;
  SrvJanusLog *log;
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  log = srv_janus_log_new (ends[0], on_serves, &served);
  g_assert_cmpint (write (ends[1], "[ERR] [a.c:", 11), ==, 11);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (write (ends[1], "f:1] first\nnoise\n\n[ERR] \xff", 26), ==, 26);
  g_assert_cmpint (write (ends[1], words, 30000), ==, 30000);
  g_assert_cmpint (write (ends[1], "\n", 1), ==, 1);
  close (ends[1]);
  error = srv_janus_log_take_error (log);
  g_assert_cmpuint (served.begun + served.ended, ==, 0);
  g_assert_true (g_utf8_validate (error, -1, NULL));
  g_assert_cmpuint (strlen (error), <, 600);
  g_assert_true (g_str_has_suffix (error, "xxx"));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  srv_janus_log_free (log);
}

#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *program = g_find_program_in_path ("janus");

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/janus-child/configuration", test_configuration);
  g_test_add_func ("/janus-child/lines", test_lines);
  g_test_add_func ("/janus-child/log", test_log);
  g_test_add_func ("/janus-child/serves", test_serves);
  g_test_add_func ("/janus-child/no-program", test_no_program);
  if (!program) {
    g_test_message ("no janus: ./dev setup test installs it");
    return g_test_run ();
  }
  ADD ("/janus-child/answers", test_answers);
  ADD ("/janus-child/secret", test_secret);
  ADD ("/janus-child/privacy", test_privacy);
  ADD ("/janus-child/killed", test_killed);
  ADD ("/janus-child/frozen", test_frozen);
  ADD ("/janus-child/cleared", test_cleared);
  ADD ("/janus-child/end", test_end);
  return g_test_run ();
}
