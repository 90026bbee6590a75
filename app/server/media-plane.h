/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "room.h"

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * What carries the streams of a room from those who publish to those who subscribe. The server
 * tells a plane what is published and subscribed and what the ends of its transports say; the
 * plane answers by opening and closing transports at the ends, and by relaying.
 *
 * In the mesh plane the two ends of a transport are members. In a plane with a media server one
 * end is that server: a publisher then has one consumer, and subscribers get their offers from it.
 * No end can tell the difference.
 */

typedef enum {
  SRV_ROLE_SENDER,
  SRV_ROLE_RECEIVER,
} SrvRole;

typedef struct {
  const char *transport_id;
  SrvRole role;
  SrvStream *stream;
  gboolean audio; /* what the consumer wants now */
  gboolean video;
} SrvTransportOffer;

/* How a plane speaks to the ends. */
typedef struct {
  void (*open) (SrvMember *to, const SrvTransportOffer *offer, gpointer user_data);
  void (*description) (SrvMember *to, const char *transport_id, const char *type, const char *sdp,
                       gpointer user_data);
  void (*candidate) (SrvMember *to, const char *transport_id, guint m_line_index,
                     const char *candidate, gpointer user_data);
  /* One from before a restart of the server lives on. */
  void (*adopt) (SrvMember *to, const char *transport_id, gboolean audio, gboolean video,
                 gpointer user_data);
  void (*update) (SrvMember *to, const char *transport_id, gboolean audio, gboolean video,
                  gpointer user_data);
  void (*close) (SrvMember *to, const char *transport_id, NertcCloseReason reason,
                 gpointer user_data);
  /* To be closed like the former; but it was only named, neither opened nor adopted. */
  void (*disown) (SrvMember *to, const char *transport_id, NertcCloseReason reason,
                  gpointer user_data);
  /* The publisher is away, and who received the stream says that nothing comes any more. The last
   * thing that a plane does: @stream may be gone after it. */
  void (*unheard) (SrvStream *stream, gpointer user_data);
} SrvTransportEvents;

#define SRV_TYPE_MEDIA_PLANE (srv_media_plane_get_type ())
G_DECLARE_INTERFACE (SrvMediaPlane, srv_media_plane, SRV, MEDIA_PLANE, GObject)

/* Optional: stream_published, stream_unpublished. */
struct _SrvMediaPlaneInterface {
  GTypeInterface parent;

  /* @transports: (nullable): ids of those that the member still has from before a restart; for a
   * subscription, too */
  void (*stream_published) (SrvMediaPlane *self, SrvStream *stream, char **transports);
  void (*stream_unpublished) (SrvMediaPlane *self, SrvStream *stream, NertcCloseReason reason);

  void (*subscription_added) (SrvMediaPlane *self, SrvSubscription *subscription,
                              char **transports);
  void (*subscription_changed) (SrvMediaPlane *self, SrvSubscription *subscription);
  /* What carries it needs another description; what plays goes on until the next one does. */
  void (*subscription_renewed) (SrvMediaPlane *self, SrvSubscription *subscription);
  void (*subscription_removed) (SrvMediaPlane *self, SrvSubscription *subscription,
                                NertcCloseReason reason);

  /* No transport is opened while one of its ends is away. */
  void (*presence_changed) (SrvMediaPlane *self, SrvMember *member);

  /* An id that is not, or no longer, one of a transport of @from is passed over in silence. */
  void (*description) (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                       const char *type, const char *sdp);
  void (*candidate) (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                     guint m_line_index, const char *candidate);
  void (*failed) (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                  gboolean may_recover);
  void (*playing) (SrvMediaPlane *self, SrvMember *from, const char *transport_id);
};

void srv_media_plane_apply (SrvMediaPlane *self, const SrvChange *change);

void srv_media_plane_presence_changed (SrvMediaPlane *self, SrvMember *member);
void srv_media_plane_description (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                                  const char *type, const char *sdp);
void srv_media_plane_candidate (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                                guint m_line_index, const char *candidate);
void srv_media_plane_failed (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                             gboolean may_recover);
void srv_media_plane_playing (SrvMediaPlane *self, SrvMember *from, const char *transport_id);

G_END_DECLS
