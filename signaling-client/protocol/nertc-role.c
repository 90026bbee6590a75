/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-role.h"

static const char *const role_nicks[] = {
  [NERTC_MEMBER_ROLE_HOST] = "host",
  [NERTC_MEMBER_ROLE_AUDIENCE] = "audience",
};

/* The grant of each is the bit of its index. */
static const char *const grant_nicks[] = { "publish", "subscribe", "message", "admin" };

/**
 * nertc_member_role_to_string:
 * @role: a role
 *
 * Returns: the word that stands for @role on the wire
 */
const char *
nertc_member_role_to_string (NertcMemberRole role)
{
  g_return_val_if_fail ((guint) role < G_N_ELEMENTS (role_nicks), "host");

  return role_nicks[role];
}

/**
 * nertc_member_role_from_string:
 * @nick: (nullable): a word from the wire
 * @role: (out): the role it stands for
 *
 * Returns: whether it stands for any
 */
gboolean
nertc_member_role_from_string (const char *nick, NertcMemberRole *role)
{
  for (guint i = 0; i < G_N_ELEMENTS (role_nicks); i++) {
    if (g_strcmp0 (nick, role_nicks[i]) == 0) {
      *role = (NertcMemberRole) i;
      return TRUE;
    }
  }
  return FALSE;
}

/**
 * nertc_grants_to_strv:
 * @grants: grants
 *
 * Returns: (transfer full) (array zero-terminated=1): the words that stand for them on the wire
 */
char **
nertc_grants_to_strv (NertcGrants grants)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (grant_nicks); i++) {
    if (grants & (1 << i))
      g_strv_builder_add (builder, grant_nicks[i]);
  }
  return g_strv_builder_end (builder);
}

/**
 * nertc_grants_from_strv:
 * @nicks: (array zero-terminated=1): words from the wire
 *
 * Returns: the grants they stand for; words that are not known stand for none
 */
NertcGrants
nertc_grants_from_strv (const char *const *nicks)
{
  NertcGrants grants = NERTC_GRANTS_NONE;

  for (guint i = 0; i < G_N_ELEMENTS (grant_nicks); i++) {
    if (g_strv_contains (nicks, grant_nicks[i]))
      grants |= 1 << i;
  }
  return grants;
}
