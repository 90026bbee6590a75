/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-media.h"
#include "call-source.h"
#include "call-tap.h"

G_BEGIN_DECLS

/* Between the room and the media of its user.
 *
 * Signal "taps-changed": one of the taps below is another one, or NULL since the source is closed.
 */
CallTap *call_media_get_camera_tap (CallMedia *self);
CallTap *call_media_get_microphone_tap (CallMedia *self);
CallTap *call_media_get_screen_tap (CallMedia *self);
CallTap *call_media_get_screen_sound_tap (CallMedia *self);
/* Whether the user is in a call: camera and microphone are open if they are on */
void call_media_set_in_call (CallMedia *self, gboolean in_call);
GstDevice *call_media_get_speaker_device (CallMedia *self); /* NULL: the default */
GSettings *call_media_get_settings (CallMedia *self);

G_END_DECLS
