/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-media.h"

G_BEGIN_DECLS

/* How the user looks and sounds, with the switches of camera and microphone; they are open while it
 * is seen. Properties: media: CallMedia, writable, nullable */
#define CALL_TYPE_PREVIEW (call_preview_get_type ())
G_DECLARE_FINAL_TYPE (CallPreview, call_preview, CALL, PREVIEW, AdwBin)

G_END_DECLS
