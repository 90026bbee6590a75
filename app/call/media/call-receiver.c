/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 *   nertcsrc, in the pipeline of the call: a pad for each track, as long as there is one
 *      video_UID/STREAM ─► (tap) ─► sink of a CallPicture      as CallStream:picture
 *      audio_UID/STREAM ─► CallPlayback
 *
 * Pads come and go on the thread of the room; all else is done on the main thread, in that order.
 * What is not linked is not decoded.
 */
#include "call-receiver.h"

#include "call-picture.h"
#include "call-pipeline.h"
#include "call-track-figures.h"

typedef struct {
  GstPad *pad; /* of nertcsrc */
  char *stream_id;
  CallStream *stream;   /* that it belongs to; NULL: is not in the list (any more) */
  CallPicture *picture; /* NULL: it is sound, as the next */
  GstElement *sink;     /* in the pipeline */
  CallTap *tap;
} Track;

struct _CallReceiver {
  GObject parent_instance;

  GstElement *pipeline; /* NULL: it has ended */
  CallPlayback *playback;
  GListModel *streams;
  GstElement *source; /* the nertcsrc */
  gboolean audio_only;
  GPtrArray *tracks;
};

G_DEFINE_FINAL_TYPE (CallReceiver, call_receiver, G_TYPE_OBJECT)

static void
call_receiver_dispose (GObject *object)
{
  CallReceiver *self = CALL_RECEIVER (object);

  call_receiver_end (self);
  g_clear_object (&self->playback);
  g_clear_object (&self->streams);
  G_OBJECT_CLASS (call_receiver_parent_class)->dispose (object);
}

static void
call_receiver_finalize (GObject *object)
{
  g_ptr_array_unref (CALL_RECEIVER (object)->tracks);
  G_OBJECT_CLASS (call_receiver_parent_class)->finalize (object);
}

static void
call_receiver_class_init (CallReceiverClass *class)
{
  G_OBJECT_CLASS (class)->dispose = call_receiver_dispose;
  G_OBJECT_CLASS (class)->finalize = call_receiver_finalize;
}

static void
track_free (gpointer data)
{
  Track *track = data;

  g_clear_object (&track->stream);
  g_clear_object (&track->picture);
  g_clear_object (&track->tap);
  gst_clear_object (&track->pad);
  g_free (track->stream_id);
  g_free (track);
}

static void
call_receiver_init (CallReceiver *self)
{
  self->tracks = g_ptr_array_new_with_free_func (track_free);
}

/* Streams */

static CallStream *
find_stream (CallReceiver *self, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->streams); i++) {
    g_autoptr (CallStream) stream = g_list_model_get_item (self->streams, i);

    if (g_str_equal (call_stream_get_id (stream), id))
      return g_steal_pointer (&stream);
  }
  return NULL;
}

static void
on_size_changed (CallStream *stream, GParamSpec *pspec, gpointer user_data)
{
  Track *track = user_data;
  guint width, height;

  call_stream_get_shown_size (stream, &width, &height);
  call_picture_set_size (track->picture, width, height);
}

static void
set_stream (Track *track, CallStream *stream)
{
  if (track->stream) {
    g_signal_handlers_disconnect_by_data (track->stream, track);
    call_stream_set_picture (track->stream, NULL);
  }
  g_set_object (&track->stream, stream);
  if (!stream)
    return;
  g_signal_connect (stream, "notify::width", G_CALLBACK (on_size_changed), track);
  g_signal_connect (stream, "notify::height", G_CALLBACK (on_size_changed), track);
  on_size_changed (stream, NULL, track);
  call_stream_set_picture (stream, GDK_PAINTABLE (track->picture));
}

/* A stream may come to the list before its pads or after them. */
static void
on_streams_changed (CallReceiver *self)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    Track *track = self->tracks->pdata[i];
    g_autoptr (CallStream) stream = find_stream (self, track->stream_id);

    if (track->picture && track->stream != stream)
      set_stream (track, stream);
  }
}

/* Tracks */

