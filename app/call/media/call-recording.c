/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-recording.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "call-pipeline.h"
#include "call-recording-layout.h"

/**
 * CallRecording:
 *
 * Both mixers count by the clock and wait for nobody, so that there is a file also while there is
 * nobody to be seen or heard:
 *
 *     tap ~> appsrc ─────────────────────────────► compositor ! queue ! vp8enc ! queue ─┐
 *     tap ~> appsrc ! audioconvert ! audioresample ! audiomixer ! opusenc ! queue ────┬─┘
 *                                                                                     webmmux !
 * filesink
 *
 * The file's time is the pipeline's running time. Buffers have times of the clock, as everywhere in
 * the application: each appsrc's pad takes the beginning from them.
 */

#define WIDTH 1280
#define HEIGHT 720
#define PICTURE_CAPS \
  "video/x-raw, format=I420, width=1280, height=720, framerate=25/1, pixel-aspect-ratio=1/1"
#define SOUND_CAPS "audio/x-raw, rate=48000, channels=2, layout=interleaved"

/* What is received has its times up to so long before or after it comes, and the machine has other
 * things to do. */
#define LATENCY GST_SECOND
/* A picture that does not change any more is taken away: its camera may be off. */
#define STALE (3 * GST_SECOND)
/* Until the first frame, and until the file is whole: a disk may be slow */
#define FIRST_FRAME_TIMEOUT (5 * G_TIME_SPAN_SECOND)
#define FINISH_TIMEOUT (30 * GST_SECOND)

typedef struct {
  char *id;
  CallTap *tap;
  GstElement *bin;
  GstElement *appsrc; /* in it */
  GstPad *pad;        /* of the mixer */
  gboolean is_screen;
} Branch;

/* Mux pads that something came to: there is nothing to finish before. */
typedef struct {
  GMutex lock;
  GCond changed;
  guint n;
} Begun;

struct _CallRecording {
  GObject parent_instance;

  GstElement *pipeline;
  GstElement *compositor;
  GstElement *mixer;
  GstElement *heads[2]; /* which the ends of picture and sound begin with */
  Begun *begun;
  GstClockTime start;
  gboolean failed;
  GPtrArray *pictures; /* of Branch */
  GPtrArray *sounds;
};

G_DEFINE_FINAL_TYPE (CallRecording, call_recording, G_TYPE_OBJECT)

enum {
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* What takes time is done on one thread, one after the other. */

typedef struct {
  void (*run) (gpointer data);
  gpointer data;
} Job;

static void
run_job (gpointer data, gpointer unused)
{
  g_autofree Job *job = data;

  job->run (job->data);
}

static void
push_job (void (*run) (gpointer data), gpointer data)
{
  static GThreadPool *pool;
  Job *job = g_new (Job, 1);

  if (!pool)
    pool = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
  job->run = run;
  job->data = data;
  g_thread_pool_push (pool, job, NULL);
}

static void
begun_clear (gpointer data)
{
  Begun *self = data;

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
}

static void
begun_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, begun_clear);
}

static Begun *
begun_new (void)
{
  Begun *self = g_atomic_rc_box_new0 (Begun);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  return self;
}

static void
begun_wait (Begun *self, guint n)
{
  gint64 end = g_get_monotonic_time () + FIRST_FRAME_TIMEOUT;

  g_mutex_lock (&self->lock);
  while (self->n < n && g_cond_wait_until (&self->changed, &self->lock, end))
    ;
  g_mutex_unlock (&self->lock);
}

/* Branches */

static void
branch_free (gpointer data)
{
  Branch *self = data;

  g_free (self->id);
  g_clear_object (&self->tap);
  gst_clear_object (&self->pad);
  gst_clear_object (&self->bin);
  g_free (self);
}

/* The source may be waiting for the mixer, which goes on: so it stops first. */
static void
take_out (gpointer data)
{
  Branch *self = data;
  g_autoptr (GstObject) pipeline = gst_object_get_parent (GST_OBJECT (self->bin));
  g_autoptr (GstElement) mixer = gst_pad_get_parent_element (self->pad);

  gst_element_set_locked_state (self->bin, TRUE);
  gst_element_set_state (self->bin, GST_STATE_NULL);
  if (pipeline)
    gst_bin_remove (GST_BIN (pipeline), self->bin);
  if (mixer)
    gst_element_release_request_pad (mixer, self->pad);
  branch_free (self);
}

/* @branch: (transfer full) */
static void
close_branch (Branch *branch)
{
  call_tap_remove (branch->tap, branch->appsrc);
  push_job (take_out, branch);
}

