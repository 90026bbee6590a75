/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exposition.h"

/* A family of samples: they are to follow at once. @help: without line breaks and backslashes */
void
srv_exposition_begin (GString *page, const char *name, const char *type, const char *help)
{
  g_string_append_printf (page, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* "label_value can be any sequence of UTF-8 characters, but the backslash, double-quote, and line
 * feed characters have to be escaped" */
static void
add_label (GString *page, const char *label, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  g_string_append_printf (page, "{%s=\"", label);
  for (const char *c = valid; *c; c++) {
    if (*c == '\n')
      g_string_append (page, "\\n");
    else if (*c == '\\' || *c == '"')
      g_string_append_printf (page, "\\%c", *c);
    else
      g_string_append_c (page, *c);
  }
  g_string_append (page, "\"}");
}

static void
add_name (GString *page, const char *name, const char *label, const char *value)
{
  g_string_append (page, name);
  if (label)
    add_label (page, label, value);
  g_string_append_c (page, ' ');
}

/* @label: (nullable): %NULL for a sample without one, and then no @value_of it either */
void
srv_exposition_add (GString *page, const char *name, const char *label, const char *value_of,
                    double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  add_name (page, name, label, value_of);
  g_string_append_printf (page, "%s\n", g_ascii_dtostr (number, sizeof number, value));
}

/* A count has no loss of precision, however large. */
void
srv_exposition_add_count (GString *page, const char *name, const char *label, const char *value_of,
                          guint64 value)
{
  add_name (page, name, label, value_of);
  g_string_append_printf (page, "%" G_GUINT64_FORMAT "\n", value);
}
