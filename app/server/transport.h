/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media-node.h"
#include "room.h"

G_BEGIN_DECLS

/*
 * One connection that carries a stream to a consumer. Its two ends are members, or a member and a
 * media server, and whoever handles it need not ask which.
 */

typedef enum {
  SRV_ROLE_SENDER,
  SRV_ROLE_RECEIVER,
} SrvRole;

typedef struct {
  const char *transport_id;
  SrvRole role;
  SrvStream *stream;
  gboolean audio; /* what the consumer wants now */
  gboolean video;
} SrvTransportOffer;

/* How the members at the ends are spoken to. */
typedef struct {
  void (*open) (SrvMember *to, const SrvTransportOffer *offer, gpointer user_data);
  void (*description) (SrvMember *to, const char *transport_id, const char *type, const char *sdp,
                       gpointer user_data);
  void (*candidate) (SrvMember *to, const char *transport_id, guint m_line_index,
                     const char *candidate, gpointer user_data);
  /* One from before a restart of the server lives on. */
  void (*adopt) (SrvMember *to, const char *transport_id, gboolean audio, gboolean video,
                 gpointer user_data);
  void (*update) (SrvMember *to, const char *transport_id, gboolean audio, gboolean video,
                  gpointer user_data);
  void (*close) (SrvMember *to, const char *transport_id, NertcCloseReason reason,
                 gpointer user_data);
  /* To be closed like the former; but it was only named, neither opened nor adopted. */
  void (*disown) (SrvMember *to, const char *transport_id, NertcCloseReason reason,
                  gpointer user_data);
  /* The publisher is away, and who received the stream says that nothing comes any more. The last
   * thing that a plane does: @stream may be gone after it. */
  void (*unheard) (SrvStream *stream, gpointer user_data);
} SrvTransportEvents;

/* The transports of a plane, by their ids. */
typedef struct {
  const SrvTransportEvents *events;
  gpointer user_data;
  GHashTable *by_id; /* id → SrvTransport, borrowed */
  GHashTable *named; /* ids of before a restart, until they are known to live; borrowed */
} SrvTransports;

typedef struct _SrvTransport SrvTransport;

/* The fields are for reading but for the flags, which are the caller's. */
struct _SrvTransport {
  SrvTransports *all;
  gpointer owner; /* the caller's */
  SrvStream *stream;
  char *id;             /* (nullable): as long as the node's end is not ready */
  char *named;          /* (nullable): an id of before a restart, until it is known to live */
  SrvMember *member[2]; /* (nullable): by role; %NULL where a node is at that end */
  SrvMediaNode *node;   /* (nullable) */
  SrvNodeEnd *end;      /* (nullable): the node's; %NULL, too, when that is dead */
  SrvTransport *source; /* (nullable): what the node sends on by it */
  GPtrArray *users;     /* (element-type SrvTransport): those whose source it is */

  gboolean adopted;     /* it is from before a restart of the server */
  gboolean connected;   /* the node's end is */
  gboolean playing;     /* it has played */
  gboolean silent[2];   /* by role: and that end says that nothing arrives now */
  gboolean outdated;    /* what it carries is not what the stream is made of now */
  gboolean receives[2]; /* audio, video: whether that comes to the node */
};

SrvTransport *srv_transport_new (SrvTransports *all, gpointer owner, SrvStream *stream,
                                 SrvMember *sender, SrvMember *receiver);
void srv_transport_free (SrvTransport *self);

void srv_transport_set_node (SrvTransport *self, SrvMediaNode *node, SrvNodeEnd *end);
void srv_transport_set_source (SrvTransport *self, SrvTransport *source);
void srv_transport_set_named (SrvTransport *self, const char *id);
void srv_transport_set_id (SrvTransport *self, const char *id);
void srv_transport_drop_node_end (SrvTransport *self);

void srv_transport_open (SrvTransport *self, gboolean audio, gboolean video);
void srv_transport_adopt (SrvTransport *self, gboolean audio, gboolean video);
void srv_transport_update (SrvTransport *self, gboolean audio, gboolean video);
void srv_transport_describe (SrvTransport *self, SrvRole from, const char *type, const char *sdp);
void srv_transport_add_candidate (SrvTransport *self, SrvRole from, guint m_line_index,
                                  const char *candidate);
void srv_transport_close (SrvTransport *self, NertcCloseReason reason);

SrvTransport *srv_transports_find (SrvTransports *all, SrvMember *from, const char *id,
                                   SrvRole *role);

gboolean srv_transports_know (SrvTransports *all, const char *id);

G_END_DECLS
