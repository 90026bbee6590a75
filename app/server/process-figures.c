/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process-figures.h"

#include "exposition.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* @virtual_bytes, @resident_bytes: 0 if the kernel does not tell */
static void
read_memory (guint64 *virtual_bytes, guint64 *resident_bytes)
{
  unsigned long pages = 0, resident_pages = 0;
  FILE *file = fopen ("/proc/self/statm", "re");
  guint64 page_size = (guint64) sysconf (_SC_PAGESIZE);

  if (!file || fscanf (file, "%lu %lu", &pages, &resident_pages) != 2)
    pages = resident_pages = 0;
  if (file)
    fclose (file);
  *virtual_bytes = pages * page_size;
  *resident_bytes = resident_pages * page_size;
}

/* Newer kernels (6.2) tell the number as the size of the folder, which takes no time. */
static guint64
count_descriptors (void)
{
  struct stat status;
  g_autoptr (GDir) folder = NULL;
  guint64 count = 0;

  if (stat ("/proc/self/fd", &status) == 0 && status.st_size > 0)
    return (guint64) status.st_size;
  folder = g_dir_open ("/proc/self/fd", 0, NULL);
  while (folder && g_dir_read_name (folder))
    count++;
  /* The folder was one of them. */
  return count > 0 ? count - 1 : 0;
}

static double
get_cpu_seconds (void)
{
  struct rusage usage;

  if (getrusage (RUSAGE_SELF, &usage) < 0)
    return 0;
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC;
}

static guint64
get_descriptor_limit (void)
{
  struct rlimit limit;

  return getrlimit (RLIMIT_NOFILE, &limit) < 0 ? 0 : (guint64) limit.rlim_cur;
}

static void
add (GString *page, const char *name, const char *help, guint64 value)
{
  srv_exposition_begin (page, name, "gauge", help);
  srv_exposition_add_count (page, name, NULL, NULL, value);
}

/* @started: microseconds since 1970 */
void
srv_process_figures_add (GString *page, gint64 started)
{
  guint64 virtual_bytes, resident_bytes;

  read_memory (&virtual_bytes, &resident_bytes);
  srv_exposition_begin (page, "process_cpu_seconds_total", "counter",
                        "Time that the CPUs spent on this process, in user and kernel mode.");
  srv_exposition_add (page, "process_cpu_seconds_total", NULL, NULL, get_cpu_seconds ());
  add (page, "process_resident_memory_bytes", "Memory that is in use.", resident_bytes);
  add (page, "process_virtual_memory_bytes", "Addresses that are in use.", virtual_bytes);
  add (page, "process_open_fds", "Open files, connections among them.", count_descriptors ());
  add (page, "process_max_fds", "As many as there may be.", get_descriptor_limit ());
  srv_exposition_begin (page, "process_start_time_seconds", "gauge",
                        "When the server was started, in seconds since 1970.");
  srv_exposition_add (page, "process_start_time_seconds", NULL, NULL,
                      (double) started / G_USEC_PER_SEC);
}
