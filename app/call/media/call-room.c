/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-room-private.h"

#include <glib/gi18n.h>

#include "call-media-private.h"
#include "call-pipeline.h"

/**
 * CallRoom:
 *
 * The pipeline of a call is there from the wish to join, or to be called, until that is over:
 *
 *     roomsignal
 *     appsrc ─► nertcsink          camera and microphone: CallPublisher, as taps of CallMedia
 *     appsrc ─► nertcsink          a shared screen
 *     nertcsrc ─► pictures         CallReceiver
 *              └► mixer ─► appsink CallPlayback ─► the speaker, a pipeline of its own
 *
 * It is stopped in another thread, since a leave waits for the server; a next one begins when that
 * has ended, as otherwise the user would still be in the room.
 */
G_DEFINE_FINAL_TYPE (CallRoom, call_room, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_STATE,
  PROP_CHANNEL,
  PROP_UID,
  PROP_LINK,
  PROP_MEMBERS,
  PROP_STREAMS,
  PROP_TILES,
  PROP_MESSAGES,
  PROP_UNREAD,
  PROP_SPEAKER,
  PROP_PROBLEM,
  PROP_IS_ADMIN,
  PROP_MAY_PUBLISH,
  PROP_MAY_MESSAGE,
  PROP_PUBLISHED,
  PROP_INVITATION,
  PROP_INVITATIONS,
  PROP_MEDIA,
  N_PROPS,
};

