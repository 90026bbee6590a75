/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "call-media.h"

G_BEGIN_DECLS

/* While the microphone is off, holding the space bar turns it on. The space bar stays what it is in
 * text, in menus, and on a button that was reached by keys. Properties: media: CallMedia, writable,
 * nullable; talking: boolean */
#define CALL_TYPE_PUSH_TO_TALK (call_push_to_talk_get_type ())
G_DECLARE_FINAL_TYPE (CallPushToTalk, call_push_to_talk, CALL, PUSH_TO_TALK, GObject)

CallPushToTalk *call_push_to_talk_new (GtkWidget *widget);
void call_push_to_talk_set_media (CallPushToTalk *self, CallMedia *media);

G_END_DECLS
