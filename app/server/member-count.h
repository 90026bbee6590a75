/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "room.h"

G_BEGIN_DECLS

/*
 * Says at intervals how many members a room has, when that has changed: for those who are not told
 * who comes and goes.
 */
typedef struct _SrvMemberCount SrvMemberCount;

#define SRV_MEMBER_COUNT_INTERVAL_MS 2000

/* Changes no room. */
typedef void (*SrvMemberCountTell) (SrvRoom *room, gpointer user_data);

SrvMemberCount *srv_member_count_new (SrvMemberCountTell tell, gpointer user_data,
                                      guint interval_ms);
void srv_member_count_free (SrvMemberCount *self);

void srv_member_count_apply (SrvMemberCount *self, const SrvChange *change);

G_END_DECLS
