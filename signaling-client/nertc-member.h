/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-types.h"

G_BEGIN_DECLS

#define NERTC_TYPE_MEMBER (nertc_member_get_type ())
NERTC_API
G_DECLARE_FINAL_TYPE (NertcMember, nertc_member, NERTC, MEMBER, GObject)

NERTC_API const char *nertc_member_get_uid (NertcMember *self);
NERTC_API const char *nertc_member_get_user_name (NertcMember *self);
NERTC_API const char *nertc_member_get_user_data (NertcMember *self);
NERTC_API NertcMemberRole nertc_member_get_role (NertcMember *self);
NERTC_API NertcMedia nertc_member_get_muted_by_admin (NertcMember *self);

G_END_DECLS
