/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bans.h"

#include "nertc-method.h"

#include <string.h>

struct _SrvBans {
  GHashTable *bans; /* key → SrvBan */
};

/* Neither a uid nor the name of a room has a line break, an app key may: so it comes last. */
static char *
make_key (const char *app_key, const char *room, const char *uid)
{
  return g_strconcat (uid, "\n", room, "\n", app_key, NULL);
}

static SrvBan *
ban_copy (const SrvBan *other)
{
  SrvBan *self = g_new0 (SrvBan, 1);

  self->app_key = g_strdup (other->app_key);
  self->room = g_strdup (other->room);
  self->uid = g_strdup (other->uid);
  self->until = other->until;
  self->message = g_strdup (other->message);
  return self;
}

static void
ban_free (gpointer data)
{
  SrvBan *self = data;

  g_free (self->app_key);
  g_free (self->room);
  g_free (self->uid);
  g_free (self->message);
  g_free (self);
}

SrvBans *
srv_bans_new (void)
{
  SrvBans *self = g_new0 (SrvBans, 1);

  self->bans = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, ban_free);
  return self;
}

void
srv_bans_free (SrvBans *self)
{
  g_hash_table_unref (self->bans);
  g_free (self);
}

static gboolean
is_over (gpointer key, gpointer value, gpointer user_data)
{
  const SrvBan *ban = value;
  const gint64 *now = user_data;

  return ban->until <= *now;
}

static void
forget_those_over (SrvBans *self, gint64 now)
{
  g_hash_table_foreach_remove (self->bans, is_over, &now);
}

/* In the place of the one there is. */
gboolean
srv_bans_add (SrvBans *self, const SrvBan *ban, gint64 now, GError **error)
{
  char *key = make_key (ban->app_key, ban->room, ban->uid);

  if (g_hash_table_size (self->bans) >= SRV_BANS_MAX)
    forget_those_over (self, now);
  if (g_hash_table_size (self->bans) >= SRV_BANS_MAX && !g_hash_table_contains (self->bans, key)) {
    g_free (key);
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INTERNAL,
                 "The server has its %d bans; end one of them", SRV_BANS_MAX);
    return FALSE;
  }
  g_hash_table_replace (self->bans, key, ban_copy (ban));
  return TRUE;
}

/* Returns: (transfer none) (nullable): %NULL: the uid may join */
const SrvBan *
srv_bans_find (SrvBans *self, const char *app_key, const char *room, const char *uid, gint64 now)
{
  g_autofree char *key = make_key (app_key, room, uid);
  const SrvBan *ban = g_hash_table_lookup (self->bans, key);

  if (!ban || ban->until > now)
    return ban;
  g_hash_table_remove (self->bans, key);
  return NULL;
}

gboolean
srv_bans_remove (SrvBans *self, const char *app_key, const char *room, const char *uid, gint64 now,
                 GError **error)
{
  g_autofree char *key = make_key (app_key, room, uid);

  if (srv_bans_find (self, app_key, room, uid, now))
    return g_hash_table_remove (self->bans, key);
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_MEMBER_NOT_FOUND,
               "‘%s’ is not banned from room ‘%s’", uid, room);
  return FALSE;
}

static gint
compare_uids (gconstpointer a, gconstpointer b)
{
  const SrvBan *first = *(const SrvBan *const *) a;
  const SrvBan *second = *(const SrvBan *const *) b;

  return strcmp (first->uid, second->uid);
}

/* Returns: (transfer container) (element-type SrvBan): those of a room, sorted by uid, until any of
 * them changes */
GPtrArray *
srv_bans_list (SrvBans *self, const char *app_key, const char *room, gint64 now)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  forget_those_over (self, now);
  g_hash_table_iter_init (&iter, self->bans);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    SrvBan *ban = value;

    if (g_str_equal (ban->app_key, app_key) && g_str_equal (ban->room, room))
      g_ptr_array_add (list, ban);
  }
  g_ptr_array_sort (list, compare_uids);
  return list;
}

/* What is kept of them */

static JsonObject *
ban_to_json (const SrvBan *ban)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "appKey", ban->app_key);
  json_object_set_string_member (object, "channel", ban->room);
  json_object_set_string_member (object, "uid", ban->uid);
  json_object_set_int_member (object, "until", ban->until);
  if (ban->message)
    json_object_set_string_member (object, "message", ban->message);
  return object;
}

/* Returns: (transfer full) */
JsonArray *
srv_bans_to_json (SrvBans *self, gint64 now)
{
  JsonArray *array = json_array_new ();
  GHashTableIter iter;
  gpointer ban;

  forget_those_over (self, now);
  g_hash_table_iter_init (&iter, self->bans);
  while (g_hash_table_iter_next (&iter, NULL, &ban))
    json_array_add_object_element (array, ban_to_json (ban));
  return array;
}

/* @array: of objects as srv_bans_to_json() makes them, and checked as far as types go */
gboolean
srv_bans_take_json (SrvBans *self, JsonArray *array, gint64 now, GError **error)
{
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonObject *object = json_array_get_object_element (array, i);
    SrvBan ban = {
      .app_key = (char *) json_object_get_string_member (object, "appKey"),
      .room = (char *) json_object_get_string_member (object, "channel"),
      .uid = (char *) json_object_get_string_member (object, "uid"),
      .until = json_object_get_int_member (object, "until"),
      .message = (char *) json_object_get_string_member_with_default (object, "message", NULL),
    };

    if (ban.until > now && !srv_bans_add (self, &ban, now, error))
      return FALSE;
  }
  return TRUE;
}