static void
begin_picture (CallReceiver *self, Track *track)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CallStream) stream = find_stream (self, track->stream_id);
  g_autoptr (GstPad) sink = NULL;

  track->picture = call_picture_new ();
  track->sink = call_picture_make_sink (track->picture, &error);
  if (!track->sink) {
    g_warning ("There are no pictures of the stream “%s”: %s", track->stream_id, error->message);
    return;
  }
  call_picture_set_delay (track->picture, call_playback_get_delay (self->playback));
  track->tap = call_tap_new ();
  call_tap_watch (track->tap, track->pad);
  gst_bin_add (GST_BIN (self->pipeline), track->sink);
  gst_element_sync_state_with_parent (track->sink);
  sink = gst_element_get_static_pad (track->sink, "sink");
  gst_pad_link (track->pad, sink);
  if (stream)
    set_stream (track, stream);
}

static void
end_picture (Track *track)
{
  set_stream (track, NULL);
  if (track->tap)
    call_tap_unwatch (track->tap);
  if (track->sink)
    call_pipeline_take_out (track->sink);
  track->sink = NULL;
}

static void
add_track (CallReceiver *self, GstPad *pad)
{
  const char *stream_id = strchr (GST_PAD_NAME (pad), '/');
  Track *track;

  if (!stream_id)
    return;
  track = g_new0 (Track, 1);
  track->pad = gst_object_ref (pad);
  track->stream_id = g_strdup (stream_id + 1);
  g_ptr_array_add (self->tracks, track);
  if (g_str_has_prefix (GST_PAD_NAME (pad), "video"))
    begin_picture (self, track);
  else
    call_playback_add (self->playback, track->stream_id, pad);
}

static void
end_track (CallReceiver *self, Track *track)
{
  if (track->picture)
    end_picture (track);
  else
    call_playback_remove (self->playback, track->stream_id, track->pad);
}

static void
remove_track (CallReceiver *self, GstPad *pad)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    Track *track = self->tracks->pdata[i];

    if (track->pad == pad) {
      end_track (self, track);
      g_ptr_array_remove_index (self->tracks, i);
      return;
    }
  }
}

/* From the thread of the room to the main thread */

typedef struct {
  CallReceiver *self;
  GstElement *source;
  GstPad *pad;
  gboolean added;
} PadChange;

static gboolean
apply_change (gpointer user_data)
{
  PadChange *change = user_data;
  CallReceiver *self = change->self;

  if (change->source == self->source && change->added)
    add_track (self, change->pad);
  else if (change->source == self->source)
    remove_track (self, change->pad);
  return G_SOURCE_REMOVE;
}

static void
change_free (gpointer data)
{
  PadChange *change = data;

  g_object_unref (change->self);
  gst_object_unref (change->source);
  gst_object_unref (change->pad);
  g_free (change);
}

static void
pass_on (CallReceiver *self, GstElement *source, GstPad *pad, gboolean added)
{
  PadChange *change = g_new0 (PadChange, 1);

  *change =
      (PadChange){ g_object_ref (self), gst_object_ref (source), gst_object_ref (pad), added };
  g_idle_add_full (G_PRIORITY_DEFAULT, apply_change, change, change_free);
}

static void
on_pad_added (GstElement *source, GstPad *pad, gpointer user_data)
{
  pass_on (user_data, source, pad, TRUE);
}

static void
on_pad_removed (GstElement *source, GstPad *pad, gpointer user_data)
{
  pass_on (user_data, source, pad, FALSE);
}

/* The nertcsrc */

static void
add_source (CallReceiver *self)
{
  g_autoptr (GError) error = NULL;
  GstElement *source = call_pipeline_make ("nertcsrc", &error);

  if (!source) {
    g_warning ("Nothing is received: %s", error->message);
    return;
  }
  g_object_set (source, "slots", 0, NULL);
  gst_util_set_object_arg (G_OBJECT (source), "subscribe",
                           self->audio_only ? "audio+screen-audio"
                                            : "audio+video+screen+screen-audio");
  g_signal_connect_object (source, "pad-added", G_CALLBACK (on_pad_added), self, 0);
  g_signal_connect_object (source, "pad-removed", G_CALLBACK (on_pad_removed), self, 0);
  gst_bin_add (GST_BIN (self->pipeline), source);
  self->source = gst_object_ref (source);
  gst_element_sync_state_with_parent (source);
}

