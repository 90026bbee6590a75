/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-room-private.h"

G_BEGIN_DECLS

/*
 * What the application published or subscribed is an intent: it outlives a lost connection and is
 * sent again after each join, until the application or the server takes it back.
 */

typedef enum {
  NERTC_INTENT_PUBLISH,
  NERTC_INTENT_SUBSCRIBE,
} NertcIntentKind;

struct _NertcIntent {
  NertcRoom *room; /* unowned; NULL: dropped */
  NertcIntentKind kind;
  char *stream_id; /* NULL: the server is to make one */
  NertcSource source;
  NertcMedia media;
  NertcMedia muted;
  GPtrArray *waiters;   /* who are to hear the answer to the next request */
  gboolean established; /* the server knows it */
  guint in_flight;
  gboolean withdrawn; /* before the server told its stream id */
};

NertcIntent *nertc_room_add_intent (NertcRoom *self, NertcIntentKind kind, const char *stream_id);
NertcIntent *nertc_room_find_intent (NertcRoom *self, NertcIntentKind kind, const char *stream_id);
gboolean nertc_room_is_missing_stream (NertcRoom *self, const char *stream_id);

void nertc_intent_send (NertcIntent *intent);
void nertc_intent_drop (NertcIntent *intent, const GError *error);
void nertc_intent_withdraw (NertcIntent *intent);
gboolean nertc_intent_is_on_server (NertcIntent *intent);

gboolean nertc_error_is_loss (const GError *error);

G_END_DECLS
