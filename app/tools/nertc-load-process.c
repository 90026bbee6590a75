/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-load-process.h"

#include <string.h>
#include <unistd.h>

/* proc(5): the fields of /proc/PID/stat behind the name in brackets, which is the second */
#define UTIME 14
#define STIME 15
#define RSS 24
#define FIRST 3

gboolean
load_process_get_usage (int pid, LoadUsage *usage, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;
  const char *behind;
  gint64 ticks;

  *usage = (LoadUsage){ 0 };
  if (g_file_get_contents (path, &text, NULL, NULL) && (behind = strrchr (text, ')')))
    fields = g_strsplit (behind + 2, " ", -1);
  if (!fields || g_strv_length (fields) <= RSS - FIRST) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "server-pid is %d, which is no process of this machine; use the number that "
                 "`pidof nertc-server` prints",
                 pid);
    return FALSE;
  }
  ticks = g_ascii_strtoll (fields[UTIME - FIRST], NULL, 10) +
          g_ascii_strtoll (fields[STIME - FIRST], NULL, 10);
  usage->cpu = ticks * G_USEC_PER_SEC / sysconf (_SC_CLK_TCK);
  usage->rss = g_ascii_strtoll (fields[RSS - FIRST], NULL, 10) * sysconf (_SC_PAGESIZE);
  return TRUE;
}
