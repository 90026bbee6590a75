/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-room.h"

G_BEGIN_DECLS

#define NERTC_TYPE_ROSTER (nertc_roster_get_type ())
NERTC_API
G_DECLARE_FINAL_TYPE (NertcRoster, nertc_roster, NERTC, ROSTER, GObject)

NERTC_API NertcRoster *nertc_roster_new (NertcRoom *room);
NERTC_API GListModel *nertc_roster_get_members (NertcRoster *self);
NERTC_API GListModel *nertc_roster_get_streams (NertcRoster *self);

G_END_DECLS
