/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shares a screen as the application does, and says what comes of it, a line each:
 *
 *     share-probe portal | x11 [TITLE]
 *
 * "refused CODE MESSAGE", "picture WIDTHxHEIGHT black|grey|white": the first one of a size, "ended
 * CODE". It ends by itself, or when its input does. */
#include <X11/Xlib.h>
#include <glib-unix.h>
#include <gst/video/video.h>

#include "call-portal.h"
#include "call-source.h"
#include "call-windows.h"

typedef struct {
  GMainLoop *loop;
  const char *title;
  CallPortal *portal;
  CallSource *source;
  GstElement *listener;
  int width;
  int height;
} Probe;

static void
say (const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_print ("%s\n", line);
}

static void
refuse (Probe *self, const GError *error)
{
  say ("refused %d %s", error->code, error->message);
  g_main_loop_quit (self->loop);
}

/* Of what is in its middle */
static const char *
name_colour (GstSample *sample)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  guint8 value;

  g_assert_true (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  g_assert_true (gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ));
  value = ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (
      &frame, 0))[info.height / 2 * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0) + info.width / 2];
  gst_video_frame_unmap (&frame);
  return value < 50 ? "black" : value > 200 ? "white" : "grey";
}

static GstFlowReturn
on_sample (GstElement *sink, gpointer data)
{
  Probe *self = data;
  g_autoptr (GstSample) sample = NULL;
  GstStructure *caps;
  int width, height;

  g_signal_emit_by_name (sink, "pull-sample", &sample);
  caps = gst_caps_get_structure (gst_sample_get_caps (sample), 0);
  gst_structure_get_int (caps, "width", &width);
  gst_structure_get_int (caps, "height", &height);
  if (width == self->width && height == self->height)
    return GST_FLOW_OK;
  self->width = width;
  self->height = height;
  say ("picture %dx%d %s", width, height, name_colour (sample));
  return GST_FLOW_OK;
}

static void
listen (Probe *self)
{
  GstElement *appsrc = call_tap_make_appsrc (NULL);
  GstElement *sink = gst_element_factory_make ("appsink", NULL);

  self->listener = gst_pipeline_new (NULL);
  gst_bin_add_many (GST_BIN (self->listener), appsrc, sink, NULL);
  gst_element_link (appsrc, sink);
  g_object_set (sink, "sync", FALSE, "emit-signals", TRUE, NULL);
  g_signal_connect (sink, "new-sample", G_CALLBACK (on_sample), self);
  gst_element_set_state (self->listener, GST_STATE_PLAYING);
  call_tap_add (call_source_get_tap (self->source), appsrc);
}

static void
on_failed (CallSource *source, const GError *error, Probe *self)
{
  say ("ended %d %s", error->code, error->message);
  g_main_loop_quit (self->loop);
}

static void
share (Probe *self, const CallScreen *screen)
{
  say ("shares %s", screen->name);
  self->source = call_source_new_screen (screen, NULL);
  g_signal_connect (self->source, "failed", G_CALLBACK (on_failed), self);
  listen (self);
}

static void
on_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CallScreen) screen = call_portal_choose_finish (CALL_PORTAL (source), result, &error);

  if (screen)
    share (data, screen);
  else
    refuse (data, error);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *self = data;
  g_autoptr (GError) error = NULL;

  self->portal = call_portal_find_finish (result, &error);
  if (self->portal)
    call_portal_choose_async (self->portal, "", TRUE, NULL, on_chosen, self);
  else
    refuse (self, error);
}

static gboolean
share_x11 (gpointer data)
{
  Probe *self = data;
  g_autoptr (GPtrArray) screens = call_windows_list (NULL);

  for (guint i = 0; screens && i < screens->len; i++) {
    const CallScreen *screen = g_ptr_array_index (screens, i);

    if (!self->source &&
        (self->title ? g_str_equal (screen->name, self->title) : !screen->x11_window))
      share (self, screen);
  }
  if (!self->source) {
    say ("refused 0 there is no such window");
    g_main_loop_quit (self->loop);
  }
  return G_SOURCE_REMOVE;
}

/* As GDK does with what is not its own: ximagesrc stumbles over a window that is gone. */
static int
on_x_error (Display *display, XErrorEvent *event)
{
  return 0;
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer data)
{
  g_main_loop_quit (((Probe *) data)->loop);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char *argv[])
{
  Probe self = { .loop = g_main_loop_new (NULL, FALSE) };

  gst_init (&argc, &argv);
  XSetErrorHandler (on_x_error);
  g_unix_fd_add (0, G_IO_IN | G_IO_HUP, on_input, &self);
  self.title = argc > 2 ? argv[2] : NULL;
  if (argc > 1 && g_str_equal (argv[1], "x11"))
    g_idle_add (share_x11, &self);
  else
    call_portal_find_async (NULL, on_found, &self);
  g_main_loop_run (self.loop);
  if (self.source)
    call_source_stop (self.source);
  if (self.listener)
    gst_element_set_state (self.listener, GST_STATE_NULL);
  g_clear_object (&self.source);
  gst_clear_object (&self.listener);
  g_clear_object (&self.portal);
  g_main_loop_unref (self.loop);
  return 0;
}
