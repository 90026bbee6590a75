/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-media-private.h"

struct _CallMedia {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (CallMedia, call_media, G_TYPE_OBJECT)

static void
call_media_class_init (CallMediaClass *class)
{
}

static void
call_media_init (CallMedia *self)
{
}

CallMedia *
call_media_new (GSettings *settings)
{
  return g_object_new (CALL_TYPE_MEDIA, NULL);
}

CallDevices *
call_media_get_devices (CallMedia *self)
{
  return NULL;
}

CallDevice *
call_media_get_camera (CallMedia *self)
{
  return NULL;
}

CallDevice *
call_media_get_microphone (CallMedia *self)
{
  return NULL;
}

CallDevice *
call_media_get_speaker (CallMedia *self)
{
  return NULL;
}

void
call_media_set_camera (CallMedia *self, CallDevice *device)
{
}

void
call_media_set_microphone (CallMedia *self, CallDevice *device)
{
}

void
call_media_set_speaker (CallMedia *self, CallDevice *device)
{
}

gboolean
call_media_is_camera_on (CallMedia *self)
{
  return 0;
}

gboolean
call_media_is_microphone_on (CallMedia *self)
{
  return 0;
}

void
call_media_set_camera_on (CallMedia *self, gboolean on)
{
}

void
call_media_set_microphone_on (CallMedia *self, gboolean on)
{
}

void
call_media_set_previewing (CallMedia *self, gboolean previewing)
{
}

GdkPaintable *
call_media_get_picture (CallMedia *self)
{
  return NULL;
}

gboolean
call_media_is_sharing (CallMedia *self)
{
  return 0;
}

GdkPaintable *
call_media_get_screen_picture (CallMedia *self)
{
  return NULL;
}

void
call_media_share_screen (CallMedia *self, CallScreen *screen)
{
}

void
call_media_stop_sharing (CallMedia *self)
{
}

void
call_media_play_test_sound (CallMedia *self)
{
}

CallTap *
call_media_get_camera_tap (CallMedia *self)
{
  return NULL;
}

CallTap *
call_media_get_microphone_tap (CallMedia *self)
{
  return NULL;
}

CallTap *
call_media_get_screen_tap (CallMedia *self)
{
  return NULL;
}

CallTap *
call_media_get_screen_sound_tap (CallMedia *self)
{
  return NULL;
}

void
call_media_set_in_call (CallMedia *self, gboolean in_call)
{
}

GstDevice *
call_media_get_speaker_device (CallMedia *self)
{
  return NULL;
}

GSettings *
call_media_get_settings (CallMedia *self)
{
  return NULL;
}
