/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-other-sounds.h"

#include <gst/app/app.h>
#include <pulse/pulseaudio.h>
#include <unistd.h>

/*
 * The sink's monitor would have the voices of the call, and the others would hear themselves. So
 * every sink input but those of this process is recorded by itself (pa_stream_set_monitor_stream(),
 * "direct on input"), and mixed here:
 *
 *     sink input ~> appsrc ─┐
 *     sink input ~> appsrc ─┴─► mixer
 */

#define RATE 48000
#define CAPS "audio/x-raw, format=S16LE, rate=48000, channels=2, layout=interleaved"
#define FRAGMENT (RATE * 4 / 50) /* bytes of 20 ms */

struct _CallOtherSounds {
  GstElement *mixer;
  pa_threaded_mainloop *loop;

  /* Of its thread, or with its lock */
  pa_context *context;
  GHashTable *inputs; /* index: Input */
};

typedef struct {
  pa_stream *stream;
  GstElement *appsrc;
  GstPad *pad; /* of the mixer */
} Input;

/* One program's sound */

static void
remove_from_mixer (GstElement *appsrc, gpointer data)
{
  GstPad *pad = data;
  g_autoptr (GstObject) pipeline = gst_object_get_parent (GST_OBJECT (appsrc));
  g_autoptr (GstElement) mixer = gst_pad_get_parent_element (pad);

  gst_element_set_locked_state (appsrc, TRUE);
  gst_element_set_state (appsrc, GST_STATE_NULL);
  if (pipeline)
    gst_bin_remove (GST_BIN (pipeline), appsrc);
  if (mixer)
    gst_element_release_request_pad (mixer, pad);
}

static void
input_free (gpointer data)
{
  Input *self = data;

  pa_stream_set_read_callback (self->stream, NULL, NULL);
  pa_stream_disconnect (self->stream);
  pa_stream_unref (self->stream);
  gst_element_call_async (self->appsrc, remove_from_mixer, self->pad, gst_object_unref);
  gst_object_unref (self->appsrc);
  g_free (self);
}

static void
on_readable (pa_stream *stream, size_t n_bytes, void *data)
{
  Input *self = data;
  const void *bytes;

  while (pa_stream_readable_size (stream) > 0) {
    if (pa_stream_peek (stream, &bytes, &n_bytes) < 0 || n_bytes == 0)
      return;
    if (bytes)
      gst_app_src_push_buffer (GST_APP_SRC (self->appsrc), gst_buffer_new_memdup (bytes, n_bytes));
    pa_stream_drop (stream);
  }
}

static GstElement *
make_appsrc (void)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstElement *appsrc = gst_element_factory_make ("appsrc", NULL);

  g_object_set (appsrc, "caps", caps, "is-live", TRUE, "do-timestamp", TRUE, "format",
                GST_FORMAT_TIME, "max-time", 200 * GST_MSECOND, "leaky-type",
                GST_APP_LEAKY_TYPE_DOWNSTREAM, NULL);
  return appsrc;
}

static void
feed_mixer (CallOtherSounds *self, Input *input)
{
  g_autoptr (GstObject) pipeline = gst_object_get_parent (GST_OBJECT (self->mixer));
  g_autoptr (GstPad) pad = NULL;

  input->appsrc = gst_object_ref_sink (make_appsrc ());
  gst_bin_add (GST_BIN (pipeline), input->appsrc);
  pad = gst_element_get_static_pad (input->appsrc, "src");
  input->pad = gst_element_request_pad_simple (self->mixer, "sink_%u");
  gst_pad_link (pad, input->pad);
  gst_element_sync_state_with_parent (input->appsrc);
}

