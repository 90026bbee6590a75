/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* setresuid */
#include "janus-child.h"

#include "janus-configuration.h"
#include "janus-log.h"
#include "network-interfaces.h"
#include "random-id.h"
#include "run-folder.h"
#include "source.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "janus"
/* Where it is when it was built from its sources and nothing else was said. */
#define PROGRAM_OF_SOURCES "/opt/janus/bin/janus"

/* A start may fail by chance: the thread that serves the socket may begin before it is told that it
 * is to, and ends at once (1.1.2). On a busy machine that is every third start. So nothing is
 * thought of some failures in a row, and much of many. */
#define QUIET_FAILURES 10

/* Without a number, each transport has a thread of its own, which took twice the CPU: with a sound
 * to 40 members 16 % of a core instead of 8. With as many as there are cores all of them can work.
 */
#define MIN_LOOPS 2

/* How long a start may take until there is a socket, on a slow machine */
#define START_SECONDS 5

struct _SrvJanusChild {
  SrvRunFolder *folder;
  char *program;
  char *address;
  char *secret;
  char *ports;
  char *media_address;
  char *interfaces;
  GMainContext *context;
  SrvJanusChildServes serves; /* (nullable) */
  gpointer user_data;

  GPid pid; /* 0: it does not run */
  SrvJanusLog *log;
  GSource *watch;    /* (nullable): its end */
  GSource *restart;  /* (nullable): due */
  GSource *patience; /* (nullable): until there has to be a socket */
  gboolean answers;
  guint failures; /* in a row */
};

static void start (SrvJanusChild *self);

static void
set_source (SrvJanusChild *self, GSource **place, GSource *source, GSourceFunc callback)
{
  srv_source_clear (place);
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, self->context);
  *place = source;
}

/* Restarting */

static guint
next_delay_ms (guint failures)
{
  static const guint delays[] = { 0, 0, 0, 0, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000 };

  return delays[MIN (failures, G_N_ELEMENTS (delays) - 1)];
}

static gboolean
on_restart (gpointer user_data)
{
  SrvJanusChild *self = user_data;

  srv_source_clear (&self->restart);
  start (self);
  return G_SOURCE_REMOVE;
}

static void
restart (SrvJanusChild *self)
{
  guint delay = next_delay_ms (self->failures);

  self->failures++;
  set_source (self, &self->restart, g_timeout_source_new (delay), on_restart);
}

static char *
describe_end (int status)
{
  if (WIFSIGNALED (status))
    return g_strdup_printf ("was ended by signal %d (%s)", WTERMSIG (status),
                            g_strsignal (WTERMSIG (status)));
  return g_strdup_printf ("ended with status %d", WEXITSTATUS (status));
}

static void
say_end (SrvJanusChild *self, int status, const char *reason)
{
  g_autofree char *end = describe_end (status);

  if (self->answers || self->failures >= QUIET_FAILURES)
    g_message ("Janus, which this server started, %s%s%s; starting it again", end,
               reason ? ": " : "", reason ? reason : "");
  else
    g_debug ("Janus %s at its start; starting it again", end);
}

static void
on_ended (GPid pid, int status, gpointer user_data)
{
  SrvJanusChild *self = user_data;
  g_autofree char *reason = NULL;

  self->pid = 0;
  reason = srv_janus_log_take_error (self->log);
  g_clear_pointer (&self->log, srv_janus_log_free);
  srv_source_clear (&self->watch);
  srv_source_clear (&self->patience);
  say_end (self, status, reason);
  self->answers = FALSE;
  restart (self);
}

/* Without its socket it would go on. */
static void
on_serves (gboolean serves, gpointer user_data)
{
  SrvJanusChild *self = user_data;

  if (serves && self->serves)
    self->serves (self, self->user_data);
  if (!serves && self->pid)
    kill (self->pid, SIGKILL);
}

static gboolean
on_patience_over (gpointer user_data)
{
  SrvJanusChild *self = user_data;

  srv_source_clear (&self->patience);
  if (!g_file_test (srv_run_folder_get_socket (self->folder), G_FILE_TEST_EXISTS))
    kill (self->pid, SIGKILL);
  return G_SOURCE_REMOVE;
}

