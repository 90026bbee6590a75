/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Somebody in the room, the user included. Properties:
 *
 * uid, user-name: strings; name: what to show: the user name, or the uid
 * is-self: boolean
 * role: host or audience, a string; is-admin is not told by the server
 * speaking: boolean
 * level: double, dBov: of who speaks
 * audio-muted, video-muted: boolean: nothing is heard or seen of the camera stream, whoever did it
 * audio-muted-by-admin, video-muted-by-admin: boolean
 * has-audio, has-video: boolean: the camera stream has such a track
 * quality-up, quality-down: uint, 0 unknown, 1 excellent … 5 very bad, 6 down
 * volume: double, 0 to 2, 1: as it comes (writable)
 * muted-for-me: boolean (writable)
 */
#define CALL_TYPE_MEMBER (call_member_get_type ())
G_DECLARE_FINAL_TYPE (CallMember, call_member, CALL, MEMBER, GObject)

CallMember *call_member_new (const char *uid, gboolean is_self);
const char *call_member_get_uid (CallMember *self);
const char *call_member_get_name (CallMember *self);
gboolean call_member_is_self (CallMember *self);
double call_member_get_volume (CallMember *self);
gboolean call_member_is_muted_for_me (CallMember *self);
gboolean call_member_is_speaking (CallMember *self);
guint call_member_get_quality (CallMember *self); /* the worse of the two */

G_END_DECLS
