/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Who may not join which room, and until when. A ban is of a uid, and outlives room and member.
 * Pure: no clock, no file. Those that are over are forgotten when somebody looks.
 */
typedef struct _SrvBans SrvBans;

typedef struct {
  char *app_key;
  char *room;
  char *uid;
  gint64 until;  /* seconds since 1970 */
  char *message; /* (nullable): what the administrator said */
} SrvBan;

/* As many as there may be: what they are kept in is written as a whole. */
#define SRV_BANS_MAX 10000

SrvBans *srv_bans_new (void);
void srv_bans_free (SrvBans *self);

gboolean srv_bans_add (SrvBans *self, const SrvBan *ban, gint64 now, GError **error);
gboolean srv_bans_remove (SrvBans *self, const char *app_key, const char *room, const char *uid,
                          gint64 now, GError **error);
const SrvBan *srv_bans_find (SrvBans *self, const char *app_key, const char *room, const char *uid,
                             gint64 now);
GPtrArray *srv_bans_list (SrvBans *self, const char *app_key, const char *room, gint64 now);

JsonArray *srv_bans_to_json (SrvBans *self, gint64 now);
gboolean srv_bans_take_json (SrvBans *self, JsonArray *array, gint64 now, GError **error);

G_END_DECLS
