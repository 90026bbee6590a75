/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-room-private.h"

#include "nertc-enum-types.h"
#include "nertc-websocket.h"

/**
 * NertcRoom:
 *
 * A room on a room server: who is there, what they publish, and the transports that carry it.
 *
 * A room belongs to the #GMainContext that is thread-default where it is made, see
 * nertc_room_get_context(). All of its methods are to be called in that context, and it emits its
 * signals there. The context must be the thread-default one while it is iterated.
 *
 * After nertc_room_join_async() the room keeps itself connected. When the connection to the server
 * is lost, the state becomes %NERTC_ROOM_STATE_RECONNECTING until the room is connected again. The
 * server keeps the member's place for a while (30 seconds unless it is told otherwise): who is back
 * in time gets what was missed, in order and once, what was asked for meanwhile goes out, and
 * nobody else has noticed anything. Later, or when the server was restarted, the room is joined
 * again under the same uid, what was published and subscribed is restored, and
 * #NertcRoom::member-left and #NertcRoom::stream-removed are emitted only for those who have not
 * come back 10 seconds after that. The media of the transports goes on in either case, see
 * #NertcTransport. What ends a membership for good is told by #NertcRoom::closed.
 *
 * Users invite one another into rooms: nertc_room_invite_async() calls a user who is in any room of
 * the same server and app key, or in none: nertc_room_listen_async() connects without a room.
 */
G_DEFINE_FINAL_TYPE (NertcRoom, nertc_room, G_TYPE_OBJECT)

