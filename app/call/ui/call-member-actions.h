/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "call-room.h"

G_BEGIN_DECLS

/* (transfer full): what can be done about a member, for the prefix "member" of a widget: its
 * questions are asked over the window of that. None of these is there for the user.
 *
 * mute-for-me (boolean)
 * And of an administrator, else disabled:
 * mute-sound, mute-picture, audience (boolean); kick, ban: ask first
 */
GSimpleActionGroup *call_member_actions_new (CallRoom *room, CallMember *member, GtkWidget *widget);

G_END_DECLS
