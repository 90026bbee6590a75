/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-load-media.h"

#include <gst/gst.h>
#include <string.h>

/* How long all that is published may take to be received, before the others join */
#define PATIENCE (30 * G_TIME_SPAN_SECOND)
#define LOOK_AGAIN (50 * G_TIME_SPAN_MILLISECOND)

/* About 64 kbit/s of picture and 16 of sound */
#define PUBLISHER \
  "roomsignal name=room user-updates=false nertcsink name=media " \
  "videotestsrc is-live=true pattern=ball ! video/x-raw,width=160,height=120,framerate=15/1 ! " \
  "vp8enc deadline=1 target-bitrate=64000 keyframe-max-dist=60 ! media. " \
  "audiotestsrc is-live=true ! opusenc bitrate=16000 ! media."
#define SUBSCRIBER "roomsignal name=room user-updates=false nertcsrc name=media slots=%u"
#define SLOT \
  " media.video_%u ! video/x-vp8 ! fakesink name=video_%u signal-handoffs=true sync=false " \
  "media.audio_%u ! audio/x-opus ! fakesink name=audio_%u signal-handoffs=true sync=false"

struct _LoadMedia {
  const LoadOptions *options;
  GPtrArray *pipelines;
  gint64 began;

  GMutex lock; /* of all below: what pipelines tell, they tell from their own threads */
  GCond changed;
  LoadMediaFigures figures;
  GHashTable *asked; /* stream id and receiver → when it was asked for; 0: it has played */
};

void
load_media_figures_clear (LoadMediaFigures *self)
{
  g_clear_pointer (&self->errors, g_hash_table_unref);
}

/* What pipelines tell */

static void
add_error (LoadMedia *self, GstMessage *message)
{
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  g_mutex_lock (&self->lock);
  g_hash_table_add (self->figures.errors, g_strdup (error->message));
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
play_began (LoadMedia *self, char *key)
{
  const gint64 *asked = g_hash_table_lookup (self->asked, key);

  if (asked && *asked > 0) {
    load_histogram_add (&self->figures.plays, g_get_monotonic_time () - *asked);
    self->figures.playing++;
    g_hash_table_replace (self->asked, g_strdup (key), g_new0 (gint64, 1));
  }
  g_free (key);
}

static void
play_was_asked (LoadMedia *self, char *key)
{
  gint64 *now;

  if (g_hash_table_contains (self->asked, key)) {
    g_free (key);
    return;
  }
  now = g_new (gint64, 1);
  *now = g_get_monotonic_time ();
  g_hash_table_insert (self->asked, key, now);
}

static void
take_play_state (LoadMedia *self, GstMessage *message)
{
  const GstStructure *structure = gst_message_get_structure (message);
  g_autofree char *state = gst_value_serialize (gst_structure_get_value (structure, "state"));
  char *key = g_strdup_printf ("%p %s", (gpointer) GST_MESSAGE_SRC (message),
                               gst_structure_get_string (structure, "stream-id"));

  g_mutex_lock (&self->lock);
  if (strstr (state, "requesting"))
    play_was_asked (self, key);
  else if (strstr (state, "playing"))
    play_began (self, key);
  else
    g_free (key);
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    add_error (user_data, message);
  else if (gst_message_has_name (message, "play-state"))
    take_play_state (user_data, message);
  return GST_BUS_DROP;
}

static void
on_handoff (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  LoadMedia *self = user_data;

  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
    return;
  g_mutex_lock (&self->lock);
  self->figures.frames++;
  self->figures.bytes += gst_buffer_get_size (buffer);
  g_mutex_unlock (&self->lock);
}

/* Pipelines */

static void
enter_room (LoadMedia *self, GstElement *pipeline, const char *kind, guint index)
{
  const LoadOptions *options = self->options;
  g_autoptr (GstElement) signal = gst_bin_get_by_name (GST_BIN (pipeline), "room");
  g_autofree char *room = load_options_make_room (options, index % (guint) options->rooms);
  g_autofree char *uid = g_strdup_printf ("%s-%s-%u", options->prefix, kind, index);
  g_autofree char *token = load_options_make_token (options, room, uid);

  g_object_set (signal, "server", options->server, "channel", room, "uid", uid, "token", token,
                "tls-ca-file", options->tls_ca_file, NULL);
  if (options->app_key)
    g_object_set (signal, "app-key", options->app_key, NULL);
}

static gboolean
start_pipeline (LoadMedia *self, const char *description, const char *kind, guint index,
                GError **error)
{
  GstElement *pipeline =
      gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
  g_autoptr (GstBus) bus = NULL;

  if (!pipeline) {
    g_prefix_error (error, "no media: ");
    return FALSE;
  }
  g_ptr_array_add (self->pipelines, gst_object_ref_sink (pipeline));
  bus = gst_element_get_bus (pipeline);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  enter_room (self, pipeline, kind, index);
  return TRUE;
}

static void
count_handoffs (LoadMedia *self, GstElement *pipeline, guint slots)
{
  static const char *const names[] = { "video_%u", "audio_%u" };

  for (guint i = 0; i < 2 * slots; i++) {
    g_autofree char *name = g_strdup_printf (names[i % 2], i / 2);
    g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), name);

    g_signal_connect (sink, "handoff", G_CALLBACK (on_handoff), self);
  }
}

