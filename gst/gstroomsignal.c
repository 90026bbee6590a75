/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-roomsignal
 * @title: roomsignal
 * @short_description: joins a room and shares it with the elements of the pipeline
 *
 * `roomsignal` is the signalling of a call. It has no pads: it joins the room that `channel` names
 * on a `nertc-server` when it goes from READY to PAUSED, leaves it on the way back, and hands the
 * room on to every `nertcsink` and `nertcsrc` of the pipeline. Who comes and goes is told twice, by
 * signals of the element and by element messages on the bus.
 *
 * ## Example pipelines
 * |[
 * gst-launch-1.0 -m roomsignal channel=standup uid=1
 * ]| Join a room, and print who comes and goes, and what is said.
 * |[
 * gst-launch-1.0 -m roomsignal channel=standup uid=2 user-name=Ada user-updates=false
 * ]| Join with a name, and print what is published, but not who comes and goes.
 * |[
 * gst-launch-1.0 roomsignal name=work channel=standup  roomsignal name=home channel=family \
 *     nertcsrc room=work ! videoconvert ! autovideosink \
 *     nertcsrc room=home ! videoconvert ! autovideosink
 * ]| Be in two rooms: the elements say by name which of them they are in.
 *
 * ## Messages
 *
 * For each of its signals the element posts an element message. Its structure is named as the
 * signal is and has the same arguments as fields:
 *
 * | structure         | fields                                                                 |
 * |-------------------|------------------------------------------------------------------------|
 * | `state-changed`   | `old`, `new`, `reason`, and `reconnects` (boolean)                     |
 * | `member-joined`   | `uid`, `user-name`, `user-data`, and `role`, `muted-by-admin`          |
 * | `member-updated`  | those of `member-joined`                                               |
 * | `member-left`     | `uid`, `reason`                                                        |
 * | `stream-added`    | `uid`, `stream-id`, `source`, `has-audio`, `has-video`                 |
 * | `stream-updated`  | those of `stream-added`, and `audio-muted`, `video-muted`              |
 * | `stream-removed`  | `uid`, `stream-id`, `reason`                                           |
 * | `message`         | `uid`, `kind`, `text`, `message-id`, `time`, `dropped`                 |
 * | `message-delivered` | `message-id`, `uid`, `delivered` (boolean)                           |
 * | `room-updated`    | `extra-info`                                                           |
 * | `network-quality` | `uid`, `up`, `down`                                                    |
 * | `active-speaker`  | `uid`, `level`                                                         |
 * | `role-changed`    | `role`, `grants`                                                       |
 * | `muted-by-admin`  | `audio`, `video` (boolean)                                             |
 * | `member-count`    | `members`                                                              |
 * | `moderated`       | `action`, `uid`, `done` (boolean), `message`                           |
 * | `token-will-expire` | `seconds`                                                            |
 * | `token-renewed`   | `renewed` (boolean), `message`                                         |
 * | `invited`         | `id`, `uid`, `user-name`, `channel`, `text`                            |
 * | `invitation-updated` | `id`, `uid`, `state`, `channel`                                     |
 * | `closed`          | `reason`, `message`, `text`                                            |
 *
 * Members and streams that were there before the join come as `member-joined` and `stream-added`
 * right after it. The element never tells of itself.
 *
 * The first join has to succeed within `join-timeout`, otherwise the element posts an error. A
 * connection that is lost later, or a server that is restarted, is no error: the state is
 * `reconnecting`, with the reason `lost` or `shutdown`, until the room is connected again, and the
 * calls go on meanwhile. The server keeps the member's place for a while, 30 s by default: within
 * it nobody else notices, and nothing that was said in the room is missed or comes twice. Later
 * the others see the member leave, with the reason `timeout`, and come back. After
 * `reconnect-timeout`, and when the server ends the membership, there is an error. The details of
 * an error (gst_message_parse_error_details()) have the fields `code` (a #NertcError) and `reason`
 * (the word of a #NertcCloseReason). A leave of which the server could not be told is a warning.
 *
 * ## What members say
 *
 * Members send each other texts of up to 1 KiB by #GstRoomSignal::send-message, and hear of them by
 * #GstRoomSignal::message. A broadcast reaches all others, also who has lost the connection and is
 * back in time; a member may send 10 of them in a second. A barrage, of which there may be 20, is
 * left out for who is away or reads too slowly; the next one says how many were. A command goes to
 * members that are named, 200 in a second, and #GstRoomSignal::message-delivered tells of each
 * whether it has arrived. In Python, with the command as one example:
 * |[<!-- language="Python" -->
 * room.emit("send-message", "Hello", None, None, None)
 * promise = Gst.Promise.new()
 * room.emit("send-message", "lamp on", "command", ["bob", "eve"], promise)
 * promise.wait()
 * print(promise.get_reply().to_string())
 * ]|
 *
 * ## From one room into another
 *
 * #GstRoomSignal:channel may be set while the pipeline plays: the element leaves the one room and
 * joins the other, as `state-changed` tells. Every nertcsink publishes there, every nertcsrc takes
 * what there is, on the same pads, and the pipeline notices nothing else. A token, a
 * #GstRoomSignal:uid or another #GstRoomSignal:server for the next room is set before. Of several
 * changes in a row the last one counts, and the name of the room one is in changes nothing. Without
 * a name the element is in no room until it gets one.
 *
 * A room that cannot be joined is an error as on the first join; whoever goes on playing then sets
 * a name again. It also brings back into a room, even the same, whoever was put out of it.
 *
 * ## Tokens and roles
 *
 * A server may ask for a token, which says who may be where, until when, and as what. It is made by
 * the application's server or by `nertc-token`, and found in this order: in the property
 * #GstRoomSignal:token, in the file that #GstRoomSignal:token-file names, in the environment
 * variable `NERTC_TOKEN`. On a command line use one of the latter two: what is on it, others see.
 *
 * The server says 30 seconds before when a token runs out, see #GstRoomSignal::token-will-expire.
 * Another one that is written into the file then is found by itself and sent, without leaving the
 * room. A token that has run out ends the membership with an error.
 *
 * A token may make a member `audience`, which publishes nothing, or leave out grants; an admin
 * changes roles while the call runs. A nertcsink that may not publish tells by a warning, waits,
 * and publishes as soon as it may; a nertcsrc without the grant to subscribe does the same.
 *
 * ## Invitations
 *
 * A member invites a user into a room by the action #GstRoomSignal::invite, wherever that user is
 * connected to the same server with the same `app-key`: in another room, in this one, or in none.
 * To be reachable in no room an element has #GstRoomSignal:listen and a #GstRoomSignal:uid, and no
 * #GstRoomSignal:channel; its state is `listening` then. A token must be one without a room.
 *
 * Where an invitation comes there is `invited`, and it rings until it is accepted or rejected, or
 * until `invitation-updated` tells that it is over. It comes to all devices of a user; when one of
 * them has answered, the others hear `elsewhere`. Whoever accepts goes into the room: it becomes
 * #GstRoomSignal:channel, and the pipeline goes on. An element that listens and has invited goes
 * there, too, when that is accepted; one that is in a room stays. Setting #GstRoomSignal:channel to
 * nothing leaves the room, and listens again.
 *
 * With #GstRoomSignal:auto-answer, of a robot or a kiosk, that happens by itself.
 * |[
 * gst-launch-1.0 -m roomsignal uid=robot listen=true auto-answer=true \
 *     v4l2src ! videoconvert ! vp8enc deadline=1 ! nertcsink \
 *     nertcsrc ! videoconvert ! autovideosink
 * ]| Wait to be called, show the camera to who calls, and them here; then wait for the next call.
 *
 * ## Moderation
 *
 * Whoever has the grant admin keeps order by the actions #GstRoomSignal::kick, #GstRoomSignal::ban,
 * #GstRoomSignal::unban, #GstRoomSignal::mute-member, #GstRoomSignal::set-role and
 * #GstRoomSignal::close-room; `moderated` tells how each went, and a warning what was refused.
 *
 * Whoever is put out gets `closed`, whose `text` is what the admin has to say, and an error, and
 * does not come back by itself. What an admin mutes is not sent, whatever the `mute` of the pads of
 * nertcsink says: the stream stays published, and begins with a key frame when it is unmuted.
 *
 * ## The words of other products
 *
 * | here                          | NERTC                       | ZEGO Express                |
 * |-------------------------------|-----------------------------|-----------------------------|
 * | `app-key`, `channel`, `uid`   | appkey, channelName, uid    | appID, roomID, userID       |
 * | `state-changed`               | connection-state-change     | roomStateChanged            |
 * | `closed` kicked, banned       | client-banned               | KICKOUT                     |
 * | `closed` replaced             | uid-duplicate               | KICKOUT                     |
 * | `closed` closed               | channel-closed              | KICKOUT                     |
 * | `channel`, set while playing  | leave, join                 | switchRoom                  |
 * | `member-joined`               | peer-online                 | roomUserUpdate ADD          |
 * | `member-left`                 | peer-leave                  | roomUserUpdate DELETE       |
 * | `stream-added`                | stream-added                | roomStreamUpdate ADD        |
 * | `stream-removed`              | stream-removed              | roomStreamUpdate DELETE     |
 * | `stream-updated`              | mute-audio, unmute-video, … | remoteCameraStatusUpdate, … |
 * | `message` broadcast           |                             | IMRecvBroadcastMessage      |
 * | `message` barrage             |                             | IMRecvBarrageMessage        |
 * | `message` command             |                             | IMRecvCustomCommand         |
 * | `send-message`                |                             | sendBroadcastMessage, …     |
 * | `room-updated`                |                             | roomExtraInfoUpdate         |
 * | `network-quality`             | network-quality             | networkQuality              |
 * | `active-speaker`              | active-speaker              | soundLevelUpdate            |
 * | `token-will-expire`           | permkey-will-expire         | tokenWillExpire             |
 * | `renew-token`                 | updatePermKey               | renewToken                  |
 * | role host, audience           | setClientRole               | privileges of the token     |
 * | `invite`                      | invite (NIM)                | callInvite (ZIM)            |
 * | `accept-invitation`           | acceptInvite                | callAccept                  |
 * | `reject-invitation`           | rejectInvite                | callReject                  |
 * | `cancel-invitation`           | cancelInvite                | callCancel                  |
 * | `kick`, `ban`                 | kickUser of the server      | KickoutUser of the server   |
 * | `mute-member`                 | muteRemoteAudio, for all    | ForbidRTCStream of the server |
 * | `member-count`                |                             | roomOnlineUserCountUpdate   |
 *
 * The states have the words of NERTC as their nicks, in lower case; `failed` is its DISCONNECTED
 * with an error. The words of ZEGO Express follow from the state before, the state now and the
 * reason:
 *
 * | `old`, `new`                | `reason`                    | NERTC         | ZEGO Express     |
 * |-----------------------------|-----------------------------|---------------|------------------|
 * | any, connecting             | none                        | CONNECTING    | LOGINING         |
 * | connecting, connected       | none                        | CONNECTED     | LOGINED          |
 * | connecting, failed          | refused, lost, timeout      | DISCONNECTED  | LOGIN_FAILED     |
 * | connecting, disconnected    | left                        | DISCONNECTED  | LOGOUT           |
 * | connected, reconnecting     | lost, timeout, shutdown     | RECONNECTING  | RECONNECTING     |
 * | reconnecting, connected     | none                        | CONNECTED     | RECONNECTED      |
 * | reconnecting, failed        | timeout, refused            | DISCONNECTED  | RECONNECT_FAILED |
 * | connected, failed           | kicked, banned, replaced, … | DISCONNECTED  | KICKOUT          |
 * | any, disconnecting          | left                        | DISCONNECTING |                  |
 * | disconnecting, disconnected | left                        | DISCONNECTED  | LOGOUT           |
 * | the same and a warning      | left                        | DISCONNECTED  | LOGOUT_FAILED    |
 *
 * ## The room for applications
 *
 * #GstRoomSignal:room is the #NertcRoom of the element, from its construction on. It works in a
 * thread of its own, in which the signals of the element are emitted too. It stays as long as
 * somebody holds it.
 */
#include "gstroomsignal.h"

#include "gstroomcontext.h"
#include "gstroomerror.h"
#include "gstroomevents.h"
#include "gstroominvitations.h"
#include "gstroommembership.h"
#include "gstroommoderation.h"
#include "gstroomthread.h"
#include "gstroomtoken.h"

#define JOIN_TIMEOUT_DEFAULT 10000
#define RECONNECT_TIMEOUT_DEFAULT 300000

GST_DEBUG_CATEGORY (room_signal_debug);
#define GST_CAT_DEFAULT room_signal_debug

enum {
  PROP_0,
  /* The settings: what the next join takes, under the name that the property of the room has too */
  PROP_SERVER,
  PROP_TLS_CA_FILE,
  PROP_CHANNEL,
  PROP_APP_KEY,
  PROP_UID,
  PROP_USER_NAME,
  PROP_USER_DATA,
  PROP_EXTRA_INFO,
  PROP_USER_UPDATES,
  PROP_JOIN_TIMEOUT,
  PROP_TOKEN,
  PROP_TOKEN_FILE,
  PROP_RECONNECT_TIMEOUT,
  PROP_STATE,
  PROP_ROLE,
  PROP_GRANTS,
  PROP_MEMBER_COUNT,
  PROP_MUTED_BY_ADMIN,
  PROP_ROOM,
  PROP_LISTEN,
  PROP_AUTO_ANSWER,
  N_PROPS,
};

#define FIRST_SETTING PROP_SERVER
#define LAST_SETTING PROP_RECONNECT_TIMEOUT

static GParamSpec *properties[N_PROPS];

struct _GstRoomSignal {
  GstElement parent;

  /* Fixed from construction on. The room is used in its own thread only. */
  NertcRoom *room;

  /* Object lock */
  GValue settings[LAST_SETTING + 1];
  char *uid;        /* (nullable): the one in force */
  char *extra_info; /* (nullable): that of the room, as last heard */
  NertcRoomState state;
  NertcMemberRole role;
  NertcGrants grants;

  char *whereabouts[4]; /* (nullable): what the last join took */
  gboolean listen;
  gboolean auto_answer;

  GstRoomMembership membership;
};

G_DEFINE_FINAL_TYPE (GstRoomSignal, gst_room_signal, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE (roomsignal, "roomsignal", GST_RANK_NONE, GST_TYPE_ROOM_SIGNAL)

static void
in_room_thread (GstRoomSignal *self, GSourceFunc function, gpointer data, GDestroyNotify destroy)
{
  g_main_context_invoke_full (nertc_room_get_context (self->room), G_PRIORITY_DEFAULT, function,
                              data, destroy);
}

static void
replace_string (char **string, const char *value)
{
  g_free (*string);
  *string = g_strdup (value);
}

static char *
dup_setting (GstRoomSignal *self, guint property)
{
  char *value;

  GST_OBJECT_LOCK (self);
  value = g_value_dup_string (&self->settings[property]);
  GST_OBJECT_UNLOCK (self);
  return value;
}

static void
take_extra_info (GstRoomSignal *self)
{
  g_autofree char *extra_info = NULL;
  gboolean changed;

  g_object_get (self->room, "extra-info", &extra_info, NULL);
  GST_OBJECT_LOCK (self);
  changed = g_strcmp0 (self->extra_info, extra_info) != 0;
  replace_string (&self->extra_info, extra_info);
  GST_OBJECT_UNLOCK (self);

  if (!changed)
    return;
  gst_room_events_announce (GST_ELEMENT (self), GST_ROOM_EVENT_ROOM_UPDATED, extra_info);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXTRA_INFO]);
}

/* Returns: whether this member may do other things than it was known to */
static gboolean
take_rights (GstRoomSignal *self)
{
  NertcMemberRole role = nertc_room_get_role (self->room);
  NertcGrants grants = nertc_room_get_grants (self->room);
  gboolean other_role, other_grants;

  GST_OBJECT_LOCK (self);
  other_role = self->role != role;
  other_grants = self->grants != grants;
  self->role = role;
  self->grants = grants;
  GST_OBJECT_UNLOCK (self);

  if (other_role)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROLE]);
  if (other_grants)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GRANTS]);
  return other_role || other_grants;
}