static Branch *
find_branch (GPtrArray *branches, const char *id, guint *index)
{
  for (*index = 0; *index < branches->len; (*index)++) {
    Branch *branch = g_ptr_array_index (branches, *index);

    if (g_str_equal (branch->id, id))
      return branch;
  }
  return NULL;
}

static void
add_ghost_pad (GstElement *bin, GstElement *last)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (last, "src");

  gst_element_add_pad (bin, gst_ghost_pad_new ("src", pad));
}

static GstElement *
make_bin (GstElement *appsrc, gboolean sound, GstClockTime start)
{
  GstElement *bin = gst_bin_new (NULL);
  GstElement *convert, *resample;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (appsrc, "src");

  gst_pad_set_offset (pad, -(gint64) start);
  gst_bin_add (GST_BIN (bin), appsrc);
  if (!sound) {
    add_ghost_pad (bin, appsrc);
    return bin;
  }
  convert = gst_element_factory_make ("audioconvert", NULL);
  resample = gst_element_factory_make ("audioresample", NULL);
  gst_bin_add_many (GST_BIN (bin), convert, resample, NULL);
  gst_element_link_many (appsrc, convert, resample, NULL);
  add_ghost_pad (bin, resample);
  return bin;
}

static Branch *
open_branch (CallRecording *self, GstElement *mixer, const char *id, CallTap *tap)
{
  Branch *branch = g_new0 (Branch, 1);
  g_autoptr (GstPad) pad = NULL;

  branch->id = g_strdup (id);
  branch->tap = g_object_ref (tap);
  branch->appsrc = call_tap_make_appsrc (NULL);
  branch->bin = gst_object_ref_sink (make_bin (branch->appsrc, mixer == self->mixer, self->start));
  gst_bin_add (GST_BIN (self->pipeline), branch->bin);
  branch->pad = gst_element_request_pad_simple (mixer, "sink_%u");
  pad = gst_element_get_static_pad (branch->bin, "src");
  gst_pad_link (pad, branch->pad);
  gst_element_sync_state_with_parent (branch->bin);
  call_tap_add (tap, branch->appsrc);
  return branch;
}

static guint
count_screens (CallRecording *self)
{
  guint n = 0;

  for (guint i = 0; i < self->pictures->len; i++)
    n += ((Branch *) g_ptr_array_index (self->pictures, i))->is_screen;
  return n;
}

static void
lay_out (CallRecording *self)
{
  guint n_screens = count_screens (self);
  guint n_others = self->pictures->len - n_screens;
  guint screens = 0, others = 0;

  for (guint i = 0; i < self->pictures->len; i++) {
    Branch *branch = g_ptr_array_index (self->pictures, i);
    guint index = branch->is_screen ? screens++ : others++;
    CallRecordingPlace place =
        call_recording_layout (WIDTH, HEIGHT, n_screens, n_others, branch->is_screen, index);

    g_object_set (branch->pad, "xpos", place.x, "ypos", place.y, "width", place.width, "height",
                  place.height, NULL);
  }
}

static gboolean
set_branch (CallRecording *self, GPtrArray *branches, GstElement *mixer, const char *id,
            CallTap *tap)
{
  guint index;
  Branch *branch = find_branch (branches, id, &index);

  if (!self->pipeline || (branch ? branch->tap : NULL) == tap)
    return FALSE;
  if (branch)
    close_branch (g_ptr_array_steal_index (branches, index));
  if (tap)
    g_ptr_array_insert (branches, index, open_branch (self, mixer, id, tap));
  return TRUE;
}

void
call_recording_set_picture (CallRecording *self, const char *id, CallTap *tap, gboolean is_screen)
{
  Branch *branch;
  guint index;

  if (!set_branch (self, self->pictures, self->compositor, id, tap))
    return;
  if ((branch = find_branch (self->pictures, id, &index))) {
    branch->is_screen = is_screen;
    g_object_set (branch->pad, "max-last-buffer-repeat", (guint64) STALE, NULL);
    gst_util_set_object_arg (G_OBJECT (branch->pad), "sizing-policy", "keep-aspect-ratio");
  }
  lay_out (self);
}

void
call_recording_set_sound (CallRecording *self, const char *id, CallTap *tap)
{
  set_branch (self, self->sounds, self->mixer, id, tap);
}

void
call_recording_keep_pictures (CallRecording *self, const char *const *ids)
{
  for (guint i = self->pictures->len; i > 0; i--) {
    Branch *branch = g_ptr_array_index (self->pictures, i - 1);
    g_autofree char *id = g_strdup (branch->id);

    if (!g_strv_contains (ids, id))
      call_recording_set_picture (self, id, NULL, FALSE);
  }
}

/* The pipeline */

