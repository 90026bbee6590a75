/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-change.h"

gboolean
call_change_string (char **place, const GValue *value)
{
  if (g_strcmp0 (*place, g_value_get_string (value)) == 0)
    return FALSE;
  g_free (*place);
  *place = g_value_dup_string (value);
  return TRUE;
}

gboolean
call_change_boolean (gboolean *place, const GValue *value)
{
  gboolean before = *place;

  *place = g_value_get_boolean (value);
  return *place != before;
}

gboolean
call_change_uint (guint *place, const GValue *value)
{
  guint before = *place;

  *place = g_value_get_uint (value);
  return *place != before;
}

gboolean
call_change_double (double *place, const GValue *value)
{
  double before = *place;

  *place = g_value_get_double (value);
  return *place < before || *place > before;
}

gboolean
call_change_object (gpointer place, const GValue *value)
{
  return g_set_object ((GObject **) place, g_value_get_object (value));
}
