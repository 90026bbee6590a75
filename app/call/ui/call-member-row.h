/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* A row of the list of members. Properties: member: CallMember; room: CallRoom, for its menu; both
 * writable, nullable */
#define CALL_TYPE_MEMBER_ROW (call_member_row_get_type ())
G_DECLARE_FINAL_TYPE (CallMemberRow, call_member_row, CALL, MEMBER_ROW, AdwBin)

G_END_DECLS
