/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-room-private.h"

#include <glib/gi18n.h>

#include "call-text.h"

/* What the pipeline of a call tells, on the main thread: one row for each message of roomsignal,
 * nertcsink and nertcsrc that matters. */

/* A message of this file's own */
#define SETTLED "call-settled"

typedef void (*Handler) (CallRoom *self, GstObject *source, const GstStructure *event);

static const char *
get_name (CallRoom *self, const char *uid)
{
  return self->roster ? call_roster_get_name (self->roster, uid) : uid;
}

static int
get_enum (const GstStructure *event, const char *field)
{
  return g_value_get_enum (gst_structure_get_value (event, field));
}

/* In the room's thread, when the join has been told in full: what the bus has by then is about who
 * was there before. */
static gboolean
tell_settled (gpointer roomsignal)
{
  gst_element_post_message (
      roomsignal, gst_message_new_element (roomsignal, gst_structure_new_empty (SETTLED)));
  return G_SOURCE_REMOVE;
}

static void
settle_after_join (CallRoom *self)
{
  g_autoptr (NertcRoom) room = NULL;

  g_object_get (self->roomsignal, "room", &room, NULL);
  g_main_context_invoke_full (nertc_room_get_context (room), G_PRIORITY_DEFAULT, tell_settled,
                              gst_object_ref (self->roomsignal), gst_object_unref);
}

static void
on_settled (CallRoom *self, GstObject *source, const GstStructure *event)
{
  self->settled = TRUE;
}

/* Into another room than was asked for, or than the user was in: by an invitation */
static void
change_channel (CallRoom *self, const char *channel)
{
  g_free (self->address->channel);
  self->address->channel = g_strdup (channel);
  call_conversation_clear (self->conversation);
  g_object_notify (G_OBJECT (self), "channel");
  g_object_notify (G_OBJECT (self), "link");
}

static void
on_connected (CallRoom *self)
{
  g_autofree char *uid = NULL;
  g_autofree char *channel = NULL;
  NertcGrants grants;

  g_object_get (self->roomsignal, "uid", &uid, "channel", &channel, "grants", &grants, NULL);
  call_room_set_uid (self, uid);
  call_room_set_grants (self, grants);
  if (g_strcmp0 (self->address->channel, channel) != 0)
    change_channel (self, channel);
  call_room_begin_call (self);
  call_room_enter (self, CALL_ROOM_IN_CALL);
  if (!self->settled)
    settle_after_join (self);
}

/* A failure is told by an error, too. */
static void
on_state_changed (CallRoom *self, GstObject *source, const GstStructure *event)
{
  switch (get_enum (event, "new")) {
    case NERTC_ROOM_STATE_CONNECTED:
      on_connected (self);
      break;
    case NERTC_ROOM_STATE_RECONNECTING:
      if (self->roster) /* who waits to be called is in no call */
        call_room_enter (self, CALL_ROOM_RECONNECTING);
      break;
    case NERTC_ROOM_STATE_LISTENING:
      call_room_end_call (self);
      call_room_enter (self, CALL_ROOM_LISTENING);
      break;
    default: /* on the way into a room, which may be another one, or out of it */
      self->settled = FALSE;
  }
}

static void
on_member_joined (CallRoom *self, GstObject *source, const GstStructure *event)
{
  g_autofree char *name = call_text_to_line (gst_structure_get_string (event, "user-name"));
  g_autofree char *text = NULL;

  if (!self->settled)
    return;
  text = g_strdup_printf (_ ("%s joined"), *name ? name : gst_structure_get_string (event, "uid"));
  call_room_give_notice (self, text);
}

static void
on_member_left (CallRoom *self, GstObject *source, const GstStructure *event)
{
  const char *uid = gst_structure_get_string (event, "uid");
  const char *format;
  g_autofree char *text = NULL;

  switch (get_enum (event, "reason")) {
    case NERTC_CLOSE_REASON_TIMEOUT:
      format = _ ("%s lost the connection");
      break;
    case NERTC_CLOSE_REASON_KICKED:
    case NERTC_CLOSE_REASON_BANNED:
      format = _ ("%s was removed");
      break;
    case NERTC_CLOSE_REASON_REPLACED:
      return;
    default:
      format = _ ("%s left");
  }
  text = g_strdup_printf (format, get_name (self, uid));
  call_room_give_notice (self, text);
}

