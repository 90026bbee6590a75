/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How long a picture takes from the camera to a sink: every frame has its number drawn into it as
 * bars of light, which survive the codec. Measured is a remote picture, or with --preview the
 * camera's own one in a pipeline that also receives, with a jitter buffer of --latency ms.
 */

#include "child.h"
#include "media.h"

#include <gst/gst.h>
#include <gst/video/video.h>

#define BITS 12
#define NUMBERS (1 << BITS)
/* The first frames wait for a connection, or are few. */
#define SKIPPED 30

typedef struct {
  char *server;
  char *channel;
  int latency;
  int count;
  gboolean sync;
  gboolean preview;
  gboolean alone; /* nobody is called */

  guint number;             /* of the next frame, on the camera's thread */
  gint64 captured[NUMBERS]; /* atomic, µs */
  guint seen;               /* on the thread of the sink, as the next two */
  guint last;
  GArray *delays; /* of double, ms */
} Delay;

/* Bars: the number above, its complement below */

static void
draw (GstVideoFrame *frame, guint number)
{
  guint8 *plane = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);
  int stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);

  for (guint y = 0; y < MEDIA_HEIGHT; y++) {
    guint bits = y < MEDIA_HEIGHT / 2 ? number : ~number;

    for (guint x = 0; x < MEDIA_WIDTH; x++)
      plane[y * stride + x] = bits >> (x * BITS / MEDIA_WIDTH) & 1 ? 200 : 50;
  }
}

static guint
read_row (GstVideoFrame *frame, guint y)
{
  const guint8 *plane = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);
  int stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
  guint number = 0;

  for (guint i = 0; i < BITS; i++)
    number |= (plane[y * stride + (2 * i + 1) * MEDIA_WIDTH / BITS / 2] > 125) << i;
  return number;
}

static guint
read_number (GstVideoFrame *frame)
{
  guint number = read_row (frame, MEDIA_HEIGHT / 4);

  if (number != (~read_row (frame, 3 * MEDIA_HEIGHT / 4) & (NUMBERS - 1)))
    child_fail ("The number of a frame cannot be read");
  return number;
}

static void
map (GstVideoFrame *frame, GstPad *pad, GstBuffer *buffer, GstMapFlags flags)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, caps) || info.width != MEDIA_WIDTH ||
      info.height != MEDIA_HEIGHT || !gst_video_frame_map (frame, &info, buffer, flags))
    child_fail ("A picture came that is not %d×%d", MEDIA_WIDTH, MEDIA_HEIGHT);
}

static GstPadProbeReturn
on_captured (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Delay *self = user_data;
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GstVideoFrame frame;
  guint number = self->number++ % NUMBERS;

  map (&frame, pad, buffer, GST_MAP_WRITE);
  draw (&frame, number);
  gst_video_frame_unmap (&frame);
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  __atomic_store_n (&self->captured[number], g_get_monotonic_time (), __ATOMIC_RELAXED);
  return GST_PAD_PROBE_OK;
}

static void
say_delays (Delay *self)
{
  GString *values = g_string_new (NULL);

  for (guint i = 0; i < self->delays->len; i++)
    g_string_append_printf (values, "%s%.2f", i ? ", " : "",
                            g_array_index (self->delays, double, i));
  child_say ("{\"event\": \"delays\", \"values\": [%s]}", values->str);
  g_string_free (values, TRUE);
}

static void
on_shown (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  Delay *self = user_data;
  gint64 now = g_get_monotonic_time ();
  GstVideoFrame frame;
  guint number;
  double delay;

  if (self->delays->len == (guint) self->count)
    return;
  map (&frame, pad, buffer, GST_MAP_READ);
  number = read_number (&frame);
  gst_video_frame_unmap (&frame);
  if (self->seen++ < SKIPPED)
    return;
  delay = (now - __atomic_load_n (&self->captured[number], __ATOMIC_RELAXED)) / 1000.0;
  g_array_append_val (self->delays, delay);
  if (self->delays->len == (guint) self->count)
    say_delays (self);
}

