/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-text.h"

static void
test_markup (void)
{
  static const struct {
    const char *text;
    const char *markup;
  } cases[] = {
    { "plain", "plain" },
    { "", "" },
    { "<b>fat</b> & <a href=\"http://evil/\">x</a>",
      "&lt;b&gt;fat&lt;/b&gt; &amp; &lt;a href=&quot;<a href=\"http://evil/\">http://evil/</a>"
      "&quot;&gt;x&lt;/a&gt;" },
    { "see https://example.org/a?b=1&c=2, please",
      "see <a href=\"https://example.org/a?b=1&amp;c=2\">https://example.org/a?b=1&amp;c=2</a>, "
      "please" },
    { "(http://example.org).", "(<a href=\"http://example.org\">http://example.org</a>)." },
    { "看https://example.org/x，好吗",
      "看<a href=\"https://example.org/x\">https://example.org/x</a>，好吗" },
    { "javascript:alert(1) file:///etc/passwd", "javascript:alert(1) file:///etc/passwd" },
    { "HTTPS://EXAMPLE.ORG twice http://b.c/",
      "<a href=\"HTTPS://EXAMPLE.ORG\">HTTPS://EXAMPLE.ORG</a> twice "
      "<a href=\"http://b.c/\">http://b.c/</a>" },
    { "https://", "https://" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *markup = call_text_to_markup (cases[i].text);

    g_assert_cmpstr (markup, ==, cases[i].markup);
  }
}

static void
assert_line (const char *text, const char *expected)
{
  g_autofree char *line = call_text_to_line (text);

  g_assert_cmpstr (line, ==, expected);
}

/* Whatever somebody calls himself, it does not change what else is shown. */
static void
test_line (void)
{
  assert_line ("Ada Lovelace", "Ada Lovelace");
  assert_line ("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d");
  assert_line ("Ada\nLovelace\r\n", "Ada Lovelace");
  assert_line ("A\xe2\x80\xae"
               "da\xe2\x81\xa7",
               "Ada");
  assert_line ("\xe2\x80\xae\t", "");
  assert_line (NULL, "");
}

static void
test_web_address (void)
{
  g_assert_true (call_text_is_web_address ("https://example.org/a"));
  g_assert_true (call_text_is_web_address ("HTTP://example.org"));
  g_assert_false (call_text_is_web_address ("ftp://example.org"));
  g_assert_false (call_text_is_web_address ("javascript:alert(1)"));
  g_assert_false (call_text_is_web_address ("file:///etc/passwd"));
  g_assert_false (call_text_is_web_address ("https://"));
  g_assert_false (call_text_is_web_address ("not an address"));
}

static void
assert_day (GDateTime *now, int days, const char *expected)
{
  g_autoptr (GDateTime) time = g_date_time_add_days (now, days);
  g_autofree char *words = call_text_describe_day (time, now);

  g_assert_cmpstr (words, ==, expected);
}

static void
test_day (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_local (2026, 3, 1, 0, 5, 0);

  assert_day (now, 0, "Today");
  assert_day (now, -1, "Yesterday");
  assert_day (now, -2, "Friday, 27 February");
  assert_day (now, -60, "31 December 2025");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/markup", test_markup);
  g_test_add_func ("/text/line", test_line);
  g_test_add_func ("/text/web-address", test_web_address);
  g_test_add_func ("/text/day", test_day);
  return g_test_run ();
}
