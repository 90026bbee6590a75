/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-connection.h"
#include "nertc-directory.h"
#include "nertc-invitation.h"
#include "nertc-room.h"
#include "nertc-session-state.h"
#include "nertc-waiter.h"

G_BEGIN_DECLS

/*
 * The room is one object in several files: the object itself (nertc-room), its settings
 * (-properties), what it says of itself (-metadata), that the application joins and leaves
 * (-membership), with which token (-token), how it keeps connected (-session), what the server
 * tells (-events), what this member may do (-role), what admins do (-moderation), whom it invites
 * (-invitations), what the application publishes and subscribes (-streams, nertc-intent), its
 * transports (-transports), and how the media fare (-quality). All of it runs in one context.
 */

typedef NertcSocket *(*NertcSocketFactory) (gpointer data);

/* In milliseconds */
#define NERTC_JOIN_TIMEOUT_DEFAULT 10000
#define NERTC_RECONNECT_TIMEOUT_DEFAULT 300000

/* In milliseconds; tests make them short. */
typedef struct {
  guint leave;       /* the longest a leave waits for the server */
  guint attempt;     /* the longest one try to join again takes */
  guint settle;      /* how long those who were there before may take to come back */
  guint uid_taken;   /* how long the server may keep the place of a last session of ours */
  guint stable;      /* a connection that lasted less was no success for the back-off */
  guint hurry;       /* divides the waits of the back-off */
  guint token_watch; /* how often a token file is looked at while the token runs out */
} NertcRoomTiming;

struct _NertcRoom {
  GObject parent_instance;

  GMainContext *context;
  NertcSocketFactory make_socket;
  gpointer make_socket_data;
  NertcRoomTiming timing;

  /* What the application wants; all but those from the token on are fixed while in a room. */
  char *server;
  char *channel;
  char *tls_ca_file;
  char *app_key;
  char *wanted_uid;
  gboolean user_updates;
  guint join_timeout;
  guint reconnect_timeout;
  char *token;
  char *token_file;
  char *user_name;
  char *user_data;
  char *extra_info;
  gboolean member_changed;     /* since it was last sent */
  gboolean extra_info_changed; /* since it was last sent */
  gboolean extra_info_ours;    /* nobody else set it since we did */

  NertcRoomState state;
  gboolean listens; /* what it joins, or has joined, is no room */
  guint generation; /* rises with each join and leave: whoever emits looks whether to go on */

  /* The session. */
  NertcConnection *connection;
  gboolean opened;
  gboolean leave_answered;
  NertcWaiter *join;
  NertcWaiter *leave;
  GSource *deadline; /* of a join, an attempt or a leave */
  GSource *retry;
  GSource *give_up;
  GSource *settle;
  GSource *token_watch;
  guint attempt;
  gint64 joined_at;
  gint64 lost_at;
  char *last_problem;
  char *uid;
  char *session_secret;
  char *secret_uid; /* whom the secret stands for */
  char *sent_token; /* the last one */
  NertcMemberRole role;
  NertcGrants grants;
  int muted_by_admin; /* of NertcMedia; read in any thread, as the next */
  int member_count;
  guint told_member_count; /* by the server, the last time */

  NertcDirectory *directory; /* NULL: not in a room */
  GPtrArray *intents;        /* what is published and subscribed */
  GHashTable *transports;    /* id → NertcTransport, those the server knows */
  GPtrArray *orphans;        /* those it does not know since it lost the session */
  GHashTable *invitations;   /* id → NertcInvitation, those under way */
};

/* For tests */
void nertc_room_set_socket_factory (NertcRoom *self, NertcSocketFactory factory, gpointer data);
void nertc_room_set_timing (NertcRoom *self, const NertcRoomTiming *timing);

/* nertc-room-properties.c */
void nertc_room_install_properties (GObjectClass *object_class);

/* nertc-room.c */
gboolean nertc_room_is_at_rest (NertcRoom *self);
gboolean nertc_room_is_connected (NertcRoom *self);
void nertc_room_set_state (NertcRoom *self, NertcRoomState state, NertcCloseReason reason);
void nertc_room_emit_changes (NertcRoom *self, GPtrArray *changes);
void nertc_room_emit_transport_opened (NertcRoom *self, NertcTransport *transport);
void nertc_room_emit_stream_failed (NertcRoom *self, const char *stream_id, const GError *error);
void nertc_room_emit_network_quality (NertcRoom *self, const char *uid, NertcQuality up,
                                      NertcQuality down);
void nertc_room_emit_active_speaker (NertcRoom *self, const char *uid, double level);
void nertc_room_emit_invited (NertcRoom *self, NertcInvitation *invitation);
void nertc_room_emit_closed (NertcRoom *self, const GError *error, NertcCloseReason reason,
                             const char *message);
void nertc_room_emit_token_will_expire (NertcRoom *self, guint seconds);
void nertc_room_emit_token_renewed (NertcRoom *self, const GError *error);
void nertc_room_set_uid (NertcRoom *self, const char *uid);
void nertc_room_notify (NertcRoom *self, const char *method, JsonObject *params);

