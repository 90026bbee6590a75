/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What the programs of the benchmark have in common: each is a child of the runner, ends with it,
 * takes commands as words on the standard input, a line each, and says what happens as lines of
 * JSON. All times are microseconds of CLOCK_MONOTONIC, the one clock of all processes.
 */

typedef void (*ChildFunc) (gpointer user_data);

typedef struct {
  const char *word;
  ChildFunc func;
} ChildCommand;

void child_begin (int *argc, char ***argv, const GOptionEntry *entries);
void child_say (const char *format, ...) G_GNUC_PRINTF (1, 2);
void child_fail (const char *format, ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;
void child_call_between_frames (ChildFunc func, gpointer user_data);
GstElement *child_make_pipeline (const char *format, ...) G_GNUC_PRINTF (1, 2);
void child_run (const ChildCommand *commands, gpointer user_data);

G_END_DECLS