enum {
  SIGNAL_STATE_CHANGED,
  SIGNAL_MEMBER_JOINED,
  SIGNAL_MEMBER_UPDATED,
  SIGNAL_MEMBER_LEFT,
  SIGNAL_STREAM_ADDED,
  SIGNAL_STREAM_UPDATED,
  SIGNAL_STREAM_REMOVED,
  SIGNAL_STREAM_FAILED,
  SIGNAL_TRANSPORT_OPENED,
  SIGNAL_NETWORK_QUALITY,
  SIGNAL_ACTIVE_SPEAKER,
  SIGNAL_CLOSED,
  SIGNAL_TOKEN_WILL_EXPIRE,
  SIGNAL_TOKEN_RENEWED,
  SIGNAL_INVITED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const NertcRoomTiming default_timing = {
  .leave = 250,
  .attempt = 5000,
  .settle = 10000,
  .uid_taken = 60000,
  .stable = 10000,
  .hurry = 1,
  .token_watch = 1000,
};

static NertcSocket *
make_websocket (gpointer data)
{
  NertcRoom *self = data;
  NertcSocket *socket = nertc_websocket_new ();

  nertc_websocket_set_ca_file (NERTC_WEBSOCKET (socket), self->tls_ca_file);
  return socket;
}

static void
nertc_room_dispose (GObject *object)
{
  NertcRoom *self = NERTC_ROOM (object);

  nertc_room_dispose_session (self);
  G_OBJECT_CLASS (nertc_room_parent_class)->dispose (object);
}

static void
nertc_room_finalize (GObject *object)
{
  NertcRoom *self = NERTC_ROOM (object);

  g_ptr_array_unref (self->intents);
  g_hash_table_unref (self->transports);
  g_ptr_array_unref (self->orphans);
  g_hash_table_unref (self->invitations);
  g_free (self->server);
  g_free (self->channel);
  g_free (self->app_key);
  g_free (self->tls_ca_file);
  g_free (self->wanted_uid);
  g_free (self->token);
  g_free (self->token_file);
  g_free (self->sent_token);
  g_free (self->user_name);
  g_free (self->user_data);
  g_free (self->extra_info);
  g_free (self->last_problem);
  g_free (self->uid);
  g_free (self->session_secret);
  g_free (self->secret_uid);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (nertc_room_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, guint n_params, GType first, GType second, GType third)
{
  return g_signal_new (name, NERTC_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       n_params, first, second, third);
}

static void
install_member_signals (void)
{
  /**
   * NertcRoom::member-joined:
   * @self: the room
   * @member: who
   *
   * Somebody is in the room. After a join it is emitted for each of those already there. It is not
   * emitted without #NertcRoom:user-updates, nor are the two that follow.
   */
  signals[SIGNAL_MEMBER_JOINED] = new_signal ("member-joined", 1, NERTC_TYPE_MEMBER, 0, 0);

  /**
   * NertcRoom::member-updated:
   * @self: the room
   * @member: who, as it is now
   *
   * A member has another name, other data or another role, or an administrator mutes other things
   * of it. The object is a new one.
   */
  signals[SIGNAL_MEMBER_UPDATED] = new_signal ("member-updated", 1, NERTC_TYPE_MEMBER, 0, 0);

  /**
   * NertcRoom::member-left:
   * @self: the room
   * @member: who
   * @reason: why
   *
   * A member is gone. #NertcRoom::stream-removed was emitted for each of its streams before.
   */
  signals[SIGNAL_MEMBER_LEFT] =
      new_signal ("member-left", 2, NERTC_TYPE_MEMBER, NERTC_TYPE_CLOSE_REASON, 0);
}

static void
install_stream_signals (void)
{
  /**
   * NertcRoom::stream-added:
   * @self: the room
   * @stream: a stream
   *
   * Another member publishes a stream. After a join it is emitted for each of those already there.
   */
  signals[SIGNAL_STREAM_ADDED] = new_signal ("stream-added", 1, NERTC_TYPE_STREAM, 0, 0);

  /**
   * NertcRoom::stream-updated:
   * @self: the room
   * @stream: a stream, as it is now
   *
   * Tracks of a stream were added, removed, muted or unmuted. The object is a new one.
   */
  signals[SIGNAL_STREAM_UPDATED] = new_signal ("stream-updated", 1, NERTC_TYPE_STREAM, 0, 0);

  /**
   * NertcRoom::stream-removed:
   * @self: the room
   * @stream: a stream
   * @reason: why
   *
   * A stream is gone, and with it the subscription.
   */
  signals[SIGNAL_STREAM_REMOVED] =
      new_signal ("stream-removed", 2, NERTC_TYPE_STREAM, NERTC_TYPE_CLOSE_REASON, 0);

  /**
   * NertcRoom::stream-failed:
   * @self: the room
   * @stream_id: what had been published or subscribed here
   * @error: why not any more
   *
   * The server takes no more what it had let through before, after an automatic join or because
   * the rights of this member have changed. With %NERTC_ERROR_GRANT_MISSING the publication or
   * subscription comes back by itself when #NertcRoom:role and #NertcRoom:grants allow it again;
   * otherwise it is forgotten.
   */
  signals[SIGNAL_STREAM_FAILED] = new_signal ("stream-failed", 2, G_TYPE_STRING, G_TYPE_ERROR, 0);
}

static void
install_room_signals (void)
{
  /**
   * NertcRoom::state-changed:
   * @self: the room
   * @old_state: where it stood
   * @new_state: where it stands
   * @reason: why, if it is for the worse
   *
   * The state has changed. %NERTC_ROOM_STATE_RECONNECTING comes with %NERTC_CLOSE_REASON_LOST,
   * %NERTC_CLOSE_REASON_TIMEOUT when the server took this member for dead, or
   * %NERTC_CLOSE_REASON_SHUTDOWN, %NERTC_ROOM_STATE_FAILED with the reason of the end.
   */
  signals[SIGNAL_STATE_CHANGED] = new_signal ("state-changed", 3, NERTC_TYPE_ROOM_STATE,
                                              NERTC_TYPE_ROOM_STATE, NERTC_TYPE_CLOSE_REASON);

  /**
   * NertcRoom::transport-opened:
   * @self: the room
   * @transport: a new transport
   *
   * The server opened a transport, for a stream published or subscribed here. Handlers connect to
   * its signals at once, for its descriptions and candidates follow.
   */
  signals[SIGNAL_TRANSPORT_OPENED] = new_signal ("transport-opened", 1, NERTC_TYPE_TRANSPORT, 0, 0);

  /**
   * NertcRoom::closed:
   * @self: the room
   * @error: what happened, and what to do
   * @reason: the same as a word
   * @message: (nullable): what the administrator has to say who kicked or banned this member, or
   *   closed the room
   *
   * The membership was ended for good: the server ended it (%NERTC_ERROR_ROOM_CLOSED), refused to
   * let this member in again, or could not be reached for #NertcRoom:reconnect-timeout
   * (%NERTC_ERROR_CONNECTION_LOST). The transports were closed before, the state is
   * %NERTC_ROOM_STATE_FAILED, and members and streams are forgotten. A first join that fails does
   * not emit it.
   */
  signals[SIGNAL_CLOSED] =
      new_signal ("closed", 3, G_TYPE_ERROR, NERTC_TYPE_CLOSE_REASON, G_TYPE_STRING);
}

static void
install_report_signals (void)
{
  /**
   * NertcRoom::network-quality:
   * @self: the room
   * @uid: a member, or this one
   * @up: of what the member sends
   * @down: of what the member receives
   *
   * How good the network of a member is, as it measured it. Every 2 seconds for each member that
   * sends or receives media and tells of it, see nertc_room_report_quality().
   */
  signals[SIGNAL_NETWORK_QUALITY] =
      new_signal ("network-quality", 3, G_TYPE_STRING, NERTC_TYPE_QUALITY, NERTC_TYPE_QUALITY);

  /**
   * NertcRoom::active-speaker:
   * @self: the room
   * @uid: who speaks; empty: nobody
   * @level: how loud, in dBov: 0 is the loudest that there is, -127 silence
   *
   * Another member speaks, or nobody any more. It is found out here, from the streams that are
   * received, see nertc_room_report_speaker().
   */
  signals[SIGNAL_ACTIVE_SPEAKER] =
      new_signal ("active-speaker", 2, G_TYPE_STRING, G_TYPE_DOUBLE, 0);
}

static void
install_invitation_signals (void)
{
  /**
   * NertcRoom::invited:
   * @self: the room
   * @invitation: what has come
   *
   * A user invites this one into a room, see nertc_invitation_accept_async() and
   * nertc_invitation_reject_async(). Where no handler answers at once, who invites is told that it
   * rings.
   */
  signals[SIGNAL_INVITED] = new_signal ("invited", 1, NERTC_TYPE_INVITATION, 0, 0);
}

static void
install_token_signals (void)
{
  /**
   * NertcRoom::token-will-expire:
   * @self: the room
   * @seconds: how long it still counts
   *
   * The token that the room was joined with runs out; then the server ends the membership, see
   * #NertcRoom::closed. Emitted 30 seconds before. A handler calls nertc_room_renew_token_async().
   * Where the token came from #NertcRoom:token-file nothing needs to be done but to write another
   * one into the file: it is found and sent.
   */
  signals[SIGNAL_TOKEN_WILL_EXPIRE] = new_signal ("token-will-expire", 1, G_TYPE_UINT, 0, 0);

  /**
   * NertcRoom::token-renewed:
   * @self: the room
   * @error: (nullable): why the server did not take the token from #NertcRoom:token-file
   *
   * The server has another token of this member, and its time counts now. With @error the one that
   * was found in the file was refused; what nertc_room_renew_token_async() gave is answered there.
   */
  signals[SIGNAL_TOKEN_RENEWED] = new_signal ("token-renewed", 1, G_TYPE_ERROR, 0, 0);
}

static void
nertc_room_class_init (NertcRoomClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = nertc_room_dispose;
  object_class->finalize = nertc_room_finalize;
  nertc_room_install_properties (object_class);
  install_room_signals ();
  install_report_signals ();
  install_token_signals ();
  install_invitation_signals ();
  install_member_signals ();
  install_stream_signals ();
  nertc_room_install_message_signals ();
}

static void
nertc_room_init (NertcRoom *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->make_socket = make_websocket;
  self->make_socket_data = self;
  self->timing = default_timing;
  self->user_updates = TRUE;
  self->join_timeout = NERTC_JOIN_TIMEOUT_DEFAULT;
  self->reconnect_timeout = NERTC_RECONNECT_TIMEOUT_DEFAULT;
  self->intents = nertc_intents_new ();
  self->transports = nertc_transports_new ();
  self->orphans = g_ptr_array_new_with_free_func (g_object_unref);
  self->invitations = nertc_invitations_new ();
}

void
nertc_room_set_socket_factory (NertcRoom *self, NertcSocketFactory factory, gpointer data)
{
  self->make_socket = factory;
  self->make_socket_data = data;
}

void
nertc_room_set_timing (NertcRoom *self, const NertcRoomTiming *timing)
{
  self->timing = *timing;
}

gboolean
nertc_room_is_at_rest (NertcRoom *self)
{
  return self->state == NERTC_ROOM_STATE_DISCONNECTED || self->state == NERTC_ROOM_STATE_FAILED;
}

/* Whether the server knows it, and can be asked: in a room, or listening. */
gboolean
nertc_room_is_connected (NertcRoom *self)
{
  return self->state == NERTC_ROOM_STATE_CONNECTED || self->state == NERTC_ROOM_STATE_LISTENING;
}

/* The one door. The uid in force is known as long as the server knows this member. */
void
nertc_room_set_state (NertcRoom *self, NertcRoomState state, NertcCloseReason reason)
{
  NertcRoomState old = self->state;

  if (state == old)
    return;
  self->state = state;
  if (nertc_room_is_at_rest (self) || state == NERTC_ROOM_STATE_CONNECTING) {
    nertc_room_set_uid (self, NULL);
    nertc_room_set_rights (self, NERTC_MEMBER_ROLE_HOST, NERTC_GRANTS_NONE);
    nertc_room_set_muted_by_admin (self, NERTC_MEDIA_NONE);
  }
  if (nertc_room_is_at_rest (self) || state == NERTC_ROOM_STATE_DISCONNECTING)
    nertc_room_update_member_count (self);
  g_object_notify (G_OBJECT (self), "state");
  g_signal_emit (self, signals[SIGNAL_STATE_CHANGED], 0, old, state, reason);
}

static void
emit_change (NertcRoom *self, const NertcChange *change)
{
  static const guint ids[] = {
    [NERTC_CHANGE_MEMBER_JOINED] = SIGNAL_MEMBER_JOINED,
    [NERTC_CHANGE_MEMBER_UPDATED] = SIGNAL_MEMBER_UPDATED,
    [NERTC_CHANGE_MEMBER_LEFT] = SIGNAL_MEMBER_LEFT,
    [NERTC_CHANGE_STREAM_ADDED] = SIGNAL_STREAM_ADDED,
    [NERTC_CHANGE_STREAM_UPDATED] = SIGNAL_STREAM_UPDATED,
    [NERTC_CHANGE_STREAM_REMOVED] = SIGNAL_STREAM_REMOVED,
  };

  if (change->kind == NERTC_CHANGE_STREAM_REMOVED)
    nertc_room_forget_subscription (self, nertc_stream_get_id (NERTC_STREAM (change->object)),
                                    change->reason);
  if (change->kind == NERTC_CHANGE_STREAM_REMOVED || change->kind == NERTC_CHANGE_MEMBER_LEFT)
    g_signal_emit (self, signals[ids[change->kind]], 0, change->object, change->reason);
  else
    g_signal_emit (self, signals[ids[change->kind]], 0, change->object);
}

/* Stops when a handler leaves the room, for then nothing of it is true any more. */
void
nertc_room_emit_changes (NertcRoom *self, GPtrArray *changes)
{
  guint generation = self->generation;

  nertc_room_update_member_count (self);
  for (guint i = 0; i < changes->len && self->generation == generation; i++)
    emit_change (self, g_ptr_array_index (changes, i));
}

void
nertc_room_emit_transport_opened (NertcRoom *self, NertcTransport *transport)
{
  g_signal_emit (self, signals[SIGNAL_TRANSPORT_OPENED], 0, transport);
}

void
nertc_room_emit_stream_failed (NertcRoom *self, const char *stream_id, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_STREAM_FAILED], 0, stream_id, error);
}

