/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gdk/gdk.h>

#include "call-devices.h"
#include "call-problem.h"
#include "call-screen.h"

G_BEGIN_DECLS

/* What the user gives into calls, before and during them: camera, microphone, a shared screen, and
 * where the others are heard. Devices are open only while they are used. Properties:
 *
 * devices: CallDevices
 * camera, microphone, speaker: CallDevice, writable; NULL: the system's default
 * camera-on, microphone-on: boolean, writable: off lets go of the device
 * previewing: boolean, writable: whether camera and microphone are open outside a call
 * audio-only: boolean, writable: no camera, and no pictures of others are received
 * picture: GdkPaintable: the camera, not mirrored; NULL while it is off
 * level: double, 0 to 1: how loud the microphone is, for a meter
 * camera-problem, microphone-problem, speaker-problem, screen-problem: CallProblem, NULL: none
 * sharing: boolean: a screen is shared (call_media_share_screen())
 * screen-picture: GdkPaintable
 * has-sound-processing: boolean: webrtcdsp is installed
 *
 * Signal "notice" (string): another device is used than before, in a sentence.
 *
 * Echo cancellation, noise suppression, gain control, profiles of picture and sound are taken from
 * the settings, also during a call.
 */
#define CALL_TYPE_MEDIA (call_media_get_type ())
G_DECLARE_FINAL_TYPE (CallMedia, call_media, CALL, MEDIA, GObject)

CallMedia *call_media_new (GSettings *settings);

CallDevices *call_media_get_devices (CallMedia *self);
CallDevice *call_media_get_camera (CallMedia *self);
CallDevice *call_media_get_microphone (CallMedia *self);
CallDevice *call_media_get_speaker (CallMedia *self);
void call_media_set_camera (CallMedia *self, CallDevice *device);
void call_media_set_microphone (CallMedia *self, CallDevice *device);
void call_media_set_speaker (CallMedia *self, CallDevice *device);
gboolean call_media_is_camera_on (CallMedia *self);
gboolean call_media_is_microphone_on (CallMedia *self);
void call_media_set_camera_on (CallMedia *self, gboolean on);
void call_media_set_microphone_on (CallMedia *self, gboolean on);
void call_media_set_previewing (CallMedia *self, gboolean previewing);
GdkPaintable *call_media_get_picture (CallMedia *self);
gboolean call_media_is_sharing (CallMedia *self);
GdkPaintable *call_media_get_screen_picture (CallMedia *self);
void call_media_share_screen (CallMedia *self, CallScreen *screen);
void call_media_stop_sharing (CallMedia *self);
void call_media_play_test_sound (CallMedia *self);

G_END_DECLS
