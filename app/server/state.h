/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * What outlives the server, as one JSON file in a folder. It is written as a whole, beside the one
 * before, which it then replaces: a server that is killed leaves the one or the other. A thread of
 * its own does that, so that a slow disk holds up nobody.
 */
typedef struct _SrvState SrvState;

SrvState *srv_state_new (const char *dir, GError **error);
void srv_state_free (SrvState *self);

const char *srv_state_get_path (SrvState *self);
gboolean srv_state_read (SrvState *self, JsonObject **state, GError **error);
void srv_state_write (SrvState *self, JsonObject *state);

G_END_DECLS
