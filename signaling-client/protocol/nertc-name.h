/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-error.h"

G_BEGIN_DECLS

#define NERTC_NAME_MAX 64

/*
 * JSON Schema patterns of the three kinds of name; nertc_check_… tell the same rule in code. The
 * look-ahead is for regular expressions in which ‘$’ also stands before a final line feed.
 */
#define NERTC_ROOM_NAME_PATTERN "^[a-zA-Z0-9 !#$%&()+\\-:;<=.>?@\\[\\]^_{}|~,]{1,64}$(?!\\n)"
#define NERTC_UID_PATTERN "^[ -~]{1,64}$(?!\\n)"
#define NERTC_STREAM_ID_PATTERN "^[!-~]{1,64}$(?!\\n)"

NERTC_API gboolean nertc_check_room_name (const char *name, GError **error);
NERTC_API gboolean nertc_check_uid (const char *uid, GError **error);
NERTC_API gboolean nertc_check_stream_id (const char *stream_id, GError **error);

G_END_DECLS