enum {
  NOTICE,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
notify (CallRoom *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* The one door for the state */
void
call_room_enter (CallRoom *self, CallRoomState state)
{
  if (self->state == state)
    return;
  self->state = state;
  notify (self, PROP_STATE);
}

void
call_room_set_speaker (CallRoom *self, CallMember *speaker)
{
  if (g_set_object (&self->speaker, speaker))
    notify (self, PROP_SPEAKER);
}

void
call_room_set_uid (CallRoom *self, const char *uid)
{
  if (g_strcmp0 (self->uid, uid) == 0)
    return;
  g_free (self->uid);
  self->uid = g_strdup (uid);
  if (self->user)
    g_object_set (self->user, "uid", uid, NULL);
  notify (self, PROP_UID);
}

void
call_room_set_grants (CallRoom *self, guint grants)
{
  if (self->grants == grants)
    return;
  self->grants = grants;
  notify (self, PROP_IS_ADMIN);
  notify (self, PROP_MAY_PUBLISH);
  notify (self, PROP_MAY_MESSAGE);
}

/* In the conversation, and for whoever shows or speaks it */
void
call_room_give_notice (CallRoom *self, const char *text)
{
  call_conversation_notice (self->conversation, text);
  g_signal_emit (self, signals[NOTICE], 0, text);
}

static void
set_problem (CallRoom *self, CallProblem *problem)
{
  if (g_set_object (&self->problem, problem))
    notify (self, PROP_PROBLEM);
}

/* A volume is the member's; what is mixed are streams. */
static void
apply_volume (CallRoom *self, CallStream *stream)
{
  CallMember *member = call_stream_get_member (stream);

  if (!call_stream_is_own (stream))
    call_playback_set_volume (self->playback, call_stream_get_id (stream),
                              call_member_get_volume (member),
                              call_member_is_muted_for_me (member));
}

static void
on_volume_changed (CallRoom *self, GParamSpec *pspec, CallMember *member)
{
  GListModel *streams = G_LIST_MODEL (self->streams);

  for (guint i = 0; self->playback && i < g_list_model_get_n_items (streams); i++) {
    g_autoptr (CallStream) stream = g_list_model_get_item (streams, i);

    if (call_stream_get_member (stream) == member)
      apply_volume (self, stream);
  }
}

static void
on_members_changed (CallRoom *self, guint position, guint removed, guint added, GListModel *members)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (CallMember) member = g_list_model_get_item (members, i);

    if (call_member_is_self (member))
      continue;
    g_signal_connect_object (member, "notify::volume", G_CALLBACK (on_volume_changed), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (member, "notify::muted-for-me", G_CALLBACK (on_volume_changed), self,
                             G_CONNECT_SWAPPED);
  }
  if (removed && self->speaker && !g_list_store_find (self->members, self->speaker, NULL))
    call_room_set_speaker (self, NULL);
}

static void
on_streams_changed (CallRoom *self, guint position, guint removed, guint added, GListModel *streams)
{
  for (guint i = position; self->playback && i < position + added; i++) {
    g_autoptr (CallStream) stream = g_list_model_get_item (streams, i);

    apply_volume (self, stream);
  }
}

static void
on_speaker_failed (CallRoom *self, GError *error)
{
  g_autoptr (CallProblem) problem = call_problem_new_from_media ("speaker", error);

  call_room_give_notice (self, call_problem_get_text (problem));
}

static void
on_speaker_changed (CallRoom *self)
{
  if (self->playback)
    call_playback_set_speaker (self->playback, call_media_get_speaker_device (self->media));
}

static void
on_audio_only_changed (CallRoom *self)
{
  gboolean audio_only;

  g_object_get (self->media, "audio-only", &audio_only, NULL);
  if (self->receiver)
    call_receiver_set_audio_only (self->receiver, audio_only);
}

/* What a call needs beside roomsignal; once, whether it is joined or answered */
void
call_room_begin_call (CallRoom *self)
{
  g_autoptr (NertcRoom) room = NULL;

  if (self->roster)
    return;
  g_object_get (self->roomsignal, "room", &room, NULL);
  self->settled = FALSE;
  self->roster = call_roster_new (room, self->user, self->members, self->streams);
  self->playback = call_playback_new (self->pipeline);
  g_signal_connect_swapped (self->playback, "failed", G_CALLBACK (on_speaker_failed), self);
  on_speaker_changed (self);
  self->receiver = call_receiver_new (self->pipeline, self->playback, G_LIST_MODEL (self->streams));
  on_audio_only_changed (self);
  call_media_set_in_call (self->media, TRUE);
  self->publisher =
      call_publisher_new (self->pipeline, self->media, self->user, self->streams, self->published);
}

/* Devices are let go at once. The next call begins published, as the lobby shows nothing else. */
void
call_room_end_call (CallRoom *self)
{
  if (!self->roster)
    return;
  call_publisher_end (self->publisher);
  call_media_set_in_call (self->media, FALSE);
  call_receiver_end (self->receiver);
  g_signal_handlers_disconnect_by_data (self->playback, self);
  call_playback_end (self->playback);
  call_roster_end (self->roster);
  g_clear_object (&self->publisher);
  g_clear_object (&self->receiver);
  g_clear_object (&self->playback);
  g_clear_object (&self->roster);
  call_room_set_speaker (self, NULL);
  call_room_set_published (self, TRUE);
}

static void begin (CallRoom *self);

/* Returns: (transfer full) (nullable): the application, which goes on until on_left(), also when
 * its window has gone: otherwise the others would see a loss instead of a leave. */
static GApplication *
hold_application (void)
{
  GApplication *application = g_application_get_default ();

  if (!application)
    return NULL;
  g_application_hold (application);
  return g_object_ref (application);
}

static void
on_left (GObject *object, GAsyncResult *result, gpointer held)
{
  CallRoom *self = CALL_ROOM (object);
  g_autoptr (GApplication) application = held;

  if (application)
    g_application_release (application);
  self->leaving = FALSE;
  if (self->waiting != CALL_ROOM_IDLE)
    begin (self);
}

static void
stop_pipeline (GTask *task, gpointer source, gpointer pipeline, GCancellable *cancellable)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_task_return_boolean (task, TRUE);
}

static void
drop_pipeline (CallRoom *self)
{
  g_autoptr (GTask) task = NULL;

  if (!self->pipeline)
    return;
  call_room_end_call (self);
  if (self->bus_watch)
    g_clear_handle_id (&self->bus_watch, g_source_remove);
  self->leaving = TRUE;
  task = g_task_new (self, NULL, on_left, hold_application ());
  g_task_set_task_data (task, g_steal_pointer (&self->pipeline), gst_object_unref);
  g_task_run_in_thread (task, stop_pipeline);
  g_clear_object (&self->roomsignal);
  g_clear_object (&self->user);
  call_invitations_forget (self->invitations);
  call_room_set_grants (self, 0);
}

/* A try to be called by others may end in the state in which it began: that is told, too.
 *
 * problem: (nullable): NULL: as the user wished */
void
call_room_end (CallRoom *self, CallProblem *problem)
{
  self->waiting = CALL_ROOM_IDLE;
  drop_pipeline (self);
  set_problem (self, problem);
  if (self->state == CALL_ROOM_ENDED)
    notify (self, PROP_STATE);
  else
    call_room_enter (self, CALL_ROOM_ENDED);
}

