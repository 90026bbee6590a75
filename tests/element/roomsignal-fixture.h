/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>
#include <nertc.h>
#include <stdlib.h>
#include <unistd.h>

#include "await.h"
#include "nertc-test-server.h"

G_BEGIN_DECLS

/*
 * The main function of a test program. OpenSSL is set up before gst-check, and so is cleaned up
 * after GStreamer, whose clock may still keep a DTLS connection for the timer of its handshake.
 * After a failure pipelines may still run that would never end.
 */
#define ROOM_TEST_MAIN(name) \
  int main (int argc, char **argv) \
  { \
    room_init (&argc, &argv); \
    gst_check_init (&argc, &argv); \
    if (gst_check_run_suite (name##_suite (), #name, __FILE__) != 0) \
      _exit (EXIT_FAILURE); \
    return EXIT_SUCCESS; \
  }

void room_init (int *argc, char ***argv);

/* The server of the running test. */
extern NertcTestServer *room_server;

void room_server_start (void);
void room_server_free (void);

/* Makes a pipeline; every %s in @description is where the server listens. */
GstElement *room_pipeline_new (const char *description);
void room_pipeline_free (GstElement *pipeline);

/*
 * Waits for the element message @name, and fails at an error message or after a while. Returns its
 * structure as text, and drops what came before.
 */
char *room_await (GstElement *pipeline, const char *name);
void room_await_text (GstElement *pipeline, const char *name, const char *part);
void room_await_state (GstElement *pipeline, const char *state);

/* Waits for an error message that has each of the NULL-terminated parts in its text. */
void room_await_error (GstElement *pipeline, int code, ...) G_GNUC_NULL_TERMINATED;

/* Sets it to PLAYING; to join is to wait until it is in the room, too. */
void room_start (GstElement *pipeline);
void room_join (GstElement *pipeline);

/* Whether what began at @start took less than @seconds, which are longer on slow machines. */
gboolean room_took_less (gint64 start, gdouble seconds);

/* Waits until so many threads of rooms are left. */
void room_await_rooms (guint count);

/*
 * Threads and open files of the process, without those threads that GLib keeps for whatever may
 * come. Call room_warm_up() before, for what is made once and stays.
 */
void room_warm_up (void);
guint room_count_threads (void);
guint room_count_files (void);

/* An element that looks for a room in READY→PAUSED as nertcsink and nertcsrc do. */
#define ROOM_TYPE_USER (room_user_get_type ())
G_DECLARE_FINAL_TYPE (RoomUser, room_user, ROOM, USER, GstElement)

struct _RoomUser {
  GstElement parent;

  char *name;             /* (nullable): the property room */
  NertcRoom *room_object; /* (nullable) */
  NertcRoom *found;
};

G_END_DECLS
