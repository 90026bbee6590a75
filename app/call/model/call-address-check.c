/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-address.h"

#include "nertc-name.h"

#include <glib/gi18n.h>
#include <string.h>

#define USER_NAME_MAX 128
#define APP_KEY_MAX 64

/* What the server would refuse */

static gboolean
set_wrong (GError **error, CallField field, const char *message)
{
  g_set_error_literal (error, CALL_ADDRESS_ERROR, (int) field, message);
  return FALSE;
}

/* Returns: (transfer full) (nullable): the first character of @text that does not pass */
static char *
find_bad_character (const char *text, gboolean (*check) (const char *name, GError **error))
{
  for (const char *c = text; *c; c = g_utf8_next_char (c)) {
    char *character = g_strndup (c, (gsize) (g_utf8_next_char (c) - c));

    if (!check (character, NULL))
      return character;
    g_free (character);
  }
  return NULL;
}

static gboolean
check_channel (const char *text, GError **error)
{
  g_autofree char *bad = NULL;
  g_autofree char *message = NULL;

  if (!text || !*text)
    return set_wrong (error, CALL_FIELD_CHANNEL, _ ("Give the room’s name."));
  if (nertc_check_room_name (text, NULL))
    return TRUE;
  bad = find_bad_character (text, nertc_check_room_name);
  if (bad)
    message = g_strdup_printf (_ ("“%s” cannot be in a room’s name. Use letters without accents, "
                                  "digits, space and simple signs."),
                               bad);
  else
    message = g_strdup_printf (_ ("A room’s name has at most %d characters; this one has %d."),
                               NERTC_NAME_MAX, (int) strlen (text));
  return set_wrong (error, CALL_FIELD_CHANNEL, message);
}

static gboolean
check_uid (const char *text, GError **error)
{
  g_autofree char *bad = NULL;
  g_autofree char *message = NULL;

  if (!text || !*text || nertc_check_uid (text, NULL))
    return TRUE;
  bad = find_bad_character (text, nertc_check_uid);
  if (bad)
    message = g_strdup_printf (_ ("“%s” cannot be in a user ID. Use letters without accents, "
                                  "digits, space and simple signs."),
                               bad);
  else
    message = g_strdup_printf (_ ("A user ID has at most %d characters; this one has %d."),
                               NERTC_NAME_MAX, (int) strlen (text));
  return set_wrong (error, CALL_FIELD_UID, message);
}

static gboolean
is_app_key_character (const char *character, GError **error)
{
  return g_ascii_isgraph (*character) && !strchr ("[]", *character);
}

static gboolean
check_app_key (const char *text, GError **error)
{
  g_autofree char *bad = text ? find_bad_character (text, is_app_key_character) : NULL;
  g_autofree char *message = NULL;

  if (bad)
    message =
        g_strdup_printf (_ ("“%s” cannot be in an app key. Was more copied than the key?"), bad);
  else if (text && strlen (text) > APP_KEY_MAX)
    message = g_strdup_printf (_ ("An app key has at most %d characters; this one has %d."),
                               APP_KEY_MAX, (int) strlen (text));
  return !message || set_wrong (error, CALL_FIELD_APP_KEY, message);
}

static gboolean
check_user_name (const char *text, GError **error)
{
  glong length = text ? g_utf8_strlen (text, -1) : 0;
  g_autofree char *message = NULL;

  if (length <= USER_NAME_MAX)
    return TRUE;
  message = g_strdup_printf (_ ("Your name may have at most %d characters; this one has %d."),
                             USER_NAME_MAX, (int) length);
  return set_wrong (error, CALL_FIELD_USER_NAME, message);
}

static gboolean
check_server (const char *text, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  g_autofree char *server = call_address_complete_server (text, &wrong);

  if (wrong)
    g_propagate_error (error, g_steal_pointer (&wrong));
  return server != NULL || !text || !*text;
}

/*
 * call_address_check_field:
 * @field: what @text was written into
 * @error: return location for a %CALL_ADDRESS_ERROR with the code @field
 *
 * Returns: whether the server would take it
 */
gboolean
call_address_check_field (CallField field, const char *text, GError **error)
{
  switch (field) {
    case CALL_FIELD_SERVER:
      return check_server (text, error);
    case CALL_FIELD_APP_KEY:
      return check_app_key (text, error);
    case CALL_FIELD_CHANNEL:
      return check_channel (text, error);
    case CALL_FIELD_UID:
      return check_uid (text, error);
    case CALL_FIELD_USER_NAME:
      return check_user_name (text, error);
    case CALL_FIELD_NONE:
    case CALL_FIELD_TOKEN:
    default:
      return TRUE;
  }
}

/*
 * call_address_check:
 *
 * Returns: whether one could join there; otherwise @error names the first field that is wrong
 */
gboolean
call_address_check (const CallAddress *self, GError **error)
{
  return call_address_check_field (CALL_FIELD_CHANNEL, self->channel, error) &&
         call_address_check_field (CALL_FIELD_USER_NAME, self->user_name, error) &&
         call_address_check_field (CALL_FIELD_SERVER, self->server, error) &&
         call_address_check_field (CALL_FIELD_APP_KEY, self->app_key, error) &&
         call_address_check_field (CALL_FIELD_UID, self->uid, error);
}