/* Starting */

typedef struct {
  gboolean has_user;
  uid_t user;
  pid_t parent;
} Setup;

/* In the child, between fork and exec: system calls only. */
static void
set_up (gpointer data)
{
  const Setup *setup = data;

  /* A Ctrl-C is for the server, which then ends us. */
  setsid ();
  if (setup->has_user &&
      (setgroups (0, NULL) != 0 || setresgid (setup->user, setup->user, setup->user) != 0 ||
       setresuid (setup->user, setup->user, setup->user) != 0))
    _exit (126);
  prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  /* Behind the change of the user, which takes it back. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != setup->parent)
    _exit (126);
}

/* What of our environment concerns it: nothing of systemd's sockets, nothing secret. */
static char **
make_environment (void)
{
  static const char *const names[] = { "PATH", "LD_LIBRARY_PATH", "TZ" };
  char **environment = g_environ_setenv (NULL, "LC_ALL", "C", TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_getenv (names[i]))
      environment = g_environ_setenv (environment, names[i], g_getenv (names[i]), TRUE);
  }
  return environment;
}

static gboolean
write_files (SrvJanusChild *self, GError **error)
{
  const SrvJanusConfiguration configuration = {
    .socket = srv_run_folder_get_socket (self->folder),
    .secret = self->secret,
    .ports = self->ports,
    .address = self->media_address,
    .interfaces = self->interfaces,
    .loops = MAX (g_get_num_processors (), MIN_LOOPS),
  };

  if (!srv_run_folder_prepare (self->folder, error))
    return FALSE;
  for (guint i = 0; i < SRV_JANUS_FILES; i++) {
    g_autofree char *text = srv_janus_configuration_make (&configuration, i);

    if (!srv_run_folder_write (self->folder, srv_janus_file_names[i], text, error))
      return FALSE;
  }
  return TRUE;
}

/* @output: where it writes to. The caller's end is read by our log. */
static gboolean
spawn (SrvJanusChild *self, int output, GError **error)
{
  const char *const arguments[] = { self->program, "-F", srv_run_folder_get_path (self->folder),
                                    NULL };
  g_auto (GStrv) environment = make_environment ();
  Setup setup = { .parent = getpid () };

  setup.has_user = srv_run_folder_get_user (self->folder, &setup.user);
  return g_spawn_async_with_pipes_and_fds (
      "/", arguments, (const char *const *) environment, G_SPAWN_DO_NOT_REAP_CHILD, set_up, &setup,
      -1, output, output, NULL, NULL, 0, &self->pid, NULL, NULL, NULL, error);
}

static gboolean
try_to_start (SrvJanusChild *self, GError **error)
{
  int ends[2];
  gboolean spawned;

  if (!write_files (self, error) || !g_unix_open_pipe (ends, FD_CLOEXEC, error))
    return FALSE;
  spawned = spawn (self, ends[1], error);
  close (ends[1]);
  if (!spawned) {
    close (ends[0]);
    return FALSE;
  }
  self->log = srv_janus_log_new (ends[0], on_serves, self);
  set_source (self, &self->watch, g_child_watch_source_new (self->pid), G_SOURCE_FUNC (on_ended));
  set_source (self, &self->patience,
              g_timeout_source_new_seconds (START_SECONDS * (1 + self->failures)),
              on_patience_over);
  g_debug ("Janus started as process %d, with its socket at %s", self->pid,
           srv_run_folder_get_socket (self->folder));
  return TRUE;
}

static void
start (SrvJanusChild *self)
{
  g_autoptr (GError) error = NULL;

  if (try_to_start (self, &error))
    return;
  if (self->failures >= QUIET_FAILURES)
    g_message ("Janus cannot be started, trying again: %s", error->message);
  restart (self);
}