static const char *
unless_empty (const char *text)
{
  return text && *text ? text : NULL;
}

static void
set_up_roomsignal (CallRoom *self)
{
  const CallAddress *address = self->address;
  gboolean listens = self->waiting == CALL_ROOM_LISTENING;

  if (unless_empty (address->server))
    g_object_set (self->roomsignal, "server", address->server, NULL);
  if (unless_empty (address->token))
    g_object_set (self->roomsignal, "token", address->token, NULL);
  if (unless_empty (address->token_file))
    g_object_set (self->roomsignal, "token-file", address->token_file, NULL);
  g_object_set (self->roomsignal, "app-key", unless_empty (address->app_key), "uid",
                unless_empty (address->uid), "user-name", unless_empty (address->user_name),
                "channel", listens ? NULL : address->channel, "listen", listens, NULL);
}

static gboolean
make_pipeline (CallRoom *self, GError **error)
{
  g_autoptr (GstBus) bus = NULL;

  self->roomsignal = call_pipeline_make ("roomsignal", error);
  if (!self->roomsignal)
    return FALSE;
  gst_object_ref_sink (self->roomsignal);
  set_up_roomsignal (self);
  self->pipeline = call_pipeline_new ("call");
  gst_bin_add (GST_BIN (self->pipeline), self->roomsignal);
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, call_room_on_message, self);
  self->user = call_member_new (unless_empty (self->address->uid), TRUE);
  g_object_set (self->user, "user-name", self->address->user_name, NULL);
  return TRUE;
}

