/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* The page of the side panel on which members write to each other. What it shows counts as read.
 * Properties: room: CallRoom, writable, nullable */
#define CALL_TYPE_CHAT (call_chat_get_type ())
G_DECLARE_FINAL_TYPE (CallChat, call_chat, CALL, CHAT, AdwBin)

G_END_DECLS
