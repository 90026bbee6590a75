/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-message.h"

#include "call-change.h"

struct _CallMessage {
  GObject parent_instance;

  char *uid;
  char *name;
  char *text;
  guint state;
  char *problem;
  GDateTime *time;
};

G_DEFINE_FINAL_TYPE (CallMessage, call_message, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_UID,
  PROP_NAME,
  PROP_TEXT,
  PROP_IS_OWN,
  PROP_STATE,
  PROP_PROBLEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
call_message_finalize (GObject *object)
{
  CallMessage *self = CALL_MESSAGE (object);

  g_free (self->uid);
  g_free (self->name);
  g_free (self->text);
  g_free (self->problem);
  g_date_time_unref (self->time);
  G_OBJECT_CLASS (call_message_parent_class)->finalize (object);
}

static void
call_message_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallMessage *self = CALL_MESSAGE (object);

  switch (id) {
    case PROP_UID:
      g_value_set_string (value, self->uid);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_IS_OWN:
      g_value_set_boolean (value, call_message_is_own (self));
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
call_message_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallMessage *self = CALL_MESSAGE (object);
  gboolean changed = FALSE;

  switch (id) {
    case PROP_UID:
      changed = call_change_string (&self->uid, value);
      break;
    case PROP_NAME:
      changed = call_change_string (&self->name, value);
      break;
    case PROP_TEXT:
      changed = call_change_string (&self->text, value);
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
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_UID] = g_param_spec_string ("uid", NULL, NULL, NULL, fixed);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, fixed);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, fixed);
  properties[PROP_IS_OWN] = g_param_spec_boolean ("is-own", NULL, NULL, FALSE, read);
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, G_MAXUINT, 0, written);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, written);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_message_class_init (CallMessageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->finalize = call_message_finalize;
  object_class->get_property = call_message_get_property;
  object_class->set_property = call_message_set_property;
  install_properties (object_class);
}

static void
call_message_init (CallMessage *self)
{
}

/* Returns: (transfer full) */
CallMessage *
call_message_new (const char *uid, const char *name, const char *text, GDateTime *time,
                  CallMessageState state)
{
  CallMessage *self = g_object_new (CALL_TYPE_MESSAGE, "uid", uid, "name", name, "text", text,
                                    "state", state, NULL);

  self->time = g_date_time_ref (time);
  return self;
}

const char *
call_message_get_uid (CallMessage *self)
{
  return self->uid;
}

const char *
call_message_get_name (CallMessage *self)
{
  return self->name;
}

const char *
call_message_get_text (CallMessage *self)
{
  return self->text;
}

GDateTime *
call_message_get_time (CallMessage *self)
{
  return self->time;
}

CallMessageState
call_message_get_state (CallMessage *self)
{
  return (CallMessageState) self->state;
}

/* Whether the user wrote it */
gboolean
call_message_is_own (CallMessage *self)
{
  return self->state >= CALL_MESSAGE_SENDING && self->state <= CALL_MESSAGE_FAILED;
}

void
call_message_set_state (CallMessage *self, CallMessageState state, const char *problem)
{
  g_object_set (self, "problem", problem, "state", state, NULL);
}
