/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A check of the JSON grammar (RFC 8259) ahead of json-glib, whose parser takes more than JSON
 * (comments, hexadecimal numbers, single quotes), lets U+0000 cut a string short and makes
 * invalid UTF-8 of a lone surrogate, which would end the connection of whoever gets it relayed.
 * That parser also recurses, so the depth is bounded here.
 */
#include "nertc-json.h"

#include "nertc-error.h"

#include <math.h>
#include <string.h>

#define DEPTH_MAX 16

/* Larger integers do not fit the parser's type. */
#define INTEGER_DIGITS_MAX 18

typedef struct {
  const char *at;
  const char *end;
  const char *problem;
  guint depth;
} Scanner;

static gboolean scan_value (Scanner *scanner);

static gboolean
fail (Scanner *scanner, const char *problem)
{
  if (!scanner->problem)
    scanner->problem = problem;
  return FALSE;
}

static char
peek (const Scanner *scanner)
{
  return scanner->at < scanner->end ? *scanner->at : '\0';
}

static gboolean
skip (Scanner *scanner, char c)
{
  if (peek (scanner) != c || scanner->at == scanner->end)
    return FALSE;
  scanner->at++;
  return TRUE;
}

static void
skip_space (Scanner *scanner)
{
  while (scanner->at < scanner->end && strchr (" \t\n\r", *scanner->at) && *scanner->at != '\0')
    scanner->at++;
}

static guint
skip_digits (Scanner *scanner)
{
  const char *start = scanner->at;

  while (g_ascii_isdigit (peek (scanner)))
    scanner->at++;
  return scanner->at - start;
}

/* What is read as infinite could not be written as JSON again. */
static gboolean
is_finite (const char *start, const char *end)
{
  g_autofree char *number = g_strndup (start, end - start);

  return isfinite (g_ascii_strtod (number, NULL));
}

static gboolean
scan_number (Scanner *scanner)
{
  const char *start = scanner->at;
  gboolean integer = TRUE;
  guint digits;

  skip (scanner, '-');
  digits = skip (scanner, '0') ? 1 : skip_digits (scanner);
  if (digits == 0)
    return fail (scanner, "no value");
  if (skip (scanner, '.')) {
    integer = FALSE;
    if (skip_digits (scanner) == 0)
      return fail (scanner, "a number without digits after its point");
  }
  if (skip (scanner, 'e') || skip (scanner, 'E')) {
    integer = FALSE;
    if (!skip (scanner, '+'))
      skip (scanner, '-');
    if (skip_digits (scanner) == 0)
      return fail (scanner, "a number without digits in its exponent");
  }
  if (!integer && !is_finite (start, scanner->at))
    return fail (scanner, "a number that is too large");
  return !integer || digits <= INTEGER_DIGITS_MAX || fail (scanner, "an integer that is too large");
}

