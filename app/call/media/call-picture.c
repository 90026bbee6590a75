/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 *   bin:  sink ─► queue ─► appsink ─► its thread, when it is due: scaled, converted
 *                                                       │
 *   main thread:  update ─► invalidate-contents         ▼
 *                           snapshot ◄─ the newest surface, one at most
 *
 * A widget that is told of new contents asks for them at the next tick of its frame clock: of what
 * came since the one before, the newest is shown.
 */
#include "call-picture.h"

#include <gst/app/app.h>
#include <gst/video/video.h>

#include "call-paint.h"
#include "call-pipeline.h"
#include "call-scaler.h"

/* Of what comes before it is due: the latency of a call, and more */
#define HELD_TIME (500 * GST_MSECOND)
/* After the size has changed, without a new picture: a shared screen may rest for long */
#define REFRESH_MS 150

typedef struct {
  guint width;
  guint height;
} Size;

struct _CallPicture {
  GObject parent_instance;

  /* Of the main thread */
  cairo_surface_t *surface; /* what is shown */
  cairo_surface_t *before;  /* what was: freed while a node still has it, cairo would copy it */
  Size intrinsic;           /* as widgets know it */
  guint refresh;            /* a source */

  GMutex lock;
  /* Protected by lock */
  Size shown;            /* in which it is shown */
  cairo_surface_t *next; /* to be shown */
  gboolean updating;     /* update() will run */
  gboolean outdated;     /* the size changed while next was made */
  GstSample *sample;     /* the latest, as it came */
  Size source;           /* of that, in square pixels */
  gpointer sink;         /* the element whose pictures are taken; not a reference */
  GstClockTime delay;    /* NONE: that of the pipeline */
  guint64 n_shown;
  guint64 n_dropped;

  GMutex scaler_lock; /* outside of lock */
  CallScaler *scaler; /* protected by scaler_lock */
};

static void paintable_init (GdkPaintableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CallPicture, call_picture, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, paintable_init))

static void
call_picture_finalize (GObject *object)
{
  CallPicture *self = CALL_PICTURE (object);

  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_clear_pointer (&self->before, cairo_surface_destroy);
  g_clear_pointer (&self->next, cairo_surface_destroy);
  g_clear_pointer (&self->sample, gst_sample_unref);
  call_scaler_free (self->scaler);
  g_mutex_clear (&self->scaler_lock);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (call_picture_parent_class)->finalize (object);
}

static void
call_picture_class_init (CallPictureClass *class)
{
  G_OBJECT_CLASS (class)->finalize = call_picture_finalize;
}

static void
call_picture_init (CallPicture *self)
{
  g_mutex_init (&self->lock);
  g_mutex_init (&self->scaler_lock);
  self->scaler = call_scaler_new ();
  self->delay = GST_CLOCK_TIME_NONE;
}

CallPicture *
call_picture_new (void)
{
  return g_object_new (CALL_TYPE_PICTURE, NULL);
}

static void schedule_refresh (CallPicture *self);

/* Painting, on the main thread */

static void
take_next (CallPicture *self)
{
  g_mutex_lock (&self->lock);
  if (self->next) {
    g_clear_pointer (&self->before, cairo_surface_destroy);
    self->before = self->surface;
    self->surface = g_steal_pointer (&self->next);
    self->n_shown++;
  }
  g_mutex_unlock (&self->lock);
}

static void
call_picture_snapshot (GdkPaintable *paintable, GdkSnapshot *snapshot, double width, double height)
{
  CallPicture *self = CALL_PICTURE (paintable);

  take_next (self);
  if (self->surface)
    call_paint_surface (snapshot, self->surface, width, height);
}

static GdkTexture *
make_texture (cairo_surface_t *surface)
{
  int stride = cairo_image_surface_get_stride (surface);
  int height = cairo_image_surface_get_height (surface);
  g_autoptr (GBytes) bytes =
      g_bytes_new (cairo_image_surface_get_data (surface), (gsize) stride * height);

  return gdk_memory_texture_new (cairo_image_surface_get_width (surface), height,
                                 GDK_MEMORY_DEFAULT, bytes, stride);
}