static void
announce_rights (GstRoomSignal *self)
{
  gst_room_events_announce (GST_ELEMENT (self), GST_ROOM_EVENT_ROLE_CHANGED,
                            nertc_room_get_role (self->room), nertc_room_get_grants (self->room));
}

/* What a join brings is taken when the state says so. */
static void
on_rights (NertcRoom *room, GParamSpec *pspec, gpointer ref)
{
  g_autoptr (GstRoomSignal) self = g_weak_ref_get (ref);

  if (self && nertc_room_get_state (room) == NERTC_ROOM_STATE_CONNECTED && take_rights (self))
    announce_rights (self);
}

static void
on_state_changed (NertcRoom *room, NertcRoomState old, NertcRoomState new, NertcCloseReason reason,
                  gpointer ref)
{
  g_autoptr (GstRoomSignal) self = g_weak_ref_get (ref);
  gboolean is_out = new == NERTC_ROOM_STATE_DISCONNECTED || new == NERTC_ROOM_STATE_FAILED;
  gboolean is_in = new == NERTC_ROOM_STATE_CONNECTED;
  gboolean other_rights;

  if (!self)
    return;
  GST_OBJECT_LOCK (self);
  self->state = new;
  if (is_in || is_out)
    replace_string (&self->uid, is_in ? nertc_room_get_uid (room) : NULL);
  if (is_out)
    replace_string (&self->extra_info, NULL);
  GST_OBJECT_UNLOCK (self);
  other_rights = (is_in || is_out) && take_rights (self);

  gst_room_events_announce (GST_ELEMENT (self), GST_ROOM_EVENT_STATE_CHANGED, old, new, reason);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  if (is_in || is_out)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UID]);
  if (other_rights && old == NERTC_ROOM_STATE_RECONNECTING && is_in)
    announce_rights (self);
  if (is_in)
    take_extra_info (self);
}

