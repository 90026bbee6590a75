/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstroomthread.h"

/*
 * Who holds what:
 *
 *   thread ──► GMainLoop ──► GMainContext ◄── NertcRoom ◄── roomsignal, nertcsink, nertcsrc, …
 *                  ▲                              │
 *                  └──────── finalized ───────────┘
 *
 * The thread does not hold the room, and nobody waits for the thread: whoever lets go of the room
 * last, in whichever thread (the room's own among them), thereby ends it.
 */

static gpointer
run (gpointer data)
{
  g_autoptr (GMainLoop) loop = data;
  GMainContext *context = g_main_loop_get_context (loop);

  g_main_context_push_thread_default (context);
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* What the room's end left to be done on the context comes before the end of the loop. */
static void
on_room_finalized (gpointer data)
{
  GMainLoop *loop = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_LOW);
  g_source_set_callback (source, quit, loop, (GDestroyNotify) g_main_loop_unref);
  g_source_attach (source, g_main_loop_get_context (loop));
}

/*
 * Makes a room that works, and emits its signals, in a thread of its own. The thread ends when the
 * room is finalized.
 *
 * Returns: (transfer full): a room
 */
NertcRoom *
gst_room_thread_new_room (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  NertcRoom *room;

  g_main_context_push_thread_default (context);
  room = nertc_room_new (NULL, NULL);
  g_main_context_pop_thread_default (context);

  g_object_set_data_full (G_OBJECT (room), "gst-room-thread", g_main_loop_ref (loop),
                          on_room_finalized);
  g_thread_unref (g_thread_new ("nertc-room", run, g_steal_pointer (&loop)));
  return room;
}
