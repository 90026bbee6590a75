/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-device.h"
#include "call-picture.h"
#include "call-screen.h"
#include "call-tap.h"

G_BEGIN_DECLS

/* One thing that is captured, open while it exists: a pipeline of its own from device to tap.
 * Signals, on the main thread: "failed" (GError): the device is missing, busy, denied, or was
 * unplugged; "started": the first buffer. */
#define CALL_TYPE_SOURCE (call_source_get_type ())
G_DECLARE_FINAL_TYPE (CallSource, call_source, CALL, SOURCE, GObject)

typedef struct {
  gboolean echo_cancellation;
  gboolean noise_suppression;
  gboolean gain_control;
  guint channels; /* 1 or 2 */
} CallSoundOptions;

typedef struct {
  guint width;
  guint height;
  guint framerate;
} CallPictureOptions;

/* device NULL: there is none, which is told by "failed" */
CallSource *call_source_new_camera (GstDevice *device, const CallPictureOptions *options,
                                    CallPicture *preview);
/* device NULL: the system's default. Echo is cancelled while there is a CallPlayback. */
CallSource *call_source_new_microphone (GstDevice *device, const CallSoundOptions *options);
/* While it goes on; also when a CallPlayback has come or gone. The channels stay. */
void call_source_set_sound_options (CallSource *self, const CallSoundOptions *options);
CallSource *call_source_new_screen (const CallScreen *screen, CallPicture *preview);
CallSource *call_source_new_screen_sound (const CallScreen *screen);

CallTap *call_source_get_tap (CallSource *self);
double call_source_get_level (CallSource *self); /* dBFS, smoothed; -127: silence */
void call_source_stop (CallSource *self);        /* at once; the device is let go */

G_END_DECLS