static GdkPaintable *
call_picture_get_current_image (GdkPaintable *paintable)
{
  CallPicture *self = CALL_PICTURE (paintable);

  take_next (self);
  if (!self->surface)
    return gdk_paintable_new_empty (self->intrinsic.width, self->intrinsic.height);
  return GDK_PAINTABLE (make_texture (self->surface));
}

static int
call_picture_get_intrinsic_width (GdkPaintable *paintable)
{
  return CALL_PICTURE (paintable)->intrinsic.width;
}

static int
call_picture_get_intrinsic_height (GdkPaintable *paintable)
{
  return CALL_PICTURE (paintable)->intrinsic.height;
}

static void
paintable_init (GdkPaintableInterface *iface)
{
  iface->snapshot = call_picture_snapshot;
  iface->get_current_image = call_picture_get_current_image;
  iface->get_intrinsic_width = call_picture_get_intrinsic_width;
  iface->get_intrinsic_height = call_picture_get_intrinsic_height;
}

static gboolean
update (gpointer user_data)
{
  CallPicture *self = user_data;
  Size before = self->intrinsic;
  gboolean outdated;

  g_mutex_lock (&self->lock);
  self->updating = FALSE;
  self->intrinsic = self->source;
  outdated = self->outdated;
  self->outdated = FALSE;
  g_mutex_unlock (&self->lock);

  if (outdated)
    schedule_refresh (self);
  if (before.width != self->intrinsic.width || before.height != self->intrinsic.height)
    gdk_paintable_invalidate_size (GDK_PAINTABLE (self));
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
  return G_SOURCE_REMOVE;
}

/* Must be called with the lock */
static void
schedule_update (CallPicture *self)
{
  if (self->updating)
    return;
  self->updating = TRUE;
  g_idle_add_full (G_PRIORITY_DEFAULT, update, g_object_ref (self), g_object_unref);
}

/* What comes, on the thread of the sink */

/* The size in which a picture of @source covers @shown, which is cut at the edges or fits; not
 * larger than it came. */
static Size
choose_size (const GstVideoInfo *info, Size source, Size shown)
{
  double x = (double) shown.width / source.width;
  double y = (double) shown.height / source.height;
  double factor = MAX (x, y);

  if (factor >= 1)
    return (Size){ info->width, info->height };
  return (Size){ MAX (1, (guint) (source.width * factor + 0.5)),
                 MAX (1, (guint) (source.height * factor + 0.5)) };
}

static Size
get_square_size (const GstVideoInfo *info)
{
  return (Size){ gst_util_uint64_scale_int_round (info->width, MAX (1, info->par_n),
                                                  MAX (1, info->par_d)),
                 info->height };
}

/* Returns: (transfer full) (nullable) */
static cairo_surface_t *
make_surface (CallPicture *self, GstSample *sample, Size shown)
{
  GstVideoInfo info;
  cairo_surface_t *surface;
  Size size;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)))
    return NULL;
  size = choose_size (&info, get_square_size (&info), shown);
  g_mutex_lock (&self->scaler_lock);
  surface = call_scaler_make_surface (self->scaler, gst_sample_get_buffer (sample), &info,
                                      size.width, size.height);
  g_mutex_unlock (&self->scaler_lock);
  return surface;
}

/* Must be called with the lock
 * @surface: (transfer full) */
static void
set_next (CallPicture *self, cairo_surface_t *surface)
{
  if (self->next)
    self->n_dropped++;
  g_clear_pointer (&self->next, cairo_surface_destroy);
  self->next = surface;
  schedule_update (self);
}

/* Must be called with the lock
 * @shown: what @surface was made for */