/* Returns: the four hexadecimal digits behind ‘\u’, or -1 */
static int
scan_code_unit (Scanner *scanner)
{
  int unit = 0;

  if (scanner->end - scanner->at < 4)
    return -1;
  for (int i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value (*scanner->at++);

    if (digit < 0)
      return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

static gboolean
scan_unicode_escape (Scanner *scanner)
{
  int unit = scan_code_unit (scanner);

  if (unit < 0)
    return fail (scanner, "an escape without four hexadecimal digits");
  if (unit == 0)
    return fail (scanner, "the character U+0000");
  if (unit >= 0xdc00 && unit <= 0xdfff)
    return fail (scanner, "half a surrogate pair");
  if (unit < 0xd800 || unit > 0xdbff)
    return TRUE;
  unit = skip (scanner, '\\') && skip (scanner, 'u') ? scan_code_unit (scanner) : -1;
  return (unit >= 0xdc00 && unit <= 0xdfff) || fail (scanner, "half a surrogate pair");
}

static gboolean
scan_escape (Scanner *scanner)
{
  char c = peek (scanner);

  if (c == '\0' || !strchr ("\"\\/bfnrtu", c))
    return fail (scanner, "an unknown escape");
  scanner->at++;
  return c != 'u' || scan_unicode_escape (scanner);
}

static gboolean
scan_string (Scanner *scanner)
{
  if (!skip (scanner, '"'))
    return fail (scanner, "no string");
  while (scanner->at < scanner->end) {
    char c = *scanner->at++;

    if (c == '"')
      return TRUE;
    if ((guchar) c < ' ')
      return fail (scanner, "a control character in a string");
    if (c == '\\' && !scan_escape (scanner))
      return FALSE;
  }
  return fail (scanner, "a string without its end");
}

static gboolean
scan_member (Scanner *scanner)
{
  skip_space (scanner);
  if (!scan_string (scanner))
    return FALSE;
  skip_space (scanner);
  return skip (scanner, ':') ? scan_value (scanner) : fail (scanner, "no colon after a name");
}

/* An object or an array: both are a list between brackets. */
static gboolean
scan_list (Scanner *scanner, char close, gboolean (*scan_item) (Scanner *))
{
  if (++scanner->depth > DEPTH_MAX)
    return fail (scanner, "more than 16 levels");
  scanner->at++;
  skip_space (scanner);
  if (!skip (scanner, close)) {
    do {
      if (!scan_item (scanner))
        return FALSE;
      skip_space (scanner);
    } while (skip (scanner, ','));
    if (!skip (scanner, close))
      return fail (scanner, "no comma and no end of a list");
  }
  scanner->depth--;
  return TRUE;
}

static gboolean
scan_literal (Scanner *scanner, const char *literal)
{
  gsize length = strlen (literal);

  if ((gsize) (scanner->end - scanner->at) < length || memcmp (scanner->at, literal, length) != 0)
    return fail (scanner, "no value");
  scanner->at += length;
  return TRUE;
}

static gboolean
scan_value (Scanner *scanner)
{
  skip_space (scanner);
  switch (peek (scanner)) {
    case '{':
      return scan_list (scanner, '}', scan_member);
    case '[':
      return scan_list (scanner, ']', scan_value);
    case '"':
      return scan_string (scanner);
    case 't':
      return scan_literal (scanner, "true");
    case 'f':
      return scan_literal (scanner, "false");
    case 'n':
      return scan_literal (scanner, "null");
    default:
      return scan_number (scanner);
  }
}

/* Whether @text is one JSON value of bounded depth; a %NERTC_ERROR_PARSE tells where it is not. */
gboolean
nertc_json_check (const char *text, gsize length, GError **error)
{
  Scanner scanner = { text, length > 0 ? text + length : text }; /* NULL may be nothing */

  if (!g_utf8_validate (text, length, NULL)) {
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_PARSE, "The message is not UTF-8");
    return FALSE;
  }
  if (scan_value (&scanner)) {
    skip_space (&scanner);
    if (scanner.at == scanner.end)
      return TRUE;
    fail (&scanner, "text behind the value");
  }
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_PARSE,
               "The message is not JSON: %s at byte %" G_GSIZE_FORMAT, scanner.problem,
               (gsize) (scanner.at - text) + 1);
  return FALSE;
}

/* 7, 7.0 and 70e-1 are one number in JSON, and in JSON Schema one integer. */
gboolean
nertc_json_get_integer (JsonNode *node, gint64 *value)
{
  double number;

  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  if (json_node_get_value_type (node) == G_TYPE_INT64) {
    *value = json_node_get_int (node);
    return TRUE;
  }
  if (json_node_get_value_type (node) != G_TYPE_DOUBLE)
    return FALSE;
  number = json_node_get_double (node);
  if (!(number >= -(double) NERTC_INTEGER_MAX && number <= (double) NERTC_INTEGER_MAX))
    return FALSE;
  *value = (gint64) number;
  return (double) *value == number;
}