static char *
find_program (GError **error)
{
  g_autofree char *program = g_find_program_in_path (PROGRAM);

  if (program)
    return g_steal_pointer (&program);
  if (g_file_test (PROGRAM_OF_SOURCES, G_FILE_TEST_IS_EXECUTABLE))
    return g_strdup (PROGRAM_OF_SOURCES);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               "There is no program ‘" PROGRAM "’, in PATH or as " PROGRAM_OF_SOURCES
               ", to send media by; install the package janus of Debian 12 (Debian 13 has none: "
               "build Janus from its sources), name a Janus that runs elsewhere by "
               "--media=janus://HOST, or leave media to the members by --media=mesh");
  return NULL;
}

static char *
make_address (SrvRunFolder *folder)
{
  g_autofree char *path = g_uri_escape_string (srv_run_folder_get_socket (folder),
                                               G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);

  return g_strconcat ("janus://", path, NULL);
}

static char *
make_secret (void)
{
  g_autofree char *first = srv_random_id ();
  g_autofree char *second = srv_random_id ();

  return g_strconcat (first, second, NULL);
}

static void
warn_of_interfaces (const SrvOptions *options)
{
  g_autofree char *trouble = srv_network_interfaces_describe_trouble (options->media_interface);

  if (trouble)
    g_message ("%s", trouble);
}

/*
 * srv_janus_child_new:
 * Starts it, and sees that it goes on, in the thread's default main context.
 *
 * Returns: (nullable): an error names what is missing, and what to do
 */
SrvJanusChild *
srv_janus_child_new (const SrvOptions *options, GError **error)
{
  SrvJanusChild *self = g_new0 (SrvJanusChild, 1);

  self->context = g_main_context_ref_thread_default ();
  self->ports = g_strdup (options->media_ports);
  self->media_address = g_strdup (options->media_address);
  self->interfaces = g_strdup (options->media_interface);
  self->secret = make_secret ();
  self->program = find_program (error);
  self->folder = self->program ? srv_run_folder_new (error) : NULL;
  if (!self->folder || !try_to_start (self, error)) {
    srv_janus_child_free (self);
    return NULL;
  }
  self->address = make_address (self->folder);
  warn_of_interfaces (options);
  return self;
}

/* @serves: called from the main loop whenever there is somebody at its socket */
void
srv_janus_child_watch (SrvJanusChild *self, SrvJanusChildServes serves, gpointer user_data)
{
  self->serves = serves;
  self->user_data = user_data;
}

/* At once: it has nothing that would have to be kept. */
void
srv_janus_child_free (SrvJanusChild *self)
{
  srv_source_clear (&self->watch);
  srv_source_clear (&self->restart);
  srv_source_clear (&self->patience);
  if (self->pid) {
    kill (self->pid, SIGKILL);
    while (waitpid (self->pid, NULL, 0) < 0 && errno == EINTR)
      ;
  }
  g_clear_pointer (&self->log, srv_janus_log_free);
  g_clear_pointer (&self->folder, srv_run_folder_free);
  g_main_context_unref (self->context);
  explicit_bzero (self->secret, strlen (self->secret));
  g_free (self->program);
  g_free (self->address);
  g_free (self->secret);
  g_free (self->ports);
  g_free (self->media_address);
  g_free (self->interfaces);
  g_free (self);
}

/* Returns: (transfer none): that of its socket, as --media has it */
const char *
srv_janus_child_get_address (SrvJanusChild *self)
{
  return self->address;
}

const char *
srv_janus_child_get_secret (SrvJanusChild *self)
{
  return self->secret;
}

/* To be told when it does: it has been started well. */
void
srv_janus_child_answers (SrvJanusChild *self)
{
  if (!self->pid)
    return;
  self->answers = TRUE;
  self->failures = 0;
}

/* To be told when it does no more: whatever it is about, another one takes its place. One that has
 * just been started is given the time for it. */
void
srv_janus_child_does_not_answer (SrvJanusChild *self)
{
  if (!self->pid || !self->answers)
    return;
  g_message ("Janus, which this server started, does not answer; starting another one");
  kill (self->pid, SIGKILL);
}