static void
on_stream_added (CallRoom *self, GstObject *source, const GstStructure *event)
{
  g_autofree char *text = NULL;

  if (!self->settled || get_enum (event, "source") != NERTC_SOURCE_SCREEN)
    return;
  text = g_strdup_printf (_ ("%s shares a screen"),
                          get_name (self, gst_structure_get_string (event, "uid")));
  call_room_give_notice (self, text);
}

static void
on_chat (CallRoom *self, GstObject *source, const GstStructure *event)
{
  const char *uid = gst_structure_get_string (event, "uid");
  gint64 time = 0;

  if (get_enum (event, "kind") == NERTC_MESSAGE_TYPE_COMMAND)
    return;
  gst_structure_get_int64 (event, "time", &time);
  call_conversation_receive (self->conversation, uid, get_name (self, uid),
                             gst_structure_get_string (event, "text"), time);
}

static void
on_network_quality (CallRoom *self, GstObject *source, const GstStructure *event)
{
  const char *uid = gst_structure_get_string (event, "uid");
  CallMember *member = self->roster ? call_roster_find_member (self->roster, uid) : NULL;

  if (member)
    g_object_set (member, "quality-up", get_enum (event, "up"), "quality-down",
                  get_enum (event, "down"), NULL);
}

/* Who spoke last stays the speaker. */
static void
on_active_speaker (CallRoom *self, GstObject *source, const GstStructure *event)
{
  const char *uid = gst_structure_get_string (event, "uid");
  GListModel *members = G_LIST_MODEL (self->members);
  double level = -127;

  gst_structure_get_double (event, "level", &level);
  for (guint i = 0; i < g_list_model_get_n_items (members); i++) {
    g_autoptr (CallMember) member = g_list_model_get_item (members, i);
    gboolean speaks = g_strcmp0 (call_member_get_uid (member), uid) == 0;

    g_object_set (member, "speaking", speaks, "level", speaks ? CLAMP (level, -127, 0) : -127.0,
                  NULL);
    if (speaks)
      call_room_set_speaker (self, member);
  }
}

static void
on_role_changed (CallRoom *self, GstObject *source, const GstStructure *event)
{
  gboolean audience = get_enum (event, "role") == NERTC_MEMBER_ROLE_AUDIENCE;

  g_object_set (self->user, "role", audience ? "audience" : "host", NULL);
  call_room_set_grants (self, g_value_get_flags (gst_structure_get_value (event, "grants")));
  if (self->settled)
    call_room_give_notice (self, audience ? _ ("You can only listen and watch now")
                                          : _ ("You can speak and be seen now"));
}

static void
on_muted_by_admin (CallRoom *self, GstObject *source, const GstStructure *event)
{
  gboolean audio = FALSE, video = FALSE;

  gst_structure_get_boolean (event, "audio", &audio);
  gst_structure_get_boolean (event, "video", &video);
  g_object_set (self->user, "audio-muted-by-admin", audio, "video-muted-by-admin", video, NULL);
  if (audio && video)
    call_room_give_notice (self, _ ("An administrator has turned off your sound and picture"));
  else if (audio)
    call_room_give_notice (self, _ ("An administrator has turned off your sound"));
  else if (video)
    call_room_give_notice (self, _ ("An administrator has turned off your picture"));
  else if (self->settled)
    call_room_give_notice (self, _ ("You may be heard and seen again"));
}

static void
on_moderated (CallRoom *self, GstObject *source, const GstStructure *event)
{
  gboolean done = TRUE;
  g_autofree char *text = NULL;

  gst_structure_get_boolean (event, "done", &done);
  if (done)
    return;
  text = g_strdup_printf (_ ("That was not done: %s"), gst_structure_get_string (event, "message"));
  call_room_give_notice (self, text);
}

static void
on_token_will_expire (CallRoom *self, GstObject *source, const GstStructure *event)
{
  guint seconds = 0;
  g_autofree char *text = NULL;

  gst_structure_get_uint (event, "seconds", &seconds);
  text =
      g_strdup_printf (g_dngettext (NULL, "Your token ends in %u second: then the call ends",
                                    "Your token ends in %u seconds: then the call ends", seconds),
                       seconds);
  call_room_give_notice (self, text);
}

