/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-receiver.h"

struct _CallReceiver {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (CallReceiver, call_receiver, G_TYPE_OBJECT)

static void
call_receiver_class_init (CallReceiverClass *class)
{
}

static void
call_receiver_init (CallReceiver *self)
{
}

CallReceiver *
call_receiver_new (GstElement *pipeline, CallPlayback *playback, GListModel *streams)
{
  return g_object_new (CALL_TYPE_RECEIVER, NULL);
}

void
call_receiver_set_audio_only (CallReceiver *self, gboolean audio_only)
{
}

void
call_receiver_update_figures (CallReceiver *self, const GstStructure *play_stats)
{
}

CallTap *
call_receiver_get_video_tap (CallReceiver *self, const char *stream_id)
{
  return NULL;
}

void
call_receiver_end (CallReceiver *self)
{
}
