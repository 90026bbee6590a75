/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "media-plane.h"

G_DEFINE_INTERFACE (SrvMediaPlane, srv_media_plane, G_TYPE_OBJECT)

static void
srv_media_plane_default_init (SrvMediaPlaneInterface *iface)
{
}

/* Tells the plane of a change, if it is one that media depends on. */
void
srv_media_plane_apply (SrvMediaPlane *self, const SrvChange *change)
{
  SrvMediaPlaneInterface *iface = SRV_MEDIA_PLANE_GET_IFACE (self);

  switch (change->kind) {
    case SRV_CHANGE_STREAM_ADDED:
      if (iface->stream_published)
        iface->stream_published (self, change->stream, change->transports);
      break;
    case SRV_CHANGE_STREAM_REMOVED:
      if (iface->stream_unpublished)
        iface->stream_unpublished (self, change->stream, change->reason);
      break;
    case SRV_CHANGE_SUBSCRIPTION_ADDED:
      iface->subscription_added (self, change->subscription, change->transports);
      break;
    case SRV_CHANGE_SUBSCRIPTION_CHANGED:
      iface->subscription_changed (self, change->subscription);
      break;
    case SRV_CHANGE_SUBSCRIPTION_RENEWED:
      iface->subscription_renewed (self, change->subscription);
      break;
    case SRV_CHANGE_SUBSCRIPTION_REMOVED:
      iface->subscription_removed (self, change->subscription, change->reason);
      break;
    default:
      break;
  }
}

/* @member is away now, or back. */
void
srv_media_plane_presence_changed (SrvMediaPlane *self, SrvMember *member)
{
  SRV_MEDIA_PLANE_GET_IFACE (self)->presence_changed (self, member);
}

void
srv_media_plane_description (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                             const char *type, const char *sdp)
{
  SRV_MEDIA_PLANE_GET_IFACE (self)->description (self, from, transport_id, type, sdp);
}

void
srv_media_plane_candidate (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                           guint m_line_index, const char *candidate)
{
  SRV_MEDIA_PLANE_GET_IFACE (self)->candidate (self, from, transport_id, m_line_index, candidate);
}

/* @may_recover: whether the path was lost, which may be there again at any time */
void
srv_media_plane_failed (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                        gboolean may_recover)
{
  SRV_MEDIA_PLANE_GET_IFACE (self)->failed (self, from, transport_id, may_recover);
}

void
srv_media_plane_playing (SrvMediaPlane *self, SrvMember *from, const char *transport_id)
{
  SRV_MEDIA_PLANE_GET_IFACE (self)->playing (self, from, transport_id);
}
