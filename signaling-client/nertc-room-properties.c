/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-enum-types.h"
#include "nertc-room-private.h"

enum {
  PROP_0,
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
  PROP_RECONNECT_TIMEOUT,
  PROP_TOKEN,
  PROP_TOKEN_FILE,
  PROP_STATE,
  PROP_ROLE,
  PROP_GRANTS,
  PROP_MEMBER_COUNT,
  PROP_MUTED_BY_ADMIN,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* Somebody who is in the room would see two of them otherwise. */
static gboolean
can_configure (NertcRoom *self, GParamSpec *pspec)
{
  if (nertc_room_is_at_rest (self))
    return TRUE;
  g_warning ("‘%s’ cannot be set while the room is %s; leave it first", pspec->name,
             nertc_room_state_to_string (self->state));
  return FALSE;
}

static void
set_config (NertcRoom *self, guint property_id, const GValue *value, GParamSpec *pspec)
{
  const char *text = G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value) : NULL;
  gboolean changed = TRUE;

  if (!can_configure (self, pspec))
    return;
  switch (property_id) {
    case PROP_SERVER:
      changed = nertc_room_set_text (&self->server, text);
      if (!self->server)
        self->server = g_strdup (NERTC_DEFAULT_SERVER);
      break;
    case PROP_TLS_CA_FILE:
      changed = nertc_room_set_text (&self->tls_ca_file, text);
      break;
    case PROP_CHANNEL:
      changed = nertc_room_set_text (&self->channel, text);
      break;
    case PROP_APP_KEY:
      changed = nertc_room_set_text (&self->app_key, text);
      break;
    case PROP_UID:
      changed = nertc_room_set_text (&self->wanted_uid, text);
      break;
    case PROP_USER_UPDATES:
      self->user_updates = g_value_get_boolean (value);
      break;
    case PROP_JOIN_TIMEOUT:
      self->join_timeout = g_value_get_uint (value);
      break;
    default:
      self->reconnect_timeout = g_value_get_uint (value);
      break;
  }
  /* A secret is told to nobody but the server that made it. */
  if (property_id == PROP_SERVER || property_id == PROP_CHANNEL || property_id == PROP_APP_KEY)
    g_clear_pointer (&self->secret_uid, g_free);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), pspec);
}

/* These may change at any time; they are read when they are needed. */
static void
set_token (NertcRoom *self, char **text, const GValue *value, GParamSpec *pspec)
{
  if (nertc_room_set_text (text, g_value_get_string (value)))
    g_object_notify_by_pspec (G_OBJECT (self), pspec);
}

