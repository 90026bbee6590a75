/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "token.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  LOAD_SEND_BROADCAST,
  LOAD_SEND_BARRAGE,
  LOAD_SEND_COMMAND, /* to all others by name */
  LOAD_SEND_UPDATE,  /* room.update */
} LoadSendKind;

/* What is to be done to the server. */
typedef struct {
  char *server;
  char *tls_ca_file; /* (nullable) */
  char *prefix;      /* of rooms and uids */
  int rooms;
  int members;
  double join_rate;    /* per second; 0: as fast as they are answered */
  int joining;         /* at once */
  double duration;     /* seconds, behind the last join */
  double churn;        /* members per second who leave and come back */
  double message_rate; /* per second in each room */
  int message_size;    /* bytes */
  LoadSendKind message_kind;
  int publishers;  /* by real transports */
  int subscribers; /* the same */
  gboolean no_user_updates;
  gboolean json;
  int server_pid; /* 0: not known */

  char *app_key;        /* (nullable) */
  char *token;          /* (nullable): one for all */
  char *secret;         /* (nullable): to make each one a token of its own */
  gint64 token_expires; /* seconds since 1970 */
} LoadOptions;

LoadOptions *load_options_parse (char ***arguments, gboolean *show_version, GError **error);
char *load_options_make_room (const LoadOptions *self, guint index);
char *load_options_make_token (const LoadOptions *self, const char *room, const char *uid);
void load_options_free (LoadOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoadOptions, load_options_free)

G_END_DECLS
