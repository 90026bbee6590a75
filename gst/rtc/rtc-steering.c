/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-steering.h"

#include "rtc-encoder.h"

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

/* A change may be answered by another one, but not for ever. */
#define MAX_CHANGES 4

struct _RtcSteering {
  GMutex lock;
  GstElement *encoder; /* or NULL; protected by lock, as all below */
  guint limit;         /* bit/s; 0: none */
  guint own;           /* what its owner wants; 0: left to the encoder */
  guint given;         /* what it was set to here, or had at first */
  gboolean busy;       /* somebody is setting it, and will look again afterwards */
};

RtcSteering *
rtc_steering_new (void)
{
  RtcSteering *self = g_new0 (RtcSteering, 1);

  g_mutex_init (&self->lock);
  return self;
}

void
rtc_steering_free (RtcSteering *self)
{
  g_clear_object (&self->encoder);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Must be called with lock. Returns: what the encoder is to be set to */
static guint
decide (RtcSteering *self, guint now)
{
  if (now != self->given)
    self->own = now; /* a change that was not made here is a wish of the owner */
  self->given = now;
  if (self->limit == 0 || (self->own > 0 && self->own <= self->limit))
    return self->own;
  return rtc_encoder_round (self->encoder, self->limit);
}

/* Returns: (transfer full) (nullable): the encoder, if it is to be set to *@bitrate now */
static GstElement *
begin_change (RtcSteering *self, guint *bitrate)
{
  GstElement *encoder = NULL;

  g_mutex_lock (&self->lock);
  if (self->encoder && !self->busy) {
    guint now = rtc_encoder_get_bitrate (self->encoder);

    *bitrate = decide (self, now);
    if (*bitrate != now)
      encoder = gst_object_ref (self->encoder);
    self->busy = encoder != NULL;
  }
  g_mutex_unlock (&self->lock);
  return encoder;
}

static void
end_change (RtcSteering *self, guint bitrate)
{
  g_mutex_lock (&self->lock);
  self->given = bitrate;
  self->busy = FALSE;
  g_mutex_unlock (&self->lock);
}

/* Whoever hears of the change may come back here: nothing is locked meanwhile. */
static void
apply (RtcSteering *self)
{
  GstElement *encoder;
  guint bitrate;

  for (guint i = 0; i < MAX_CHANGES && (encoder = begin_change (self, &bitrate)); i++) {
    GST_INFO_OBJECT (encoder, "is set to %u bit/s", bitrate);
    rtc_encoder_set_bitrate (encoder, bitrate);
    end_change (self, bitrate);
    gst_object_unref (encoder);
  }
}

/* Gives an encoder back what its owner wants. */
static void
release (RtcSteering *self)
{
  g_mutex_lock (&self->lock);
  self->limit = 0;
  g_mutex_unlock (&self->lock);
  apply (self);
}

/* @encoder: (nullable): the one to steer from now on; @limit: see rtc_steering_limit() */
void
rtc_steering_take (RtcSteering *self, GstElement *encoder, guint limit)
{
  gboolean changed;

  g_mutex_lock (&self->lock);
  changed = self->encoder != encoder;
  g_mutex_unlock (&self->lock);
  if (changed)
    release (self);
  g_mutex_lock (&self->lock);
  if (changed) {
    g_set_object (&self->encoder, encoder);
    self->own = self->given = encoder ? rtc_encoder_get_bitrate (encoder) : 0;
  }
  self->limit = limit;
  g_mutex_unlock (&self->lock);
  apply (self);
}

/* @limit: what it may use at most, bit/s; 0: what its owner wants */
void
rtc_steering_limit (RtcSteering *self, guint limit)
{
  g_mutex_lock (&self->lock);
  self->limit = limit;
  g_mutex_unlock (&self->lock);
  apply (self);
}
