/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_ROOM_SIGNAL (gst_room_signal_get_type ())
G_DECLARE_FINAL_TYPE (GstRoomSignal, gst_room_signal, GST, ROOM_SIGNAL, GstElement)

GST_ELEMENT_REGISTER_DECLARE (roomsignal)

G_END_DECLS
