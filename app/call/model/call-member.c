/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-member.h"

#include "call-change.h"

struct _CallMember {
  GObject parent_instance;

  char *uid;
  char *user_name;
  gboolean is_self;
  char *role;
  gboolean speaking;
  double level;
  gboolean has_audio;
  gboolean has_video;
  gboolean audio_muted;
  gboolean video_muted;
  gboolean audio_muted_by_admin;
  gboolean video_muted_by_admin;
  guint quality_up;
  guint quality_down;
  double volume;
  gboolean muted_for_me;
};

G_DEFINE_FINAL_TYPE (CallMember, call_member, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_UID,
  PROP_USER_NAME,
  PROP_NAME,
  PROP_IS_SELF,
  PROP_ROLE,
  PROP_SPEAKING,
  PROP_LEVEL,
  PROP_HAS_AUDIO,
  PROP_HAS_VIDEO,
  PROP_AUDIO_MUTED,
  PROP_VIDEO_MUTED,
  PROP_AUDIO_MUTED_BY_ADMIN,
  PROP_VIDEO_MUTED_BY_ADMIN,
  PROP_QUALITY_UP,
  PROP_QUALITY_DOWN,
  PROP_VOLUME,
  PROP_MUTED_FOR_ME,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
call_member_finalize (GObject *object)
{
  CallMember *self = CALL_MEMBER (object);

  g_free (self->uid);
  g_free (self->user_name);
  g_free (self->role);
  G_OBJECT_CLASS (call_member_parent_class)->finalize (object);
}

static void
call_member_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallMember *self = CALL_MEMBER (object);

  switch (id) {
    case PROP_UID:
      g_value_set_string (value, self->uid);
      break;
    case PROP_USER_NAME:
      g_value_set_string (value, self->user_name);
      break;
    case PROP_NAME:
      g_value_set_string (value, call_member_get_name (self));
      break;
    case PROP_IS_SELF:
      g_value_set_boolean (value, self->is_self);
      break;
    case PROP_ROLE:
      g_value_set_string (value, self->role);
      break;
    case PROP_SPEAKING:
      g_value_set_boolean (value, self->speaking);
      break;
    case PROP_LEVEL:
      g_value_set_double (value, self->level);
      break;
    case PROP_HAS_AUDIO:
      g_value_set_boolean (value, self->has_audio);
      break;
    case PROP_HAS_VIDEO:
      g_value_set_boolean (value, self->has_video);
      break;
    case PROP_AUDIO_MUTED:
      g_value_set_boolean (value, self->audio_muted);
      break;
    case PROP_VIDEO_MUTED:
      g_value_set_boolean (value, self->video_muted);
      break;
    case PROP_AUDIO_MUTED_BY_ADMIN:
      g_value_set_boolean (value, self->audio_muted_by_admin);
      break;
    case PROP_VIDEO_MUTED_BY_ADMIN:
      g_value_set_boolean (value, self->video_muted_by_admin);
      break;
    case PROP_QUALITY_UP:
      g_value_set_uint (value, self->quality_up);
      break;
    case PROP_QUALITY_DOWN:
      g_value_set_uint (value, self->quality_down);
      break;
    case PROP_VOLUME:
      g_value_set_double (value, self->volume);
      break;
    case PROP_MUTED_FOR_ME:
      g_value_set_boolean (value, self->muted_for_me);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_member_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallMember *self = CALL_MEMBER (object);
  gboolean changed = FALSE;

  switch (id) {
    case PROP_UID:
      changed = call_change_string (&self->uid, value);
      break;
    case PROP_USER_NAME:
      changed = call_change_string (&self->user_name, value);
      if (changed)
        g_object_notify_by_pspec (object, properties[PROP_NAME]);
      break;
    case PROP_IS_SELF:
      changed = call_change_boolean (&self->is_self, value);
      break;
    case PROP_ROLE:
      changed = call_change_string (&self->role, value);
      break;
    case PROP_SPEAKING:
      changed = call_change_boolean (&self->speaking, value);
      break;
    case PROP_LEVEL:
      changed = call_change_double (&self->level, value);
      break;
    case PROP_HAS_AUDIO:
      changed = call_change_boolean (&self->has_audio, value);
      break;
    case PROP_HAS_VIDEO:
      changed = call_change_boolean (&self->has_video, value);
      break;
    case PROP_AUDIO_MUTED:
      changed = call_change_boolean (&self->audio_muted, value);
      break;
    case PROP_VIDEO_MUTED:
      changed = call_change_boolean (&self->video_muted, value);
      break;
    case PROP_AUDIO_MUTED_BY_ADMIN:
      changed = call_change_boolean (&self->audio_muted_by_admin, value);
      break;
    case PROP_VIDEO_MUTED_BY_ADMIN:
      changed = call_change_boolean (&self->video_muted_by_admin, value);
      break;
    case PROP_QUALITY_UP:
      changed = call_change_uint (&self->quality_up, value);
      break;
    case PROP_QUALITY_DOWN:
      changed = call_change_uint (&self->quality_down, value);
      break;
    case PROP_VOLUME:
      changed = call_change_double (&self->volume, value);
      break;
    case PROP_MUTED_FOR_ME:
      changed = call_change_boolean (&self->muted_for_me, value);
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

  properties[PROP_UID] = g_param_spec_string ("uid", NULL, NULL, NULL, written);
  properties[PROP_USER_NAME] = g_param_spec_string ("user-name", NULL, NULL, NULL, written);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, read);
  properties[PROP_IS_SELF] = g_param_spec_boolean ("is-self", NULL, NULL, FALSE, fixed);
  properties[PROP_ROLE] = g_param_spec_string ("role", NULL, NULL, NULL, written);
  properties[PROP_SPEAKING] = g_param_spec_boolean ("speaking", NULL, NULL, FALSE, written);
  properties[PROP_LEVEL] = g_param_spec_double ("level", NULL, NULL, -127, 0, -127, written);
  properties[PROP_HAS_AUDIO] = g_param_spec_boolean ("has-audio", NULL, NULL, FALSE, written);
  properties[PROP_HAS_VIDEO] = g_param_spec_boolean ("has-video", NULL, NULL, FALSE, written);
  properties[PROP_AUDIO_MUTED] = g_param_spec_boolean ("audio-muted", NULL, NULL, FALSE, written);
  properties[PROP_VIDEO_MUTED] = g_param_spec_boolean ("video-muted", NULL, NULL, FALSE, written);
  properties[PROP_AUDIO_MUTED_BY_ADMIN] =
      g_param_spec_boolean ("audio-muted-by-admin", NULL, NULL, FALSE, written);
  properties[PROP_VIDEO_MUTED_BY_ADMIN] =
      g_param_spec_boolean ("video-muted-by-admin", NULL, NULL, FALSE, written);
  properties[PROP_QUALITY_UP] = g_param_spec_uint ("quality-up", NULL, NULL, 0, 6, 0, written);
  properties[PROP_QUALITY_DOWN] = g_param_spec_uint ("quality-down", NULL, NULL, 0, 6, 0, written);
  properties[PROP_VOLUME] = g_param_spec_double ("volume", NULL, NULL, 0, 2, 1, written);
  properties[PROP_MUTED_FOR_ME] = g_param_spec_boolean ("muted-for-me", NULL, NULL, FALSE, written);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_member_class_init (CallMemberClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->finalize = call_member_finalize;
  object_class->get_property = call_member_get_property;
  object_class->set_property = call_member_set_property;
  install_properties (object_class);
}

static void
call_member_init (CallMember *self)
{
  self->level = -127;
  self->volume = 1;
}

/* Returns: (transfer full) */
CallMember *
call_member_new (const char *uid, gboolean is_self)
{
  return g_object_new (CALL_TYPE_MEMBER, "uid", uid, "is-self", is_self, NULL);
}

/* What to show: names need not be unique, and may be missing */
const char *
call_member_get_name (CallMember *self)
{
  return self->user_name && *self->user_name ? self->user_name : self->uid;
}

const char *
call_member_get_uid (CallMember *self)
{
  return self->uid;
}

gboolean
call_member_is_self (CallMember *self)
{
  return self->is_self;
}

double
call_member_get_volume (CallMember *self)
{
  return self->volume;
}

gboolean
call_member_is_muted_for_me (CallMember *self)
{
  return self->muted_for_me;
}

gboolean
call_member_is_speaking (CallMember *self)
{
  return self->speaking;
}

/* As the worse way has it; 0: not known */
guint
call_member_get_quality (CallMember *self)
{
  return MAX (self->quality_up, self->quality_down);
}
