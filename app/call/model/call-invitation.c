/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-invitation.h"

#include "call-change.h"

struct _CallInvitation {
  GObject parent_instance;

  char *id;
  char *uid;
  char *name;
  char *channel;
  char *text;
  gboolean incoming;
  guint state;
  char *problem;
};

G_DEFINE_FINAL_TYPE (CallInvitation, call_invitation, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ID,
  PROP_UID,
  PROP_NAME,
  PROP_CHANNEL,
  PROP_TEXT,
  PROP_INCOMING,
  PROP_STATE,
  PROP_PROBLEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
call_invitation_finalize (GObject *object)
{
  CallInvitation *self = CALL_INVITATION (object);

  g_free (self->id);
  g_free (self->uid);
  g_free (self->name);
  g_free (self->channel);
  g_free (self->text);
  g_free (self->problem);
  G_OBJECT_CLASS (call_invitation_parent_class)->finalize (object);
}

static void
call_invitation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallInvitation *self = CALL_INVITATION (object);

  switch (id) {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_UID:
      g_value_set_string (value, self->uid);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_CHANNEL:
      g_value_set_string (value, self->channel);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_INCOMING:
      g_value_set_boolean (value, self->incoming);
      break;
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_invitation_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallInvitation *self = CALL_INVITATION (object);
  gboolean changed = FALSE;

  switch (id) {
    case PROP_ID:
      changed = call_change_string (&self->id, value);
      break;
    case PROP_UID:
      changed = call_change_string (&self->uid, value);
      break;
    case PROP_NAME:
      changed = call_change_string (&self->name, value);
      break;
    case PROP_CHANNEL:
      changed = call_change_string (&self->channel, value);
      break;
    case PROP_TEXT:
      changed = call_change_string (&self->text, value);
      break;
    case PROP_INCOMING:
      changed = call_change_boolean (&self->incoming, value);
      break;
    case PROP_STATE:
      changed = call_change_uint (&self->state, value);
      break;
    case PROP_PROBLEM:
      changed = call_change_string (&self->problem, value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  if (changed)
    g_object_notify_by_pspec (object, pspec);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags written = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags fixed = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, written);
  properties[PROP_UID] = g_param_spec_string ("uid", NULL, NULL, NULL, fixed);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, fixed);
  properties[PROP_CHANNEL] = g_param_spec_string ("channel", NULL, NULL, NULL, written);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, fixed);
  properties[PROP_INCOMING] = g_param_spec_boolean ("incoming", NULL, NULL, FALSE, fixed);
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, G_MAXUINT, 0, written);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, written);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_invitation_class_init (CallInvitationClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->finalize = call_invitation_finalize;
  object_class->get_property = call_invitation_get_property;
  object_class->set_property = call_invitation_set_property;
  install_properties (object_class);
}

static void
call_invitation_init (CallInvitation *self)
{
}

/* Returns: (transfer full) */
CallInvitation *
call_invitation_new (const char *id, const char *uid, const char *name, const char *channel,
                     const char *text, gboolean incoming)
{
  return g_object_new (CALL_TYPE_INVITATION, "id", id, "uid", uid, "name", name, "channel", channel,
                       "text", text, "incoming", incoming, NULL);
}

const char *
call_invitation_get_id (CallInvitation *self)
{
  return self->id;
}

const char *
call_invitation_get_uid (CallInvitation *self)
{
  return self->uid;
}

const char *
call_invitation_get_name (CallInvitation *self)
{
  return self->name && *self->name ? self->name : self->uid;
}

const char *
call_invitation_get_channel (CallInvitation *self)
{
  return self->channel;
}

const char *
call_invitation_get_text (CallInvitation *self)
{
  return self->text;
}

CallInvitationState
call_invitation_get_state (CallInvitation *self)
{
  return (CallInvitationState) self->state;
}

gboolean
call_invitation_is_over (CallInvitation *self)
{
  return self->state > CALL_INVITATION_RINGING;
}

void
call_invitation_set_state (CallInvitation *self, CallInvitationState state, const char *problem)
{
  g_object_set (self, "problem", problem, "state", state, NULL);
}
