/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The call application as its users have it, which says when its window was there, and every half
 * second how many pictures it has painted of how many streams, and how many came too late for that.
 */

#include "call-picture.h"
#include "call-window.h"
#include "child.h"

#define INTERVAL_MS 500

typedef struct {
  guint streams; /* with a picture */
  guint64 shown;
  guint64 dropped;
} Painted;

static void
add_stream (Painted *painted, CallStream *stream)
{
  GdkPaintable *picture = call_stream_get_picture (stream);
  guint64 shown, dropped;

  if (!CALL_IS_PICTURE (picture))
    return;
  call_picture_get_counts (CALL_PICTURE (picture), &shown, &dropped);
  painted->streams += shown > 0;
  painted->shown += shown;
  painted->dropped += dropped;
}

static gboolean
on_interval (gpointer application)
{
  GtkWindow *window = gtk_application_get_active_window (application);
  CallRoom *room = CALL_IS_WINDOW (window) ? call_window_get_room (CALL_WINDOW (window)) : NULL;
  GListModel *streams = room ? call_room_get_streams (room) : NULL;
  Painted painted = { 0 };

  for (guint i = 0; streams && i < g_list_model_get_n_items (streams); i++) {
    g_autoptr (CallStream) stream = g_list_model_get_item (streams, i);

    add_stream (&painted, stream);
  }
  child_say ("{\"event\": \"painted\", \"streams\": %u, \"shown\": %" G_GUINT64_FORMAT
             ", \"dropped\": %" G_GUINT64_FORMAT ", \"at\": %" G_GINT64_FORMAT "}",
             painted.streams, painted.shown, painted.dropped, g_get_monotonic_time ());
  return G_SOURCE_CONTINUE;
}

static void
on_after_paint (GdkFrameClock *clock, gpointer user_data)
{
  child_say ("{\"event\": \"window\", \"at\": %" G_GINT64_FORMAT "}", g_get_monotonic_time ());
  g_signal_handlers_disconnect_by_func (clock, on_after_paint, NULL);
}

static void
on_realized (GtkWidget *window, gpointer user_data)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (on_after_paint),
                    NULL);
}

static void
on_window_added (GtkApplication *application, GtkWindow *window, gpointer user_data)
{
  if (CALL_IS_WINDOW (window))
    g_signal_connect (window, "realize", G_CALLBACK (on_realized), NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (CallApplication) application = call_application_new ();

  g_signal_connect (application, "window-added", G_CALLBACK (on_window_added), NULL);
  g_timeout_add (INTERVAL_MS, on_interval, application);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