void
nertc_room_emit_network_quality (NertcRoom *self, const char *uid, NertcQuality up,
                                 NertcQuality down)
{
  g_signal_emit (self, signals[SIGNAL_NETWORK_QUALITY], 0, uid, up, down);
}

void
nertc_room_emit_active_speaker (NertcRoom *self, const char *uid, double level)
{
  g_signal_emit (self, signals[SIGNAL_ACTIVE_SPEAKER], 0, uid, level);
}

void
nertc_room_emit_invited (NertcRoom *self, NertcInvitation *invitation)
{
  g_signal_emit (self, signals[SIGNAL_INVITED], 0, invitation);
}

void
nertc_room_emit_closed (NertcRoom *self, const GError *error, NertcCloseReason reason,
                        const char *message)
{
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, error, reason, message);
}

void
nertc_room_emit_token_will_expire (NertcRoom *self, guint seconds)
{
  g_signal_emit (self, signals[SIGNAL_TOKEN_WILL_EXPIRE], 0, seconds);
}

void
nertc_room_emit_token_renewed (NertcRoom *self, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_TOKEN_RENEWED], 0, error);
}

void
nertc_room_set_uid (NertcRoom *self, const char *uid)
{
  g_autofree char *old = g_strdup (nertc_room_get_uid (self));

  g_free (self->uid);
  self->uid = g_strdup (uid);
  if (g_strcmp0 (old, nertc_room_get_uid (self)) != 0)
    g_object_notify (G_OBJECT (self), "uid");
}

