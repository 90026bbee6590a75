/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Scaled as it came, and converted then: for both GstVideoConverter has short ways, where it takes
 * three times as long to do both at once. Averaging as many pixels as become one (“linear”) looks
 * as good as its default for smaller pictures, and larger ones are not made here.
 */
#include "call-scaler.h"

/* CAIRO_FORMAT_RGB24 and all that is opaque of CAIRO_FORMAT_ARGB32 */
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define FORMAT GST_VIDEO_FORMAT_BGRA
#else
#define FORMAT GST_VIDEO_FORMAT_ARGB
#endif

struct _CallScaler {
  GstVideoInfo from;
  GstVideoInfo scaled;
  GstVideoInfo to;
  GstVideoConverter *scale; /* NULL: the size is right */
  GstVideoConverter *convert;
  GstBuffer *between;
  GstBufferPool *pool;
};

CallScaler *
call_scaler_new (void)
{
  return g_new0 (CallScaler, 1);
}

static void
clear (CallScaler *self)
{
  g_clear_pointer (&self->scale, gst_video_converter_free);
  g_clear_pointer (&self->convert, gst_video_converter_free);
  gst_clear_buffer (&self->between);
  if (self->pool)
    gst_buffer_pool_set_active (self->pool, FALSE);
  gst_clear_object (&self->pool);
}

void
call_scaler_free (CallScaler *self)
{
  clear (self);
  g_free (self);
}

static GstBufferPool *
make_pool (const GstVideoInfo *info)
{
  g_autoptr (GstBufferPool) pool = gst_video_buffer_pool_new ();
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (info);
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (config, caps, info->size, 0, 0);
  if (!gst_buffer_pool_set_config (pool, config) || !gst_buffer_pool_set_active (pool, TRUE))
    return NULL;
  return g_steal_pointer (&pool);
}

static GstVideoConverter *
make_converter (const GstVideoInfo *from, const GstVideoInfo *to)
{
  GstStructure *options = gst_structure_new (
      "options", GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD, GST_TYPE_VIDEO_RESAMPLER_METHOD,
      GST_VIDEO_RESAMPLER_METHOD_LINEAR, GST_VIDEO_CONVERTER_OPT_CHROMA_RESAMPLER_METHOD,
      GST_TYPE_VIDEO_RESAMPLER_METHOD, GST_VIDEO_RESAMPLER_METHOD_LINEAR,
      GST_VIDEO_CONVERTER_OPT_DITHER_METHOD, GST_TYPE_VIDEO_DITHER_METHOD, GST_VIDEO_DITHER_NONE,
      NULL);

  return gst_video_converter_new (from, to, options);
}

static gboolean
set_up (CallScaler *self, const GstVideoInfo *from, guint width, guint height)
{
  gboolean scales = from->width != (int) width || from->height != (int) height;

  clear (self);
  self->from = self->scaled = *from;
  if (scales) {
    gst_video_info_set_interlaced_format (&self->scaled, GST_VIDEO_INFO_FORMAT (from),
                                          GST_VIDEO_INFO_INTERLACE_MODE (from), width, height);
    self->scaled.fps_n = from->fps_n;
    self->scaled.fps_d = from->fps_d;
    self->scaled.colorimetry = from->colorimetry;
    self->scaled.chroma_site = from->chroma_site;
    self->scale = make_converter (from, &self->scaled);
    self->between = gst_buffer_new_allocate (NULL, self->scaled.size, NULL);
  }
  gst_video_info_set_format (&self->to, FORMAT, width, height);
  self->to.fps_n = from->fps_n;
  self->to.fps_d = from->fps_d;
  self->convert = make_converter (&self->scaled, &self->to);
  self->pool = make_pool (&self->to);
  return self->convert && self->pool && (!scales || self->scale);
}

/* Returns: whether all that @infos tell could be read and written */
static gboolean
run (GstVideoConverter *converter, const GstVideoInfo *from, GstBuffer *source,
     const GstVideoInfo *to, GstBuffer *target)
{
  GstVideoFrame in;
  GstVideoFrame out;
  gboolean mapped;

  if (!gst_video_frame_map (&in, from, source, GST_MAP_READ | GST_VIDEO_FRAME_MAP_FLAG_NO_REF))
    return FALSE;
  mapped = gst_video_frame_map (&out, to, target, GST_MAP_WRITE | GST_VIDEO_FRAME_MAP_FLAG_NO_REF);
  if (mapped) {
    gst_video_converter_frame (converter, &in, &out);
    gst_video_frame_unmap (&out);
  }
  gst_video_frame_unmap (&in);
  return mapped;
}

static gboolean
convert (CallScaler *self, GstBuffer *buffer, GstBuffer *target)
{
  if (!self->scale)
    return run (self->convert, &self->from, buffer, &self->to, target);
  return run (self->scale, &self->from, buffer, &self->scaled, self->between) &&
         run (self->convert, &self->scaled, self->between, &self->to, target);
}

/* The surface */

static void
unmap (gpointer data)
{
  GstVideoFrame *frame = data;

  gst_video_frame_unmap (frame);
  g_free (frame);
}

/* Returns: (nullable): with the memory of @buffer, which goes back to its pool with the surface */
static cairo_surface_t *
wrap (const GstVideoInfo *info, GstBuffer *buffer)
{
  static const cairo_user_data_key_t key;
  GstVideoFrame *frame = g_new0 (GstVideoFrame, 1);
  cairo_surface_t *surface;

  if (!gst_video_frame_map (frame, info, buffer, GST_MAP_READWRITE)) {
    g_free (frame);
    return NULL;
  }
  surface = cairo_image_surface_create_for_data (GST_VIDEO_FRAME_PLANE_DATA (frame, 0),
                                                 CAIRO_FORMAT_RGB24, info->width, info->height,
                                                 GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0));
  if (cairo_surface_set_user_data (surface, &key, frame, unmap) != CAIRO_STATUS_SUCCESS) {
    cairo_surface_destroy (surface);
    unmap (frame);
    return NULL;
  }
  return surface;
}

static gboolean
fits (CallScaler *self, const GstVideoInfo *info, guint width, guint height)
{
  return self->pool && self->to.width == (int) width && self->to.height == (int) height &&
         gst_video_info_is_equal (&self->from, info);
}

/*
 * @width, @height: in pixels
 *
 * Returns: (transfer full) (nullable): NULL if the picture cannot be read
 */
cairo_surface_t *
call_scaler_make_surface (CallScaler *self, GstBuffer *buffer, const GstVideoInfo *info,
                          guint width, guint height)
{
  g_autoptr (GstBuffer) target = NULL;

  if (!fits (self, info, width, height) && !set_up (self, info, width, height)) {
    clear (self);
    return NULL;
  }
  if (gst_buffer_pool_acquire_buffer (self->pool, &target, NULL) != GST_FLOW_OK ||
      !convert (self, buffer, target))
    return NULL;
  return wrap (&self->to, target);
}
