/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-recorder.h"

#include <glib/gi18n.h>

#include "call-media-private.h"
#include "call-recording.h"
#include "call-room-private.h"

/**
 * CallRecorder:
 *
 * Whatever happens in the room, what is recorded is made to be what is there now: `follow()`.
 */
struct _CallRecorder {
  GObject parent_instance;

  CallRoom *room;
  CallRecording *recording;
  CallProblem *problem;
  char *path;
  gint64 start; /* monotonic */
  guint seconds;
  guint timer;
  gboolean stopping;
};

G_DEFINE_FINAL_TYPE (CallRecorder, call_recorder, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_RECORDING,
  PROP_PATH,
  PROP_SECONDS,
  PROP_PROBLEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
notify (CallRecorder *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* What is there now */

static CallTap *
find_picture (CallRecorder *self, CallStream *stream)
{
  CallMedia *media = call_room_get_media (self->room);
  CallReceiver *receiver = call_room_get_receiver (self->room);

  if (call_stream_is_video_muted (stream))
    return NULL;
  if (!call_stream_is_own (stream))
    return receiver ? call_receiver_get_video_tap (receiver, call_stream_get_id (stream)) : NULL;
  if (call_stream_is_screen (stream))
    return call_media_get_screen_tap (media);
  return call_room_is_published (self->room) ? call_media_get_camera_tap (media) : NULL;
}

static void
follow_pictures (CallRecorder *self)
{
  GListModel *streams = call_room_get_streams (self->room);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) ids = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (streams); i++) {
    g_autoptr (CallStream) stream = g_list_model_get_item (streams, i);

    g_strv_builder_add (builder, call_stream_get_id (stream));
    call_recording_set_picture (self->recording, call_stream_get_id (stream),
                                find_picture (self, stream), call_stream_is_screen (stream));
  }
  ids = g_strv_builder_end (builder);
  call_recording_keep_pictures (self->recording, (const char *const *) ids);
}

/* What others do not hear of the user is not recorded either. */
static void
follow_sounds (CallRecorder *self)
{
  CallMedia *media = call_room_get_media (self->room);
  CallPlayback *playback = call_room_get_playback (self->room);
  gboolean published = call_room_is_published (self->room);

  call_recording_set_sound (self->recording, "others",
                            playback ? call_playback_get_tap (playback) : NULL);
  call_recording_set_sound (self->recording, "own",
                            published ? call_media_get_microphone_tap (media) : NULL);
  call_recording_set_sound (self->recording, "own-screen", call_media_get_screen_sound_tap (media));
}

static void
follow (CallRecorder *self)
{
  CallRoomState state = call_room_get_state (self->room);

  if (!self->recording || self->stopping)
    return;
  if (state != CALL_ROOM_IN_CALL && state != CALL_ROOM_RECONNECTING) {
    call_recorder_stop (self);
    return;
  }
  follow_pictures (self);
  follow_sounds (self);
}

static void
on_streams_changed (GListModel *streams, guint position, guint removed, guint added,
                    CallRecorder *self)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (CallStream) stream = g_list_model_get_item (streams, i);

    g_signal_connect_object (stream, "notify", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  }
  follow (self);
}

