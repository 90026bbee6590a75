/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-playback.h"

struct _CallPlayback {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (CallPlayback, call_playback, G_TYPE_OBJECT)

static void
call_playback_class_init (CallPlaybackClass *class)
{
}

static void
call_playback_init (CallPlayback *self)
{
}

CallPlayback *
call_playback_new (GstElement *pipeline)
{
  return g_object_new (CALL_TYPE_PLAYBACK, NULL);
}

void
call_playback_add (CallPlayback *self, const char *stream_id, GstPad *pad)
{
}

void
call_playback_remove (CallPlayback *self, const char *stream_id)
{
}

void
call_playback_set_volume (CallPlayback *self, const char *stream_id, double volume, gboolean muted)
{
}

void
call_playback_set_speaker (CallPlayback *self, GstDevice *device)
{
}

CallTap *
call_playback_get_tap (CallPlayback *self)
{
  return NULL;
}

void
call_playback_end (CallPlayback *self)
{
}
