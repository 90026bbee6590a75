/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * A media server, and its ends of transports. It receives a stream once and sends it on to any
 * number of consumers, each by an end of its own.
 *
 * Everything happens on the server's main context, and no callback comes from inside a call.
 */

#define SRV_TYPE_MEDIA_NODE (srv_media_node_get_type ())
G_DECLARE_INTERFACE (SrvMediaNode, srv_media_node, SRV, MEDIA_NODE, GObject)

/* The node's end of one transport. */
#define SRV_TYPE_NODE_END (srv_node_end_get_type ())
G_DECLARE_INTERFACE (SrvNodeEnd, srv_node_end, SRV, NODE_END, GObject)

typedef struct {
  /* The end is there: the transport may be opened under this id, which was never used before. The
   * first of all; or, of one that was adopted: it lives. */
  void (*ready) (SrvNodeEnd *end, const char *transport_id, gpointer user_data);
  /* Its offer, if it sends, soon after it is ready; its answer, if it receives. Candidates are in
   * it. */
  void (*description) (SrvNodeEnd *end, const char *type, const char *sdp, gpointer user_data);
  /* ICE and DTLS are done. */
  void (*connected) (SrvNodeEnd *end, gpointer user_data);
  /* If it receives: whether packets of that track come, when that changes. */
  void (*media) (SrvNodeEnd *end, gboolean video, gboolean receiving, gpointer user_data);
  /* The last of all: it is of no use any more, or never was; @message is for a log. Not when the
   * whole node goes down. */
  void (*failed) (SrvNodeEnd *end, const char *message, gpointer user_data);
} SrvNodeEndEvents;

/*
 * SrvMediaNode:up: (readable): whether the node answers. When it goes down all its ends are dead,
 * and nothing but the notification says so; they are still to be closed.
 */
struct _SrvMediaNodeInterface {
  GTypeInterface parent;

  const char *(*get_name) (SrvMediaNode *self);
  guint (*get_load) (SrvMediaNode *self);
  guint64 (*get_lost) (SrvMediaNode *self, gboolean sending); /* (nullable) */

  SrvNodeEnd *(*receive) (SrvMediaNode *self, const SrvNodeEndEvents *events, gpointer user_data);
  SrvNodeEnd *(*send) (SrvMediaNode *self, SrvNodeEnd *source, gboolean audio, gboolean video,
                       const SrvNodeEndEvents *events, gpointer user_data);
  gboolean (*knows) (SrvMediaNode *self, const char *transport_id);
  SrvNodeEnd *(*adopt) (SrvMediaNode *self, const char *transport_id, SrvNodeEnd *source,
                        const SrvNodeEndEvents *events, gpointer user_data);
  void (*stop) (SrvMediaNode *self);
};

struct _SrvNodeEndInterface {
  GTypeInterface parent;

  void (*set_description) (SrvNodeEnd *self, const char *type, const char *sdp);
  void (*add_candidate) (SrvNodeEnd *self, guint m_line_index, const char *candidate);
  void (*set_wanted) (SrvNodeEnd *self, gboolean audio, gboolean video);
  void (*close) (SrvNodeEnd *self);
};

gboolean srv_media_node_is_up (SrvMediaNode *self);
const char *srv_media_node_get_name (SrvMediaNode *self);
guint srv_media_node_get_load (SrvMediaNode *self);
guint64 srv_media_node_get_lost (SrvMediaNode *self, gboolean sending);

SrvNodeEnd *srv_media_node_receive (SrvMediaNode *self, const SrvNodeEndEvents *events,
                                    gpointer user_data);
SrvNodeEnd *srv_media_node_send (SrvMediaNode *self, SrvNodeEnd *source, gboolean audio,
                                 gboolean video, const SrvNodeEndEvents *events,
                                 gpointer user_data);
gboolean srv_media_node_knows (SrvMediaNode *self, const char *transport_id);
SrvNodeEnd *srv_media_node_adopt (SrvMediaNode *self, const char *transport_id, SrvNodeEnd *source,
                                  const SrvNodeEndEvents *events, gpointer user_data);
void srv_media_node_stop (SrvMediaNode *self);

void srv_node_end_set_description (SrvNodeEnd *self, const char *type, const char *sdp);
void srv_node_end_add_candidate (SrvNodeEnd *self, guint m_line_index, const char *candidate);
void srv_node_end_set_wanted (SrvNodeEnd *self, gboolean audio, gboolean video);
void srv_node_end_close (SrvNodeEnd *self);

G_END_DECLS
