/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <nertc.h>

G_BEGIN_DECLS

void gst_room_token_install (GType type, GCallback renew);
void gst_room_token_renew (GstElement *element, NertcRoom *room, const char *token);

G_END_DECLS