#define CAMERA \
  "videotestsrc name=camera is-live=true pattern=black " \
  "! video/x-raw,format=I420,width=640,height=480,framerate=30/1 "
#define SENDER "! vp8enc deadline=1 cpu-used=8 threads=1 target-bitrate=1000000 ! nertcsink "

/* Two pipelines in one process: the camera's, and the other member's. */
static void
make_pipelines (Delay *self, GstElement **camera, GstElement **other)
{
  const char *sync = self->sync ? "true" : "false";

  if (self->alone) {
    *camera = child_make_pipeline (
        CAMERA "! tee name=t ! queue "
               "! fakesink name=picture sync=true signal-handoffs=true t. ! queue "
               "! fakesink sync=false async=false");
    *other = child_make_pipeline ("fakesrc num-buffers=0 ! fakesink async=false");
  } else if (self->preview) {
    *camera = child_make_pipeline (
        "roomsignal server=%s channel=%s uid=camera " CAMERA "! tee name=t ! queue "
        "! fakesink name=picture sync=true signal-handoffs=true t. ! queue " SENDER
        "nertcsrc subscribe=video latency=%d ! fakesink sync=true",
        self->server, self->channel, self->latency);
    *other = child_make_pipeline ("roomsignal server=%s channel=%s uid=other " CAMERA SENDER,
                                  self->server, self->channel);
  } else {
    *camera = child_make_pipeline ("roomsignal server=%s channel=%s uid=camera " CAMERA SENDER,
                                   self->server, self->channel);
    *other = child_make_pipeline ("roomsignal server=%s channel=%s uid=other "
                                  "nertcsrc subscribe=video latency=%d "
                                  "! fakesink name=picture sync=%s signal-handoffs=true",
                                  self->server, self->channel, self->latency, sync);
  }
}

static void
measure (Delay *self)
{
  const ChildCommand commands[] = { { NULL } };
  g_autoptr (GstElement) camera_pipeline = NULL;
  g_autoptr (GstElement) other_pipeline = NULL;
  g_autoptr (GstElement) camera = NULL;
  g_autoptr (GstElement) picture = NULL;
  g_autoptr (GstPad) pad = NULL;

  make_pipelines (self, &camera_pipeline, &other_pipeline);
  camera = gst_bin_get_by_name (GST_BIN (camera_pipeline), "camera");
  picture =
      gst_bin_get_by_name (GST_BIN (self->preview ? camera_pipeline : other_pipeline), "picture");
  pad = gst_element_get_static_pad (camera, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_captured, self, NULL);
  g_signal_connect (picture, "handoff", G_CALLBACK (on_shown), self);
  gst_element_set_state (other_pipeline, GST_STATE_PLAYING);
  gst_element_set_state (camera_pipeline, GST_STATE_PLAYING);
  child_run (commands, NULL);
  gst_element_set_state (camera_pipeline, GST_STATE_NULL);
  gst_element_set_state (other_pipeline, GST_STATE_NULL);
}

int
main (int argc, char **argv)
{
  static Delay self = { .count = 210 };
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &self.server },
    { "channel", 0, 0, G_OPTION_ARG_STRING, &self.channel },
    { "latency", 0, 0, G_OPTION_ARG_INT, &self.latency },
    { "count", 0, 0, G_OPTION_ARG_INT, &self.count },
    { "sync", 0, 0, G_OPTION_ARG_NONE, &self.sync },
    { "alone", 0, 0, G_OPTION_ARG_NONE, &self.alone },
    { "preview", 0, 0, G_OPTION_ARG_NONE, &self.preview },
    { NULL },
  };

  child_begin (&argc, &argv, entries);
  gst_init (NULL, NULL);
  self.delays = g_array_new (FALSE, FALSE, sizeof (double));
  measure (&self);
  g_array_unref (self.delays);
  gst_deinit ();
  return 0;
}