static void
add_input (CallOtherSounds *self, guint32 index)
{
  const pa_sample_spec form = { .format = PA_SAMPLE_S16LE, .rate = RATE, .channels = 2 };
  const pa_buffer_attr sizes = { .maxlength = (guint32) -1, .fragsize = FRAGMENT };
  Input *input;

  if (g_hash_table_contains (self->inputs, GUINT_TO_POINTER (index)))
    return;
  input = g_new0 (Input, 1);
  input->stream = pa_stream_new (self->context, "Shared sound", &form, NULL);
  feed_mixer (self, input);
  g_hash_table_insert (self->inputs, GUINT_TO_POINTER (index), input);
  pa_stream_set_read_callback (input->stream, on_readable, input);
  pa_stream_set_monitor_stream (input->stream, index);
  pa_stream_connect_record (input->stream, NULL, &sizes,
                            PA_STREAM_ADJUST_LATENCY | PA_STREAM_DONT_MOVE);
}

/* Which programs play */

static gboolean
is_own (const pa_sink_input_info *info)
{
  const char *id = pa_proplist_gets (info->proplist, PA_PROP_APPLICATION_PROCESS_ID);

  return id && g_ascii_strtoll (id, NULL, 10) == getpid ();
}

static void
on_input (pa_context *context, const pa_sink_input_info *info, int end, void *data)
{
  if (end == 0 && info->client != PA_INVALID_INDEX && !is_own (info))
    add_input (data, info->index);
}

static void
forget (pa_operation *operation)
{
  if (operation)
    pa_operation_unref (operation);
}

static void
on_change (pa_context *context, pa_subscription_event_type_t event, guint32 index, void *data)
{
  CallOtherSounds *self = data;
  guint type = event & PA_SUBSCRIPTION_EVENT_TYPE_MASK;

  if (type == PA_SUBSCRIPTION_EVENT_REMOVE)
    g_hash_table_remove (self->inputs, GUINT_TO_POINTER (index));
  else if (type == PA_SUBSCRIPTION_EVENT_NEW)
    forget (pa_context_get_sink_input_info (context, index, on_input, self));
}

static void
on_state (pa_context *context, void *data)
{
  CallOtherSounds *self = data;
  pa_context_state_t state = pa_context_get_state (context);

  if (state == PA_CONTEXT_FAILED)
    GST_ELEMENT_ERROR (self->mixer, RESOURCE, OPEN_READ,
                       ("%s", pa_strerror (pa_context_errno (context))), (NULL));
  if (state != PA_CONTEXT_READY)
    return;
  pa_context_set_subscribe_callback (context, on_change, self);
  forget (pa_context_subscribe (context, PA_SUBSCRIPTION_MASK_SINK_INPUT, NULL, NULL));
  forget (pa_context_get_sink_input_info_list (context, on_input, self));
}

CallOtherSounds *
call_other_sounds_new (GstElement *mixer)
{
  CallOtherSounds *self = g_new0 (CallOtherSounds, 1);

  self->mixer = gst_object_ref (mixer);
  self->inputs = g_hash_table_new_full (NULL, NULL, NULL, input_free);
  self->loop = pa_threaded_mainloop_new ();
  self->context = pa_context_new (pa_threaded_mainloop_get_api (self->loop), g_get_prgname ());
  pa_context_set_state_callback (self->context, on_state, self);
  pa_context_connect (self->context, NULL, PA_CONTEXT_NOAUTOSPAWN, NULL);
  pa_threaded_mainloop_start (self->loop);
  return self;
}

void
call_other_sounds_free (CallOtherSounds *self)
{
  pa_threaded_mainloop_lock (self->loop);
  pa_context_set_state_callback (self->context, NULL, NULL);
  pa_context_set_subscribe_callback (self->context, NULL, NULL);
  g_hash_table_unref (self->inputs);
  pa_context_disconnect (self->context);
  pa_context_unref (self->context);
  pa_threaded_mainloop_unlock (self->loop);
  pa_threaded_mainloop_stop (self->loop);
  pa_threaded_mainloop_free (self->loop);
  gst_object_unref (self->mixer);
  g_free (self);
}
