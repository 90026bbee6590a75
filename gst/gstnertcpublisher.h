/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-input.h"
#include "rtc-peer.h"

#include <nertc.h>

#include "gstnertcend.h"

G_BEGIN_DECLS

/**
 * GstNertcPublishState:
 * @GST_NERTC_PUBLISH_STATE_NO_PUBLISH: nothing is published
 * @GST_NERTC_PUBLISH_STATE_PUBLISH_REQUESTING: publishing was asked for, or is being restored
 * @GST_NERTC_PUBLISH_STATE_PUBLISHING: the room knows the stream
 */
typedef enum {
  GST_NERTC_PUBLISH_STATE_NO_PUBLISH,
  GST_NERTC_PUBLISH_STATE_PUBLISH_REQUESTING,
  GST_NERTC_PUBLISH_STATE_PUBLISHING,
} GstNertcPublishState;

GType gst_nertc_publish_state_get_type (void);
#define GST_TYPE_NERTC_PUBLISH_STATE (gst_nertc_publish_state_get_type ())

/*
 * Publishes one stream in a room and serves its consumers. Lives in the room's context; the
 * functions below may be called from any thread and take effect there, in order.
 */
#define GST_TYPE_NERTC_PUBLISHER (gst_nertc_publisher_get_type ())
G_DECLARE_FINAL_TYPE (GstNertcPublisher, gst_nertc_publisher, GST, NERTC_PUBLISHER, GObject)

typedef struct {
  /* on the room's context; @element is a reference that the publisher holds for the call */
  void (*state_changed) (GstElement *element, GstNertcPublishState state, const char *stream_id,
                         NertcMedia media);
  void (*failed) (GstElement *element, const GError *error);
  /* This member may not publish now; it is done as soon as it may. */
  void (*forbidden) (GstElement *element);
  /* An administrator mutes @muted of what is published, or, if that is none, nothing any more. */
  void (*muted_by_admin) (GstElement *element, NertcMedia muted);
  /* no TURN server works at this end, and a connection came to nothing without */
  void (*lacks_turn) (GstElement *element, const char *problem);
  void (*stats) (GstElement *element, GstStructure *stats); /* transfer full */
} GstNertcPublisherCallbacks;

GstNertcPublisher *gst_nertc_publisher_new (GstElement *element, NertcRoom *room,
                                            const GstNertcPublisherCallbacks *callbacks,
                                            const RtcRoutes *routes);

/* What to publish: nothing with no inputs. */
typedef struct {
  char *stream_id; /* NULL: the server chooses */
  NertcSource source;
  RtcInput *inputs[RTC_N_MEDIA];
} GstNertcPublication;

void gst_nertc_publisher_publish (GstNertcPublisher *self, const GstNertcPublication *publication);
void gst_nertc_publisher_unpublish (GstNertcPublisher *self);
void gst_nertc_publisher_update_muted (GstNertcPublisher *self);
void gst_nertc_publisher_set_clock (GstNertcPublisher *self, GstClock *clock);
GstNertcEnd *gst_nertc_publisher_close (GstNertcPublisher *self);

G_END_DECLS
