/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Puts a room server under load, and prints what it makes of that. */

#include "nertc-load-report.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#define EXIT_USAGE 2

/* What this program has open beside its members */
#define SPARE_DESCRIPTORS 32

static volatile sig_atomic_t stop;

/* A second one does not wait for those who leave. */
static void
on_signal (int number)
{
  if (stop < 2)
    stop++;
}

static int
complain (int status, const GError *error)
{
  g_printerr ("nertc-load: %s\n", error->message);
  return status;
}

/* Each member is one connection. */
static gboolean
raise_descriptor_limit (int members, GError **error)
{
  rlim_t needed = (rlim_t) members + SPARE_DESCRIPTORS;
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= needed)
    return TRUE;
  if (limit.rlim_max >= needed) {
    limit.rlim_cur = needed;
    if (setrlimit (RLIMIT_NOFILE, &limit) == 0)
      return TRUE;
  }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES,
               "%d members need %llu open files, and this process may have %llu; raise the hard "
               "limit (ulimit -Hn, LimitNOFILE of a service), or take fewer members",
               members, (unsigned long long) needed, (unsigned long long) limit.rlim_max);
  return FALSE;
}

static gboolean
check_server_pid (const LoadOptions *options, GError **error)
{
  LoadUsage usage;

  return options->server_pid == 0 || load_process_get_usage (options->server_pid, &usage, error);
}

static void
catch_signals (void)
{
  struct sigaction action = { .sa_handler = on_signal };

  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
}

static int
run (const LoadOptions *options)
{
  g_autoptr (LoadFigures) figures = load_figures_new ();
  g_autoptr (LoadTarget) target = NULL;
  g_autoptr (LoadCrowd) crowd = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *report = NULL;
  LoadSummary summary = { 0 };

  if (!raise_descriptor_limit (options->members, &error) || !check_server_pid (options, &error))
    return complain (EXIT_USAGE, error);
  target = load_target_new (options->server, options->tls_ca_file, &error);
  if (!target)
    return complain (EXIT_FAILURE, error);
  crowd = load_crowd_new (options, target, figures);
  catch_signals ();
  load_crowd_run (crowd, &stop, &summary);
  report = options->json ? load_report_as_json (options, figures, &summary)
                         : load_report_as_text (options, figures, &summary);
  g_print ("%s%s", report, options->json ? "\n" : "");
  return figures->ramp.joins.count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) arguments = g_strdupv (argv);
  g_autoptr (LoadOptions) options = NULL;
  g_autoptr (GError) error = NULL;
  gboolean show_version = FALSE;

  setlocale (LC_ALL, "");
  options = load_options_parse (&arguments, &show_version, &error);
  if (!options)
    return complain (EXIT_USAGE, error);
  if (show_version) {
    g_print ("nertc-load %s\n", NERTC_VERSION);
    return EXIT_SUCCESS;
  }
  return run (options);
}
