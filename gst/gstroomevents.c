/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstroomevents.h"

#include "gstroommessages.h"

#include <gobject/gvaluecollector.h>
#include <stdarg.h>

GST_DEBUG_CATEGORY_EXTERN (room_signal_debug);
#define GST_CAT_DEFAULT room_signal_debug

static guint signals[GST_ROOM_N_EVENTS];

/* What the arguments of the signals are called in the messages. */
static const char *const fields[GST_ROOM_N_EVENTS][7] = {
  [GST_ROOM_EVENT_STATE_CHANGED] = { "old", "new", "reason" },
  [GST_ROOM_EVENT_MEMBER_JOINED] = { "uid", "user-name", "user-data" },
  [GST_ROOM_EVENT_MEMBER_UPDATED] = { "uid", "user-name", "user-data" },
  [GST_ROOM_EVENT_MEMBER_LEFT] = { "uid", "reason" },
  [GST_ROOM_EVENT_STREAM_ADDED] = { "uid", "stream-id", "source", "has-audio", "has-video" },
  [GST_ROOM_EVENT_STREAM_UPDATED] = { "uid", "stream-id", "source", "has-audio", "has-video",
                                      "audio-muted", "video-muted" },
  [GST_ROOM_EVENT_STREAM_REMOVED] = { "uid", "stream-id", "reason" },
  [GST_ROOM_EVENT_MESSAGE] = { "uid", "kind", "text", "message-id", "time", "dropped" },
  [GST_ROOM_EVENT_MESSAGE_DELIVERED] = { "message-id", "uid", "delivered" },
  [GST_ROOM_EVENT_ROOM_UPDATED] = { "extra-info" },
  [GST_ROOM_EVENT_NETWORK_QUALITY] = { "uid", "up", "down" },
  [GST_ROOM_EVENT_ACTIVE_SPEAKER] = { "uid", "level" },
  [GST_ROOM_EVENT_ROLE_CHANGED] = { "role", "grants" },
  [GST_ROOM_EVENT_MUTED_BY_ADMIN] = { "audio", "video" },
  [GST_ROOM_EVENT_MEMBER_COUNT] = { "members" },
  [GST_ROOM_EVENT_MODERATED] = { "action", "uid", "done", "message" },
  [GST_ROOM_EVENT_TOKEN_WILL_EXPIRE] = { "seconds" },
  [GST_ROOM_EVENT_TOKEN_RENEWED] = { "renewed", "message" },
  [GST_ROOM_EVENT_INVITED] = { "id", "uid", "user-name", "channel", "text" },
  [GST_ROOM_EVENT_INVITATION_UPDATED] = { "id", "uid", "state", "channel" },
  [GST_ROOM_EVENT_CLOSED] = { "reason", "message", "text" },
};

static guint
new_signal (GType type, const char *name, guint n_params, ...)
{
  va_list types;
  guint id;

  va_start (types, n_params);
  id = g_signal_new_valist (name, type, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL, G_TYPE_NONE,
                            n_params, types);
  va_end (types);
  return id;
}

static void
install_room_signals (GType type)
{
  /**
   * GstRoomSignal::state-changed:
   * @old: the #NertcRoomState before
   * @new: the #NertcRoomState now
   * @reason: the #NertcCloseReason for it, none on the way in
   *
   * Joining, in the room, getting its connection back, out of it. The message says by `reconnects`
   * whether the element tries by itself to get back.
   */
  signals[GST_ROOM_EVENT_STATE_CHANGED] =
      new_signal (type, "state-changed", 3, NERTC_TYPE_ROOM_STATE, NERTC_TYPE_ROOM_STATE,
                  NERTC_TYPE_CLOSE_REASON);
  /**
   * GstRoomSignal::room-updated:
   * @extra_info: what #GstRoomSignal:extra-info is now
   *
   * The room itself was changed, by this member or another.
   */
  signals[GST_ROOM_EVENT_ROOM_UPDATED] = new_signal (type, "room-updated", 1, G_TYPE_STRING);
  /**
   * GstRoomSignal::closed:
   * @reason: the #NertcCloseReason
   * @message: (nullable): what is known beyond the reason
   * @text: (nullable): what the administrator has to say who kicked or banned this member, or
   * closed the room
   *
   * The membership is over and does not come back by itself.
   */
  signals[GST_ROOM_EVENT_CLOSED] =
      new_signal (type, "closed", 3, NERTC_TYPE_CLOSE_REASON, G_TYPE_STRING, G_TYPE_STRING);
}

