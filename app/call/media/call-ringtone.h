/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-media.h"

G_BEGIN_DECLS

/* Two soft tones every three seconds from the user's speaker, as long as the object lives. Where
 * there is no speaker, nothing is heard. */
#define CALL_TYPE_RINGTONE (call_ringtone_get_type ())
G_DECLARE_FINAL_TYPE (CallRingtone, call_ringtone, CALL, RINGTONE, GObject)

CallRingtone *call_ringtone_new (CallMedia *media);

G_END_DECLS
