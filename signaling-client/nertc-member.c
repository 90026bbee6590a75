/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-member.h"

#include "nertc-enum-types.h"

/**
 * NertcMember:
 *
 * Somebody else in a room. It is immutable, so that it can be read in any thread: when a member
 * changes its name, data or role, or is muted, a new object takes its place.
 */
struct _NertcMember {
  GObject parent_instance;

  char *uid;
  char *user_name;
  char *user_data;
  NertcMemberRole role;
  NertcMedia muted_by_admin;
};

G_DEFINE_FINAL_TYPE (NertcMember, nertc_member, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_UID,
  PROP_USER_NAME,
  PROP_USER_DATA,
  PROP_ROLE,
  PROP_MUTED_BY_ADMIN,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
nertc_member_set_property (GObject *object, guint property_id, const GValue *value,
                           GParamSpec *pspec)
{
  NertcMember *self = NERTC_MEMBER (object);

  switch (property_id) {
    case PROP_UID:
      self->uid = g_value_dup_string (value);
      break;
    case PROP_USER_NAME:
      self->user_name = g_value_dup_string (value);
      break;
    case PROP_USER_DATA:
      self->user_data = g_value_dup_string (value);
      break;
    case PROP_ROLE:
      self->role = g_value_get_enum (value);
      break;
    case PROP_MUTED_BY_ADMIN:
      self->muted_by_admin = g_value_get_flags (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
nertc_member_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NertcMember *self = NERTC_MEMBER (object);

  switch (property_id) {
    case PROP_UID:
      g_value_set_string (value, self->uid);
      break;
    case PROP_USER_NAME:
      g_value_set_string (value, self->user_name);
      break;
    case PROP_USER_DATA:
      g_value_set_string (value, self->user_data);
      break;
    case PROP_ROLE:
      g_value_set_enum (value, self->role);
      break;
    case PROP_MUTED_BY_ADMIN:
      g_value_set_flags (value, self->muted_by_admin);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
nertc_member_finalize (GObject *object)
{
  NertcMember *self = NERTC_MEMBER (object);

  g_free (self->uid);
  g_free (self->user_name);
  g_free (self->user_data);
  G_OBJECT_CLASS (nertc_member_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * NertcMember:uid:
   *
   * The name of the member that is unique in its room.
   */
  properties[PROP_UID] = g_param_spec_string ("uid", NULL, NULL, "", flags);

  /**
   * NertcMember:user-name:
   *
   * The name to show; several members may have the same. It may be empty.
   */
  properties[PROP_USER_NAME] = g_param_spec_string ("user-name", NULL, NULL, "", flags);

  /**
   * NertcMember:user-data:
   *
   * Whatever the application of the member wants the others to know. It may be empty.
   */
  properties[PROP_USER_DATA] = g_param_spec_string ("user-data", NULL, NULL, "", flags);

  /**
   * NertcMember:role:
   *
   * What the member is in its room.
   */
  properties[PROP_ROLE] =
      g_param_spec_enum ("role", NULL, NULL, NERTC_TYPE_MEMBER_ROLE, NERTC_MEMBER_ROLE_HOST, flags);

  /**
   * NertcMember:muted-by-admin:
   *
   * What an administrator has muted of all that the member publishes.
   */
  properties[PROP_MUTED_BY_ADMIN] =
      g_param_spec_flags ("muted-by-admin", NULL, NULL, NERTC_TYPE_MEDIA, NERTC_MEDIA_NONE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nertc_member_class_init (NertcMemberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = nertc_member_set_property;
  object_class->get_property = nertc_member_get_property;
  object_class->finalize = nertc_member_finalize;
  install_properties (object_class);
}

static void
nertc_member_init (NertcMember *self)
{
}

/**
 * nertc_member_get_uid:
 * @self: a member
 *
 * Returns: (transfer none): the name that is unique in the room, 1 to 64 printable ASCII characters
 */
const char *
nertc_member_get_uid (NertcMember *self)
{
  g_return_val_if_fail (NERTC_IS_MEMBER (self), NULL);

  return self->uid;
}

/**
 * nertc_member_get_user_name:
 * @self: a member
 *
 * Returns: (transfer none): the name to show, up to 128 characters
 */
const char *
nertc_member_get_user_name (NertcMember *self)
{
  g_return_val_if_fail (NERTC_IS_MEMBER (self), NULL);

  return self->user_name;
}

/**
 * nertc_member_get_user_data:
 * @self: a member
 *
 * Returns: (transfer none): what the application attached to the member, up to 1024 characters
 */
const char *
nertc_member_get_user_data (NertcMember *self)
{
  g_return_val_if_fail (NERTC_IS_MEMBER (self), NULL);

  return self->user_data;
}

/**
 * nertc_member_get_role:
 * @self: a member
 *
 * Returns: what the member is in its room
 */
NertcMemberRole
nertc_member_get_role (NertcMember *self)
{
  g_return_val_if_fail (NERTC_IS_MEMBER (self), NERTC_MEMBER_ROLE_AUDIENCE);

  return self->role;
}

/**
 * nertc_member_get_muted_by_admin:
 * @self: a member
 *
 * Returns: what an administrator has muted of all that the member publishes
 */
NertcMedia
nertc_member_get_muted_by_admin (NertcMember *self)
{
  g_return_val_if_fail (NERTC_IS_MEMBER (self), NERTC_MEDIA_NONE);

  return self->muted_by_admin;
}
