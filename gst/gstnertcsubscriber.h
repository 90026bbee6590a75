/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-output.h"
#include "rtc-peer.h"

#include <nertc.h>

#include "gstnertcend.h"

G_BEGIN_DECLS

/**
 * GstNertcPlayState:
 * @GST_NERTC_PLAY_STATE_NO_PLAY: there is no stream
 * @GST_NERTC_PLAY_STATE_PLAY_REQUESTING: a stream was subscribed, its media is still to come
 * @GST_NERTC_PLAY_STATE_PLAYING: media comes
 */
typedef enum {
  GST_NERTC_PLAY_STATE_NO_PLAY,
  GST_NERTC_PLAY_STATE_PLAY_REQUESTING,
  GST_NERTC_PLAY_STATE_PLAYING,
} GstNertcPlayState;

/**
 * GstNertcSubscribe:
 * @GST_NERTC_SUBSCRIBE_AUDIO: the sound of cameras and custom streams
 * @GST_NERTC_SUBSCRIBE_VIDEO: the picture of cameras and custom streams
 * @GST_NERTC_SUBSCRIBE_SCREEN: the picture of shared screens
 * @GST_NERTC_SUBSCRIBE_SCREEN_AUDIO: the sound of shared screens
 */
typedef enum {
  GST_NERTC_SUBSCRIBE_AUDIO = 1 << 0,
  GST_NERTC_SUBSCRIBE_VIDEO = 1 << 1,
  GST_NERTC_SUBSCRIBE_SCREEN = 1 << 2,
  GST_NERTC_SUBSCRIBE_SCREEN_AUDIO = 1 << 3,
} GstNertcSubscribe;

#define GST_NERTC_SUBSCRIBE_ALL \
  (GST_NERTC_SUBSCRIBE_AUDIO | GST_NERTC_SUBSCRIBE_VIDEO | GST_NERTC_SUBSCRIBE_SCREEN | \
   GST_NERTC_SUBSCRIBE_SCREEN_AUDIO)

/* Which streams are taken, and what of them. */
typedef struct {
  GstNertcSubscribe subscribe;
  char *from_uid;    /* NULL: anybody's */
  char *from_stream; /* NULL: any */
  guint latency;     /* of the jitter buffer, ms */
} GstNertcSelection;

GType gst_nertc_play_state_get_type (void);
GType gst_nertc_subscribe_get_type (void);
#define GST_TYPE_NERTC_PLAY_STATE (gst_nertc_play_state_get_type ())
#define GST_TYPE_NERTC_SUBSCRIBE (gst_nertc_subscribe_get_type ())

/*
 * Puts the streams of a room into slots: a slot carries the first stream that is selected and in
 * no other slot of the room, then the next. A stream for which no slot is free may get one of its
 * own for as long as it is there. Lives in the room's context; the functions below may be
 * called from any thread and take effect there, in order.
 */
#define GST_TYPE_NERTC_SUBSCRIBER (gst_nertc_subscriber_get_type ())
G_DECLARE_FINAL_TYPE (GstNertcSubscriber, gst_nertc_subscriber, GST, NERTC_SUBSCRIBER, GObject)

typedef struct {
  /* on the room's context */
  void (*subscribed) (GstElement *element, NertcStream *stream);
  void (*play_state) (GstElement *element, guint slot, GstNertcPlayState state,
                      NertcStream *stream);
  void (*stats) (GstElement *element, GstStructure *stats); /* transfer full */
  /* This member may not subscribe now; it is done as soon as it may. */
  void (*forbidden) (GstElement *element);
  /* @problem, @failure: (nullable): in words, and the nick of a #NertcFailure */
  void (*timed_out) (GstElement *element, NertcStream *stream, const char *problem,
                     const char *failure);
  /* A stream that is in no slot: whether there is a place for it, and which; and its end */
  gboolean (*open_stream) (GstElement *element, NertcStream *stream, NertcMedia media,
                           RtcOutput *outputs[RTC_N_MEDIA]);
  void (*close_stream) (GstElement *element, RtcOutput *const outputs[RTC_N_MEDIA]);
} GstNertcSubscriberCallbacks;

GstNertcSubscriber *gst_nertc_subscriber_new (GstElement *element, NertcRoom *room,
                                              const GstNertcSubscriberCallbacks *callbacks,
                                              const RtcRoutes *routes);

void gst_nertc_subscriber_add_slot (GstNertcSubscriber *self, RtcOutput *audio, RtcOutput *video);
void gst_nertc_subscriber_start (GstNertcSubscriber *self, const GstNertcSelection *selection);
void gst_nertc_subscriber_look_again (GstNertcSubscriber *self);
void gst_nertc_subscriber_subscribe (GstNertcSubscriber *self, const char *stream_id);
void gst_nertc_subscriber_unsubscribe (GstNertcSubscriber *self, const char *stream_id);
void gst_nertc_subscriber_set_clock (GstNertcSubscriber *self, GstClock *clock);
GstNertcEnd *gst_nertc_subscriber_close (GstNertcSubscriber *self);

G_END_DECLS
