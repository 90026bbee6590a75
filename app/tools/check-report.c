/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-report.h"

#define VERSION 1
#define WIDTH 90
#define INDENT 6

struct _CheckReport {
  GPtrArray *sections[CHECK_N_SECTIONS]; /* of CheckItem */
};

static const struct {
  const char *key;
  const char *title;
} sections[CHECK_N_SECTIONS] = {
  [CHECK_ELEMENTS] = { "elements", "GStreamer elements" },
  [CHECK_CODECS] = { "codecs", "Codecs" },
  [CHECK_DEVICES] = { "devices", "Devices" },
  [CHECK_SERVER] = { "server", "Room server" },
  [CHECK_ICE] = { "iceServers", "STUN and TURN" },
};

static const struct {
  const char *word; /* in JSON */
  const char *mark;
  const char *plain; /* where a terminal has no such characters */
  const char *colour;
} statuses[] = {
  [CHECK_OK] = { "ok", "✓", "ok     ", "\033[32m" },
  [CHECK_MISSING] = { "missing", "✗", "missing", "\033[31m" },
  [CHECK_ABSENT] = { "absent", "–", "none   ", "\033[33m" },
  [CHECK_FAILED] = { "failed", "✗", "failed ", "\033[31m" },
  [CHECK_SKIPPED] = { "skipped", "–", "skipped", "\033[33m" },
};

CheckItem *
check_item_new (CheckStatus status, const char *name)
{
  CheckItem *self = g_new0 (CheckItem, 1);

  self->name = g_strdup (name);
  self->status = status;
  self->ms = -1;
  self->more = json_object_new ();
  return self;
}

void
check_item_free (CheckItem *self)
{
  g_free (self->name);
  g_free (self->detail);
  g_free (self->remedy);
  json_object_unref (self->more);
  g_free (self);
}

static void
set_text (char **text, const char *format, va_list arguments)
{
  g_free (*text);
  *text = g_strdup_vprintf (format, arguments);
}

void
check_item_set_detail (CheckItem *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  set_text (&self->detail, format, arguments);
  va_end (arguments);
}

void
check_item_set_remedy (CheckItem *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  set_text (&self->remedy, format, arguments);
  va_end (arguments);
}

CheckReport *
check_report_new (void)
{
  CheckReport *self = g_new0 (CheckReport, 1);

  for (guint i = 0; i < CHECK_N_SECTIONS; i++)
    self->sections[i] = g_ptr_array_new_with_free_func ((GDestroyNotify) check_item_free);
  return self;
}

void
check_report_free (CheckReport *self)
{
  for (guint i = 0; i < CHECK_N_SECTIONS; i++)
    g_ptr_array_unref (self->sections[i]);
  g_free (self);
}

/* Returns: (transfer none) */
CheckItem *
check_report_add (CheckReport *self, CheckSection section, CheckStatus status, const char *name)
{
  CheckItem *item = check_item_new (status, name);

  g_ptr_array_add (self->sections[section], item);
  return item;
}

/* Returns: (transfer none) (element-type CheckItem) */
GPtrArray *
check_report_get_items (CheckReport *self, CheckSection section)
{
  return self->sections[section];
}

static gboolean
is_good (const CheckItem *item)
{
  return !item->needed || item->status == CHECK_OK || item->status == CHECK_SKIPPED;
}

/* Returns: whether all that is needed is there */
gboolean
check_report_is_good (CheckReport *self)
{
  for (guint i = 0; i < CHECK_N_SECTIONS; i++) {
    for (guint j = 0; j < self->sections[i]->len; j++) {
      if (!is_good (g_ptr_array_index (self->sections[i], j)))
        return FALSE;
    }
  }
  return TRUE;
}

/* As JSON */

static void
copy_member (JsonObject *from, const char *name, JsonNode *node, gpointer to)
{
  json_object_set_member (to, name, json_node_copy (node));
}

static JsonObject *
item_to_json (const CheckItem *item)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "name", item->name);
  json_object_set_string_member (object, "status", statuses[item->status].word);
  json_object_set_boolean_member (object, "needed", item->needed);
  json_object_foreach_member (item->more, copy_member, object);
  if (item->ms >= 0)
    json_object_set_double_member (object, "ms", (double) (gint64) (item->ms * 10 + 0.5) / 10);
  if (item->detail)
    json_object_set_string_member (object, "detail", item->detail);
  if (item->remedy)
    json_object_set_string_member (object, "remedy", item->remedy);
  return object;
}

char *
check_report_to_json (CheckReport *self)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_node_take_object (root, object);
  json_object_set_int_member (object, "version", VERSION);
  json_object_set_boolean_member (object, "good", check_report_is_good (self));
  for (guint i = 0; i < CHECK_N_SECTIONS; i++) {
    JsonArray *array = json_array_new ();

    for (guint j = 0; j < self->sections[i]->len; j++)
      json_array_add_object_element (array, item_to_json (self->sections[i]->pdata[j]));
    json_object_set_array_member (object, sections[i].key, array);
  }
  return json_to_string (root, TRUE);
}

