/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-sender.h"

struct _CallSender {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (CallSender, call_sender, G_TYPE_OBJECT)

static void
call_sender_class_init (CallSenderClass *class)
{
}

static void
call_sender_init (CallSender *self)
{
}

CallSender *
call_sender_new (GstElement *pipeline, const CallSenderOptions *options)
{
  return g_object_new (CALL_TYPE_SENDER, NULL);
}

void
call_sender_set_audio (CallSender *self, CallTap *tap)
{
}

void
call_sender_set_video (CallSender *self, CallTap *tap)
{
}

void
call_sender_set_published (CallSender *self, gboolean published)
{
}

GstElement *
call_sender_get_element (CallSender *self)
{
  return NULL;
}

void
call_sender_end (CallSender *self)
{
}
