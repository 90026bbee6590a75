/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-source-private.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "call-pipeline.h"
#include "call-portal.h"
#include "call-windows.h"

/*
 * A screen or window has any size, and a window another one at any time:
 *
 *   pipewiresrc | ximagesrc ! queue ! videorate ! videoconvertscale ! size ! preview
 *                                                                     └─ tap
 *
 * The size keeps its shape, is even and at most 1080p.
 */

#define FRAMERATE 15
/* What is on a screen may stay as it is for long; who comes later is to see it, too. */
#define KEEPALIVE_MS 500
/* While a window is being resized by hand, one change comes after the other. */
#define SETTLE_MS 200

#define SIZE \
  "video/x-raw, format=I420, width=(int)[ 16, 1920, 2 ], height=(int)[ 16, 1080, 2 ], " \
  "pixel-aspect-ratio=1/1"

/* What there is beside the pipeline while a screen is shared */
typedef struct {
  CallSource *source; /* which has it */
  GstElement *capture;
  CallScreen *screen;
  CallWindowWatch *window;
  gulong on_closed;
  guint settling;
  gboolean ended;
} Share;

static void
share_free (gpointer data)
{
  Share *self = data;

  g_clear_handle_id (&self->settling, g_source_remove);
  g_clear_object (&self->window);
  if (self->on_closed)
    g_signal_handler_disconnect (self->screen->portal_session, self->on_closed);
  call_screen_free (self->screen);
  gst_object_unref (self->capture);
  g_free (self);
}

/* Its end from outside is no failure: CLOSED */
static void
end (Share *self)
{
  if (self->ended)
    return;
  self->ended = TRUE;
  g_clear_handle_id (&self->settling, g_source_remove);
  call_source_fail (self->source, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED,
                                                       _ ("What you shared was closed.")));
}

/* ximagesrc keeps the size it began with. The pipeline's lock: not while that is being stopped. */
static void
restart (GstElement *capture, gpointer unused)
{
  g_autoptr (GstObject) pipeline = gst_object_get_parent (GST_OBJECT (capture));

  if (!pipeline)
    return;
  GST_STATE_LOCK (pipeline);
  if (GST_STATE_TARGET (pipeline) == GST_STATE_PLAYING) {
    gst_element_set_state (capture, GST_STATE_NULL);
    gst_element_sync_state_with_parent (capture);
  }
  GST_STATE_UNLOCK (pipeline);
}

static gboolean
on_settled (gpointer user_data)
{
  Share *self = user_data;

  self->settling = 0;
  gst_element_call_async (self->capture, restart, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_resized (CallWindowWatch *window, Share *self)
{
  g_clear_handle_id (&self->settling, g_source_remove);
  self->settling = g_timeout_add (SETTLE_MS, on_settled, self);
}

static void
watch_window (Share *self)
{
  self->window = call_window_watch_new (self->screen->x11_display, self->screen->x11_window);
  if (!self->window) {
    end (self);
    return;
  }
  g_signal_connect (self->window, "resized", G_CALLBACK (on_resized), self);
  g_signal_connect_swapped (self->window, "gone", G_CALLBACK (end), self);
}

static void
watch_portal (Share *self)
{
  GObject *session = self->screen->portal_session;

  self->on_closed = g_signal_connect_swapped (session, "closed", G_CALLBACK (end), self);
  if (call_portal_is_closed (CALL_PORTAL (session)))
    end (self);
}

static void
watch (CallSource *source, GstElement *capture, const CallScreen *screen)
{
  Share *self = g_new0 (Share, 1);

  self->source = source;
  self->capture = gst_object_ref (capture);
  self->screen = call_screen_copy (screen);
  g_object_set_data_full (G_OBJECT (source), "share", self, share_free);
  if (self->screen->portal_session)
    watch_portal (self);
  if (self->screen->x11_window)
    watch_window (self);
}

static gboolean
has_ended (CallSource *source)
{
  const Share *self = g_object_get_data (G_OBJECT (source), "share");

  return self && self->ended;
}

/* The pipeline */

static void
close_fd (gpointer data)
{
  close (GPOINTER_TO_INT (data));
}

/* The element opens it on a thread, and may still do so when the source has gone. */
static int
lend_fd (GstElement *capture, int fd)
{
  int own = fcntl (fd, F_DUPFD_CLOEXEC, 3);

  if (own >= 0)
    g_object_set_data_full (G_OBJECT (capture), "fd", GINT_TO_POINTER (own), close_fd);
  return own;
}

static GstElement *
add_pipewire (CallSource *self, const CallScreen *screen, GError **error)
{
  g_autofree char *path = g_strdup_printf ("%u", screen->pipewire_node);
  GstElement *capture = call_source_add (self, "pipewiresrc", error);

  if (capture)
    g_object_set (capture, "fd", lend_fd (capture, screen->pipewire_fd), "path", path,
                  "do-timestamp", TRUE, "always-copy", TRUE, "keepalive-time", KEEPALIVE_MS, NULL);
  return capture;
}

static GstElement *
add_x11 (CallSource *self, const CallScreen *screen, GError **error)
{
  GstElement *capture = call_source_add (self, "ximagesrc", error);

  if (capture)
    g_object_set (capture, "display-name", screen->x11_display, "xid", (guint64) screen->x11_window,
                  "show-pointer", screen->with_pointer, "use-damage", FALSE, NULL);
  return capture;
}

static GstElement *
add_preview (CallSource *self, CallPicture *preview, GError **error)
{
  GstElement *sink;

  if (preview)
    return call_source_add_element (self, call_picture_make_sink (preview, error), error);
  sink = call_source_add (self, "fakesink", error);
  if (sink)
    g_object_set (sink, "async", FALSE, "enable-last-sample", FALSE, NULL);
  return sink;
}

/* Returns: the pad that all pictures pass */
static GstPad *
build (CallSource *self, const CallScreen *screen, CallPicture *preview, GError **error)
{
  gboolean portal = screen->pipewire_fd >= 0;
  GstElement *capture = portal ? add_pipewire (self, screen, error) : add_x11 (self, screen, error);
  GstElement *queue, *rate, *scale, *size, *sink;

  if (!capture || !(queue = call_source_add (self, "queue", error)) ||
      !(rate = call_source_add (self, "videorate", error)) ||
      !(scale = call_source_add (self, "videoconvertscale", error)) ||
      !(size = call_source_add (self, "capsfilter", error)) ||
      !(sink = add_preview (self, preview, error)))
    return NULL;
  gst_util_set_object_arg (G_OBJECT (queue), "leaky", "downstream");
  g_object_set (queue, "max-size-buffers", 2, "max-size-bytes", 0, "max-size-time",
                G_GUINT64_CONSTANT (0), NULL);
  g_object_set (rate, "drop-only", TRUE, "max-rate", FRAMERATE, NULL);
  gst_util_set_object_arg (G_OBJECT (size), "caps", SIZE);
  gst_element_link_many (capture, queue, rate, scale, size, sink, NULL);
  watch (self, capture, screen);
  return gst_element_get_static_pad (size, "src");
}

CallSource *
call_source_new_screen (const CallScreen *screen, CallPicture *preview)
{
  CallSource *self = call_source_new ("screen");
  GError *error = NULL;
  g_autoptr (GstPad) pad = build (self, screen, preview, &error);

  /* In place of a window that is gone ximagesrc would take the whole screen. */
  if (pad && !has_ended (self))
    call_source_start (self, pad);
  else if (!pad)
    call_source_fail (self, error);
  return self;
}