/* Returns: how many publish in the room of the subscriber @index */
static guint
count_publishers (const LoadOptions *options, guint index)
{
  guint room = index % (guint) options->rooms;
  guint publishers = (guint) options->publishers;
  guint rooms = (guint) options->rooms;

  return publishers / rooms + (room < publishers % rooms);
}

/* A subscriber in whose room nobody publishes is a member who hears nothing. */
static gboolean
start_subscriber (LoadMedia *self, guint index, GError **error)
{
  guint slots = count_publishers (self->options, index);
  g_autoptr (GString) description = g_string_new (NULL);

  g_string_printf (description, SUBSCRIBER, MAX (slots, 1));
  for (guint i = 0; i < slots; i++)
    g_string_append_printf (description, SLOT, i, i, i, i);
  if (!start_pipeline (self, description->str, "s", index, error))
    return FALSE;
  count_handoffs (self, g_ptr_array_index (self->pipelines, self->pipelines->len - 1), slots);
  self->figures.expected += slots;
  return TRUE;
}

static gboolean
start_all (LoadMedia *self, GError **error)
{
  for (int i = 0; i < self->options->publishers; i++) {
    if (!start_pipeline (self, PUBLISHER, "p", (guint) i, error))
      return FALSE;
  }
  for (int i = 0; i < self->options->subscribers; i++) {
    if (!start_subscriber (self, (guint) i, error))
      return FALSE;
  }
  for (guint i = 0; i < self->pipelines->len; i++)
    gst_element_set_state (g_ptr_array_index (self->pipelines, i), GST_STATE_PLAYING);
  return TRUE;
}

static void
free_pipeline (gpointer pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

/* Returns: (nullable): with all of them on their way into their rooms */
LoadMedia *
load_media_new (const LoadOptions *options, GError **error)
{
  g_autoptr (LoadMedia) self = g_new0 (LoadMedia, 1);

  self->options = options;
  self->pipelines = g_ptr_array_new_with_free_func (free_pipeline);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->figures.errors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->began = g_get_monotonic_time ();
  if (!gst_init_check (NULL, NULL, error) || !start_all (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
load_media_free (LoadMedia *self)
{
  g_ptr_array_unref (self->pipelines);
  g_hash_table_unref (self->asked);
  load_media_figures_clear (&self->figures);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

/* Until all streams are received, something went wrong, or that takes too long */
void
load_media_await (LoadMedia *self, const volatile sig_atomic_t *stop)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;

  g_mutex_lock (&self->lock);
  while (!*stop && self->figures.playing < self->figures.expected &&
         g_hash_table_size (self->figures.errors) == 0 && g_get_monotonic_time () < deadline)
    g_cond_wait_until (&self->changed, &self->lock, g_get_monotonic_time () + LOOK_AGAIN);
  g_mutex_unlock (&self->lock);
}

/* @figures: (out): to be cleared by load_media_figures_clear() */
void
load_media_stop (LoadMedia *self, LoadMediaFigures *figures)
{
  double seconds = (double) (g_get_monotonic_time () - self->began) / G_USEC_PER_SEC;

  g_ptr_array_set_size (self->pipelines, 0);
  *figures = self->figures;
  figures->seconds = seconds;
  self->figures.errors = NULL;
}