static void
show (CallPicture *self, GstSample *sample, cairo_surface_t *surface, Size shown)
{
  GstVideoInfo info;

  g_clear_pointer (&self->sample, gst_sample_unref);
  self->sample = gst_sample_ref (sample);
  if (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)))
    self->source = get_square_size (&info);
  self->outdated = shown.width != self->shown.width || shown.height != self->shown.height;
  set_next (self, surface);
}

/* Must be called with the lock. What is heard may be later than the latency of the pipeline tells,
 * which changes when elements come and go. */
static void
keep_delay (CallPicture *self, GstBaseSink *sink)
{
  GstClockTimeDiff offset = 0;

  if (GST_CLOCK_TIME_IS_VALID (self->delay))
    offset = GST_CLOCK_DIFF (gst_base_sink_get_latency (sink), self->delay);
  if (gst_base_sink_get_ts_offset (sink) != offset)
    gst_base_sink_set_ts_offset (sink, offset);
}

static GstFlowReturn
on_sample (GstAppSink *appsink, gpointer user_data)
{
  CallPicture *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);
  cairo_surface_t *surface;
  Size shown;

  g_mutex_lock (&self->lock);
  shown = self->shown;
  keep_delay (self, GST_BASE_SINK (appsink));
  g_mutex_unlock (&self->lock);
  surface = sample && shown.width && shown.height ? make_surface (self, sample, shown) : NULL;
  if (!surface)
    return GST_FLOW_OK;

  g_mutex_lock (&self->lock);
  if (self->sink == appsink)
    show (self, sample, g_steal_pointer (&surface), shown);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&surface, cairo_surface_destroy);
  return GST_FLOW_OK;
}

/* Before anything is held or awaited for a picture that nobody sees */
static GstPadProbeReturn
on_arrival (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  CallPicture *self = user_data;
  gboolean seen;

  g_mutex_lock (&self->lock);
  seen = self->shown.width > 0 && self->shown.height > 0;
  g_mutex_unlock (&self->lock);
  return seen ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

/* The queue drops the oldest: its thread is too slow. */
static void
on_overrun (GstElement *queue, gpointer user_data)
{
  CallPicture *self = user_data;

  g_mutex_lock (&self->lock);
  self->n_dropped++;
  g_mutex_unlock (&self->lock);
}

/* The sink */

static gboolean
release (gpointer picture)
{
  g_object_unref (picture);
  return G_SOURCE_REMOVE;
}

/* On the main thread, as what was painted is released there */
static void
release_later (gpointer picture)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, release, picture, NULL);
}

static void
set_up_appsink (CallPicture *self, GstElement *appsink)
{
  static const GstAppSinkCallbacks callbacks = { .new_sample = on_sample };
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-raw");

  g_object_set (appsink, "caps", caps, "sync", TRUE, "async", FALSE, "max-buffers", 1, "drop", TRUE,
                "enable-last-sample", FALSE, "qos", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (appsink), (GstAppSinkCallbacks *) &callbacks,
                              g_object_ref (self), release_later);
}

static void
set_up_queue (CallPicture *self, GstElement *queue)
{
  gst_util_set_object_arg (G_OBJECT (queue), "leaky", "downstream");
  g_object_set (queue, "max-size-buffers", 0, "max-size-bytes", 0, "max-size-time",
                (guint64) HELD_TIME, NULL);
  g_signal_connect_object (queue, "overrun", G_CALLBACK (on_overrun), self, 0);
}

static GstElement *
make_bin (CallPicture *self, GstElement *queue, GstElement *appsink)
{
  GstElement *bin = gst_bin_new (NULL);
  g_autoptr (GstPad) target = gst_element_get_static_pad (queue, "sink");
  GstPad *sink;

  gst_bin_add_many (GST_BIN (bin), queue, appsink, NULL);
  gst_element_link (queue, appsink);
  sink = gst_ghost_pad_new ("sink", target);
  call_pipeline_shield (sink);
  gst_element_add_pad (bin, sink);
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, on_arrival, g_object_ref (self),
                     release_later);
  return bin;
}

