/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "roomsignal-fixture.h"

#include "await.h"
#include "media.h"

G_BEGIN_DECLS

/* What arrived at an appsink; each field may be read at any time. */
typedef struct {
  GMutex lock;
  guint samples;
  guint picture;    /* the number of the latest coded picture; NERTC_PICTURE_NONE: none yet */
  guint unreadable; /* pictures that were none */
  guint disordered; /* pictures that came after a later one of the same base */
  int width;
  double tone; /* how much of the latest sound is of the frequency asked for, 0 to 1 */
  double frequency;
  GstClockTime last_time;   /* of the latest picture, or the end of the latest sound */
  GstClockTime largest_gap; /* between two pictures, or two pieces of sound, in media time */
} CallSink;

void call_start (void);

/* Draws coded pictures, from @base on, into what the element @name of @pipeline sends. */
void call_code_pictures (GstElement *pipeline, const char *name, guint base);

void call_watch (CallSink *sink, GstElement *pipeline, const char *name, double frequency);
void call_unwatch (CallSink *sink);

guint call_get_samples (CallSink *sink);
guint call_get_picture (CallSink *sink);
double call_get_tone (CallSink *sink);
int call_get_width (CallSink *sink);
GstClockTime call_take_largest_gap (CallSink *sink);
void call_check_pictures (CallSink *sink);

/* Whether the latest picture is one of those that began with @base. */
#define call_shows(sink, base) (call_get_picture (sink) / CALL_BASE == (base) / CALL_BASE)
#define CALL_BASE 4096

G_END_DECLS
