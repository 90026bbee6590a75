/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-peer.h"

#include "rtc-candidates.h"
#include "rtc-dtls.h"
#include "rtc-incoming.h"
#include "rtc-outgoing.h"
#include "rtc-silence.h"

G_BEGIN_DECLS

struct _RtcPeer {
  GObject parent_instance;

  /* Set once, before anything runs */
  GMainContext *context;
  RtcPeerCallbacks callbacks;
  GObject *user_data;
  GstElement *pipeline;
  GstElement *webrtc;
  RtcOutgoing *outgoing[RTC_N_MEDIA];
  gboolean is_sender;
  char *ice_servers;  /* in words */
  char *turn_servers; /* (nullable): those among them */
  gboolean relay_only;
  RtcReports *reports;
  RtcDtls *dtls; /* ends with webrtc */

  /* On the context only */
  GSource *watch;
  GStrv remote_fingerprints;
  gint64 started_at;
  gint64 patience;     /* µs */
  GstCaps *extensions; /* what the offer names of RTP header extensions; NULL: this end offers */
  gint64 described_at; /* the other end was; 0: not yet */
  gboolean has_video;  /* as the other end describes it */
  gboolean asks_again; /* for lost packets of video, as the other end offers it */
  gint64 last_check;
  gint64 heard_at;    /* at the latest, but for freezes of this process */
  gint64 sends_since; /* without a pause, or 0 */
  guint n_sent;       /* frames, at the last check */
  RtcCandidates local_candidates;
  RtcCandidates remote_candidates;
  gboolean sending[RTC_N_MEDIA];

  /* Any thread */
  int closed;
  int connected;
  int lost;              /* what was connected; until something arrives */
  int open[RTC_N_MEDIA]; /* the gates of outgoing */
  RtcSilence silence;    /* noted by a streaming thread */

  GMutex lock;
  GPtrArray *incoming; /* of RtcIncoming; protected by lock, as the next */
  GPtrArray *promises; /* of GstPromise, owned: those under way */
  GCond cond;          /* of promises */
};

typedef void (*RtcPeerFunc) (RtcPeer *self, gpointer data);

/* rtc-peer.c */
void rtc_peer_post (RtcPeer *self, RtcPeerFunc func, gpointer data, GDestroyNotify destroy);
void rtc_peer_fail (RtcPeer *self, RtcFailure failure, const char *message);
void rtc_peer_post_failure (RtcPeer *self, RtcFailure failure, const char *message);
void rtc_peer_take_connected (RtcPeer *self, gpointer unused);

/* rtc-peer-pipeline.c */
gboolean rtc_peer_build (RtcPeer *self, const RtcPeerConfig *config, GError **error);

/* rtc-peer-path.c */
void rtc_peer_start_watch (RtcPeer *self);
void rtc_peer_stop_watch (RtcPeer *self);
void rtc_peer_note_arrival (RtcPeer *self, gboolean is_report);
void rtc_peer_take_gathered (RtcPeer *self);
void rtc_peer_take_connection_failed (RtcPeer *self, gpointer unused);

/* rtc-peer-negotiation.c */
void rtc_peer_watch_candidates (RtcPeer *self);
void rtc_peer_create_offer (RtcPeer *self);
void rtc_peer_await_promises (RtcPeer *self);
void rtc_peer_interrupt_promises (RtcPeer *self);

G_END_DECLS
