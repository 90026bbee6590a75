/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <nertc.h>

G_BEGIN_DECLS

/*
 * The invitations of an element: what comes and becomes of them, as signals and messages, and the
 * actions on them. An element that installs them has the properties room, channel, listen and
 * auto-answer.
 */
void gst_room_invitations_install (GType type);
void gst_room_invitations_listen (GstElement *element, NertcRoom *room);

G_END_DECLS