/* What the join brings is taken when the state says so, what is set before a join not at all. */
static void
on_extra_info (NertcRoom *room, GParamSpec *pspec, gpointer ref)
{
  g_autoptr (GstRoomSignal) self = g_weak_ref_get (ref);

  if (self && self->state == NERTC_ROOM_STATE_CONNECTED)
    take_extra_info (self);
}

static void
on_closed (NertcRoom *room, GError *error, NertcCloseReason reason, const char *text, gpointer ref)
{
  g_autoptr (GstRoomSignal) self = g_weak_ref_get (ref);

  if (!self)
    return;
  gst_room_events_announce (GST_ELEMENT (self), GST_ROOM_EVENT_CLOSED, reason, error->message,
                            text);
  if (self->membership.wanted)
    gst_room_error_post (GST_ELEMENT (self), room, error, reason);
}

static void
apply_setting (GstRoomSignal *self, guint property)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, properties[property]->value_type);
  GST_OBJECT_LOCK (self);
  g_value_copy (&self->settings[property], &value);
  GST_OBJECT_UNLOCK (self);
  g_object_set_property (G_OBJECT (self->room), properties[property]->name, &value);
  g_value_unset (&value);
}

typedef struct {
  GstRoomSignal *self;
  guint property;
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  gst_object_unref (change->self);
  g_free (change);
}

