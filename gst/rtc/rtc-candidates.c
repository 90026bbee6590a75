/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-candidates.h"

#include <string.h>

static const char *const type_names[] = {
  [RTC_CANDIDATE_HOST] = "host",
  [RTC_CANDIDATE_SRFLX] = "srflx",
  [RTC_CANDIDATE_PRFLX] = "prflx",
  [RTC_CANDIDATE_RELAY] = "relay",
};

/* @candidate: as in RFC 8839, section 5.1; what has no known type is not counted */
void
rtc_candidates_add (RtcCandidates *self, const char *candidate)
{
  g_auto (GStrv) words = g_strsplit (candidate, " ", -1);

  for (guint i = 0; words[i] && words[i + 1]; i++) {
    for (guint type = 0; type < RTC_N_CANDIDATE_TYPES && g_str_equal (words[i], "typ"); type++) {
      if (g_str_equal (words[i + 1], type_names[type])) {
        self->counts[type]++;
        return;
      }
    }
  }
}

guint
rtc_candidates_count (const RtcCandidates *self)
{
  guint count = 0;

  for (guint i = 0; i < RTC_N_CANDIDATE_TYPES; i++)
    count += self->counts[i];
  return count;
}

/* Returns: (transfer full): such as “3 candidates (2 host, 1 relay)” */
char *
rtc_candidates_describe (const RtcCandidates *self)
{
  guint count = rtc_candidates_count (self);
  GString *text = g_string_new (NULL);
  const char *separator = " (";

  if (count == 0)
    return g_string_free (g_string_append (text, "no candidates"), FALSE);
  g_string_append_printf (text, "%u candidate%s", count, count == 1 ? "" : "s");
  for (guint i = 0; i < RTC_N_CANDIDATE_TYPES; i++) {
    if (self->counts[i] == 0)
      continue;
    g_string_append_printf (text, "%s%u %s", separator, self->counts[i], type_names[i]);
    separator = ", ";
  }
  return g_string_free (g_string_append_c (text, ')'), FALSE);
}

static void
append_server (GString *text, const char *server)
{
  const char *host = strstr (server, "://");
  const char *at = strrchr (server, '@');

  host = host ? host + strlen ("://") : server;
  g_string_append (text, text->len == 0 ? "" : ", ");
  g_string_append_len (text, server, at ? host - server : (gssize) strlen (server));
  g_string_append (text, at ? at + 1 : "");
}

/*
 * rtc_ice_servers_describe:
 * @servers: (nullable)
 * @scheme: what the address of each begins with
 *
 * Returns: (transfer full) (nullable): the same for eyes that may not see a password; %NULL: none
 */
char *
rtc_ice_servers_describe (const char *const *servers, const char *scheme)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; servers && servers[i]; i++) {
    if (g_str_has_prefix (servers[i], scheme))
      append_server (text, servers[i]);
  }
  return g_string_free (text, text->len == 0);
}
