/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-playback.h"
#include "call-receiver.h"
#include "call-room.h"

G_BEGIN_DECLS

/* For the recorder; NULL while there is no call */
CallReceiver *call_room_get_receiver (CallRoom *self);
CallPlayback *call_room_get_playback (CallRoom *self);

G_END_DECLS