static gboolean
apply_change (gpointer data)
{
  Change *change = data;

  /* Otherwise the next join takes it. */
  if (change->self->membership.wanted)
    apply_setting (change->self, change->property);
  return G_SOURCE_REMOVE;
}

/* Unset, the room keeps what it has. Set, each join sends it, where a room sends only changes. */
static void
apply_extra_info (GstRoomSignal *self)
{
  g_autofree char *extra_info = dup_setting (self, PROP_EXTRA_INFO);

  if (!extra_info)
    return;
  g_object_set (self->room, "extra-info", NULL, NULL);
  g_object_set (self->room, "extra-info", extra_info, NULL);
}

/* What a room is found by, and who is in it */
static const guint whereabouts[] = { PROP_SERVER, PROP_CHANNEL, PROP_APP_KEY, PROP_UID };

static gboolean
is_elsewhere (GstElement *element)
{
  GstRoomSignal *self = GST_ROOM_SIGNAL (element);
  gboolean elsewhere = FALSE;

  GST_OBJECT_LOCK (self);
  for (guint i = 0; i < G_N_ELEMENTS (whereabouts); i++)
    elsewhere |=
        g_strcmp0 (g_value_get_string (&self->settings[whereabouts[i]]), self->whereabouts[i]) != 0;
  GST_OBJECT_UNLOCK (self);
  return elsewhere;
}

