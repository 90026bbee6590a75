/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* Who is in the room. Properties: room: CallRoom, writable, nullable */
#define CALL_TYPE_PEOPLE (call_people_get_type ())
G_DECLARE_FINAL_TYPE (CallPeople, call_people, CALL, PEOPLE, AdwBin)

G_END_DECLS
