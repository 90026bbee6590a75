/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <nertc.h>

G_BEGIN_DECLS

void gst_room_error_post (GstElement *element, NertcRoom *room, const GError *error,
                          NertcCloseReason reason);

G_END_DECLS