/* A notification, which is dropped without a connection. */
void
nertc_room_notify (NertcRoom *self, const char *method, JsonObject *params)
{
  if (self->connection)
    nertc_connection_notify (self->connection, method, params);
}

/**
 * nertc_room_new:
 * @server: (nullable): the address of the room server; %NULL stands for %NERTC_DEFAULT_SERVER
 * @channel: (nullable): the name of the room, see #NertcRoom:channel
 *
 * Makes a room on the thread-default context. Nothing is sent before nertc_room_join_async().
 *
 * Returns: (transfer full): a room that is not joined
 */
NertcRoom *
nertc_room_new (const char *server, const char *channel)
{
  return g_object_new (NERTC_TYPE_ROOM, "server", server, "channel", channel, NULL);
}

/**
 * nertc_room_get_context:
 * @self: a room
 *
 * This may be called in any thread.
 *
 * Returns: (transfer none): the context it was made in, where it works
 */
GMainContext *
nertc_room_get_context (NertcRoom *self)
{
  g_return_val_if_fail (NERTC_IS_ROOM (self), NULL);

  return self->context;
}

/**
 * nertc_room_get_state:
 * @self: a room
 *
 * Returns: where it stands
 */
NertcRoomState
nertc_room_get_state (NertcRoom *self)
{
  g_return_val_if_fail (NERTC_IS_ROOM (self), NERTC_ROOM_STATE_FAILED);

  return self->state;
}

