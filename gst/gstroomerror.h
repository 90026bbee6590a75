/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <nertc.h>

G_BEGIN_DECLS

/* An end of a membership, or of the try to get one, in the words of an element error. */
typedef struct {
  const char *server;
  const char *channel;
  gboolean joined; /* whether it was a membership already */
  NertcCloseReason reason;
  const GError *error;
} GstRoomEnd;

void gst_room_error_post (GstElement *element, const GstRoomEnd *end);

G_END_DECLS