static GstRoomPlace
prepare_join (GstElement *element)
{
  GstRoomSignal *self = GST_ROOM_SIGNAL (element);
  g_autofree char *channel = NULL;
  gboolean listen;

  GST_OBJECT_LOCK (self);
  for (guint i = 0; i < G_N_ELEMENTS (whereabouts); i++)
    replace_string (&self->whereabouts[i], g_value_get_string (&self->settings[whereabouts[i]]));
  channel = g_value_dup_string (&self->settings[PROP_CHANNEL]);
  listen = self->listen;
  GST_OBJECT_UNLOCK (self);

  if (!listen && (!channel || !*channel))
    return GST_ROOM_NOWHERE;
  for (guint i = FIRST_SETTING; i <= LAST_SETTING; i++) {
    if (i != PROP_EXTRA_INFO)
      apply_setting (self, i);
  }
  apply_extra_info (self);
  return channel && *channel ? GST_ROOM_INSIDE : GST_ROOM_LISTENING;
}

/* What is given is for later joins, too. */
static void
renew_token (GstRoomSignal *self, const char *token)
{
  if (token && *token) {
    GST_OBJECT_LOCK (self);
    g_value_set_string (&self->settings[PROP_TOKEN], token);
    GST_OBJECT_UNLOCK (self);
  }
  gst_room_token_renew (GST_ELEMENT (self), self->room, token);
}

