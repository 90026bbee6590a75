/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-stats.h"

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

/*
 * One end of one connection that carries one stream: a webrtcbin in a pipeline of its own, so that
 * its errors end this connection only. It is negotiated once: the sender offers.
 *
 * A peer belongs to the context it was made with. The functions below are called there, except
 * rtc_peer_push(), rtc_peer_takes(), rtc_peer_get_codec() and rtc_peer_request_key_frame(), which
 * any thread may call; the callbacks say themselves where they run. After rtc_peer_close() no
 * callback comes any more.
 *
 * Timestamps that go in and come out are times of the clock, not running times of a pipeline.
 */
#define RTC_TYPE_PEER (rtc_peer_get_type ())
G_DECLARE_FINAL_TYPE (RtcPeer, rtc_peer, RTC, PEER, GObject)

typedef enum {
  RTC_FAILURE_ICE,
  RTC_FAILURE_DTLS,
  RTC_FAILURE_CERTIFICATE,
  RTC_FAILURE_DESCRIPTION,
  RTC_FAILURE_SILENCE,
  RTC_FAILURE_MEDIA,
  RTC_FAILURE_CODEC,
  RTC_FAILURE_TURN, /* no path was found, and no TURN server of this end has given an address */
} RtcFailure;

typedef struct {
  /* on the context */
  void (*description) (RtcPeer *peer, GstWebRTCSDPType type, const char *sdp, gpointer user_data);
  void (*candidate) (RtcPeer *peer, guint sdp_m_line_index, const char *candidate,
                     gpointer user_data);
  void (*connected) (RtcPeer *peer, gpointer user_data);
  /* Once connected a path may come back that was lost, by RTC_FAILURE_ICE or _SILENCE: the peer
   * goes on, and tells when it has recovered. All else is final. */
  void (*failed) (RtcPeer *peer, RtcFailure failure, const char *message, gpointer user_data);
  void (*recovered) (RtcPeer *peer, gpointer user_data);
  void (*key_frame_requested) (RtcPeer *peer, RtcMedia media, gpointer user_data); /* sender */
  /* on a streaming thread; receiver */
  void (*received) (RtcPeer *peer, RtcMedia media, GstSample *sample, gpointer user_data);
} RtcPeerCallbacks;

/* Which ways a connection may take. */
typedef struct {
  guint min_port; /* of this end; 0: any */
  guint max_port;
  gboolean relay_only; /* by a TURN server, so that no end learns the address of the other */
} RtcRoutes;

typedef struct {
  GMainContext *context;
  GstClock *clock;
  guint latency;                  /* of the jitter buffer, ms; receiver only */
  const char *const *ice_servers; /* stun://…, turn://user:password@… */
  RtcRoutes routes;
  const RtcCodec *codecs[RTC_N_MEDIA]; /* what is sent; NULL: no such track. Sender only */
  /* Peers with the same send a frame with the same RTP timestamp; 0: any. Sender only */
  guint32 timestamp_offsets[RTC_N_MEDIA];
} RtcPeerConfig;

RtcPeer *rtc_peer_new (const RtcPeerConfig *config, const RtcPeerCallbacks *callbacks,
                       GObject *user_data, GError **error);

void rtc_peer_start (RtcPeer *self);
void rtc_peer_close (RtcPeer *self);

void rtc_peer_set_remote_description (RtcPeer *self, GstWebRTCSDPType type, const char *sdp);
void rtc_peer_add_candidate (RtcPeer *self, guint sdp_m_line_index, const char *candidate);
void rtc_peer_set_patience (RtcPeer *self, guint patience);
void rtc_peer_set_clock (RtcPeer *self, GstClock *clock);
gboolean rtc_peer_is_connected (RtcPeer *self);
gboolean rtc_peer_is_lost (RtcPeer *self);
gboolean rtc_peer_takes (RtcPeer *self, RtcMedia media);
const RtcCodec *rtc_peer_get_codec (RtcPeer *self, RtcMedia media);

void rtc_peer_set_sending (RtcPeer *self, RtcMedia media, gboolean sending);
void rtc_peer_push (RtcPeer *self, RtcMedia media, GstBuffer *buffer, GstCaps *caps);
void rtc_peer_request_key_frame (RtcPeer *self);
void rtc_peer_keep (RtcPeer *self, GObject *object);

void rtc_peer_get_stats (RtcPeer *self, RtcMedia media, RtcTrackStats *stats);
double rtc_peer_get_voice (RtcPeer *self);

G_END_DECLS
