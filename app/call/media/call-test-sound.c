/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-test-sound.h"

#include <gio/gio.h>

#include "call-media-error.h"
#include "call-pipeline.h"

#define CALL_TYPE_TEST_SOUND (call_test_sound_get_type ())
G_DECLARE_FINAL_TYPE (CallTestSound, call_test_sound, CALL, TEST_SOUND, GObject)

struct _CallTestSound {
  GObject parent_instance;

  GstElement *pipeline;
  CallTestSoundDone done;
  gpointer user_data;
};

G_DEFINE_FINAL_TYPE (CallTestSound, call_test_sound, G_TYPE_OBJECT)

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  CallTestSound *self = user_data;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    error = call_media_error_new_from_message (message, FALSE);
  else if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS)
    return G_SOURCE_CONTINUE;
  self->done (error, self->user_data);
  return G_SOURCE_REMOVE;
}

static void
play (GTask *task, gpointer source, gpointer pipeline, GCancellable *cancellable)
{
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_task_return_boolean (task, TRUE);
}

static GstElement *
make_speaker (GstDevice *speaker)
{
  GstElement *element = speaker ? gst_device_create_element (speaker, NULL)
                                : gst_element_factory_make ("pulsesink", NULL);

  return element ? element : gst_element_factory_make ("autoaudiosink", NULL);
}

/* Two notes; a clock of its own, as all of it is to be heard from its beginning */
static GstElement *
make_pipeline (GstDevice *speaker)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch (
      "concat name=notes ! audioconvert ! audioresample name=last "
      "audiotestsrc freq=523 volume=0.2 samplesperbuffer=441 num-buffers=30 ! notes. "
      "audiotestsrc freq=784 volume=0.2 samplesperbuffer=441 num-buffers=50 ! notes.",
      NULL);
  g_autoptr (GstElement) last = pipeline ? gst_bin_get_by_name (GST_BIN (pipeline), "last") : NULL;
  GstElement *sink = make_speaker (speaker);

  if (!last || !sink)
    return NULL;
  gst_bin_add (GST_BIN (pipeline), sink);
  gst_element_link (last, sink);
  return g_steal_pointer (&pipeline);
}

static void
start (CallTestSound *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  gst_bus_add_watch (bus, on_message, self);
  g_task_set_task_data (task, gst_object_ref (self->pipeline), gst_object_unref);
  g_task_run_in_thread (task, play);
}

static void
call_test_sound_dispose (GObject *object)
{
  CallTestSound *self = CALL_TEST_SOUND (object);
  g_autoptr (GstBus) bus = self->pipeline ? gst_element_get_bus (self->pipeline) : NULL;

  if (bus) {
    gst_bus_remove_watch (bus);
    call_pipeline_stop (self->pipeline);
  }
  gst_clear_object (&self->pipeline);
  G_OBJECT_CLASS (call_test_sound_parent_class)->dispose (object);
}

static void
call_test_sound_class_init (CallTestSoundClass *class)
{
  G_OBJECT_CLASS (class)->dispose = call_test_sound_dispose;
}

static void
call_test_sound_init (CallTestSound *self)
{
}

GObject *
call_test_sound_new (GstDevice *speaker, CallTestSoundDone done, gpointer user_data)
{
  CallTestSound *self = g_object_new (CALL_TYPE_TEST_SOUND, NULL);

  self->done = done;
  self->user_data = user_data;
  self->pipeline = make_pipeline (speaker);
  if (self->pipeline)
    start (self);
  return G_OBJECT (self);
}