static gboolean
check_channel (GstRoomSignal *self)
{
  g_autofree char *channel = dup_setting (self, PROP_CHANNEL);

  if ((channel && *channel) || self->listen)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS,
                     ("“channel” is not set. Name the room to join, for example: gst-launch-1.0 "
                      "roomsignal channel=standup; or set “listen” and “uid”, to be invited"),
                     (NULL));
  return FALSE;
}

static GstStateChangeReturn
gst_room_signal_change_state (GstElement *element, GstStateChange transition)
{
  GstRoomSignal *self = GST_ROOM_SIGNAL (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY)
    gst_room_context_announce (element);
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !check_channel (self))
    return GST_STATE_CHANGE_FAILURE;

  result = GST_ELEMENT_CLASS (gst_room_signal_parent_class)->change_state (element, transition);
  if (result == GST_STATE_CHANGE_FAILURE)
    return result;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    gst_room_membership_join (&self->membership);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_room_membership_leave (&self->membership);
  return result;
}

/* Returns: whether it is one of those that the element keeps for itself */
static gboolean
set_flag (GstRoomSignal *self, guint id, const GValue *value)
{
  gboolean *flag = id == PROP_LISTEN ? &self->listen : &self->auto_answer;

  if (id != PROP_LISTEN && id != PROP_AUTO_ANSWER)
    return FALSE;
  GST_OBJECT_LOCK (self);
  *flag = g_value_get_boolean (value);
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static void
gst_room_signal_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstRoomSignal *self = GST_ROOM_SIGNAL (object);
  Change *change;

  if (set_flag (self, id, value))
    return;
  if (id < FIRST_SETTING || id > LAST_SETTING) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }

  GST_OBJECT_LOCK (self);
  g_value_copy (value, &self->settings[id]);
  GST_OBJECT_UNLOCK (self);

  if (id == PROP_CHANNEL) {
    gst_room_membership_move (&self->membership);
  } else if (pspec->flags & GST_PARAM_MUTABLE_PLAYING) {
    change = g_new (Change, 1);
    change->self = gst_object_ref (self);
    change->property = id;
    in_room_thread (self, apply_change, change, change_free);
  }
}

static void
gst_room_signal_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstRoomSignal *self = GST_ROOM_SIGNAL (object);

  GST_OBJECT_LOCK (self);
  if (id == PROP_UID && self->uid)
    g_value_set_string (value, self->uid);
  else if (id == PROP_EXTRA_INFO && self->uid)
    g_value_set_string (value, self->extra_info);
  else if (id >= FIRST_SETTING && id <= LAST_SETTING)
    g_value_copy (&self->settings[id], value);
  else if (id == PROP_STATE)
    g_value_set_enum (value, self->state);
  else if (id == PROP_ROLE)
    g_value_set_enum (value, self->role);
  else if (id == PROP_GRANTS)
    g_value_set_flags (value, self->grants);
  else if (id == PROP_MEMBER_COUNT || id == PROP_MUTED_BY_ADMIN)
    g_object_get_property (G_OBJECT (self->room), pspec->name, value);
  else if (id == PROP_ROOM)
    g_value_set_object (value, self->room);
  else if (id == PROP_LISTEN)
    g_value_set_boolean (value, self->listen);
  else if (id == PROP_AUTO_ANSWER)
    g_value_set_boolean (value, self->auto_answer);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  GST_OBJECT_UNLOCK (self);
}

