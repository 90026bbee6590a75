/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-room.h"

#include "call-tiles.h"

struct _CallRoom {
  GObject parent_instance;

  guint state;
  gboolean is_admin;
  gboolean may_message;
  gboolean published;
  CallAddress *address;
  CallInvitation *invitation;
  GListStore *members;
  GListStore *streams;
  GListStore *messages;
  GListStore *invitations;
  CallTiles *tiles;
  GString *requests;
};

G_DEFINE_FINAL_TYPE (CallRoom, call_room, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_STATE,
  PROP_IS_ADMIN,
  PROP_MAY_MESSAGE,
  PROP_PUBLISHED,
  PROP_UNREAD,
  PROP_INVITATION,
  PROP_MEMBERS,
  PROP_STREAMS,
  PROP_TILES,
  PROP_MESSAGES,
  PROP_INVITATIONS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void call_room_request (CallRoom *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
call_room_request (CallRoom *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_string_append_vprintf (self->requests, format, arguments);
  va_end (arguments);
  g_string_append_c (self->requests, '\n');
}

static void
call_room_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallRoom *self = CALL_ROOM (object);

  switch (id) {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_IS_ADMIN:
      g_value_set_boolean (value, self->is_admin);
      break;
    case PROP_MAY_MESSAGE:
      g_value_set_boolean (value, self->may_message);
      break;
    case PROP_PUBLISHED:
      g_value_set_boolean (value, self->published);
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, 0);
      break;
    case PROP_INVITATION:
      g_value_set_object (value, self->invitation);
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
      g_value_set_object (value, self->messages);
      break;
    case PROP_INVITATIONS:
      g_value_set_object (value, self->invitations);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_room_finalize (GObject *object)
{
  CallRoom *self = CALL_ROOM (object);

  g_clear_object (&self->invitation);
  g_object_unref (self->tiles);
  g_object_unref (self->members);
  g_object_unref (self->streams);
  g_object_unref (self->messages);
  g_object_unref (self->invitations);
  call_address_free (self->address);
  g_string_free (self->requests, TRUE);
  G_OBJECT_CLASS (call_room_parent_class)->finalize (object);
}

static GParamSpec *
list_property (const char *name)
{
  return g_param_spec_object (name, NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE);
}

static GParamSpec *
flag_property (const char *name)
{
  return g_param_spec_boolean (name, NULL, NULL, FALSE, G_PARAM_READABLE);
}

static void
call_room_class_init (CallRoomClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->finalize = call_room_finalize;
  object_class->get_property = call_room_get_property;
  properties[PROP_STATE] =
      g_param_spec_uint ("state", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE);
  properties[PROP_UNREAD] =
      g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE);
  properties[PROP_IS_ADMIN] = flag_property ("is-admin");
  properties[PROP_MAY_MESSAGE] = flag_property ("may-message");
  properties[PROP_PUBLISHED] = flag_property ("published");
  properties[PROP_INVITATION] =
      g_param_spec_object ("invitation", NULL, NULL, CALL_TYPE_INVITATION, G_PARAM_READABLE);
  properties[PROP_MEMBERS] = list_property ("members");
  properties[PROP_STREAMS] = list_property ("streams");
  properties[PROP_TILES] = list_property ("tiles");
  properties[PROP_MESSAGES] = list_property ("messages");
  properties[PROP_INVITATIONS] = list_property ("invitations");
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_signal_new ("notice", CALL_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
}

static void
call_room_init (CallRoom *self)
{
  self->may_message = TRUE;
  self->address = call_address_new ();
  self->requests = g_string_new (NULL);
  self->members = g_list_store_new (CALL_TYPE_MEMBER);
  self->streams = g_list_store_new (CALL_TYPE_STREAM);
  self->messages = g_list_store_new (CALL_TYPE_MESSAGE);
  self->invitations = g_list_store_new (CALL_TYPE_INVITATION);
  self->tiles = call_tiles_new (G_LIST_MODEL (self->members), G_LIST_MODEL (self->streams));
}

/* For tests */

CallRoom *
fake_room_new (void)
{
  CallRoom *self = g_object_new (CALL_TYPE_ROOM, NULL);
  g_autoptr (CallMember) user = call_member_new ("me", TRUE);

  g_object_set (user, "user-name", "Grace", NULL);
  g_list_store_append (self->members, user);
  self->state = CALL_ROOM_IN_CALL;
  return self;
}

void
fake_room_set_admin (CallRoom *self, gboolean admin)
{
  self->is_admin = admin;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_ADMIN]);
}

void
fake_room_set_may_message (CallRoom *self, gboolean may_message)
{
  self->may_message = may_message;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAY_MESSAGE]);
}

void
fake_room_set_state (CallRoom *self, CallRoomState state)
{
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
fake_room_set_invitation (CallRoom *self, CallInvitation *invitation)
{
  if (g_set_object (&self->invitation, invitation))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INVITATION]);
}

CallMember *
fake_room_add_member (CallRoom *self, const char *uid, const char *name)
{
  g_autoptr (CallMember) member = call_member_new (uid, FALSE);

  g_object_set (member, "user-name", name, NULL);
  g_list_store_append (self->members, member);
  return member;
}

