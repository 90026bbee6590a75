/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What whoever carries the media finds out about it. */

#include "nertc-room-private.h"

/**
 * nertc_room_report_quality:
 * @self: a room
 * @up: of what is sent
 * @down: of what is received
 *
 * Tells how good the network of this member is. Whoever carries the media is to call it every 2
 * seconds, and with %NERTC_QUALITY_UNKNOWN for both when that ends. All members, this one among
 * them, hear of it by #NertcRoom::network-quality. It does nothing while the room is not joined.
 */
void
nertc_room_report_quality (NertcRoom *self, NertcQuality up, NertcQuality down)
{
  g_autoptr (JsonObject) params = NULL;

  g_return_if_fail (NERTC_IS_ROOM (self));
  g_return_if_fail (up >= NERTC_QUALITY_UNKNOWN && up <= NERTC_QUALITY_DOWN);
  g_return_if_fail (down >= NERTC_QUALITY_UNKNOWN && down <= NERTC_QUALITY_DOWN);

  if (self->state != NERTC_ROOM_STATE_CONNECTED)
    return;
  params = json_object_new ();
  json_object_set_int_member (params, "up", up);
  json_object_set_int_member (params, "down", down);
  nertc_room_notify (self, "member.quality", params);
}

/**
 * nertc_room_report_speaker:
 * @self: a room
 * @uid: (nullable): who speaks; %NULL: nobody
 * @level: how loud, in dBov
 *
 * Emits #NertcRoom::active-speaker, for those who listen here. Nothing is sent.
 */
void
nertc_room_report_speaker (NertcRoom *self, const char *uid, double level)
{
  g_return_if_fail (NERTC_IS_ROOM (self));

  nertc_room_emit_active_speaker (self, uid ? uid : "", level);
}
