/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * TURN servers that share a secret with this one, so that it can make names and passwords for its
 * members that are good for a while (draft-uberti-behave-turn-rest-00; coturn's use-auth-secret).
 */
typedef struct _SrvTurn SrvTurn;

/* As many as an ICE server of transport.open may have. */
#define SRV_TURN_URLS_MAX 8

gboolean srv_turn_check_url (const char *url);
char *srv_turn_make_credential (const char *secret, const char *username);

SrvTurn *srv_turn_new (const char *const *urls, const char *secret_file, guint ttl, GError **error);
void srv_turn_free (SrvTurn *self);

gboolean srv_turn_reload (SrvTurn *self, GError **error);
guint srv_turn_get_renewal_ms (SrvTurn *self);
JsonObject *srv_turn_make_server (SrvTurn *self, const char *uid, gint64 now);

G_END_DECLS
