/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-intent.h"
#include "nertc-wire.h"

#define USER_NAME_MAX 128
#define TEXT_MAX 1024

/* Returns: whether it is another text now; an empty one is none */
gboolean
nertc_room_set_text (char **text, const char *wanted)
{
  if (wanted && !*wanted)
    wanted = NULL;
  if (g_strcmp0 (*text, wanted) == 0)
    return FALSE;
  g_free (*text);
  *text = g_strdup (wanted);
  return TRUE;
}

/* A property cannot refuse a value but by staying what it was. */
static gboolean
set_bounded_text (char **text, const char *wanted, glong max, const char *name)
{
  if (wanted && !g_utf8_validate (wanted, -1, NULL)) {
    g_warning ("‘%s’ is not UTF-8 and stays what it was", name);
    return FALSE;
  }
  if (wanted && g_utf8_strlen (wanted, -1) > max) {
    g_warning ("‘%s’ would have %ld characters and stays what it was; use at most %ld", name,
               g_utf8_strlen (wanted, -1), max);
    return FALSE;
  }
  return nertc_room_set_text (text, wanted);
}

/* Each join tells of the member. */
static void
on_member_sent (JsonObject *result, const GError *error, gpointer data)
{
  if (error && !nertc_error_is_loss (error))
    g_message ("The room server did not take the member's new metadata: %s", error->message);
}

static void
send_member (NertcRoom *self)
{
  g_autoptr (JsonObject) params = json_object_new ();

  json_object_set_string_member (params, "userName", self->user_name ? self->user_name : "");
  json_object_set_string_member (params, "userData", self->user_data ? self->user_data : "");
  self->member_changed = FALSE;
  nertc_connection_call (self->connection, "member.update", params, on_member_sent, NULL);
}

/* No join tells of the room. */
static void
on_extra_info_sent (JsonObject *result, const GError *error, gpointer data)
{
  NertcRoom *self = NERTC_ROOM (data);

  if (error && nertc_error_is_loss (error))
    self->extra_info_changed = TRUE;
  else if (error)
    g_message ("The room server did not take the room's new metadata: %s", error->message);
}

static void
send_extra_info (NertcRoom *self)
{
  g_autoptr (JsonObject) params =
      nertc_wire_object ("extraInfo", self->extra_info ? self->extra_info : "");

  self->extra_info_changed = FALSE;
  nertc_connection_call (self->connection, "room.update", params, on_extra_info_sent, self);
}

/* What was set since it was last sent. */
void
nertc_room_send_metadata (NertcRoom *self)
{
  if (self->member_changed)
    send_member (self);
  if (self->extra_info_changed)
    send_extra_info (self);
}

static gboolean
set_metadata (NertcRoom *self, NertcMetadata which, const char *text, const char *name)
{
  gboolean changed;

  switch (which) {
    case NERTC_METADATA_USER_NAME:
      changed = set_bounded_text (&self->user_name, text, USER_NAME_MAX, name);
      self->member_changed |= changed;
      return changed;
    case NERTC_METADATA_USER_DATA:
      changed = set_bounded_text (&self->user_data, text, TEXT_MAX, name);
      self->member_changed |= changed;
      return changed;
    case NERTC_METADATA_EXTRA_INFO:
      changed = set_bounded_text (&self->extra_info, text, TEXT_MAX, name);
      self->extra_info_changed |= changed;
      self->extra_info_ours |= changed;
      return changed;
  }
  g_return_val_if_reached (FALSE);
}

/* The application sets a property; the others hear of it now, or after the next join. */
void
nertc_room_set_metadata (NertcRoom *self, NertcMetadata which, const char *text, GParamSpec *pspec)
{
  if (!set_metadata (self, which, text, pspec->name))
    return;
  if (nertc_room_has_session (self) && !self->listens)
    nertc_room_send_metadata (self);
  g_object_notify_by_pspec (G_OBJECT (self), pspec);
}

/*
 * What the server says of the room. What the application has set and the server has not heard of is
 * stronger; so is what it had set last when a server that was restarted knows nothing.
 */
void
nertc_room_take_extra_info (NertcRoom *self, const char *extra_info)
{
  if (self->extra_info_changed)
    return;
  if (!*extra_info && self->extra_info_ours && self->state == NERTC_ROOM_STATE_RECONNECTING) {
    self->extra_info_changed = TRUE;
    return;
  }
  if (!nertc_room_set_text (&self->extra_info, extra_info))
    return;
  self->extra_info_ours = FALSE;
  g_object_notify (G_OBJECT (self), "extra-info");
}