static gboolean
nothing (gpointer room)
{
  return G_SOURCE_REMOVE;
}

static void
gst_room_signal_finalize (GObject *object)
{
  GstRoomSignal *self = GST_ROOM_SIGNAL (object);

  for (guint i = FIRST_SETTING; i <= LAST_SETTING; i++)
    g_value_unset (&self->settings[i]);
  g_free (self->uid);
  g_free (self->extra_info);
  for (guint i = 0; i < G_N_ELEMENTS (whereabouts); i++)
    g_free (self->whereabouts[i]);
  /* Let go of in its own thread, which may be on its way out of the room's functions just now. */
  g_main_context_invoke_full (nertc_room_get_context (self->room), G_PRIORITY_DEFAULT, nothing,
                              self->room, g_object_unref);
  G_OBJECT_CLASS (gst_room_signal_parent_class)->finalize (object);
}

#define READABLE (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)
#define SETTABLE (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)
#define CHANGEABLE (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING)

static void
install_settings (void)
{
  properties[PROP_SERVER] =
      g_param_spec_string ("server", "Server", "URL of the nertc-server, ws:// or wss://",
                           NERTC_DEFAULT_SERVER, SETTABLE);
  properties[PROP_TLS_CA_FILE] = g_param_spec_string (
      "tls-ca-file", "TLS CA file",
      "PEM file with the certificates of those who may have issued that of the server, for wss:// "
      "and nertcs://; nobody else is trusted then; unset = those whom the system trusts",
      NULL, SETTABLE);
  properties[PROP_CHANNEL] = g_param_spec_string (
      "channel", "Channel",
      "Name of the room, 1 to 64 bytes out of a-z A-Z 0-9 space !#$%&()+-:;<=.>?@[]^_{}|~,; the "
      "same name is the same room, and the first to join makes it; another name, set while in a "
      "room, leaves that one and joins this",
      NULL, CHANGEABLE);
  properties[PROP_APP_KEY] = g_param_spec_string (
      "app-key", "App key", "Application to which room, uids and stream ids belong; unset = none",
      NULL, SETTABLE);
  properties[PROP_UID] = g_param_spec_string (
      "uid", "User id",
      "Who joins, unique in the room, 1 to 64 printable ASCII characters; unset = the server "
      "assigns one. Reads as the one in force while in the room",
      NULL, SETTABLE);
  properties[PROP_USER_UPDATES] = g_param_spec_boolean (
      "user-updates", "User updates", "Whether to be told of the members that come, change and go",
      TRUE, SETTABLE);
  properties[PROP_JOIN_TIMEOUT] = g_param_spec_uint (
      "join-timeout", "Join timeout", "How long the first join may take, in milliseconds", 1,
      G_MAXUINT, JOIN_TIMEOUT_DEFAULT, SETTABLE);
  properties[PROP_RECONNECT_TIMEOUT] =
      g_param_spec_uint ("reconnect-timeout", "Reconnect timeout",
                         "How long a lost connection is tried to be made again, in milliseconds", 0,
                         G_MAXUINT, RECONNECT_TIMEOUT_DEFAULT, SETTABLE);

  properties[PROP_USER_NAME] = g_param_spec_string (
      "user-name", "User name",
      "What the others see as the name, need not be unique, up to 128 characters", NULL,
      CHANGEABLE);
  properties[PROP_USER_DATA] = g_param_spec_string (
      "user-data", "User data", "Anything about the member for the others, up to 1024 characters",
      NULL, CHANGEABLE);
  properties[PROP_EXTRA_INFO] = g_param_spec_string (
      "extra-info", "Extra info",
      "Anything about the room for all members, up to 1024 characters; unset = left as it is. "
      "Reads as what the room has while in the room",
      NULL, CHANGEABLE);
}

