/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-tap.h"

G_BEGIN_DECLS

/* One nertcsink of the call's pipeline, and what is fed into it. */
#define CALL_TYPE_SENDER (call_sender_get_type ())
G_DECLARE_FINAL_TYPE (CallSender, call_sender, CALL, SENDER, GObject)

typedef struct {
  gboolean screen;
  gboolean audio;
  gboolean video;
  gboolean unpublished; /* at first, see call_sender_set_published() */
  guint audio_bitrate;  /* bit/s */
  guint video_bitrate;
  const char *audio_profile; /* speech, music, music-stereo */
} CallSenderOptions;

CallSender *call_sender_new (GstElement *pipeline, const CallSenderOptions *options);
/* NULL: nothing comes, and the track is muted */
void call_sender_set_audio (CallSender *self, CallTap *tap);
void call_sender_set_video (CallSender *self, CallTap *tap);
void call_sender_set_published (CallSender *self, gboolean published);
GstElement *
call_sender_get_element (CallSender *self); /* the nertcsink: its "stats" and messages */
void call_sender_end (CallSender *self);    /* takes it out of the pipeline */

G_END_DECLS
