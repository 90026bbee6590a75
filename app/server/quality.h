/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "room.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Gathers what the members of a room tell of their networks, and tells it to all of them at
 * intervals while somebody does. Of each member the latest report counts, so that nobody can make
 * the server say more than one line about it at a time.
 */
typedef struct _SrvQuality SrvQuality;

#define SRV_QUALITY_INTERVAL_MS 2000

/* @params: of room.quality; may be called for several members with the same */
typedef void (*SrvQualityTell) (SrvMember *to, JsonObject *params, gpointer user_data);

SrvQuality *srv_quality_new (SrvQualityTell tell, gpointer user_data, guint interval_ms);
void srv_quality_free (SrvQuality *self);

void srv_quality_report (SrvQuality *self, SrvMember *member, guint up, guint down);
void srv_quality_forget (SrvQuality *self, SrvMember *member);

G_END_DECLS
