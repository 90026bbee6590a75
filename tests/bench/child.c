/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "child.h"
#include "media.h"

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

typedef struct {
  const ChildCommand *commands;
  gpointer user_data;
  GMainLoop *loop;
} Commands;

/* Reads the options, and has this process end when the runner dies. */
void
child_begin (int *argc, char ***argv, const GOptionEntry *entries)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    child_fail ("%s", error->message);
}

static void
write_line (const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  gsize length = strlen (line);

  /* In one piece: several threads speak. */
  if (write (STDOUT_FILENO, line, length) != (gssize) length)
    _exit (EXIT_FAILURE);
}

/* @format: of one line of JSON */
void
child_say (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  write_line (format, arguments);
  va_end (arguments);
}

/* Says what is wrong and ends the process. */
void
child_fail (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  write_line (format, arguments);
  va_end (arguments);
  _exit (EXIT_FAILURE);
}

typedef struct {
  ChildFunc func;
  gpointer user_data;
} Call;

static gboolean
on_moment (gpointer user_data)
{
  Call *call = user_data;

  call->func (call->user_data);
  return G_SOURCE_REMOVE;
}

/*
 * Calls @func a little later, each time at another moment between two frames, evenly spread by
 * the golden ratio. A run ends with a frame: without this every next one would begin at the same
 * distance from the frames, and wait as long as the others for the first.
 */
void
child_call_between_frames (ChildFunc func, gpointer user_data)
{
  static double moment = 0;
  Call *call = g_new (Call, 1);

  moment += 0.6180339887;
  if (moment >= 1)
    moment -= 1;
  call->func = func;
  call->user_data = user_data;
  g_timeout_add_full (G_PRIORITY_DEFAULT, (guint) (moment * MEDIA_FRAME_MS), on_moment, call,
                      g_free);
}

static void
on_error (GstBus *bus, GstMessage *message, gpointer unused)
{
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  child_fail ("%s", error->message);
}

/* Returns: (transfer full): what the line describes; an error of it ends the process. Its bus emits
 * its messages as signals. */
GstElement *
child_make_pipeline (const char *format, ...)
{
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstBus) bus = NULL;
  GstElement *pipeline;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  pipeline = gst_parse_launch (line, &error);
  if (!pipeline || error)
    child_fail ("%s", error->message);
  bus = gst_element_get_bus (pipeline);
  gst_bus_add_signal_watch (bus);
  g_signal_connect (bus, "message::error", G_CALLBACK (on_error), NULL);
  return pipeline;
}

static void
obey (Commands *self, const char *word)
{
  for (const ChildCommand *command = self->commands; command->word; command++) {
    if (g_str_equal (command->word, word)) {
      command->func (self->user_data);
      return;
    }
  }
  child_fail ("There is no command ‘%s’", word);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Commands *self = user_data;
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, NULL, NULL);

  if (!line) {
    g_main_loop_quit (self->loop);
    return;
  }
  obey (self, line);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

/* Runs the main loop until the standard input ends. @commands: the last one has no word */
void
child_run (const ChildCommand *commands, gpointer user_data)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GInputStream) base = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (base);
  Commands self = { .commands = commands, .user_data = user_data, .loop = loop };

  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, &self);
  g_main_loop_run (loop);
}