static void
watch_room (CallRecorder *self)
{
  GListModel *streams = call_room_get_streams (self->room);

  g_signal_connect_object (self->room, "notify", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (call_room_get_media (self->room), "taps-changed", G_CALLBACK (follow),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (streams, "items-changed", G_CALLBACK (on_streams_changed), self, 0);
  on_streams_changed (streams, 0, 0, g_list_model_get_n_items (streams), self);
}

/* Beginning and end */

static gboolean
on_second (gpointer user_data)
{
  CallRecorder *self = user_data;

  self->seconds = (g_get_monotonic_time () - self->start) / G_USEC_PER_SEC;
  notify (self, PROP_SECONDS);
  return G_SOURCE_CONTINUE;
}

static CallProblem *
describe (CallRecorder *self, const GError *error)
{
  g_autofree char *text = NULL;

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return call_problem_new_from_media ("recording", error);
  text = g_strdup_printf (_ ("What was recorded until now is in %s. Make room, or choose another "
                             "folder in the preferences, then record again."),
                          self->path);
  return call_problem_new (_ ("The disk is full"), text, CALL_REMEDY_NONE);
}

static void
take_problem (CallRecorder *self, const GError *error)
{
  if (self->problem)
    return;
  self->problem = describe (self, error);
  notify (self, PROP_PROBLEM);
}

static void
on_failed (CallRecording *recording, const GError *error, CallRecorder *self)
{
  take_problem (self, error);
  call_recorder_stop (self);
}

static void
on_finished (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CallRecorder) self = data;
  g_autoptr (GError) error = NULL;
  GApplication *application = g_application_get_default ();

  call_recording_finish_finish (CALL_RECORDING (source), result, &error);
  if (application)
    g_application_release (application);
  if (!self)
    return;
  if (error)
    take_problem (self, error);
  self->stopping = FALSE;
  g_clear_object (&self->recording);
  notify (self, PROP_RECORDING);
}

/* The application does not end before the file is whole. self: nullable */
static void
finish (CallRecording *recording, CallRecorder *self)
{
  GApplication *application = g_application_get_default ();

  if (application)
    g_application_hold (application);
  call_recording_finish_async (recording, on_finished, self ? g_object_ref (self) : NULL);
}

static void
clear_problem (CallRecorder *self)
{
  if (!self->problem)
    return;
  g_clear_object (&self->problem);
  notify (self, PROP_PROBLEM);
}

gboolean
call_recorder_start (CallRecorder *self, const char *path, GError **error)
{
  g_return_val_if_fail (CALL_IS_RECORDER (self), FALSE);

  if (self->recording)
    return TRUE;
  self->recording = call_recording_new (path, error);
  if (!self->recording)
    return FALSE;
  clear_problem (self);
  g_free (self->path);
  self->path = g_strdup (path);
  self->start = g_get_monotonic_time ();
  self->seconds = 0;
  self->timer = g_timeout_add_seconds (1, on_second, self);
  g_signal_connect_object (self->recording, "failed", G_CALLBACK (on_failed), self, 0);
  notify (self, PROP_PATH);
  notify (self, PROP_SECONDS);
  notify (self, PROP_RECORDING);
  follow (self);
  return TRUE;
}

void
call_recorder_stop (CallRecorder *self)
{
  g_return_if_fail (CALL_IS_RECORDER (self));

  if (!self->recording || self->stopping)
    return;
  self->stopping = TRUE;
  g_clear_handle_id (&self->timer, g_source_remove);
  finish (self->recording, self);
}

gboolean
call_recorder_is_recording (CallRecorder *self)
{
  g_return_val_if_fail (CALL_IS_RECORDER (self), FALSE);

  return self->recording != NULL;
}

/* The object */

static void
call_recorder_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallRecorder *self = CALL_RECORDER (object);

  switch (id) {
    case PROP_RECORDING:
      g_value_set_boolean (value, call_recorder_is_recording (self));
      break;
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_SECONDS:
      g_value_set_uint (value, self->seconds);
      break;
    case PROP_PROBLEM:
      g_value_set_object (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_recorder_dispose (GObject *object)
{
  CallRecorder *self = CALL_RECORDER (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->recording && !self->stopping)
    finish (self->recording, NULL);
  g_clear_object (&self->recording);
  g_clear_object (&self->problem);
  g_clear_object (&self->room);
  G_OBJECT_CLASS (call_recorder_parent_class)->dispose (object);
}

static void
call_recorder_finalize (GObject *object)
{
  CallRecorder *self = CALL_RECORDER (object);

  g_free (self->path);
  G_OBJECT_CLASS (call_recorder_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_RECORDING] = g_param_spec_boolean ("recording", NULL, NULL, FALSE, flags);
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_SECONDS] = g_param_spec_uint ("seconds", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PROBLEM] = g_param_spec_object ("problem", NULL, NULL, CALL_TYPE_PROBLEM, flags);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_recorder_class_init (CallRecorderClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = call_recorder_get_property;
  object_class->dispose = call_recorder_dispose;
  object_class->finalize = call_recorder_finalize;
  install_properties (object_class);
}

static void
call_recorder_init (CallRecorder *self)
{
}

CallRecorder *
call_recorder_new (CallRoom *room)
{
  CallRecorder *self = g_object_new (CALL_TYPE_RECORDER, NULL);

  self->room = g_object_ref (room);
  watch_room (self);
  return self;
}