static void
remove_source (CallReceiver *self)
{
  if (!self->source)
    return;
  g_signal_handlers_disconnect_by_data (self->source, self);
  for (guint i = 0; i < self->tracks->len; i++)
    end_track (self, self->tracks->pdata[i]);
  g_ptr_array_set_size (self->tracks, 0);
  call_pipeline_take_out (self->source);
  gst_clear_object (&self->source);
}

/* Interface */

static void
on_delay_changed (CallReceiver *self)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    Track *track = self->tracks->pdata[i];

    if (track->picture)
      call_picture_set_delay (track->picture, call_playback_get_delay (self->playback));
  }
}

/* @pipeline: of the call; @streams: of CallStream, in which pictures are put */
CallReceiver *
call_receiver_new (GstElement *pipeline, CallPlayback *playback, GListModel *streams)
{
  CallReceiver *self = g_object_new (CALL_TYPE_RECEIVER, NULL);

  self->pipeline = gst_object_ref (pipeline);
  self->playback = g_object_ref (playback);
  self->streams = g_object_ref (streams);
  g_signal_connect_object (streams, "items-changed", G_CALLBACK (on_streams_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (playback, "notify::delay", G_CALLBACK (on_delay_changed), self,
                           G_CONNECT_SWAPPED);
  add_source (self);
  return self;
}

/* What is subscribed to is decided when nertcsrc begins: another one does. */
void
call_receiver_set_audio_only (CallReceiver *self, gboolean audio_only)
{
  if (self->audio_only == audio_only)
    return;
  self->audio_only = audio_only;
  if (!self->pipeline)
    return;
  remove_source (self);
  add_source (self);
}

static void
update_stream (CallReceiver *self, const GstStructure *stats)
{
  const char *id = gst_structure_get_string (stats, "stream-id");
  g_autoptr (CallStream) stream = id ? find_stream (self, id) : NULL;
  const GValue *video_value = gst_structure_get_value (stats, "video");
  CallTrackFigures audio, video;
  gboolean has_audio = call_track_figures_read (&audio, stats, "audio");
  gboolean has_video = call_track_figures_read (&video, stats, "video");
  const GValue *value = has_video ? video_value : gst_structure_get_value (stats, "audio");
  double delay = -1;

  if (!stream)
    return;
  if (has_audio || has_video)
    delay = call_structure_get_double (gst_value_get_structure (value), "delay");
  call_figures_update (call_stream_get_figures (stream), has_audio ? &audio : NULL,
                       has_video ? &video : NULL, -1, delay,
                       call_structure_get_double (stats, "loss"));
}

void
call_receiver_update_figures (CallReceiver *self, const GstStructure *play_stats)
{
  const GValue *value = gst_structure_get_value (play_stats, "streams");
  const GstStructure *streams;

  if (!value || !GST_VALUE_HOLDS_STRUCTURE (value))
    return;
  streams = gst_value_get_structure (value);
  for (int i = 0; i < gst_structure_n_fields (streams); i++) {
    const GValue *stream =
        gst_structure_get_value (streams, gst_structure_nth_field_name (streams, i));

    if (GST_VALUE_HOLDS_STRUCTURE (stream))
      update_stream (self, gst_value_get_structure (stream));
  }
}

CallTap *
call_receiver_get_video_tap (CallReceiver *self, const char *stream_id)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    Track *track = self->tracks->pdata[i];

    if (track->tap && g_str_equal (track->stream_id, stream_id))
      return track->tap;
  }
  return NULL;
}

void
call_receiver_end (CallReceiver *self)
{
  if (!self->pipeline)
    return;
  remove_source (self);
  g_signal_handlers_disconnect_by_data (self->streams, self);
  g_signal_handlers_disconnect_by_data (self->playback, self);
  gst_clear_object (&self->pipeline);
}
