/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-input.h"

#include <glib/gi18n.h>

#include "call-devices-private.h"

#define TRIES 3 /* of a device that gives nothing */

struct _CallInput {
  GObject parent_instance;

  const char *kind;
  CallChoice *choice;
  CallInputOpen open;
  gpointer user_data;

  gboolean wanted;
  CallDevice *device;   /* which is open, or has failed */
  CallSource *source;   /* NULL: closed */
  guint n_silent;       /* how often the device gave nothing */
  CallPicture *opening; /* the picture of what is not told yet */

  CallTap *tap; /* what is told */
  CallPicture *picture;
  CallProblem *problem;
};

G_DEFINE_FINAL_TYPE (CallInput, call_input, G_TYPE_OBJECT)

enum {
  SIGNAL_CHANGED,
  SIGNAL_LEVEL,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
emit_changed (CallInput *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
close_source (CallInput *self)
{
  if (self->source) {
    g_signal_handlers_disconnect_by_data (self->source, self);
    call_source_stop (self->source);
  }
  g_clear_object (&self->source);
  g_clear_object (&self->opening);
}

/* @problem: (transfer full) (nullable): why nothing is given */
static void
give_nothing (CallInput *self, CallProblem *problem)
{
  gboolean changed = self->tap || self->problem || problem;

  g_clear_object (&self->tap);
  g_clear_object (&self->picture);
  g_clear_object (&self->problem);
  self->problem = problem;
  if (changed)
    emit_changed (self);
}

static void
on_started (CallInput *self)
{
  g_set_object (&self->tap, call_source_get_tap (self->source));
  g_set_object (&self->picture, self->opening);
  g_clear_object (&self->opening);
  g_clear_object (&self->problem);
  self->n_silent = 0;
  emit_changed (self);
}

static gboolean
is_camera (CallInput *self)
{
  return g_str_equal (self->kind, "camera");
}

/* Returns: (transfer full) */
static CallProblem *
make_unplugged (CallInput *self, CallDevice *device)
{
  g_autofree char *title =
      g_strdup_printf (is_camera (self) ? _ ("The camera “%s” was unplugged")
                                        : _ ("The microphone “%s” was unplugged"),
                       call_device_get_name (device));

  return call_problem_new (title,
                           is_camera (self)
                               ? _ ("Connect it again, or choose another one. Until then you are "
                                    "not seen.")
                               : _ ("Connect it again, or choose another one. Until then you are "
                                    "not heard."),
                           CALL_REMEDY_DEVICES);
}

static void open_source (CallInput *self);

/* It is not tried again until there is a reason to, but for what has been plugged in only now and
 * may not be ready to give anything. */
static void
on_failed (CallInput *self, const GError *error)
{
  close_source (self);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) && ++self->n_silent < TRIES) {
    open_source (self);
    return;
  }
  self->n_silent = 0;
  give_nothing (self, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED)
                          ? make_unplugged (self, self->device)
                          : call_problem_new_from_media (self->kind, error));
}

static void
on_level (CallInput *self)
{
  g_signal_emit (self, signals[SIGNAL_LEVEL], 0);
}

static void
open_source (CallInput *self)
{
  self->opening = is_camera (self) ? call_picture_new () : NULL;
  self->source =
      self->open (call_devices_get_gst_device (self->device), self->opening, self->user_data);
  g_signal_connect_swapped (self->source, "started", G_CALLBACK (on_started), self);
  g_signal_connect_swapped (self->source, "failed", G_CALLBACK (on_failed), self);
  g_signal_connect_swapped (self->source, "notify::level", G_CALLBACK (on_level), self);
}

/* Why there is no device. Returns: (transfer full) (nullable) */
static CallProblem *
make_missing (CallInput *self, CallDevice *before)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No device");

  if (!self->wanted || !call_choice_is_ready (self->choice))
    return NULL;
  return before ? make_unplugged (self, before) : call_problem_new_from_media (self->kind, error);
}

/* The one place that opens and closes */
static void
update (CallInput *self)
{
  CallDevice *device = self->wanted ? call_choice_get_used (self->choice) : NULL;
  g_autoptr (CallDevice) before = self->device ? g_object_ref (self->device) : NULL;

  if (before == device && (device || (self->wanted && self->problem)))
    return;
  close_source (self);
  g_set_object (&self->device, device);
  if (device)
    open_source (self);
  else
    give_nothing (self, make_missing (self, before));
}

/* The object */

static void
call_input_dispose (GObject *object)
{
  CallInput *self = CALL_INPUT (object);

  close_source (self);
  g_clear_object (&self->choice);
  g_clear_object (&self->device);
  g_clear_object (&self->tap);
  g_clear_object (&self->picture);
  g_clear_object (&self->problem);
  G_OBJECT_CLASS (call_input_parent_class)->dispose (object);
}

static void
call_input_class_init (CallInputClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = call_input_dispose;
  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_LEVEL] =
      g_signal_new ("level", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
call_input_init (CallInput *self)
{
}

/* @user_data: stays as long as the input */
CallInput *
call_input_new (const char *kind, CallChoice *choice, CallInputOpen open, gpointer user_data)
{
  CallInput *self = g_object_new (CALL_TYPE_INPUT, NULL);

  self->kind = kind;
  self->choice = g_object_ref (choice);
  self->open = open;
  self->user_data = user_data;
  g_signal_connect_object (choice, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return self;
}

void
call_input_set_wanted (CallInput *self, gboolean wanted)
{
  if (self->wanted == wanted)
    return;
  self->wanted = wanted;
  update (self);
}

void
call_input_reopen (CallInput *self)
{
  if (!self->source)
    return;
  g_clear_object (&self->device);
  update (self);
}

void
call_input_retry (CallInput *self)
{
  if (self->source)
    return;
  g_clear_object (&self->device);
  update (self);
}

CallTap *
call_input_get_tap (CallInput *self)
{
  return self->tap;
}

CallPicture *
call_input_get_picture (CallInput *self)
{
  return self->picture;
}

CallSource *
call_input_get_source (CallInput *self)
{
  return self->source;
}

CallProblem *
call_input_get_problem (CallInput *self)
{
  return self->problem;
}
