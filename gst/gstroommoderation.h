/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <nertc.h>

G_BEGIN_DECLS

void gst_room_moderation_install (GType type);
void gst_room_moderation_listen (GstElement *element, NertcRoom *room);

G_END_DECLS
