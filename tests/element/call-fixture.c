/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-fixture.h"

#include "gstnertcsink.h"
#include "gstnertcsrc.h"
#include "rtc.h"

#include <gst/app/gstappsink.h>

void
call_start (void)
{
  rtc_init ();
  fail_unless (GST_ELEMENT_REGISTER (nertcsink, NULL));
  fail_unless (GST_ELEMENT_REGISTER (nertcsrc, NULL));
  room_server_start ();
}

void
call_code_pictures (GstElement *pipeline, const char *name, guint base)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  nertc_picture_draw_on_pad (pad, base);
}

static void
take_picture (CallSink *self, GstSample *sample)
{
  guint picture = nertc_picture_read_sample (sample);
  GstStructure *structure = gst_caps_get_structure (gst_sample_get_caps (sample), 0);

  gst_structure_get_int (structure, "width", &self->width);
  if (picture == NERTC_PICTURE_NONE) {
    self->unreadable++;
    return;
  }
  if (self->picture != NERTC_PICTURE_NONE && picture / CALL_BASE == self->picture / CALL_BASE &&
      picture < self->picture)
    self->disordered++;
  self->picture = picture;
}

static void
take_time (CallSink *self, GstBuffer *buffer, gboolean sound)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer);

  if (GST_CLOCK_TIME_IS_VALID (self->last_time) && pts > self->last_time)
    self->largest_gap = MAX (self->largest_gap, pts - self->last_time);
  /* A late piece of sound follows upon a long one of silence: that is no gap. */
  self->last_time = sound ? pts + GST_BUFFER_DURATION (buffer) : pts;
}

static GstFlowReturn
on_sample (GstAppSink *appsink, gpointer user_data)
{
  CallSink *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);
  GstStructure *structure;
  gboolean sound;

  if (!sample)
    return GST_FLOW_OK;
  structure = gst_caps_get_structure (gst_sample_get_caps (sample), 0);
  sound = gst_structure_has_name (structure, "audio/x-raw");
  g_mutex_lock (&self->lock);
  self->samples++;
  take_time (self, gst_sample_get_buffer (sample), sound);
  if (gst_structure_has_name (structure, "video/x-raw"))
    take_picture (self, sample);
  else if (sound)
    self->tone = nertc_tone_measure (sample, self->frequency);
  g_mutex_unlock (&self->lock);
  return GST_FLOW_OK;
}

void
call_watch (CallSink *self, GstElement *pipeline, const char *name, double frequency)
{
  g_autoptr (GstElement) appsink = gst_bin_get_by_name (GST_BIN (pipeline), name);
  GstAppSinkCallbacks callbacks = { .new_sample = on_sample };

  *self = (CallSink){ .picture = NERTC_PICTURE_NONE, .frequency = frequency };
  self->last_time = GST_CLOCK_TIME_NONE;
  g_mutex_init (&self->lock);
  gst_app_sink_set_callbacks (GST_APP_SINK (appsink), &callbacks, self, NULL);
}

/* The pipeline has to be gone. */
void
call_unwatch (CallSink *self)
{
  g_mutex_clear (&self->lock);
}

guint
call_get_samples (CallSink *self)
{
  guint samples;

  g_mutex_lock (&self->lock);
  samples = self->samples;
  g_mutex_unlock (&self->lock);
  return samples;
}

guint
call_get_picture (CallSink *self)
{
  guint picture;

  g_mutex_lock (&self->lock);
  picture = self->picture;
  g_mutex_unlock (&self->lock);
  return picture;
}

double
call_get_tone (CallSink *self)
{
  double tone;

  g_mutex_lock (&self->lock);
  tone = self->tone;
  g_mutex_unlock (&self->lock);
  return tone;
}

int
call_get_width (CallSink *self)
{
  int width;

  g_mutex_lock (&self->lock);
  width = self->width;
  g_mutex_unlock (&self->lock);
  return width;
}

/* Returns: the largest since the last call */
GstClockTime
call_take_largest_gap (CallSink *self)
{
  GstClockTime gap;

  g_mutex_lock (&self->lock);
  gap = self->largest_gap;
  self->largest_gap = 0;
  g_mutex_unlock (&self->lock);
  return gap;
}

void
call_check_pictures (CallSink *self)
{
  g_mutex_lock (&self->lock);
  fail_unless_equals_int (self->unreadable, 0);
  fail_unless_equals_int (self->disordered, 0);
  g_mutex_unlock (&self->lock);
}