static void
install_member_signals (GType type)
{
  /**
   * GstRoomSignal::member-joined:
   * @uid: who
   * @user_name: the name for people to read
   * @user_data: what the member's application says about it
   *
   * Somebody is in the room: came, or was there before the join.
   */
  signals[GST_ROOM_EVENT_MEMBER_JOINED] =
      new_signal (type, "member-joined", 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  /**
   * GstRoomSignal::member-updated:
   * @uid: who
   * @user_name: the name for people to read
   * @user_data: what the member's application says about it
   *
   * A member changed its name or data, or an admin its role, or what is muted of it.
   */
  signals[GST_ROOM_EVENT_MEMBER_UPDATED] =
      new_signal (type, "member-updated", 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  /**
   * GstRoomSignal::member-left:
   * @uid: who
   * @reason: the #NertcCloseReason: left, timeout, kicked, …
   *
   * Somebody is in the room no more.
   */
  signals[GST_ROOM_EVENT_MEMBER_LEFT] =
      new_signal (type, "member-left", 2, G_TYPE_STRING, NERTC_TYPE_CLOSE_REASON);
}

static void
install_stream_signals (GType type)
{
  /**
   * GstRoomSignal::stream-added:
   * @uid: whose
   * @stream_id: the stream
   * @source: the #NertcSource
   * @has_audio: whether it has an audio track
   * @has_video: whether it has a video track
   *
   * A member publishes a stream, or did so before the join. One that is muted already is followed
   * by #GstRoomSignal::stream-updated.
   */
  signals[GST_ROOM_EVENT_STREAM_ADDED] =
      new_signal (type, "stream-added", 5, G_TYPE_STRING, G_TYPE_STRING, NERTC_TYPE_SOURCE,
                  G_TYPE_BOOLEAN, G_TYPE_BOOLEAN);
  /**
   * GstRoomSignal::stream-updated:
   * @uid: whose
   * @stream_id: the stream
   * @source: the #NertcSource
   * @has_audio: whether it has an audio track
   * @has_video: whether it has a video track
   * @audio_muted: whether its audio is muted
   * @video_muted: whether its video is muted
   *
   * A member muted a track of a stream, or unmuted it.
   */
  signals[GST_ROOM_EVENT_STREAM_UPDATED] =
      new_signal (type, "stream-updated", 7, G_TYPE_STRING, G_TYPE_STRING, NERTC_TYPE_SOURCE,
                  G_TYPE_BOOLEAN, G_TYPE_BOOLEAN, G_TYPE_BOOLEAN, G_TYPE_BOOLEAN);
  /**
   * GstRoomSignal::stream-removed:
   * @uid: whose
   * @stream_id: the stream
   * @reason: the #NertcCloseReason: unpublished, left, timeout, …
   *
   * A stream is published no more.
   */
  signals[GST_ROOM_EVENT_STREAM_REMOVED] =
      new_signal (type, "stream-removed", 3, G_TYPE_STRING, G_TYPE_STRING, NERTC_TYPE_CLOSE_REASON);
}

static void
install_message_signals (GType type)
{
  /**
   * GstRoomSignal::message:
   * @uid: who sent it; this member itself if its own command named it
   * @kind: the #NertcMessageType: broadcast, barrage or command
   * @text: what it says
   * @message_id: what its sender knows it by
   * @time: when the server got it, in milliseconds since 1970 (UTC)
   * @dropped: with a barrage how many barrages were missed since the last that came, for this
   *   member was away or read too slowly; otherwise 0
   *
   * A member has sent a message, see #GstRoomSignal::send-message.
   */
  signals[GST_ROOM_EVENT_MESSAGE] =
      new_signal (type, "message", 6, G_TYPE_STRING, NERTC_TYPE_MESSAGE_TYPE, G_TYPE_STRING,
                  G_TYPE_STRING, G_TYPE_INT64, G_TYPE_UINT);
  /**
   * GstRoomSignal::message-delivered:
   * @message_id: a command of this member
   * @uid: a member whom it was for
   * @delivered: whether its client has got it; %FALSE if it left before
   *
   * What became of a command: once for each of those who were in the room.
   */
  signals[GST_ROOM_EVENT_MESSAGE_DELIVERED] =
      new_signal (type, "message-delivered", 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
install_report_signals (GType type)
{
  /**
   * GstRoomSignal::network-quality:
   * @uid: a member, or this one
   * @up: the #NertcQuality of what the member sends
   * @down: the #NertcQuality of what the member receives
   *
   * How good the network of a member is, as it measured it: every 2 seconds for each who sends or
   * receives. The table is at #NertcQuality.
   */
  signals[GST_ROOM_EVENT_NETWORK_QUALITY] = new_signal (type, "network-quality", 3, G_TYPE_STRING,
                                                        NERTC_TYPE_QUALITY, NERTC_TYPE_QUALITY);
  /**
   * GstRoomSignal::active-speaker:
   * @uid: who speaks now; empty: nobody
   * @level: how loud, in dBov: 0 is the loudest that there is, -127 silence
   *
   * The loudest of the members whose sound is received has changed, see #GstNertcSrc.
   */
  signals[GST_ROOM_EVENT_ACTIVE_SPEAKER] =
      new_signal (type, "active-speaker", 2, G_TYPE_STRING, G_TYPE_DOUBLE);
}

static void
install_moderation_signals (GType type)
{
  /**
   * GstRoomSignal::member-count:
   * @members: how many members the room has, this one among them
   *
   * There are more or fewer. Without #GstRoomSignal:user-updates the server tells of it, at most
   * every 2 seconds.
   */
  signals[GST_ROOM_EVENT_MEMBER_COUNT] = new_signal (type, "member-count", 1, G_TYPE_UINT);
  /**
   * GstRoomSignal::moderated:
   * @action: the action that was asked for: kick, ban, unban, mute-member, set-role, close-room
   * @uid: the member; empty: the room
   * @done: whether it is done
   * @message: (nullable): why not
   *
   * The server has carried out what this admin asked for, or has refused it; then there is a
   * warning, too.
   */
  signals[GST_ROOM_EVENT_MODERATED] = new_signal (type, "moderated", 4, G_TYPE_STRING,
                                                  G_TYPE_STRING, G_TYPE_BOOLEAN, G_TYPE_STRING);
}

static void
install_right_signals (GType type)
{
  /**
   * GstRoomSignal::role-changed:
   * @role: the #NertcMemberRole of this member now
   * @grants: its #NertcGrants now
   *
   * What this member may do is not what it was: an admin changed its role, or it has another token.
   */
  signals[GST_ROOM_EVENT_ROLE_CHANGED] =
      new_signal (type, "role-changed", 2, NERTC_TYPE_MEMBER_ROLE, NERTC_TYPE_GRANTS);
  /**
   * GstRoomSignal::muted-by-admin:
   * @audio: whether an administrator has muted the audio of this member
   * @video: whether an administrator has muted its video
   *
   * What an administrator mutes of all that this member publishes is not what it was, or was muted
   * already when this member joined. It is not sent as long as it is muted.
   */
  signals[GST_ROOM_EVENT_MUTED_BY_ADMIN] =
      new_signal (type, "muted-by-admin", 2, G_TYPE_BOOLEAN, G_TYPE_BOOLEAN);
  /**
   * GstRoomSignal::token-will-expire:
   * @seconds: how long the token still counts
   *
   * The membership ends then, unless the token is renewed: by another one in the file that
   * #GstRoomSignal:token-file names, which is found by itself, or by #GstRoomSignal::renew-token.
   */
  signals[GST_ROOM_EVENT_TOKEN_WILL_EXPIRE] =
      new_signal (type, "token-will-expire", 1, G_TYPE_UINT);
  /**
   * GstRoomSignal::token-renewed:
   * @renewed: whether the server took the new token
   * @message: (nullable): why it did not
   *
   * The token was renewed without leaving the room; or that was tried in vain, and the one before
   * counts until it ends.
   */
  signals[GST_ROOM_EVENT_TOKEN_RENEWED] =
      new_signal (type, "token-renewed", 2, G_TYPE_BOOLEAN, G_TYPE_STRING);
}

static void
install_invitation_signals (GType type)
{
  /**
   * GstRoomSignal::invited:
   * @id: the invitation
   * @uid: who invites
   * @user_name: the name of who invites, maybe empty
   * @channel: the room into which it invites
   * @text: what the application of who invites says with it, maybe nothing
   *
   * Somebody invites this member into a room, see #GstRoomSignal::accept-invitation and
   * #GstRoomSignal::reject-invitation. Who invites is told that it rings.
   */
  signals[GST_ROOM_EVENT_INVITED] = new_signal (type, "invited", 5, G_TYPE_STRING, G_TYPE_STRING,
                                                G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  /**
   * GstRoomSignal::invitation-updated:
   * @id: the invitation
   * @uid: who is at the other end
   * @state: the #NertcInvitationState
   * @channel: the room into which it invites
   *
   * What became of an invitation, sent or received. From accepted on it is over.
   */
  signals[GST_ROOM_EVENT_INVITATION_UPDATED] =
      new_signal (type, "invitation-updated", 4, G_TYPE_STRING, G_TYPE_STRING,
                  NERTC_TYPE_INVITATION_STATE, G_TYPE_STRING);
}

/* Gives the class of @type the signals, and the action that sends messages. */
void
gst_room_events_install (GType type)
{
  install_room_signals (type);
  gst_room_messages_install (type);
  install_message_signals (type);
  install_member_signals (type);
  install_stream_signals (type);
  install_report_signals (type);
  install_right_signals (type);
  install_invitation_signals (type);
  install_moderation_signals (type);
}

/*
 * Tells the application by a message and by the signal, whose arguments follow; the messages of
 * members have their role, and what an administrator mutes, too. To be called without a lock.
 */
void
gst_room_events_announce (GstElement *element, GstRoomEvent event, ...)
{
  GValue values[G_N_ELEMENTS (fields[0]) + 1] = { G_VALUE_INIT };
  GstStructure *structure;
  GSignalQuery query;
  va_list args;

  g_signal_query (signals[event], &query);
  structure = gst_structure_new_empty (query.signal_name);
  g_value_init (&values[0], G_OBJECT_TYPE (element));
  g_value_set_object (&values[0], element);

  va_start (args, event);
  for (guint i = 0; i < query.n_params; i++) {
    g_autofree char *error = NULL;

    G_VALUE_COLLECT_INIT (&values[i + 1], query.param_types[i], args, 0, &error);
    g_assert (!error);
    gst_structure_set_value (structure, fields[event][i], &values[i + 1]);
  }
  if (event == GST_ROOM_EVENT_MEMBER_JOINED || event == GST_ROOM_EVENT_MEMBER_UPDATED) {
    gst_structure_set (structure, "role", NERTC_TYPE_MEMBER_ROLE, va_arg (args, int), NULL);
    gst_structure_set (structure, "muted-by-admin", NERTC_TYPE_MEDIA, va_arg (args, int), NULL);
  }
  va_end (args);

  if (event == GST_ROOM_EVENT_STATE_CHANGED)
    gst_structure_set (structure, "reconnects", G_TYPE_BOOLEAN,
                       g_value_get_enum (&values[2]) == NERTC_ROOM_STATE_RECONNECTING, NULL);
  GST_DEBUG_OBJECT (element, "%" GST_PTR_FORMAT, structure);
  gst_element_post_message (element, gst_message_new_element (GST_OBJECT (element), structure));
  g_signal_emitv (values, signals[event], 0, NULL);

  for (guint i = 0; i <= query.n_params; i++)
    g_value_unset (&values[i]);
}

static void
weak_ref_free (gpointer ref, GClosure *closure)
{
  g_weak_ref_clear (ref);
  g_free (ref);
}

/*
 * Connects @callback to a signal of the room, or of what is its; its last argument is a #GWeakRef
 * to
 * @element. The room may live longer than the element, and the element may go while the room emits.
 */
void
gst_room_events_listen (GstElement *element, gpointer object, const char *signal,
                        GCallback callback)
{
  GWeakRef *ref = g_new (GWeakRef, 1);

  g_weak_ref_init (ref, element);
  g_signal_connect_data (object, signal, callback, ref, weak_ref_free, 0);
}

static void
announce_member (gpointer ref, GstRoomEvent event, NertcMember *member)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (element)
    gst_room_events_announce (element, event, nertc_member_get_uid (member),
                              nertc_member_get_user_name (member),
                              nertc_member_get_user_data (member), nertc_member_get_role (member),
                              nertc_member_get_muted_by_admin (member));
}

static void
on_member_joined (NertcRoom *room, NertcMember *member, gpointer ref)
{
  announce_member (ref, GST_ROOM_EVENT_MEMBER_JOINED, member);
}

static void
on_member_updated (NertcRoom *room, NertcMember *member, gpointer ref)
{
  announce_member (ref, GST_ROOM_EVENT_MEMBER_UPDATED, member);
}

static void
on_member_left (NertcRoom *room, NertcMember *member, NertcCloseReason reason, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (element)
    gst_room_events_announce (element, GST_ROOM_EVENT_MEMBER_LEFT, nertc_member_get_uid (member),
                              reason);
}

static void
announce_stream (GstElement *element, GstRoomEvent event, NertcStream *stream)
{
  NertcMedia media = nertc_stream_get_media (stream);
  NertcMedia muted = nertc_stream_get_muted (stream);

  /* stream-added takes no notice of the two arguments that it does not have. */
  gst_room_events_announce (element, event, nertc_stream_get_uid (stream),
                            nertc_stream_get_id (stream), nertc_stream_get_source (stream),
                            (media & NERTC_MEDIA_AUDIO) != 0, (media & NERTC_MEDIA_VIDEO) != 0,
                            (muted & NERTC_MEDIA_AUDIO) != 0, (muted & NERTC_MEDIA_VIDEO) != 0);
}

static void
on_stream_added (NertcRoom *room, NertcStream *stream, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (!element)
    return;
  announce_stream (element, GST_ROOM_EVENT_STREAM_ADDED, stream);
  if (nertc_stream_get_muted (stream) != NERTC_MEDIA_NONE)
    announce_stream (element, GST_ROOM_EVENT_STREAM_UPDATED, stream);
}

static void
on_stream_updated (NertcRoom *room, NertcStream *stream, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (element)
    announce_stream (element, GST_ROOM_EVENT_STREAM_UPDATED, stream);
}

static void
on_stream_removed (NertcRoom *room, NertcStream *stream, NertcCloseReason reason, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (element)
    gst_room_events_announce (element, GST_ROOM_EVENT_STREAM_REMOVED, nertc_stream_get_uid (stream),
                              nertc_stream_get_id (stream), reason);
}

static void
on_message (NertcRoom *room, const char *uid, NertcMessageType type, const char *text,
            const char *message_id, gint64 time, guint dropped, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (element)
    gst_room_events_announce (element, GST_ROOM_EVENT_MESSAGE, uid, type, text, message_id, time,
                              dropped);
}

static void
on_message_delivered (NertcRoom *room, const char *message_id, const char *uid, gboolean delivered,
                      gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (element)
    gst_room_events_announce (element, GST_ROOM_EVENT_MESSAGE_DELIVERED, message_id, uid,
                              delivered);
}

static void
on_network_quality (NertcRoom *room, const char *uid, NertcQuality up, NertcQuality down,
                    gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (element)
    gst_room_events_announce (element, GST_ROOM_EVENT_NETWORK_QUALITY, uid, up, down);
}

static void
on_active_speaker (NertcRoom *room, const char *uid, double level, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (element)
    gst_room_events_announce (element, GST_ROOM_EVENT_ACTIVE_SPEAKER, uid, level);
}

static void
on_token_will_expire (NertcRoom *room, guint seconds, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (element)
    gst_room_events_announce (element, GST_ROOM_EVENT_TOKEN_WILL_EXPIRE, seconds);
}

/* @error: (nullable): why there is no new token */
void
gst_room_events_announce_renewal (GstElement *element, const GError *error)
{
  gst_room_events_announce (element, GST_ROOM_EVENT_TOKEN_RENEWED, error == NULL,
                            error ? error->message : NULL);
  if (error)
    GST_ELEMENT_WARNING (element, RESOURCE, NOT_AUTHORIZED,
                         ("The token was not renewed: %s.", error->message), (NULL));
}

static void
on_token_renewed (NertcRoom *room, const GError *error, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (element)
    gst_room_events_announce_renewal (element, error);
}

/* Tells of the members, their streams and how these fare from now on. */
void
gst_room_events_listen_to_others (GstElement *element, NertcRoom *room)
{
  static const struct {
    const char *signal;
    GCallback callback;
  } others[] = {
    { "member-joined", G_CALLBACK (on_member_joined) },
    { "member-updated", G_CALLBACK (on_member_updated) },
    { "member-left", G_CALLBACK (on_member_left) },
    { "stream-added", G_CALLBACK (on_stream_added) },
    { "stream-updated", G_CALLBACK (on_stream_updated) },
    { "stream-removed", G_CALLBACK (on_stream_removed) },
    { "message", G_CALLBACK (on_message) },
    { "message-delivered", G_CALLBACK (on_message_delivered) },
    { "network-quality", G_CALLBACK (on_network_quality) },
    { "active-speaker", G_CALLBACK (on_active_speaker) },
    { "token-will-expire", G_CALLBACK (on_token_will_expire) },
    { "token-renewed", G_CALLBACK (on_token_renewed) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    gst_room_events_listen (element, room, others[i].signal, others[i].callback);
}
