/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * What Janus says, as far as it matters here, checked: of the right types and within bounds. Texts
 * that are not there are %NULL, numbers 0.
 */

/* The longest message that is read. */
#define SRV_JANUS_MESSAGE_MAX 262144

/* Ids of sessions, handles, rooms and feeds are 53 bits wide, from 1. */
#define SRV_JANUS_ID_MAX G_GINT64_CONSTANT (0x1fffffffffffff)

typedef enum {
  SRV_JANUS_UNKNOWN, /* of no interest */
  SRV_JANUS_ACK,
  SRV_JANUS_SUCCESS,
  SRV_JANUS_ERROR, /* also the error of a plugin */
  SRV_JANUS_EVENT,
  SRV_JANUS_SERVER_INFO,
  SRV_JANUS_WEBRTCUP,
  SRV_JANUS_MEDIA,
  SRV_JANUS_HANGUP,
  SRV_JANUS_DETACHED,
  SRV_JANUS_TIMEOUT,
  SRV_JANUS_SLOWLINK,
} SrvJanusKind;

typedef struct {
  SrvJanusKind kind;
  char *transaction;
  gint64 session;
  gint64 sender; /* a handle */
  gint64 id;     /* of what was made */
  gint64 code;   /* of an error */
  char *reason;  /* of an error, of a hangup */
  char *event;   /* of the plugin */
  gint64 room;
  char *sdp_type;
  char *sdp;
  char *media; /* audio or video */
  gboolean receiving;
  char *version;
  gint64 reclaim; /* seconds for which it keeps a session whose connection is lost */
  gboolean full_trickle;
  gint64 lost;     /* packets, since it was told last */
  gboolean uplink; /* of those that Janus sent */
} SrvJanusMessage;

SrvJanusMessage *srv_janus_message_parse (const char *text, gsize length, GError **error);
void srv_janus_message_free (SrvJanusMessage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrvJanusMessage, srv_janus_message_free)

G_END_DECLS
