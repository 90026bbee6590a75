/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What this machine lacks for calls. Properties: name (in the user's words: "Camera", "VP8", "Echo
 * cancellation"), package (of Debian), needed (boolean: no call without it). */
#define CALL_TYPE_REQUIREMENT (call_requirement_get_type ())
G_DECLARE_FINAL_TYPE (CallRequirement, call_requirement, CALL, REQUIREMENT, GObject)

/* (transfer full): GListModel of CallRequirement, of those that are missing; empty: nothing */
GListModel *call_requirements_find_missing (void);

G_END_DECLS
