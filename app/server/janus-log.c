/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-log.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 512

/* So many errors are told at once, and one more in each interval. */
#define ERRORS_AT_ONCE 10
#define ERROR_INTERVAL (10 * G_TIME_SPAN_SECOND)

/* Of the transport pfunix, when its thread begins and ends */
#define SERVES "Unix Sockets thread started"
#define DEAF "Unix Sockets thread ended"

struct _SrvJanusLog {
  int file;
  SrvJanusServes serves;
  gpointer user_data;
  GSource *source;
  GString *line; /* what of the current one has come */
  char *error;   /* (nullable): the last one */
  guint told;    /* errors in the present interval */
  guint untold;
  gint64 interval_end;
};

/* Puts @text behind the mark of its level, and behind the place in Janus's sources. */
SrvJanusLine
srv_janus_log_classify (const char *line, const char **text)
{
  static const struct {
    const char *mark;
    SrvJanusLine kind;
  } marks[] = {
    { "[FATAL] ", SRV_JANUS_LINE_ERROR },
    { "[ERR] ", SRV_JANUS_LINE_ERROR },
    { "[WARN] ", SRV_JANUS_LINE_WARNING },
  };
  const char *end;

  *text = line;
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++) {
    if (!g_str_has_prefix (line, marks[i].mark))
      continue;
    *text = line + strlen (marks[i].mark);
    end = marks[i].kind == SRV_JANUS_LINE_ERROR && **text == '[' ? strstr (*text, "] ") : NULL;
    if (end)
      *text = end + strlen ("] ");
    return marks[i].kind;
  }
  return SRV_JANUS_LINE_NOISE;
}

static void
tell_error (SrvJanusLog *self, const char *text)
{
  gint64 now = g_get_monotonic_time ();

  g_free (self->error);
  self->error = g_strdup (text);
  if (now >= self->interval_end) {
    self->interval_end = now + ERROR_INTERVAL;
    self->told = 0;
  }
  if (self->told++ >= ERRORS_AT_ONCE) {
    self->untold++;
    g_debug ("Janus: %s", text);
    return;
  }
  if (self->untold)
    g_message ("Janus: %u more errors", self->untold);
  self->untold = 0;
  g_message ("Janus: %s", text);
}

static void
tell (SrvJanusLog *self)
{
  g_autofree char *line = g_utf8_make_valid (g_strchomp (self->line->str), -1);
  const char *text;

  if (!*line)
    return;
  if (srv_janus_log_classify (line, &text) == SRV_JANUS_LINE_ERROR)
    tell_error (self, text);
  else
    g_debug ("Janus: %s", text);
  if (g_str_equal (text, SERVES) || g_str_equal (text, DEAF))
    self->serves (g_str_equal (text, SERVES), self->user_data);
}

static void
take (SrvJanusLog *self, const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    if (bytes[i] == '\n') {
      tell (self);
      g_string_truncate (self->line, 0);
    } else if (self->line->len < LINE_MAX_BYTES && bytes[i]) {
      g_string_append_c (self->line, bytes[i]);
    }
  }
}

/* One piece a turn: whoever writes much waits, not the server. */
static gboolean
on_readable (int file, GIOCondition condition, gpointer user_data)
{
  SrvJanusLog *self = user_data;
  char buffer[4096];
  gssize length = read (file, buffer, sizeof buffer);

  if (length > 0)
    take (self, buffer, (gsize) length);
  return length > 0 || (length < 0 && (errno == EAGAIN || errno == EINTR)) ? G_SOURCE_CONTINUE
                                                                           : G_SOURCE_REMOVE;
}

/* @file: (transfer full): where the lines come from */
SrvJanusLog *
srv_janus_log_new (int file, SrvJanusServes serves, gpointer user_data)
{
  SrvJanusLog *self = g_new0 (SrvJanusLog, 1);

  self->file = file;
  self->serves = serves;
  self->user_data = user_data;
  self->line = g_string_new (NULL);
  g_unix_set_fd_nonblocking (file, TRUE, NULL);
  self->source = g_unix_fd_source_new (file, G_IO_IN | G_IO_HUP);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

void
srv_janus_log_free (SrvJanusLog *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  close (self->file);
  g_string_free (self->line, TRUE);
  g_free (self->error);
  g_free (self);
}

/*
 * srv_janus_log_take_error:
 *
 * For when the writer has ended: reads what is left.
 *
 * Returns: (transfer full) (nullable): the last error there was
 */
char *
srv_janus_log_take_error (SrvJanusLog *self)
{
  char buffer[4096];
  gssize length;
  gsize left = 64 * 1024;

  while (left > 0 && (length = read (self->file, buffer, sizeof buffer)) > 0) {
    take (self, buffer, (gsize) length);
    left -= MIN (left, (gsize) length);
  }
  return g_steal_pointer (&self->error);
}
