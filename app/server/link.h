/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transport.h"

G_BEGIN_DECLS

/*
 * What brings a stream to one consumer, a member or a media server: mostly one transport, two of
 * them where the next one is to take over (make before break), none while there is no way.
 */
typedef struct _SrvLink SrvLink;

/* By which way the next transport goes. */
typedef struct {
  enum {
    SRV_WAY_NONE,   /* it has to wait */
    SRV_WAY_DIRECT, /* from the publisher to the consumer */
    SRV_WAY_IN,     /* from the publisher to @node */
    SRV_WAY_OUT,    /* from @node, which has the stream by @source, to the consumer */
  } kind;
  SrvMediaNode *node;
  SrvTransport *source;
} SrvWay;

/* What a link asks of the plane, and tells it. */
typedef struct {
  SrvWay (*get_way) (SrvLink *link, gpointer user_data);
  /* The node's end of @transport is connected. */
  void (*connected) (SrvLink *link, SrvTransport *transport, gpointer user_data);
  /* A transport is there no more. */
  void (*closed) (SrvLink *link, gpointer user_data);
} SrvLinkCallbacks;

/* What all links of a plane share. */
typedef struct {
  SrvTransports transports;
  const SrvLinkCallbacks *callbacks;
  gpointer user_data;
  guint retry_ms;   /* the least time between two successors of one that failed */
  guint renewal_ms; /* the longest life of a transport; 0: no end */
} SrvLinkSettings;

/* The fields are for reading. */
struct _SrvLink {
  SrvLinkSettings *settings;
  SrvStream *stream;
  SrvSubscription *subscription; /* (nullable): %NULL where the consumer is a node */
  GPtrArray *transports;         /* (element-type SrvTransport), the oldest first */
  gboolean audio;                /* what the consumer wants now */
  gboolean video;
  char **named;          /* (nullable): ids of before a restart, for when there is a source */
  gint64 next_successor; /* not before this time */
  GSource *retry;        /* (nullable): opens the next successor */
  GSource *renewal;      /* (nullable): of what the newest transport was opened with */
  gboolean due;          /* a transport is to be opened when there is a way */
};

SrvLink *srv_link_new (SrvLinkSettings *settings, SrvStream *stream, SrvSubscription *subscription);
void srv_link_free (SrvLink *self);
void srv_link_end (SrvLink *self, NertcCloseReason reason);

void srv_link_set_wanted (SrvLink *self, gboolean audio, gboolean video);
void srv_link_name (SrvLink *self, char **ids);
void srv_link_adopt (SrvLink *self, const char *id);
void srv_link_adopt_from_node (SrvLink *self, SrvMediaNode *node, const char *id);
void srv_link_open (SrvLink *self);
void srv_link_follow (SrvLink *self);
void srv_link_renew (SrvLink *self);
void srv_link_open_what_is_due (SrvLink *self);
void srv_link_prune (SrvLink *self, gboolean all);
void srv_link_lose_node (SrvLink *self, SrvMediaNode *node);

void srv_link_failed (SrvTransport *transport, SrvRole role, gboolean may_recover);
void srv_link_playing (SrvTransport *transport, SrvRole role);

SrvTransport *srv_link_get_source (SrvLink *self, SrvMediaNode *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrvLink, srv_link_free)

G_END_DECLS