/* nertc-room-metadata.c */
typedef enum {
  NERTC_METADATA_USER_NAME,
  NERTC_METADATA_USER_DATA,
  NERTC_METADATA_EXTRA_INFO,
} NertcMetadata;

gboolean nertc_room_set_text (char **text, const char *wanted);
void nertc_room_set_metadata (NertcRoom *self, NertcMetadata which, const char *text,
                              GParamSpec *pspec);
void nertc_room_send_metadata (NertcRoom *self);
void nertc_room_take_extra_info (NertcRoom *self, const char *extra_info);

/* nertc-room-messages.c */
void nertc_room_install_message_signals (void);
void nertc_room_take_message (NertcRoom *self, JsonObject *params);
void nertc_room_take_delivered (NertcRoom *self, JsonObject *params);

/* nertc-room-token.c */
gboolean nertc_room_read_token (NertcRoom *self, char **token, GError **error);
gboolean nertc_room_add_token (NertcRoom *self, JsonObject *params, GError **error);
GError *nertc_room_explain_refusal (NertcRoom *self, const GError *error);
void nertc_room_take_token_warning (NertcRoom *self, guint seconds);
void nertc_room_end_token_watch (NertcRoom *self);

/* nertc-room-role.c */
gboolean nertc_room_may_publish (NertcRoom *self);
void nertc_room_set_rights (NertcRoom *self, NertcMemberRole role, NertcGrants grants);
void nertc_room_take_rights (NertcRoom *self, JsonObject *object);
void nertc_room_take_new_rights (NertcRoom *self, JsonObject *object);

/* nertc-room-moderation.c */
void nertc_room_update_member_count (NertcRoom *self);
void nertc_room_take_first_member_count (NertcRoom *self, JsonObject *result);
void nertc_room_take_member_count (NertcRoom *self, JsonObject *params);
void nertc_room_set_muted_by_admin (NertcRoom *self, NertcMedia muted);

/* nertc-room-membership.c */
void nertc_room_finish_leave (NertcRoom *self, const GError *error);

/* nertc-room-invitations.c */
GHashTable *nertc_invitations_new (void);
void nertc_invitations_end (GHashTable *invitations, NertcCloseReason reason);
void nertc_room_take_invitation (NertcRoom *self, JsonObject *params);
void nertc_room_take_invitation_state (NertcRoom *self, JsonObject *params);
void nertc_room_forget_invitation (NertcRoom *self, NertcInvitation *invitation);

/* nertc-room-session.c */

/* What a session leaves behind when it is over; to be released when the room knows it no more. */
typedef struct {
  NertcWaiter *join;
  GPtrArray *intents;
  GHashTable *transports;
  GPtrArray *orphans;
  GHashTable *invitations;
} NertcRemains;

void nertc_room_start_timer (NertcRoom *self, GSource **timer, guint ms, GSourceFunc func);
void nertc_room_stop_timers (NertcRoom *self);
void nertc_room_start_attempt (NertcRoom *self);
void nertc_room_drop_connection (NertcRoom *self);
gboolean nertc_room_has_session (NertcRoom *self);
NertcRemains nertc_room_end_session (NertcRoom *self);
void nertc_remains_release (NertcRemains *remains, NertcCloseReason reason, const GError *error);
void nertc_room_take_closed (NertcRoom *self, NertcCloseReason reason, const char *message);
void nertc_room_dispose_session (NertcRoom *self);

/* nertc-room-events.c */
void nertc_room_take_event (NertcRoom *self, const NertcMessage *event);

/* nertc-intent.c */
typedef struct _NertcIntent NertcIntent;

GPtrArray *nertc_intents_new (void);
void nertc_intents_drop (GPtrArray *intents, const GError *error);
void nertc_room_unsettle_streams (NertcRoom *self);
void nertc_room_restore_streams (NertcRoom *self);
void nertc_room_restore_permitted (NertcRoom *self);
void nertc_room_unsettle_subscriptions (NertcRoom *self);
void nertc_room_restore_subscription (NertcRoom *self, const char *stream_id);
void nertc_room_lose_publication (NertcRoom *self, const char *stream_id, NertcCloseReason reason);
void nertc_room_forget_subscription (NertcRoom *self, const char *stream_id,
                                     NertcCloseReason reason);
NertcMedia nertc_room_get_published_media (NertcRoom *self, const char *stream_id);

/* nertc-room-transports.c */
GHashTable *nertc_transports_new (void);
void nertc_room_take_transport_event (NertcRoom *self, const NertcMessage *event);
void nertc_room_orphan_transports (NertcRoom *self);
void nertc_room_close_transport (NertcRoom *self, NertcTransport *transport,
                                 NertcCloseReason reason);
void nertc_room_close_orphans_later (NertcRoom *self, const char *stream_id, NertcRole role,
                                     NertcCloseReason reason);
void nertc_room_supersede_transports (NertcRoom *self, const char *stream_id);
JsonArray *nertc_room_name_live_transports (NertcRoom *self, const char *stream_id, NertcRole role,
                                            guint max);
void nertc_transports_close (GHashTable *transports, GPtrArray *orphans, NertcCloseReason reason);

G_END_DECLS
