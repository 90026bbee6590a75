/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "await.h"
#include "media.h"
#include "rtc-peer.h"

G_BEGIN_DECLS

/* Two peers in one process: what one tells is handed to the other. */

#define RTC_TYPE_PAIR_END (rtc_pair_end_get_type ())
G_DECLARE_FINAL_TYPE (RtcPairEnd, rtc_pair_end, RTC, PAIR_END, GObject)

/* A frame as it was sent or as it arrived. */
typedef struct {
  guint32 number; /* of those that the pair feeds: tells which is which */
  gsize size;
  GstClockTime pts;
  guint64 rtp_time; /* of one that arrived: its RTP timestamp */
  gboolean is_key_frame;
} RtcPairFrame;

/* The offset of RTP timestamps of both tracks: they begin again at 0 soon. */
#define RTC_PAIR_TIMESTAMP_OFFSET 0xffff0000

struct _RtcPairEnd {
  GObject parent;

  RtcPeer *peer;
  RtcPairEnd *other;     /* not owned */
  gboolean deaf;         /* takes neither descriptions nor candidates */
  char *description;     /* the latest that this end gave */
  GPtrArray *candidates; /* of char *: those that this end gave */

  gboolean connected;
  guint recoveries;
  guint failures;
  RtcFailure failure; /* the latest, as its message */
  char *message;
  guint requests; /* for a key frame */

  GMutex lock;
  GArray *received[RTC_N_MEDIA]; /* of RtcPairFrame; protected by lock */
};

/* What happens to a description under way. Returns: (transfer full) */
typedef char *(*RtcPairEdit) (const char *sdp);

typedef struct {
  GstClock *clock;
  RtcPairEnd *sender;
  RtcPairEnd *receiver;
  RtcPairEdit edit_offer;
  RtcPairEdit edit_answer;
  gboolean adrift; /* candidates do not arrive */

  /* The feed: real-time, of what the sender has; a key frame when one is requested */
  GPtrArray *pictures; /* of GstSample: a key frame, then others; not owned */
  GSource *feed;
  GstClockTime started;
  GstClockTime video_delay; /* so much later than captured */
  guint next_picture;
  int *cut;                  /* no packet arrives; kept by the pipelines, which end later */
  GArray *sent[RTC_N_MEDIA]; /* of RtcPairFrame */
} RtcPair;

RtcPair *rtc_pair_new (gboolean audio, gboolean video);
RtcPair *rtc_pair_new_with_routes (const RtcRoutes *routes);
void rtc_pair_free (RtcPair *self);
void rtc_pair_start (RtcPair *self);
void rtc_pair_connect (RtcPair *self);
void rtc_pair_play (RtcPair *self);
void rtc_pair_feed (RtcPair *self, gboolean feed);
void rtc_pair_send (RtcPair *self, RtcMedia media, gboolean send);
void rtc_pair_cut (RtcPair *self, gboolean cut);

guint rtc_pair_end_count (RtcPairEnd *self, RtcMedia media);
RtcPairFrame rtc_pair_end_get (RtcPairEnd *self, RtcMedia media, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcPair, rtc_pair_free)

G_END_DECLS