CallStream *
fake_room_add_stream (CallRoom *self, CallMember *member, gboolean is_screen)
{
  g_autofree char *id =
      g_strdup_printf ("%s-%s", call_member_get_uid (member), is_screen ? "screen" : "camera");
  g_autoptr (CallStream) stream = call_stream_new (id, member, is_screen);

  g_object_set (stream, "has-audio", !is_screen, "has-video", TRUE, NULL);
  g_list_store_append (self->streams, stream);
  return stream;
}

CallMessage *
fake_room_say (CallRoom *self, CallMember *member, const char *text, GDateTime *time,
               CallMessageState state)
{
  g_autoptr (CallMessage) message =
      call_message_new (member ? call_member_get_uid (member) : NULL,
                        member ? call_member_get_name (member) : NULL, text, time, state);

  g_list_store_append (self->messages, message);
  return message;
}

CallInvitation *
fake_room_add_invitation (CallRoom *self, const char *uid, CallInvitationState state)
{
  g_autoptr (CallInvitation) invitation =
      call_invitation_new (uid, uid, NULL, "standup", NULL, FALSE);

  call_invitation_set_state (invitation, state, NULL);
  g_list_store_append (self->invitations, invitation);
  return invitation;
}

char *
fake_room_take_requests (CallRoom *self)
{
  GString *requests = g_steal_pointer (&self->requests);

  self->requests = g_string_new (NULL);
  return g_string_free (requests, FALSE);
}

/* What call-room.h promises */

CallRoom *
call_room_new (CallMedia *media)
{
  return fake_room_new ();
}

void
call_room_join (CallRoom *self, const CallAddress *address)
{
  call_room_request (self, "join %s", address->channel);
}

void
call_room_listen (CallRoom *self, const CallAddress *address)
{
  call_room_request (self, "listen %s", address->uid);
}

void
call_room_leave (CallRoom *self)
{
  call_room_request (self, "leave");
}

CallRoomState
call_room_get_state (CallRoom *self)
{
  return self->state;
}

const CallAddress *
call_room_get_address (CallRoom *self)
{
  return self->address;
}

const char *
call_room_get_channel (CallRoom *self)
{
  return "standup";
}

const char *
call_room_get_uid (CallRoom *self)
{
  return "me";
}

char *
call_room_dup_link (CallRoom *self)
{
  return g_strdup ("nertc://calls.example.org/standup");
}

CallProblem *
call_room_get_problem (CallRoom *self)
{
  return NULL;
}

CallMedia *
call_room_get_media (CallRoom *self)
{
  return NULL;
}

CallMember *
call_room_get_self (CallRoom *self)
{
  g_autoptr (CallMember) user = g_list_model_get_item (G_LIST_MODEL (self->members), 0);

  return user;
}

CallMember *
call_room_get_speaker (CallRoom *self)
{
  return NULL;
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
  return G_LIST_MODEL (self->messages);
}

GListModel *
call_room_get_invitations (CallRoom *self)
{
  return G_LIST_MODEL (self->invitations);
}

CallInvitation *
call_room_get_invitation (CallRoom *self)
{
  return self->invitation;
}

gboolean
call_room_is_admin (CallRoom *self)
{
  return self->is_admin;
}

gboolean
call_room_may_message (CallRoom *self)
{
  return self->may_message;
}

gboolean
call_room_is_published (CallRoom *self)
{
  return self->published;
}

void
call_room_set_published (CallRoom *self, gboolean published)
{
  call_room_request (self, "published %d", published);
}

void
call_room_send_message (CallRoom *self, const char *text)
{
  call_room_request (self, "send %s", text);
}

void
call_room_resend_message (CallRoom *self, CallMessage *message)
{
  call_room_request (self, "resend %s", call_message_get_text (message));
}

void
call_room_mark_read (CallRoom *self)
{
}

void
call_room_invite (CallRoom *self, const char *uid, const char *text)
{
  call_room_request (self, "invite %s", uid);
}

void
call_room_cancel_invitation (CallRoom *self, CallInvitation *invitation)
{
  call_room_request (self, "cancel %s", call_invitation_get_uid (invitation));
}

void
call_room_accept_invitation (CallRoom *self, CallInvitation *invitation)
{
  call_room_request (self, "accept %s", call_invitation_get_uid (invitation));
}

void
call_room_reject_invitation (CallRoom *self, CallInvitation *invitation, gboolean busy)
{
  call_room_request (self, "reject %s", call_invitation_get_uid (invitation));
}

void
call_room_mute_member (CallRoom *self, CallMember *member, gboolean audio, gboolean video)
{
  call_room_request (self, "mute %s %d %d", call_member_get_uid (member), audio, video);
}

void
call_room_set_audience (CallRoom *self, CallMember *member, gboolean audience)
{
  call_room_request (self, "audience %s %d", call_member_get_uid (member), audience);
}

void
call_room_kick (CallRoom *self, CallMember *member, const char *message)
{
  call_room_request (self, "kick %s %s", call_member_get_uid (member), message ? message : "-");
}

void
call_room_ban (CallRoom *self, CallMember *member, guint seconds, const char *message)
{
  call_room_request (self, "ban %s %u %s", call_member_get_uid (member), seconds,
                     message ? message : "-");
}

void
call_room_close (CallRoom *self, const char *message)
{
  call_room_request (self, "close %s", message ? message : "-");
}