static void
on_invited (CallRoom *self, GstObject *source, const GstStructure *event)
{
  call_invitations_on_invited (self->invitations, event);
}

static void
on_invitation_updated (CallRoom *self, GstObject *source, const GstStructure *event)
{
  call_invitations_on_updated (self->invitations, event);
}

static void
on_play_stats (CallRoom *self, GstObject *source, const GstStructure *event)
{
  if (self->receiver)
    call_receiver_update_figures (self->receiver, event);
}

static void
on_publish_stats (CallRoom *self, GstObject *source, const GstStructure *event)
{
  if (self->publisher)
    call_publisher_update_figures (self->publisher, source, event);
}

/* Comes before the error. */
static void
on_closed (CallRoom *self, GstObject *source, const GstStructure *event)
{
  g_free (self->farewell);
  self->farewell = g_strdup (gst_structure_get_string (event, "text"));
}

static const struct {
  const char *name;
  Handler handle;
} handlers[] = {
  { "state-changed", on_state_changed },
  { "member-joined", on_member_joined },
  { "member-left", on_member_left },
  { "stream-added", on_stream_added },
  { "message", on_chat },
  { "network-quality", on_network_quality },
  { "active-speaker", on_active_speaker },
  { "role-changed", on_role_changed },
  { "muted-by-admin", on_muted_by_admin },
  { "moderated", on_moderated },
  { "token-will-expire", on_token_will_expire },
  { "invited", on_invited },
  { "invitation-updated", on_invitation_updated },
  { "closed", on_closed },
  { "play-stats", on_play_stats },
  { "publish-stats", on_publish_stats },
  { SETTLED, on_settled },
};

static void
on_event (CallRoom *self, GstMessage *message)
{
  const GstStructure *event = gst_message_get_structure (message);

  for (guint i = 0; event && i < G_N_ELEMENTS (handlers); i++) {
    if (gst_structure_has_name (event, handlers[i].name)) {
      handlers[i].handle (self, GST_MESSAGE_SRC (message), event);
      return;
    }
  }
}

/* The others have words of their own, to which the error would add nothing for people. */
static gboolean
is_told_by_error (const char *reason)
{
  static const char *const reasons[] = { "none", "refused", "failed", NULL };

  return !reason || g_strv_contains (reasons, reason);
}

/* Returns: (transfer full): code is 0 where it is no error of the room */
static CallProblem *
describe (CallRoom *self, GstMessage *message, const GError *error, const GstStructure *details)
{
  const char *reason;
  int code = 0;

  if (!details || !gst_structure_get_int (details, "code", &code))
    return call_problem_new_from_media (NULL, error);
  reason = gst_structure_get_string (details, "reason");
  return call_problem_new_from_room (code, reason,
                                     is_told_by_error (reason) ? error->message : self->farewell);
}

static void
on_error (CallRoom *self, GstMessage *message)
{
  const GstStructure *details = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;
  g_autoptr (CallProblem) problem = NULL;

  gst_message_parse_error (message, &error, &debug);
  gst_message_parse_error_details (message, &details);
  g_info ("%s: %s (%s)", GST_MESSAGE_SRC_NAME (message), error->message, debug ? debug : "");
  problem = describe (self, message, error, details);
  call_room_end (self, problem);
}

/* What is refused without further ado; an invitation shows that itself. */
static void
on_warning (CallRoom *self, GstMessage *message)
{
  const GstStructure *details = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CallProblem) problem = NULL;

  gst_message_parse_warning (message, &error, NULL);
  gst_message_parse_warning_details (message, &details);
  g_info ("%s: %s", GST_MESSAGE_SRC_NAME (message), error->message);
  if (!details || !gst_structure_has_field (details, "code"))
    return;
  problem = describe (self, message, error, details);
  if (!call_invitations_on_refused (self->invitations, call_problem_get_text (problem)))
    call_room_give_notice (self, call_problem_get_text (problem));
}

gboolean
call_room_on_message (GstBus *bus, GstMessage *message, gpointer room)
{
  g_autoptr (CallRoom) self = g_object_ref (room);

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      on_event (self, message);
      break;
    case GST_MESSAGE_ERROR:
      on_error (self, message);
      return G_SOURCE_REMOVE;
    case GST_MESSAGE_WARNING:
      on_warning (self, message);
      break;
    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency (GST_BIN (self->pipeline));
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}
