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

/* … and for each member with media, and each end of a transport */
#define MEDIA_DESCRIPTORS 16

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

/* As if all were in one room, who is the most that it can be */
static rlim_t
count_media_descriptors (const LoadOptions *options)
{
  rlim_t publishers = (rlim_t) options->publishers;
  rlim_t subscribers = (rlim_t) options->subscribers;

  return MEDIA_DESCRIPTORS * (publishers + subscribers + 2 * publishers * subscribers);
}

/* Each member is one connection. */
static gboolean
raise_descriptor_limit (const LoadOptions *options, GError **error)
{
  rlim_t needed = (rlim_t) options->members + SPARE_DESCRIPTORS + count_media_descriptors (options);
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= needed)
    return TRUE;
  if (limit.rlim_max >= needed) {
    limit.rlim_cur = needed;
    if (setrlimit (RLIMIT_NOFILE, &limit) == 0)
      return TRUE;
  }
  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES,
      "%d members, %d publishers and %d subscribers may need %llu open files, and this "
      "process may have %llu; raise the hard limit (ulimit -Hn, LimitNOFILE of a service), "
      "or take fewer",
      options->members, options->publishers, options->subscribers, (unsigned long long) needed,
      (unsigned long long) limit.rlim_max);
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

static void
end_media (LoadMedia *media, LoadFigures *figures, LoadMediaFigures *seen)
{
  GHashTableIter iter;
  gpointer text;

  load_media_stop (media, seen);
  g_hash_table_iter_init (&iter, seen->errors);
  while (g_hash_table_iter_next (&iter, &text, NULL))
    load_figures_add_error (figures, "media", text);
}

/* Those with media, if there are any, are there before the crowd comes, and stay as long. */
static gboolean
carry_out (const LoadOptions *options, LoadCrowd *crowd, LoadFigures *figures, LoadSummary *summary,
           LoadMediaFigures *seen, GError **error)
{
  g_autoptr (LoadMedia) media = NULL;

  if (options->publishers > 0) {
    media = load_media_new (options, error);
    if (!media)
      return FALSE;
    load_media_await (media, &stop);
    summary->media = seen;
  }
  load_crowd_run (crowd, &stop, summary);
  if (media)
    end_media (media, figures, seen);
  return TRUE;
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
  g_auto (LoadMediaFigures) media = { 0 };

  if (!raise_descriptor_limit (options, &error) || !check_server_pid (options, &error))
    return complain (EXIT_USAGE, error);
  target = load_target_new (options->server, options->tls_ca_file, &error);
  if (!target)
    return complain (EXIT_FAILURE, error);
  crowd = load_crowd_new (options, target, figures);
  catch_signals ();
  if (!carry_out (options, crowd, figures, &summary, &media, &error))
    return complain (EXIT_FAILURE, error);
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
