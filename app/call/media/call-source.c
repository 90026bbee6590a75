/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-source-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "call-media-error.h"
#include "call-pipeline.h"

#define SILENCE -127.0
#define DECAY 3.0  /* dB a message, so that a meter does not flicker */
#define PATIENCE 6 /* s until the first buffer: a device that says nothing at all */

struct _CallSource {
  GObject parent_instance;

  const char *kind;
  GstElement *pipeline;
  CallTap *tap;
  GError *error; /* which is yet to be told */
  guint idle;
  guint patience;
  double level;
  gboolean started;
  gboolean failed;
};

G_DEFINE_FINAL_TYPE (CallSource, call_source, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_LEVEL,
  N_PROPS,
};

enum {
  SIGNAL_STARTED,
  SIGNAL_FAILED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* Opening and closing: devices and their servers may take their time */

typedef struct {
  GstElement *pipeline;
  gboolean open;
} Job;

static void
run_job (gpointer data, gpointer unused)
{
  g_autofree Job *job = data;
  g_autoptr (GstElement) pipeline = job->pipeline;

  if (!job->open)
    gst_element_set_state (pipeline, GST_STATE_NULL);
  else if (gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    GST_ELEMENT_ERROR (pipeline, RESOURCE, FAILED, (NULL), (NULL)); /* unless one was told before */
}

/* One thread for each kind that there is, as long as there are jobs */
static GThreadPool *
get_pool (const char *kind)
{
  static GHashTable *pools;
  GThreadPool *pool;

  if (!pools)
    pools = g_hash_table_new (g_str_hash, g_str_equal);
  pool = g_hash_table_lookup (pools, kind);
  if (!pool) {
    pool = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
    g_hash_table_insert (pools, (char *) kind, pool);
  }
  return pool;
}

/* @pipeline: (transfer full) */
static void
push_job (const char *kind, GstElement *pipeline, gboolean open)
{
  Job *job = g_new (Job, 1);

  job->pipeline = pipeline;
  job->open = open;
  g_thread_pool_push (get_pool (kind), job, NULL);
}

static void
close_pipeline (CallSource *self)
{
  g_autoptr (GstBus) bus = NULL;

  if (!self->pipeline)
    return;
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_remove_watch (bus);
  gst_bus_set_flushing (bus, TRUE);
  call_tap_unwatch (self->tap);
  push_job (self->kind, g_steal_pointer (&self->pipeline), FALSE);
}

/* What the pipeline tells */

/* Whoever hears of it may let go of the source. */
static void
fail (CallSource *self, const GError *error)
{
  if (self->failed)
    return;
  self->failed = TRUE;
  g_clear_handle_id (&self->patience, g_source_remove);
  g_object_ref (self);
  close_pipeline (self);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
  g_object_unref (self);
}

static void
set_level (CallSource *self, double level)
{
  level = CLAMP (MAX (level, self->level - DECAY), SILENCE, 0);
  if (fabs (level - self->level) < 0.1)
    return;
  self->level = level;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LEVEL]);
}

/* The loudest channel */
static void
take_level (CallSource *self, const GstStructure *message)
{
  const GValue *field = gst_structure_get_value (message, "rms");
  GValueArray *values = field ? g_value_get_boxed (field) : NULL;
  double loudest = SILENCE;

  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  for (guint i = 0; values && i < values->n_values; i++)
    loudest = MAX (loudest, g_value_get_double (g_value_array_get_nth (values, i)));
  G_GNUC_END_IGNORE_DEPRECATIONS
  set_level (self, loudest);
}

static void
take_start (CallSource *self)
{
  self->started = TRUE;
  g_clear_handle_id (&self->patience, g_source_remove);
  g_signal_emit (self, signals[SIGNAL_STARTED], 0);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  g_autoptr (CallSource) self = g_object_ref (user_data);
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR ||
      GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    error = call_media_error_new_from_message (message, self->started);
  else if (gst_message_has_name (message, "level"))
    take_level (self, gst_message_get_structure (message));
  else if (gst_message_has_name (message, "started"))
    take_start (self);
  if (error)
    fail (self, error);
  return error ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static GstPadProbeReturn
on_first_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer pipeline)
{
  gst_element_post_message (
      pipeline, gst_message_new_application (pipeline, gst_structure_new_empty ("started")));
  return GST_PAD_PROBE_REMOVE;
}

static gboolean
on_patience_over (gpointer user_data)
{
  CallSource *self = user_data;
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The device gives nothing");

  self->patience = 0;
  fail (self, error);
  return G_SOURCE_REMOVE;
}

static gboolean
on_failure (gpointer user_data)
{
  CallSource *self = user_data;

  self->idle = 0;
  fail (self, self->error);
  return G_SOURCE_REMOVE;
}

/* The object */

static void
call_source_dispose (GObject *object)
{
  call_source_stop (CALL_SOURCE (object));
  G_OBJECT_CLASS (call_source_parent_class)->dispose (object);
}

static void
call_source_finalize (GObject *object)
{
  CallSource *self = CALL_SOURCE (object);

  g_clear_object (&self->tap);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (call_source_parent_class)->finalize (object);
}

static void
call_source_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_LEVEL)
    g_value_set_double (value, CALL_SOURCE (object)->level);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
install_signals (GType type)
{
  signals[SIGNAL_STARTED] =
      g_signal_new ("started", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
call_source_class_init (CallSourceClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_source_dispose;
  object_class->finalize = call_source_finalize;
  object_class->get_property = call_source_get_property;
  properties[PROP_LEVEL] = g_param_spec_double ("level", NULL, NULL, SILENCE, 0, SILENCE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  install_signals (G_TYPE_FROM_CLASS (class));
}

static void
call_source_init (CallSource *self)
{
  self->tap = call_tap_new ();
  self->level = SILENCE;
}

CallSource *
call_source_new (const char *kind)
{
  CallSource *self = g_object_new (CALL_TYPE_SOURCE, NULL);
  g_autoptr (GstBus) bus = NULL;

  self->kind = kind;
  self->pipeline = call_pipeline_new (kind);
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_add_watch (bus, on_message, self);
  return self;
}

GstBin *
call_source_get_bin (CallSource *self)
{
  return self->pipeline ? GST_BIN (self->pipeline) : NULL;
}

GstElement *
call_source_add_element (CallSource *self, GstElement *element, GError **error)
{
  if (element)
    gst_bin_add (GST_BIN (self->pipeline), element);
  else if (error && !*error)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The device is gone");
  return element;
}

GstElement *
call_source_add (CallSource *self, const char *factory, GError **error)
{
  GstElement *element = call_pipeline_make (factory, error);

  return element ? call_source_add_element (self, element, error) : NULL;
}

void
call_source_start (CallSource *self, GstPad *pad)
{
  call_tap_watch (self->tap, pad);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_first_buffer, self->pipeline, NULL);
  self->patience = g_timeout_add_seconds (PATIENCE, on_patience_over, self);
  push_job (self->kind, gst_object_ref (self->pipeline), TRUE);
}

void
call_source_fail (CallSource *self, GError *error)
{
  self->error = error;
  self->idle = g_idle_add (on_failure, self);
}

CallTap *
call_source_get_tap (CallSource *self)
{
  return self->tap;
}

double
call_source_get_level (CallSource *self)
{
  return self->level;
}

void
call_source_stop (CallSource *self)
{
  self->failed = TRUE; /* and nothing is told any more */
  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_handle_id (&self->patience, g_source_remove);
  close_pipeline (self);
}