static GError *
read_error (GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  int code = G_IO_ERROR_FAILED;

  gst_message_parse_error (message, &error, NULL);
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT))
    code = G_IO_ERROR_NO_SPACE;
  else if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_WRITE))
    code = G_IO_ERROR_PERMISSION_DENIED;
  return g_error_new_literal (G_IO_ERROR, code, error->message);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  g_autoptr (CallRecording) self = g_object_ref (user_data);
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY)
    gst_bin_recalculate_latency (GST_BIN (self->pipeline));
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;
  self->failed = TRUE;
  error = read_error (message);
  g_signal_emit (self, signals[FAILED], 0, error);
  return G_SOURCE_REMOVE;
}

static GstPadProbeReturn
on_first_frame (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Begun *begun = data;

  g_mutex_lock (&begun->lock);
  begun->n++;
  g_cond_broadcast (&begun->changed);
  g_mutex_unlock (&begun->lock);
  return GST_PAD_PROBE_REMOVE;
}

static GstElement *
add (CallRecording *self, const char *factory, GError **error)
{
  GstElement *element = call_pipeline_make (factory, error);

  if (element)
    gst_bin_add (GST_BIN (self->pipeline), element);
  return element;
}

/* force-live can only be set while it is made. */
static GstElement *
add_mixer (CallRecording *self, const char *factory, GError **error)
{
  GstElement *element = gst_element_factory_make_full (factory, "force-live", TRUE, "latency",
                                                       (guint64) LATENCY, NULL);

  if (!element)
    return add (self, factory, error);
  gst_bin_add (GST_BIN (self->pipeline), element);
  return element;
}

static void
set_queue (GstElement *queue, guint seconds)
{
  g_object_set (queue, "max-size-buffers", 0, "max-size-bytes", 0, "max-size-time",
                seconds * GST_SECOND, NULL);
}

/* head is where the end of the stream goes in. */
static gboolean
add_stream (CallRecording *self, GstElement *mixer, const char *caps, GstElement *head,
            GstElement *encoder, GstElement *queue, GstElement *mux, guint index)
{
  g_autoptr (GstCaps) form = gst_caps_from_string (caps);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (queue, "src");

  set_queue (queue, 10);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_first_frame,
                     g_atomic_rc_box_acquire (self->begun), begun_unref);
  self->heads[index] = head;
  return gst_element_link_filtered (mixer, head, form) &&
         gst_element_link_many (head, encoder, queue, mux, NULL);
}

/* Pictures that the encoder has no time for are left out before it. */
static gboolean
add_picture_stream (CallRecording *self, GstElement *mux, GError **error)
{
  GstElement *head, *encoder, *queue;

  if (!(self->compositor = add_mixer (self, "compositor", error)) ||
      !(head = add (self, "queue", error)) || !(encoder = add (self, "vp8enc", error)) ||
      !(queue = add (self, "queue", error)))
    return FALSE;
  gst_util_set_object_arg (G_OBJECT (self->compositor), "background", "black");
  g_object_set (head, "max-size-buffers", 10, "max-size-bytes", 0, "max-size-time", (guint64) 0,
                NULL);
  gst_util_set_object_arg (G_OBJECT (head), "leaky", "downstream");
  g_object_set (encoder, "deadline", (gint64) 1, "cpu-used", 16, "threads", 1, "target-bitrate",
                2000000, "keyframe-max-dist", 125, "static-threshold", 100, NULL);
  return add_stream (self, self->compositor, PICTURE_CAPS, head, encoder, queue, mux, 0);
}

static gboolean
add_sound_stream (CallRecording *self, GstElement *mux, GError **error)
{
  GstElement *head, *encoder, *queue;

  if (!(self->mixer = add_mixer (self, "audiomixer", error)) ||
      !(head = add (self, "audioconvert", error)) || !(encoder = add (self, "opusenc", error)) ||
      !(queue = add (self, "queue", error)))
    return FALSE;
  g_object_set (encoder, "bitrate", 96000, NULL);
  return add_stream (self, self->mixer, SOUND_CAPS, head, encoder, queue, mux, 1);
}

static gboolean
build (CallRecording *self, const char *path, GError **error)
{
  GstElement *mux, *sink;

  if (!(mux = add (self, "webmmux", error)) || !(sink = add (self, "filesink", error)) ||
      !add_picture_stream (self, mux, error) || !add_sound_stream (self, mux, error))
    return FALSE;
  g_object_set (mux, "writing-app", "nertc-call", NULL);
  g_object_set (sink, "location", path, NULL);
  gst_util_set_object_arg (G_OBJECT (sink), "buffer-mode", "unbuffered");
  return gst_element_link (mux, sink);
}