/* As text */

typedef struct {
  GString *text;
  gboolean utf8;
  gboolean colour;
  glong column;
} Printer;

static void
print_mark (Printer *self, CheckStatus status)
{
  const char *mark = self->utf8 ? statuses[status].mark : statuses[status].plain;

  g_string_append_printf (self->text, "  %s%s%s ", self->colour ? statuses[status].colour : "",
                          mark, self->colour ? "\033[0m" : "");
  self->column = 3 + g_utf8_strlen (mark, -1);
}

/* What there is nothing to say of but that it is there */
static gboolean
is_plain (const CheckItem *item)
{
  return item->status == CHECK_OK && !item->detail && item->ms < 0;
}

/* Prints the names of all that is plain in as few lines as they take. */
static void
print_plain (Printer *self, GPtrArray *items)
{
  const char *separator = "";

  for (guint i = 0; i < items->len; i++) {
    const CheckItem *item = g_ptr_array_index (items, i);
    glong length = g_utf8_strlen (item->name, -1);

    if (!is_plain (item))
      continue;
    if (!*separator) {
      print_mark (self, CHECK_OK);
    } else if (self->column + length + 2 > WIDTH) {
      g_string_append (self->text, ",\n");
      print_mark (self, CHECK_OK);
      separator = "";
    }
    g_string_append_printf (self->text, "%s%s", separator, item->name);
    self->column += length + 2;
    separator = ", ";
  }
  if (*separator)
    g_string_append_c (self->text, '\n');
}

/* Prints a sentence below its item, in lines of a terminal. */
static void
print_remedy (Printer *self, const char *remedy)
{
  g_auto (GStrv) words = g_strsplit (remedy, " ", -1);
  glong column = WIDTH;

  for (guint i = 0; words[i]; i++) {
    glong length = g_utf8_strlen (words[i], -1);

    if (column + 1 + length > WIDTH) {
      g_string_append_printf (self->text, "\n%*s%s", INDENT, "", words[i]);
      column = INDENT + length;
    } else {
      g_string_append_printf (self->text, " %s", words[i]);
      column += 1 + length;
    }
  }
}

/* @width: of the longest name */
static void
print_item (Printer *self, const CheckItem *item, glong width)
{
  gboolean tells = item->ms >= 0 || item->detail;

  print_mark (self, item->status);
  g_string_append (self->text, item->name);
  for (glong i = g_utf8_strlen (item->name, -1); tells && i < width; i++)
    g_string_append_c (self->text, ' ');
  if (item->ms >= 0)
    g_string_append_printf (self->text, " %8.1f ms", item->ms);
  if (item->detail)
    g_string_append_printf (self->text, "  %s", item->detail);
  if (item->remedy)
    print_remedy (self, item->remedy);
  g_string_append_c (self->text, '\n');
}

static glong
get_width (GPtrArray *items)
{
  glong width = 0;

  for (guint i = 0; i < items->len; i++) {
    const CheckItem *item = g_ptr_array_index (items, i);

    width = MAX (width, g_utf8_strlen (item->name, -1));
  }
  return width;
}

static void
print_section (Printer *self, guint section, GPtrArray *items)
{
  glong width = get_width (items);

  g_string_append_printf (self->text, "%s%s\n", self->text->len > 0 ? "\n" : "",
                          sections[section].title);
  print_plain (self, items);
  for (guint i = 0; i < items->len; i++) {
    if (!is_plain (g_ptr_array_index (items, i)))
      print_item (self, g_ptr_array_index (items, i), width);
  }
}

/* Prints what is in the way of a call. */
static void
print_verdict (Printer *self, CheckReport *report)
{
  const char *separator = "\nNeeded, and not there: ";

  for (guint i = 0; i < CHECK_N_SECTIONS; i++) {
    for (guint j = 0; j < report->sections[i]->len; j++) {
      const CheckItem *item = g_ptr_array_index (report->sections[i], j);

      if (is_good (item))
        continue;
      g_string_append_printf (self->text, "%s%s", separator, item->name);
      separator = ", ";
    }
  }
  g_string_append (self->text, *separator == ',' ? "\n" : "\nAll that is needed is there.\n");
}

char *
check_report_to_text (CheckReport *self, gboolean utf8, gboolean colour)
{
  Printer printer = { .text = g_string_new (NULL), .utf8 = utf8, .colour = colour };

  for (guint i = 0; i < CHECK_N_SECTIONS; i++) {
    if (self->sections[i]->len > 0)
      print_section (&printer, i, self->sections[i]);
  }
  print_verdict (&printer, self);
  return g_string_free (printer.text, FALSE);
}
