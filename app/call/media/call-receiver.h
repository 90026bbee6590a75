/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-playback.h"
#include "call-stream.h"

G_BEGIN_DECLS

/* The nertcsrc of the call's pipeline (slots=0): each track that comes goes to the CallStream it
 * belongs to, as a picture or to the playback, and what its figures say to the stream's figures. */
#define CALL_TYPE_RECEIVER (call_receiver_get_type ())
G_DECLARE_FINAL_TYPE (CallReceiver, call_receiver, CALL, RECEIVER, GObject)

CallReceiver *call_receiver_new (GstElement *pipeline, CallPlayback *playback, GListModel *streams);
void call_receiver_set_audio_only (CallReceiver *self, gboolean audio_only);
/* A "play-stats" message of nertcsrc, by who has the bus */
void call_receiver_update_figures (CallReceiver *self, const GstStructure *play_stats);
CallTap *call_receiver_get_video_tap (CallReceiver *self, const char *stream_id); /* nullable */
void call_receiver_end (CallReceiver *self);

G_END_DECLS
