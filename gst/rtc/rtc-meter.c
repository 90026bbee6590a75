/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-meter.h"

void
rtc_meter_init (RtcMeter *self)
{
  *self = (RtcMeter){ 0 };
  g_mutex_init (&self->lock);
}

void
rtc_meter_clear (RtcMeter *self)
{
  gst_clear_caps (&self->caps);
  g_mutex_clear (&self->lock);
}

/* Begins anew with 0. */
void
rtc_meter_reset (RtcMeter *self)
{
  g_mutex_lock (&self->lock);
  self->frames = self->key_frames = self->bytes = 0;
  self->width = self->height = 0;
  gst_clear_caps (&self->caps);
  g_mutex_unlock (&self->lock);
}

/* Must be called with lock. */
static void
take_caps (RtcMeter *self, GstCaps *caps)
{
  GstStructure *structure;

  if (self->caps == caps)
    return;
  gst_caps_replace (&self->caps, caps);
  structure = gst_caps_get_structure (caps, 0);
  gst_structure_get_int (structure, "width", &self->width);
  gst_structure_get_int (structure, "height", &self->height);
}

/* @caps: (nullable): of the frame */
void
rtc_meter_count (RtcMeter *self, GstBuffer *buffer, GstCaps *caps)
{
  g_mutex_lock (&self->lock);
  self->frames++;
  if (!GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT))
    self->key_frames++;
  self->bytes += gst_buffer_get_size (buffer);
  if (caps)
    take_caps (self, caps);
  g_mutex_unlock (&self->lock);
}

/* @stats: gets what was counted; the rest stays */
void
rtc_meter_read (RtcMeter *self, RtcTrackStats *stats)
{
  g_mutex_lock (&self->lock);
  stats->frames = self->frames;
  stats->key_frames = self->key_frames;
  stats->bytes = self->bytes;
  stats->width = self->width;
  stats->height = self->height;
  g_mutex_unlock (&self->lock);
}
