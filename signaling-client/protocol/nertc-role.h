/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-error.h"

G_BEGIN_DECLS

/**
 * NertcMemberRole:
 * @NERTC_MEMBER_ROLE_HOST: may publish streams, if it has the grant
 * @NERTC_MEMBER_ROLE_AUDIENCE: publishes nothing
 *
 * What a member is in its room. The nick is the text on the wire.
 */
typedef enum {
  NERTC_MEMBER_ROLE_HOST,
  NERTC_MEMBER_ROLE_AUDIENCE,
} NertcMemberRole;

/**
 * NertcGrants:
 * @NERTC_GRANTS_NONE: nothing but to be there
 * @NERTC_GRANTS_PUBLISH: to publish streams, while the role is %NERTC_MEMBER_ROLE_HOST
 * @NERTC_GRANTS_SUBSCRIBE: to subscribe to the streams of others
 * @NERTC_GRANTS_MESSAGE: to change what the members share, and to send messages
 * @NERTC_GRANTS_ADMIN: to change the roles of members
 *
 * What a member may do. The nicks are the texts on the wire.
 */
typedef enum {
  NERTC_GRANTS_NONE = 0,
  NERTC_GRANTS_PUBLISH = 1 << 0,
  NERTC_GRANTS_SUBSCRIBE = 1 << 1,
  NERTC_GRANTS_MESSAGE = 1 << 2,
  NERTC_GRANTS_ADMIN = 1 << 3,
} NertcGrants;

/**
 * NERTC_GRANTS_DEFAULT: (type NertcGrants)
 *
 * The grants of who brings no token, or one that names none.
 */
#define NERTC_GRANTS_DEFAULT (NERTC_GRANTS_PUBLISH | NERTC_GRANTS_SUBSCRIBE | NERTC_GRANTS_MESSAGE)

NERTC_API const char *nertc_member_role_to_string (NertcMemberRole role);
NERTC_API gboolean nertc_member_role_from_string (const char *nick, NertcMemberRole *role);

NERTC_API char **nertc_grants_to_strv (NertcGrants grants);
NERTC_API NertcGrants nertc_grants_from_strv (const char *const *nicks);

G_END_DECLS
