/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* The page of a running call. Properties: room: CallRoom, writable, nullable */
#define CALL_TYPE_VIEW (call_view_get_type ())
G_DECLARE_FINAL_TYPE (CallView, call_view, CALL, VIEW, AdwBin)

G_END_DECLS