static void
begin (CallRoom *self)
{
  CallRoomState wish = self->waiting;
  g_autoptr (GError) error = NULL;

  if (!make_pipeline (self, &error)) {
    g_autoptr (CallProblem) problem = call_problem_new_from_media (NULL, error);

    call_room_end (self, problem);
    return;
  }
  g_clear_pointer (&self->farewell, g_free);
  self->waiting = CALL_ROOM_IDLE;
  if (wish == CALL_ROOM_JOINING)
    call_room_begin_call (self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
set_address (CallRoom *self, const CallAddress *address)
{
  CallAddress *copy = call_address_copy (address);

  call_address_free (self->address);
  self->address = copy;
  notify (self, PROP_CHANNEL);
  notify (self, PROP_LINK);
}

static void
start (CallRoom *self, const CallAddress *address, CallRoomState wish)
{
  drop_pipeline (self);
  set_problem (self, NULL);
  call_conversation_clear (self->conversation);
  call_room_set_uid (self, NULL);
  set_address (self, address);
  self->waiting = wish;
  if (wish == CALL_ROOM_JOINING)
    call_room_enter (self, CALL_ROOM_JOINING);
  if (!self->leaving)
    begin (self);
}

/* Whatever is under way is left for it. */
void
call_room_join (CallRoom *self, const CallAddress *address)
{
  start (self, address, CALL_ROOM_JOINING);
}

/* To be called by others, in no room; address needs a uid, and no channel */
void
call_room_listen (CallRoom *self, const CallAddress *address)
{
  start (self, address, CALL_ROOM_LISTENING);
}

void
call_room_leave (CallRoom *self)
{
  if (self->pipeline || self->waiting != CALL_ROOM_IDLE)
    call_room_end (self, NULL);
}

CallRoomState
call_room_get_state (CallRoom *self)
{
  return self->state;
}

/* Returns: (transfer none): of the last join */
const CallAddress *
call_room_get_address (CallRoom *self)
{
  return self->address;
}

const char *
call_room_get_channel (CallRoom *self)
{
  return self->address->channel;
}

const char *
call_room_get_uid (CallRoom *self)
{
  return self->uid;
}

/* Returns: (transfer full): a link that leads others here */
char *
call_room_dup_link (CallRoom *self)
{
  const CallAddress here = {
    .server = self->address->server,
    .app_key = self->address->app_key,
    .channel = self->address->channel,
  };

  return here.channel ? call_address_to_link (&here) : NULL;
}

CallProblem *
call_room_get_problem (CallRoom *self)
{
  return self->problem;
}

CallMedia *
call_room_get_media (CallRoom *self)
{
  return self->media;
}

/* Returns: (nullable): NULL: there is no call */
CallMember *
call_room_get_self (CallRoom *self)
{
  return self->user;
}

CallMember *
call_room_get_speaker (CallRoom *self)
{
  return self->speaker;
}

GListModel *
call_room_get_members (CallRoom *self)
{
  return G_LIST_MODEL (self->members);
}

GListModel *
call_room_get_streams (CallRoom *self)
{
  return G_LIST_MODEL (self->streams);
}

GListModel *
call_room_get_tiles (CallRoom *self)
{
  return G_LIST_MODEL (self->tiles);
}

GListModel *
call_room_get_messages (CallRoom *self)
{
  return call_conversation_get_messages (self->conversation);
}

GListModel *
call_room_get_invitations (CallRoom *self)
{
  return call_invitations_get_sent (self->invitations);
}

CallInvitation *
call_room_get_invitation (CallRoom *self)
{
  return call_invitations_get_ringing (self->invitations);
}

gboolean
call_room_is_admin (CallRoom *self)
{
  return (self->grants & NERTC_GRANTS_ADMIN) != 0;
}

gboolean
call_room_may_message (CallRoom *self)
{
  return (self->grants & NERTC_GRANTS_MESSAGE) != 0;
}

gboolean
call_room_is_published (CallRoom *self)
{
  return self->published;
}

void
call_room_set_published (CallRoom *self, gboolean published)
{
  if (self->published == published)
    return;
  self->published = published;
  if (self->publisher)
    call_publisher_set_published (self->publisher, published);
  notify (self, PROP_PUBLISHED);
}

CallReceiver *
call_room_get_receiver (CallRoom *self)
{
  return self->receiver;
}

CallPlayback *
call_room_get_playback (CallRoom *self)
{
  return self->playback;
}

static void
call_room_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallRoom *self = CALL_ROOM (object);

  switch (id) {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_CHANNEL:
      g_value_set_string (value, self->address->channel);
      break;
    case PROP_UID:
      g_value_set_string (value, self->uid);
      break;
    case PROP_LINK:
      g_value_take_string (value, call_room_dup_link (self));
      break;
    case PROP_MEMBERS:
      g_value_set_object (value, self->members);
      break;
    case PROP_STREAMS:
      g_value_set_object (value, self->streams);
      break;
    case PROP_TILES:
      g_value_set_object (value, self->tiles);
      break;
    case PROP_MESSAGES:
      g_value_set_object (value, call_room_get_messages (self));
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, call_conversation_get_unread (self->conversation));
      break;
    case PROP_SPEAKER:
      g_value_set_object (value, self->speaker);
      break;
    case PROP_PROBLEM:
      g_value_set_object (value, self->problem);
      break;
    case PROP_IS_ADMIN:
      g_value_set_boolean (value, call_room_is_admin (self));
      break;
    case PROP_MAY_PUBLISH:
      g_value_set_boolean (value, (self->grants & NERTC_GRANTS_PUBLISH) != 0);
      break;
    case PROP_MAY_MESSAGE:
      g_value_set_boolean (value, call_room_may_message (self));
      break;
    case PROP_PUBLISHED:
      g_value_set_boolean (value, self->published);
      break;
    case PROP_INVITATION:
      g_value_set_object (value, call_room_get_invitation (self));
      break;
    case PROP_INVITATIONS:
      g_value_set_object (value, call_room_get_invitations (self));
      break;
    case PROP_MEDIA:
      g_value_set_object (value, self->media);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_room_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallRoom *self = CALL_ROOM (object);

  switch (id) {
    case PROP_PUBLISHED:
      call_room_set_published (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_room_dispose (GObject *object)
{
  CallRoom *self = CALL_ROOM (object);

  if (self->media) {
    self->waiting = CALL_ROOM_IDLE;
    drop_pipeline (self);
    g_signal_handlers_disconnect_by_data (self->media, self);
    g_clear_object (&self->media);
  }
  G_OBJECT_CLASS (call_room_parent_class)->dispose (object);
}

static void
call_room_finalize (GObject *object)
{
  CallRoom *self = CALL_ROOM (object);

  g_clear_object (&self->problem);
  g_clear_object (&self->tiles);
  g_clear_object (&self->members);
  g_clear_object (&self->streams);
  g_clear_object (&self->conversation);
  g_clear_object (&self->invitations);
  call_address_free (self->address);
  g_free (self->uid);
  g_free (self->farewell);
  G_OBJECT_CLASS (call_room_parent_class)->finalize (object);
}

static void
install_list_properties (GParamFlags read)
{
  properties[PROP_MEMBERS] = g_param_spec_object ("members", NULL, NULL, G_TYPE_LIST_MODEL, read);
  properties[PROP_STREAMS] = g_param_spec_object ("streams", NULL, NULL, G_TYPE_LIST_MODEL, read);
  properties[PROP_TILES] = g_param_spec_object ("tiles", NULL, NULL, G_TYPE_LIST_MODEL, read);
  properties[PROP_MESSAGES] = g_param_spec_object ("messages", NULL, NULL, G_TYPE_LIST_MODEL, read);
  properties[PROP_INVITATIONS] =
      g_param_spec_object ("invitations", NULL, NULL, G_TYPE_LIST_MODEL, read);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags written = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_STATE] =
      g_param_spec_uint ("state", NULL, NULL, 0, CALL_ROOM_ENDED, CALL_ROOM_IDLE, read);
  properties[PROP_CHANNEL] = g_param_spec_string ("channel", NULL, NULL, NULL, read);
  properties[PROP_UID] = g_param_spec_string ("uid", NULL, NULL, NULL, read);
  properties[PROP_LINK] = g_param_spec_string ("link", NULL, NULL, NULL, read);
  properties[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, read);
  properties[PROP_SPEAKER] = g_param_spec_object ("speaker", NULL, NULL, CALL_TYPE_MEMBER, read);
  properties[PROP_PROBLEM] = g_param_spec_object ("problem", NULL, NULL, CALL_TYPE_PROBLEM, read);
  properties[PROP_IS_ADMIN] = g_param_spec_boolean ("is-admin", NULL, NULL, FALSE, read);
  properties[PROP_MAY_PUBLISH] = g_param_spec_boolean ("may-publish", NULL, NULL, FALSE, read);
  properties[PROP_MAY_MESSAGE] = g_param_spec_boolean ("may-message", NULL, NULL, FALSE, read);
  properties[PROP_PUBLISHED] = g_param_spec_boolean ("published", NULL, NULL, TRUE, written);
  properties[PROP_INVITATION] =
      g_param_spec_object ("invitation", NULL, NULL, CALL_TYPE_INVITATION, read);
  properties[PROP_MEDIA] = g_param_spec_object ("media", NULL, NULL, CALL_TYPE_MEDIA, read);
  install_list_properties (read);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_room_class_init (CallRoomClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_room_dispose;
  object_class->finalize = call_room_finalize;
  object_class->get_property = call_room_get_property;
  object_class->set_property = call_room_set_property;
  install_properties (object_class);
  signals[NOTICE] = g_signal_new ("notice", CALL_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
on_unread_changed (CallRoom *self)
{
  notify (self, PROP_UNREAD);
}

static void
on_invitation_changed (CallRoom *self)
{
  notify (self, PROP_INVITATION);
}

static void
call_room_init (CallRoom *self)
{
  self->published = TRUE;
  self->address = call_address_new ();
  self->members = g_list_store_new (CALL_TYPE_MEMBER);
  self->streams = g_list_store_new (CALL_TYPE_STREAM);
  self->tiles = call_tiles_new (G_LIST_MODEL (self->members), G_LIST_MODEL (self->streams));
  self->conversation = call_conversation_new ();
  self->invitations = call_invitations_new ();
  g_signal_connect_object (self->conversation, "notify::unread", G_CALLBACK (on_unread_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->invitations, "notify::invitation",
                           G_CALLBACK (on_invitation_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->members, "items-changed", G_CALLBACK (on_members_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->streams, "items-changed", G_CALLBACK (on_streams_changed), self,
                           G_CONNECT_SWAPPED);
}

/* Returns: (transfer full) */
CallRoom *
call_room_new (CallMedia *media)
{
  CallRoom *self = g_object_new (CALL_TYPE_ROOM, NULL);

  self->media = g_object_ref (media);
  g_signal_connect_swapped (media, "notify::speaker", G_CALLBACK (on_speaker_changed), self);
  g_signal_connect_swapped (media, "notify::audio-only", G_CALLBACK (on_audio_only_changed), self);
  g_signal_connect_swapped (media, "notice", G_CALLBACK (call_room_give_notice), self);
  return self;
}