static void
set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NertcRoom *self = NERTC_ROOM (object);

  switch (property_id) {
    case PROP_USER_NAME:
      nertc_room_set_metadata (self, NERTC_METADATA_USER_NAME, g_value_get_string (value), pspec);
      break;
    case PROP_USER_DATA:
      nertc_room_set_metadata (self, NERTC_METADATA_USER_DATA, g_value_get_string (value), pspec);
      break;
    case PROP_EXTRA_INFO:
      nertc_room_set_metadata (self, NERTC_METADATA_EXTRA_INFO, g_value_get_string (value), pspec);
      break;
    case PROP_TOKEN:
      set_token (self, &self->token, value, pspec);
      break;
    case PROP_TOKEN_FILE:
      set_token (self, &self->token_file, value, pspec);
      break;
    case PROP_SERVER:
    case PROP_TLS_CA_FILE:
    case PROP_CHANNEL:
    case PROP_APP_KEY:
    case PROP_UID:
    case PROP_USER_UPDATES:
    case PROP_JOIN_TIMEOUT:
    case PROP_RECONNECT_TIMEOUT:
      set_config (self, property_id, value, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NertcRoom *self = NERTC_ROOM (object);

  switch (property_id) {
    case PROP_SERVER:
      g_value_set_string (value, self->server);
      break;
    case PROP_TLS_CA_FILE:
      g_value_set_string (value, self->tls_ca_file);
      break;
    case PROP_CHANNEL:
      g_value_set_string (value, self->channel);
      break;
    case PROP_APP_KEY:
      g_value_set_string (value, self->app_key);
      break;
    case PROP_UID:
      g_value_set_string (value, nertc_room_get_uid (self));
      break;
    case PROP_USER_NAME:
      g_value_set_string (value, self->user_name);
      break;
    case PROP_USER_DATA:
      g_value_set_string (value, self->user_data);
      break;
    case PROP_EXTRA_INFO:
      g_value_set_string (value, self->extra_info);
      break;
    case PROP_USER_UPDATES:
      g_value_set_boolean (value, self->user_updates);
      break;
    case PROP_JOIN_TIMEOUT:
      g_value_set_uint (value, self->join_timeout);
      break;
    case PROP_RECONNECT_TIMEOUT:
      g_value_set_uint (value, self->reconnect_timeout);
      break;
    case PROP_TOKEN_FILE:
      g_value_set_string (value, self->token_file);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ROLE:
      g_value_set_enum (value, self->role);
      break;
    case PROP_GRANTS:
      g_value_set_flags (value, self->grants);
      break;
    case PROP_MEMBER_COUNT:
      g_value_set_uint (value, nertc_room_get_member_count (self));
      break;
    case PROP_MUTED_BY_ADMIN:
      g_value_set_flags (value, nertc_room_get_muted_by_admin (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
install_config (GParamFlags flags)
{
  /**
   * NertcRoom:server:
   *
   * The address of the room server, `ws://host:port/room` or `wss://…`; the path may be left out.
   * It may be set while the room is not joined.
   */
  properties[PROP_SERVER] =
      g_param_spec_string ("server", NULL, NULL, NERTC_DEFAULT_SERVER, flags | G_PARAM_CONSTRUCT);

  /**
   * NertcRoom:tls-ca-file:
   *
   * A PEM file with the certificates of those who may have issued that of the server, for `wss://`:
   * they are trusted, and nobody else is. %NULL: those are whom the system trusts. It is read again
   * with each connection. It may be set while the room is not joined.
   */
  properties[PROP_TLS_CA_FILE] = g_param_spec_string ("tls-ca-file", NULL, NULL, NULL, flags);

  /**
   * NertcRoom:channel:
   *
   * The name of the room, 1 to 64 letters, digits, spaces and `!#$%&()+-:;<=.>?@[]^_{}|~,`.
   * Whoever joins the same name under the same app key is in the same room. It may be set while the
   * room is not joined.
   */
  properties[PROP_CHANNEL] = g_param_spec_string ("channel", NULL, NULL, NULL, flags);

  /**
   * NertcRoom:app-key:
   *
   * The application whose rooms these are, up to 64 characters; %NULL is one, too. It may be set
   * while the room is not joined.
   */
  properties[PROP_APP_KEY] = g_param_spec_string ("app-key", NULL, NULL, NULL, flags);

  /**
   * NertcRoom:uid:
   *
   * The name by which the others know this member, unique in the room, 1 to 64 printable ASCII
   * characters; %NULL lets the server make one. It may be set while the room is not joined. While
   * it is, this is the uid in force.
   */
  properties[PROP_UID] = g_param_spec_string ("uid", NULL, NULL, NULL, flags);

  /**
   * NertcRoom:user-updates:
   *
   * Whether to hear of members who come, change and go. Without it there are no members here, only
   * their streams, which saves messages in large rooms. It may be set while the room is not joined.
   */
  properties[PROP_USER_UPDATES] = g_param_spec_boolean ("user-updates", NULL, NULL, TRUE, flags);

  /**
   * NertcRoom:join-timeout:
   *
   * The longest that a join may take, in milliseconds. It may be set while the room is not joined.
   */
  properties[PROP_JOIN_TIMEOUT] = g_param_spec_uint ("join-timeout", NULL, NULL, 1, G_MAXUINT,
                                                     NERTC_JOIN_TIMEOUT_DEFAULT, flags);

  /**
   * NertcRoom:reconnect-timeout:
   *
   * How long to try to get a lost connection back, in milliseconds; 0: not at all. It may be set
   * while the room is not joined.
   */
  properties[PROP_RECONNECT_TIMEOUT] = g_param_spec_uint (
      "reconnect-timeout", NULL, NULL, 0, G_MAXUINT, NERTC_RECONNECT_TIMEOUT_DEFAULT, flags);
}

static void
install_metadata (GParamFlags flags)
{
  /**
   * NertcRoom:user-name:
   *
   * The name that the others see, up to 128 characters; it need not be unique. It may be set at any
   * time.
   */
  properties[PROP_USER_NAME] = g_param_spec_string ("user-name", NULL, NULL, NULL, flags);

  /**
   * NertcRoom:user-data:
   *
   * What else the others are to know of this member, up to 1024 characters. It may be set at any
   * time.
   */
  properties[PROP_USER_DATA] = g_param_spec_string ("user-data", NULL, NULL, NULL, flags);

  /**
   * NertcRoom:extra-info:
   *
   * What the members of the room share, up to 1024 characters; the last one who sets it wins. What
   * is set before a join is sent after it. It may be set at any time.
   */
  properties[PROP_EXTRA_INFO] = g_param_spec_string ("extra-info", NULL, NULL, NULL, flags);
}

static void
install_tokens (GParamFlags flags)
{
  /**
   * NertcRoom:token:
   *
   * What lets this member in, where the server asks for it: a JSON Web Token, up to 4096
   * characters, as `nertc-token` makes it. It may be set at any time; the next join or
   * nertc_room_renew_token_async() takes it. It comes before #NertcRoom:token-file and the
   * environment variable `NERTC_TOKEN`, and cannot be read back. With a token #NertcRoom:app-key
   * and #NertcRoom:uid may be left out, if it names them.
   */
  properties[PROP_TOKEN] =
      g_param_spec_string ("token", NULL, NULL, NULL, (flags & ~(guint) G_PARAM_READABLE));

  /**
   * NertcRoom:token-file:
   *
   * The path of a file that has the token, with or without an end of line. It is read at each join,
   * also after a lost connection, and from #NertcRoom::token-will-expire on until another token is
   * in it, which is sent then. It may be set at any time.
   */
  properties[PROP_TOKEN_FILE] = g_param_spec_string ("token-file", NULL, NULL, NULL, flags);
}

static void
install_rights (GParamFlags flags)
{
  /**
   * NertcRoom:role:
   *
   * What this member is in the room. The token says it, and an administrator may change it.
   */
  properties[PROP_ROLE] =
      g_param_spec_enum ("role", NULL, NULL, NERTC_TYPE_MEMBER_ROLE, NERTC_MEMBER_ROLE_HOST, flags);

  /**
   * NertcRoom:grants:
   *
   * What this member may do in the room; none while it is not in it. The token says it; who needs
   * none has %NERTC_GRANTS_DEFAULT.
   */
  properties[PROP_GRANTS] =
      g_param_spec_flags ("grants", NULL, NULL, NERTC_TYPE_GRANTS, NERTC_GRANTS_NONE, flags);

  /**
   * NertcRoom:muted-by-admin:
   *
   * What an administrator has muted of all that this member publishes: it is not sent, and the
   * others see it muted. It holds while the room lasts, also for who comes back.
   */
  properties[PROP_MUTED_BY_ADMIN] =
      g_param_spec_flags ("muted-by-admin", NULL, NULL, NERTC_TYPE_MEDIA, NERTC_MEDIA_NONE, flags);
}

static void
install_state (GParamFlags flags)
{
  /**
   * NertcRoom:state:
   *
   * Where the room stands. See also #NertcRoom::state-changed, which tells why.
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, NERTC_TYPE_ROOM_STATE,
                                              NERTC_ROOM_STATE_DISCONNECTED, flags);

  /**
   * NertcRoom:member-count:
   *
   * How many members the room has, this one among them; 0 while it is not joined. Without
   * #NertcRoom:user-updates the server tells it, at most every 2 seconds.
   */
  properties[PROP_MEMBER_COUNT] =
      g_param_spec_uint ("member-count", NULL, NULL, 0, G_MAXUINT, 0, flags);
}

void
nertc_room_install_properties (GObjectClass *object_class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags flags = readable | G_PARAM_WRITABLE;

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  install_config (flags);
  install_metadata (flags);
  install_tokens (flags);
  install_rights (readable);
  install_state (readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}