static void
install_tokens (void)
{
  properties[PROP_TOKEN] = g_param_spec_string (
      "token", "Token",
      "Token that lets this member in; better use token-file or the environment variable "
      "NERTC_TOKEN, for others see a command line. Cannot be read back. A change counts at the "
      "next "
      "join or renewal",
      NULL, CHANGEABLE & ~(guint) G_PARAM_READABLE);
  properties[PROP_TOKEN_FILE] = g_param_spec_string (
      "token-file", "Token file",
      "Path of a file with the token, read at each join; another token in it is sent when the one "
      "before runs out",
      NULL, CHANGEABLE);
  properties[PROP_ROLE] =
      g_param_spec_enum ("role", "Role", "What this member is in the room: host or audience",
                         NERTC_TYPE_MEMBER_ROLE, NERTC_MEMBER_ROLE_HOST, READABLE);
  properties[PROP_GRANTS] = g_param_spec_flags (
      "grants", "Grants", "What this member may do in the room; none while it is not in it",
      NERTC_TYPE_GRANTS, NERTC_GRANTS_NONE, READABLE);
  properties[PROP_MUTED_BY_ADMIN] = g_param_spec_flags (
      "muted-by-admin", "Muted by admin",
      "What an administrator has muted of all that this member publishes; it is not sent",
      NERTC_TYPE_MEDIA, NERTC_MEDIA_NONE, READABLE);
}

static void
install_invitations (void)
{
  properties[PROP_LISTEN] = g_param_spec_boolean (
      "listen", "Listen",
      "Whether to be reachable for invitations while channel is not set; needs a uid", FALSE,
      SETTABLE);
  properties[PROP_AUTO_ANSWER] = g_param_spec_boolean (
      "auto-answer", "Auto answer",
      "Whether to accept invitations by itself, unless others are in the room: then it is busy. "
      "With listen it waits for the next one when the others have left",
      FALSE, CHANGEABLE);
}

static void
install_properties (GObjectClass *object_class)
{
  install_settings ();
  install_tokens ();
  install_invitations ();
  properties[PROP_STATE] =
      g_param_spec_enum ("state", "State", "Where the membership stands", NERTC_TYPE_ROOM_STATE,
                         NERTC_ROOM_STATE_DISCONNECTED, READABLE);
  properties[PROP_MEMBER_COUNT] =
      g_param_spec_uint ("member-count", "Member count",
                         "How many members the room has, this one among them; 0: not in it", 0,
                         G_MAXUINT, 0, READABLE);
  properties[PROP_ROOM] = g_param_spec_object (
      "room", "Room", "The room, for applications; it emits its signals in a thread of its own",
      NERTC_TYPE_ROOM, READABLE);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
gst_room_signal_class_init (GstRoomSignalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = gst_room_signal_set_property;
  object_class->get_property = gst_room_signal_get_property;
  object_class->finalize = gst_room_signal_finalize;
  element_class->change_state = gst_room_signal_change_state;

  install_properties (object_class);
  gst_room_events_install (GST_TYPE_ROOM_SIGNAL);
  gst_room_token_install (GST_TYPE_ROOM_SIGNAL, G_CALLBACK (renew_token));
  gst_room_moderation_install (GST_TYPE_ROOM_SIGNAL);
  gst_room_invitations_install (GST_TYPE_ROOM_SIGNAL);

  gst_element_class_set_static_metadata (
      element_class, "Room signalling", "Network/Signalling",
      "Joins a room of a nertc-server and shares it with nertcsink and nertcsrc", "gst-nertc");
  GST_DEBUG_CATEGORY_INIT (room_signal_debug, "roomsignal", 0, "joins a room");
}

static void
gst_room_signal_init (GstRoomSignal *self)
{
  GstElement *element = GST_ELEMENT (self);

  self->room = gst_room_thread_new_room ();
  self->membership.element = element;
  self->membership.room = self->room;
  self->membership.prepare = prepare_join;
  self->membership.is_elsewhere = is_elsewhere;
  for (guint i = FIRST_SETTING; i <= LAST_SETTING; i++) {
    g_value_init (&self->settings[i], properties[i]->value_type);
    g_param_value_set_default (properties[i], &self->settings[i]);
  }

  gst_room_events_listen (element, self->room, "state-changed", G_CALLBACK (on_state_changed));
  gst_room_events_listen (element, self->room, "notify::extra-info", G_CALLBACK (on_extra_info));
  gst_room_events_listen (element, self->room, "closed", G_CALLBACK (on_closed));
  gst_room_events_listen (element, self->room, "notify::role", G_CALLBACK (on_rights));
  gst_room_events_listen (element, self->room, "notify::grants", G_CALLBACK (on_rights));
  gst_room_moderation_listen (element, self->room);
  gst_room_events_listen_to_others (element, self->room);
  gst_room_invitations_listen (element, self->room);
}
