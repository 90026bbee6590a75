/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The words for roles and grants are those of the wire. */

#include "nertc-method.h"
#include "nertc-role.h"

static void
test_roles (void)
{
  const NertcMethod *event = nertc_method_find ("room.role", NERTC_SENDER_SERVER);
  const char *const *choices = event->params[0].choices;
  NertcMemberRole role = NERTC_MEMBER_ROLE_HOST;

  for (guint i = 0; choices[i]; i++) {
    g_assert_true (nertc_member_role_from_string (choices[i], &role));
    g_assert_cmpint (role, ==, i);
    g_assert_cmpstr (nertc_member_role_to_string (role), ==, choices[i]);
  }
  g_assert_cmpint (role, ==, NERTC_MEMBER_ROLE_AUDIENCE);
  g_assert_false (nertc_member_role_from_string ("king", &role));
  g_assert_false (nertc_member_role_from_string (NULL, &role));
}

static void
test_grants (void)
{
  static const char *const words[] = { "admin", "paint", "publish", NULL };
  g_auto (GStrv) none = nertc_grants_to_strv (NERTC_GRANTS_NONE);
  g_auto (GStrv) all = nertc_grants_to_strv (NERTC_GRANTS_DEFAULT | NERTC_GRANTS_ADMIN);
  g_autofree char *text = g_strjoinv (" ", all);

  g_assert_cmpstr (none[0], ==, NULL);
  g_assert_cmpstr (text, ==, "publish subscribe message admin");
  g_assert_cmpuint (nertc_grants_from_strv ((const char *const *) all), ==,
                    NERTC_GRANTS_DEFAULT | NERTC_GRANTS_ADMIN);
  g_assert_cmpuint (nertc_grants_from_strv (words), ==, NERTC_GRANTS_ADMIN | NERTC_GRANTS_PUBLISH);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/role/roles", test_roles);
  g_test_add_func ("/role/grants", test_grants);
  return g_test_run ();
}
