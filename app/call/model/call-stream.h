/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gdk/gdk.h>

#include "call-figures.h"
#include "call-member.h"

G_BEGIN_DECLS

/* What a member publishes, the user's own included. Properties:
 *
 * id: string; member: CallMember; is-own, is-screen: boolean
 * has-audio, has-video, audio-muted, video-muted: boolean
 * picture: GdkPaintable, NULL while there is none (kept while the track is muted)
 * figures: CallFigures
 * width, height: uint, writable: device pixels in which the picture is shown; 0: nowhere, and it
 *   costs nothing then. Of several places that show it, the largest.
 */
#define CALL_TYPE_STREAM (call_stream_get_type ())
G_DECLARE_FINAL_TYPE (CallStream, call_stream, CALL, STREAM, GObject)

CallStream *call_stream_new (const char *id, CallMember *member, gboolean is_screen);
const char *call_stream_get_id (CallStream *self);
CallMember *call_stream_get_member (CallStream *self);
gboolean call_stream_is_own (CallStream *self);
gboolean call_stream_is_screen (CallStream *self);
gboolean call_stream_has_audio (CallStream *self);
gboolean call_stream_has_video (CallStream *self);
gboolean call_stream_is_audio_muted (CallStream *self);
gboolean call_stream_is_video_muted (CallStream *self);
GdkPaintable *call_stream_get_picture (CallStream *self);
CallFigures *call_stream_get_figures (CallStream *self);

/* By who receives or captures it */
void call_stream_set_picture (CallStream *self, GdkPaintable *picture);
/* By the widgets that show it */
void call_stream_set_shown_size (CallStream *self, gpointer place, guint width, guint height);
void call_stream_get_shown_size (CallStream *self, guint *width, guint *height);

G_END_DECLS
