/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-address.h"

G_DEFINE_BOXED_TYPE (CallAddress, call_address, call_address_copy, call_address_free)

/* Returns: (transfer full) */
CallAddress *
call_address_new (void)
{
  return g_new0 (CallAddress, 1);
}

/* Returns: (transfer full) */
CallAddress *
call_address_copy (const CallAddress *self)
{
  CallAddress *copy = call_address_new ();

  copy->server = g_strdup (self->server);
  copy->app_key = g_strdup (self->app_key);
  copy->channel = g_strdup (self->channel);
  copy->uid = g_strdup (self->uid);
  copy->user_name = g_strdup (self->user_name);
  copy->token = g_strdup (self->token);
  return copy;
}

void
call_address_free (CallAddress *self)
{
  g_free (self->server);
  g_free (self->app_key);
  g_free (self->channel);
  g_free (self->uid);
  g_free (self->user_name);
  g_free (self->token);
  g_free (self);
}

CallAddress *
call_address_new_from_link (const char *link, GError **error)
{
  return call_address_new ();
}

char *
call_address_to_link (const CallAddress *self)
{
  return g_strdup ("nertc://");
}

gboolean
call_address_check (const CallAddress *self, GError **error)
{
  return TRUE;
}
