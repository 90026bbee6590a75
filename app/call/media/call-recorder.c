/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-recorder.h"

struct _CallRecorder {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (CallRecorder, call_recorder, G_TYPE_OBJECT)

static void
call_recorder_class_init (CallRecorderClass *class)
{
}

static void
call_recorder_init (CallRecorder *self)
{
}

CallRecorder *
call_recorder_new (CallRoom *room)
{
  return g_object_new (CALL_TYPE_RECORDER, NULL);
}

gboolean
call_recorder_start (CallRecorder *self, const char *path, GError **error)
{
  return 0;
}

void
call_recorder_stop (CallRecorder *self)
{
}

gboolean
call_recorder_is_recording (CallRecorder *self)
{
  return 0;
}
