/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-source.h"

struct _CallSource {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (CallSource, call_source, G_TYPE_OBJECT)

static void
call_source_class_init (CallSourceClass *class)
{
}

static void
call_source_init (CallSource *self)
{
}

CallSource *
call_source_new_camera (GstDevice *device, const CallPictureOptions *options, CallPicture *preview)
{
  return g_object_new (CALL_TYPE_SOURCE, NULL);
}

CallSource *
call_source_new_microphone (GstDevice *device, const CallSoundOptions *options)
{
  return g_object_new (CALL_TYPE_SOURCE, NULL);
}

CallSource *
call_source_new_screen (const CallScreen *screen, CallPicture *preview)
{
  return g_object_new (CALL_TYPE_SOURCE, NULL);
}

CallSource *
call_source_new_screen_sound (const CallScreen *screen)
{
  return g_object_new (CALL_TYPE_SOURCE, NULL);
}

CallTap *
call_source_get_tap (CallSource *self)
{
  return NULL;
}

double
call_source_get_level (CallSource *self)
{
  return 0;
}

void
call_source_stop (CallSource *self)
{
}
