/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-enum-types.h"
#include "nertc-error.h"
#include "nertc-invitation.h"
#include "nertc-member.h"
#include "nertc-name.h"
#include "nertc-role.h"
#include "nertc-room.h"
#include "nertc-roster.h"
#include "nertc-stream.h"
#include "nertc-transport.h"
#include "nertc-types.h"
