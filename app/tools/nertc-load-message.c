/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-load-message.h"

#include <stdlib.h>
#include <string.h>

#define MARK "nertc-load:"

#define BEGIN "{\"jsonrpc\":\"2.0\","
#define EVENT BEGIN "\"method\":\""
#define RESULT BEGIN "\"id\":"
#define SEQ "\"seq\":"

typedef struct {
  const char *method;
  LoadHeardKind kind;
} Row;

/* What is told apart of the events */
static const Row rows[] = {
  { "member.joined", LOAD_HEARD_JOINED },
  { "message.received", LOAD_HEARD_MESSAGE },
  { "room.updated", LOAD_HEARD_MESSAGE },
  { "room.closed", LOAD_HEARD_CLOSED },
};

static LoadHeardKind
find_kind (const char *method, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (strlen (rows[i].method) == length && memcmp (rows[i].method, method, length) == 0)
      return rows[i].kind;
  }
  return LOAD_HEARD_OTHER;
}

static gboolean
starts_with (const char *text, gsize length, const char *start)
{
  return length > strlen (start) && memcmp (text, start, strlen (start)) == 0;
}

/* @end: (out): behind the digits. Returns: -1 if there is no number */
static gint64
read_number (const char *text, const char *limit, const char **end)
{
  gint64 number = 0;
  const char *start = text;

  while (text < limit && g_ascii_isdigit (*text) && text - start < 18)
    number = number * 10 + (*text++ - '0');
  *end = text;
  return text > start ? number : -1;
}

static void
read_mark (LoadHeard *self, const char *text, gsize length)
{
  const char *limit = text + length;
  const char *mark = memmem (text, length, MARK, strlen (MARK));
  gint64 sent, index;

  if (!mark)
    return;
  sent = read_number (mark + strlen (MARK), limit, &mark);
  if (sent < 0 || mark == limit || *mark != ':')
    return;
  index = read_number (mark + 1, limit, &mark);
  if (index < 0 || index > G_MAXUINT || mark == limit || *mark != ':')
    return;
  self->sent = sent;
  self->index = (guint) index;
}

/* A number at the end, before }}. */
static gboolean
read_seq (LoadHeard *self, const char *text, gsize length)
{
  const char *end = text + length - 2;
  const char *digits = end;

  if (length < 2 || end[0] != '}' || end[1] != '}')
    return FALSE;
  while (digits > text && g_ascii_isdigit (digits[-1]))
    digits--;
  if ((gsize) (digits - text) < strlen (SEQ) ||
      memcmp (digits - strlen (SEQ), SEQ, strlen (SEQ)) != 0)
    return FALSE;
  self->seq = read_number (digits, end, &digits);
  return digits == end && self->seq >= 0;
}

/* Returns: %FALSE if it has to be read strictly */
static gboolean
read_event (LoadHeard *self, const char *text, gsize length)
{
  const char *method = text + strlen (EVENT);
  const char *quote = memchr (method, '"', text + length - method);

  if (!quote)
    return FALSE;
  self->kind = find_kind (method, (gsize) (quote - method));
  if (self->kind == LOAD_HEARD_CLOSED || !read_seq (self, text, length))
    return FALSE;
  /* How many were dropped is behind the text. */
  if (self->kind == LOAD_HEARD_MESSAGE && memmem (text, length, "\"dropped\":", 10))
    return FALSE;
  if (self->kind != LOAD_HEARD_OTHER)
    read_mark (self, quote, (gsize) (text + length - quote));
  return TRUE;
}

static gboolean
read_result (LoadHeard *self, const char *text, gsize length)
{
  const char *limit = text + length;
  const char *end;

  self->kind = LOAD_HEARD_RESULT;
  self->id = read_number (text + strlen (RESULT), limit, &end);
  return self->id > 0 && starts_with (end, (gsize) (limit - end), ",\"result\":{");
}

static const char *
get_text (JsonObject *body, const char *name)
{
  return json_object_has_member (body, name)
             ? json_node_get_string (json_object_get_member (body, name))
             : NULL;
}

static void
take_event (LoadHeard *self, const NertcMessage *message)
{
  static const char *const texts[] = { "userData", "text", "extraInfo" };
  JsonObject *body = message->body;

  self->kind = message->method ? find_kind (message->method->name, strlen (message->method->name))
                               : LOAD_HEARD_OTHER;
  self->seq = json_object_get_int_member_with_default (body, "seq", 0);
  self->dropped = (guint64) json_object_get_int_member_with_default (body, "dropped", 0);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    const char *text = get_text (body, texts[i]);

    if (text)
      read_mark (self, text, strlen (text));
  }
  if (self->kind == LOAD_HEARD_CLOSED)
    g_snprintf (self->error, sizeof self->error, "room closed: %s", get_text (body, "reason"));
}

static gboolean
read_strictly (LoadHeard *self, const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  gint64 id;
  g_autoptr (NertcMessage) message =
      nertc_message_decode (text, length, NERTC_SENDER_SERVER, &id, &error);

  if (!message)
    return FALSE;
  *self = (LoadHeard){ .kind = LOAD_HEARD_RESULT, .id = message->id };
  if (message->kind == NERTC_MESSAGE_NOTIFICATION)
    take_event (self, message);
  if (message->kind != NERTC_MESSAGE_ERROR)
    return TRUE;
  self->kind = LOAD_HEARD_ERROR;
  g_snprintf (self->error, sizeof self->error, "error %d", message->error->code);
  g_strlcpy (self->example, message->error->message, sizeof self->example);
  return TRUE;
}

/* Returns: whether it is a message that a server may send */
gboolean
load_message_read (LoadHeard *self, const char *text, gsize length)
{
  *self = (LoadHeard){ 0 };
  if (starts_with (text, length, EVENT) && read_event (self, text, length))
    return TRUE;
  if (starts_with (text, length, RESULT) && read_result (self, text, length))
    return TRUE;
  return read_strictly (self, text, length);
}

/* Returns: (transfer full): to begin a text with. @now: in µs */
char *
load_message_make_mark (gint64 now, guint index)
{
  return g_strdup_printf (MARK "%" G_GINT64_FORMAT ":%u:", now, index);
}