/* Returns: (transfer floating) (nullable) */
GstElement *
call_picture_make_sink (CallPicture *self, GError **error)
{
  g_autoptr (GstElement) queue = call_pipeline_make ("queue", error);
  g_autoptr (GstElement) appsink = NULL;

  if (!queue)
    return NULL;
  gst_object_ref_sink (queue);
  appsink = call_pipeline_make ("appsink", error);
  if (!appsink)
    return NULL;
  gst_object_ref_sink (appsink);

  set_up_queue (self, queue);
  set_up_appsink (self, appsink);
  g_mutex_lock (&self->lock);
  self->sink = appsink;
  g_mutex_unlock (&self->lock);
  return make_bin (self, queue, appsink);
}

/* What widgets want, on the main thread */

/* The latest picture again, as there may be no other for long */
static gboolean
refresh (gpointer user_data)
{
  CallPicture *self = user_data;
  g_autoptr (GstSample) sample = NULL;
  cairo_surface_t *surface = NULL;
  Size shown;

  self->refresh = 0;
  g_mutex_lock (&self->lock);
  sample = self->sample ? gst_sample_ref (self->sample) : NULL;
  shown = self->shown;
  g_mutex_unlock (&self->lock);
  if (sample && shown.width && shown.height)
    surface = make_surface (self, sample, shown);

  g_mutex_lock (&self->lock);
  if (surface && self->sample == sample && !self->next)
    set_next (self, g_steal_pointer (&surface));
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&surface, cairo_surface_destroy);
  return G_SOURCE_REMOVE;
}

static void
schedule_refresh (CallPicture *self)
{
  if (!self->refresh)
    self->refresh = g_timeout_add_full (G_PRIORITY_DEFAULT, REFRESH_MS, refresh,
                                        g_object_ref (self), g_object_unref);
}

void
call_picture_set_size (CallPicture *self, guint width, guint height)
{
  gboolean changed;

  g_mutex_lock (&self->lock);
  changed = self->sample && (self->shown.width != width || self->shown.height != height);
  self->shown = (Size){ width, height };
  g_mutex_unlock (&self->lock);
  if (changed)
    schedule_refresh (self);
}

void
call_picture_set_delay (CallPicture *self, GstClockTime delay)
{
  g_mutex_lock (&self->lock);
  self->delay = delay;
  g_mutex_unlock (&self->lock);
}

/* Nothing is shown until something comes again. */
void
call_picture_clear (CallPicture *self)
{
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->next, cairo_surface_destroy);
  g_clear_pointer (&self->sample, gst_sample_unref);
  self->source = (Size){ 0, 0 };
  schedule_update (self);
  g_mutex_unlock (&self->lock);
}

GdkTexture *
call_picture_dup_texture (CallPicture *self)
{
  g_autoptr (GstSample) sample = NULL;
  g_autoptr (CallScaler) scaler = call_scaler_new ();
  cairo_surface_t *surface;
  GdkTexture *texture;
  GstVideoInfo info;
  Size size;

  g_mutex_lock (&self->lock);
  sample = self->sample ? gst_sample_ref (self->sample) : NULL;
  size = self->source;
  g_mutex_unlock (&self->lock);
  if (!sample || !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)))
    return NULL;
  surface = call_scaler_make_surface (scaler, gst_sample_get_buffer (sample), &info, size.width,
                                      size.height);
  texture = surface ? make_texture (surface) : NULL;
  g_clear_pointer (&surface, cairo_surface_destroy);
  return texture;
}

/* @shown, @dropped: (out) (optional): pictures; what nobody could see is counted in neither */
void
call_picture_get_counts (CallPicture *self, guint64 *shown, guint64 *dropped)
{
  g_mutex_lock (&self->lock);
  if (shown)
    *shown = self->n_shown;
  if (dropped)
    *dropped = self->n_dropped;
  g_mutex_unlock (&self->lock);
}
