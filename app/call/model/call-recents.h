/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-address.h"

G_BEGIN_DECLS

/* A room that was joined. Properties, read-only: channel; detail (string, for people: the server,
 * where it is not the usual one). */
#define CALL_TYPE_RECENT (call_recent_get_type ())
G_DECLARE_FINAL_TYPE (CallRecent, call_recent, CALL, RECENT, GObject)

const char *call_recent_get_channel (CallRecent *self);
const char *call_recent_get_server (CallRecent *self);
const char *call_recent_get_app_key (CallRecent *self);

/* A GListModel of CallRecent, the latest first, as the settings keep them: recent-rooms. Neither
 * who joined nor a token is kept. */
#define CALL_TYPE_RECENTS (call_recents_get_type ())
G_DECLARE_FINAL_TYPE (CallRecents, call_recents, CALL, RECENTS, GObject)

CallRecents *call_recents_new (GSettings *settings);
void call_recents_add (CallRecents *self, const CallAddress *address);
void call_recents_remove (CallRecents *self, CallRecent *recent);

G_END_DECLS
