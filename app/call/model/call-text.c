/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* The signs of ASCII alone: other writing goes on right behind an address, without a space. What
 * ends a sentence is not part of the address it ends with. */
#define WEB_ADDRESS "(?<![A-Za-z0-9])https?://[!#-&(-;=?-~]+[#-&(*-+\\-/-9=@-Z\\\\_-~]"

static void
append_escaped (GString *markup, const char *text, gssize length)
{
  g_autofree char *escaped = g_markup_escape_text (text, length);

  g_string_append (markup, escaped);
}

static void
append_link (GString *markup, const char *address, gssize length)
{
  g_autofree char *escaped = g_markup_escape_text (address, length);

  g_string_append_printf (markup, "<a href=\"%s\">%s</a>", escaped, escaped);
}

char *
call_text_to_markup (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new (WEB_ADDRESS, G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  GString *markup = g_string_new (NULL);
  int done = 0;

  g_regex_match (regex, text, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL)) {
    int start, end;

    g_match_info_fetch_pos (match, 0, &start, &end);
    append_escaped (markup, text + done, start - done);
    append_link (markup, text + start, end - start);
    done = end;
  }
  append_escaped (markup, text + done, -1);
  return g_string_free (markup, FALSE);
}

static gboolean
turns_direction (gunichar sign)
{
  return (sign >= 0x202a && sign <= 0x202e) || (sign >= 0x2066 && sign <= 0x2069);
}

static gboolean
breaks_line (gunichar sign)
{
  return g_unichar_iscntrl (sign) || sign == 0x2028 || sign == 0x2029;
}

char *
call_text_to_line (const char *text)
{
  GString *line = g_string_new (NULL);

  for (; text && *text; text = g_utf8_next_char (text)) {
    gunichar sign = g_utf8_get_char (text);

    if (!turns_direction (sign))
      g_string_append_unichar (line, breaks_line (sign) ? ' ' : sign);
  }
  return g_strstrip (g_string_free (line, FALSE));
}

gboolean
call_text_is_web_address (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);

  return parsed &&
         (!strcmp (g_uri_get_scheme (parsed), "https") ||
          !strcmp (g_uri_get_scheme (parsed), "http")) &&
         g_uri_get_host (parsed) && *g_uri_get_host (parsed);
}

gboolean
call_text_same_day (GDateTime *a, GDateTime *b)
{
  return g_date_time_get_year (a) == g_date_time_get_year (b) &&
         g_date_time_get_day_of_year (a) == g_date_time_get_day_of_year (b);
}

char *
call_text_describe_day (GDateTime *time, GDateTime *now)
{
  g_autoptr (GDateTime) yesterday = g_date_time_add_days (now, -1);

  if (call_text_same_day (time, now))
    return g_strdup (_ ("Today"));
  if (call_text_same_day (time, yesterday))
    return g_strdup (_ ("Yesterday"));
  if (g_date_time_get_year (time) == g_date_time_get_year (now))
    /* TRANSLATORS: a day of this year: “Tuesday, 3 March” (strftime) */
    return g_date_time_format (time, _ ("%A, %-e %B"));
  /* TRANSLATORS: a day of another year: “3 March 2025” (strftime) */
  return g_date_time_format (time, _ ("%-e %B %Y"));
}
