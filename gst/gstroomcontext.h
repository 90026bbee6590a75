/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <nertc.h>

G_BEGIN_DECLS

/* The context type; the room of one certain roomsignal has the type "nertc.room:NAME". */
#define GST_ROOM_CONTEXT_TYPE "nertc.room"

void gst_room_context_announce (GstElement *roomsignal);

NertcRoom *gst_room_context_acquire (GstElement *element, NertcRoom *room_object,
                                     const char *room_name);

G_END_DECLS