/* Says why not, in better words than the sink. */
static gboolean
can_write (const char *path, GError **error)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  int code = errno;

  if (fd >= 0) {
    close (fd);
    return TRUE;
  }
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
  return FALSE;
}

static void
start (CallRecording *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  gst_bus_add_watch (bus, on_message, self);
  self->start = call_pipeline_get_time ();
  gst_element_set_base_time (self->pipeline, self->start);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

CallRecording *
call_recording_new (const char *path, GError **error)
{
  g_autoptr (CallRecording) self = g_object_new (CALL_TYPE_RECORDING, NULL);

  self->pipeline = call_pipeline_new ("recording");
  if (!can_write (path, error) || !build (self, path, error)) {
    gst_clear_object (&self->pipeline);
    return NULL;
  }
  start (self);
  return g_steal_pointer (&self);
}

/* The end */

typedef struct {
  GstElement *pipeline;
  GstElement *heads[2];
  Begun *begun;
  GstClockTime end; /* by the clock */
  gboolean failed;
  GTask *task; /* nullable: nobody wants to know */
} Finish;

static GError *
wait_for_end (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, FINISH_TIMEOUT, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  if (!message)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The disk is too slow");
  return GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR ? read_error (message) : NULL;
}

/* What came until the end is still in the mixers. */
static void
wait_for_mixers (Finish *self)
{
  g_autoptr (GstClock) clock = gst_pipeline_get_clock (GST_PIPELINE (self->pipeline));
  GstClockID id = gst_clock_new_single_shot_id (clock, self->end + LATENCY);

  gst_clock_id_wait (id, NULL);
  gst_clock_id_unref (id);
}

static GError *
send_end (Finish *self)
{
  wait_for_mixers (self);
  begun_wait (self->begun, G_N_ELEMENTS (self->heads));
  for (guint i = 0; i < G_N_ELEMENTS (self->heads); i++) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (self->heads[i], "sink");

    gst_pad_send_event (pad, gst_event_new_eos ());
  }
  return wait_for_end (self->pipeline);
}

static void
run_finish (gpointer data)
{
  g_autofree Finish *self = data;
  GError *error = self->failed ? NULL : send_end (self);

  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  if (self->task && error)
    g_task_return_error (self->task, g_steal_pointer (&error));
  else if (self->task)
    g_task_return_boolean (self->task, TRUE);
  g_clear_object (&self->task);
  g_clear_error (&error);
  begun_unref (self->begun);
  gst_object_unref (self->pipeline);
}

static void
let_go_of_taps (GPtrArray *branches)
{
  for (guint i = 0; i < branches->len; i++) {
    Branch *branch = g_ptr_array_index (branches, i);

    call_tap_remove (branch->tap, branch->appsrc);
  }
  g_ptr_array_set_size (branches, 0);
}

/* Returns: whether there was anything to end */
static gboolean
end (CallRecording *self, GTask *task)
{
  g_autoptr (GstBus) bus = NULL;
  Finish *finish;

  if (!self->pipeline)
    return FALSE;
  let_go_of_taps (self->pictures);
  let_go_of_taps (self->sounds);
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_remove_watch (bus);
  finish = g_new0 (Finish, 1);
  finish->pipeline = g_steal_pointer (&self->pipeline);
  memcpy (finish->heads, self->heads, sizeof finish->heads);
  finish->begun = g_atomic_rc_box_acquire (self->begun);
  finish->end = call_pipeline_get_time ();
  finish->failed = self->failed;
  finish->task = task;
  push_job (run_finish, finish);
  return TRUE;
}

void
call_recording_finish_async (CallRecording *self, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  g_task_set_source_tag (task, call_recording_finish_async);
  if (end (self, task))
    return;
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

gboolean
call_recording_finish_finish (CallRecording *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The object */

static void
call_recording_dispose (GObject *object)
{
  end (CALL_RECORDING (object), NULL);
  G_OBJECT_CLASS (call_recording_parent_class)->dispose (object);
}

static void
call_recording_finalize (GObject *object)
{
  CallRecording *self = CALL_RECORDING (object);

  g_ptr_array_unref (self->pictures);
  g_ptr_array_unref (self->sounds);
  begun_unref (self->begun);
  G_OBJECT_CLASS (call_recording_parent_class)->finalize (object);
}

static void
call_recording_class_init (CallRecordingClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_recording_dispose;
  object_class->finalize = call_recording_finalize;
  signals[FAILED] = g_signal_new ("failed", CALL_TYPE_RECORDING, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
call_recording_init (CallRecording *self)
{
  self->begun = begun_new ();
  self->pictures = g_ptr_array_new_with_free_func (branch_free);
  self->sounds = g_ptr_array_new_with_free_func (branch_free);
}