/**
 * nertc_room_get_uid:
 * @self: a room
 *
 * Returns: (transfer none) (nullable): the uid in force while the room is joined, otherwise the one
 *   that #NertcRoom:uid was set to
 */
const char *
nertc_room_get_uid (NertcRoom *self)
{
  g_return_val_if_fail (NERTC_IS_ROOM (self), NULL);

  return self->uid ? self->uid : self->wanted_uid;
}

/**
 * nertc_room_get_members:
 * @self: a room
 *
 * Returns: (transfer container) (element-type NertcMember): the others, in the order of
 *   their coming
 */
GPtrArray *
nertc_room_get_members (NertcRoom *self)
{
  g_return_val_if_fail (NERTC_IS_ROOM (self), NULL);

  return self->directory ? nertc_directory_list_members (self->directory)
                         : g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * nertc_room_get_streams:
 * @self: a room
 *
 * Returns: (transfer container) (element-type NertcStream): what the others publish, in the order
 * of its coming
 */
GPtrArray *
nertc_room_get_streams (NertcRoom *self)
{
  g_return_val_if_fail (NERTC_IS_ROOM (self), NULL);

  return self->directory ? nertc_directory_list_streams (self->directory)
                         : g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * nertc_room_get_member:
 * @self: a room
 * @uid: a uid
 *
 * Returns: (transfer none) (nullable): the other member of that uid, if there is one
 */
NertcMember *
nertc_room_get_member (NertcRoom *self, const char *uid)
{
  g_return_val_if_fail (NERTC_IS_ROOM (self), NULL);
  g_return_val_if_fail (uid != NULL, NULL);

  return self->directory ? nertc_directory_get_member (self->directory, uid) : NULL;
}

/**
 * nertc_room_get_stream:
 * @self: a room
 * @stream_id: a stream id
 *
 * Returns: (transfer none) (nullable): the stream of that id that another member publishes, if
 *   there is one
 */
NertcStream *
nertc_room_get_stream (NertcRoom *self, const char *stream_id)
{
  g_return_val_if_fail (NERTC_IS_ROOM (self), NULL);
  g_return_val_if_fail (stream_id != NULL, NULL);

  return self->directory ? nertc_directory_get_stream (self->directory, stream_id) : NULL;
}
