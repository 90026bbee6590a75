/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-screen-share.h"

struct _CallScreenShare {
  GObject parent_instance;

  CallSource *screen; /* NULL: nothing is shared */
  CallSource *sound;
  CallPicture *picture;
  CallProblem *problem; /* why it has ended */
};

G_DEFINE_FINAL_TYPE (CallScreenShare, call_screen_share, G_TYPE_OBJECT)

static guint changed_signal;

static void
close_source (CallScreenShare *self, CallSource **source)
{
  if (!*source)
    return;
  g_signal_handlers_disconnect_by_data (*source, self);
  call_source_stop (*source);
  g_clear_object (source);
}

/* @problem: (transfer full) (nullable) */
static void
end (CallScreenShare *self, CallProblem *problem)
{
  close_source (self, &self->screen);
  close_source (self, &self->sound);
  g_clear_object (&self->picture);
  g_clear_object (&self->problem);
  self->problem = problem;
  g_signal_emit (self, changed_signal, 0);
}

/* CLOSED: the desktop was asked to end it, or the window was closed. That is no problem. */
static void
on_screen_failed (CallScreenShare *self, const GError *error)
{
  gboolean closed = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  end (self, closed ? NULL : call_problem_new_from_media ("screen", error));
}

/* The picture goes on without. */
static void
on_sound_failed (CallScreenShare *self, const GError *error)
{
  g_info ("A screen is shared without its sound: %s", error->message);
  close_source (self, &self->sound);
  g_signal_emit (self, changed_signal, 0);
}

void
call_screen_share_start (CallScreenShare *self, const CallScreen *screen)
{
  close_source (self, &self->screen);
  close_source (self, &self->sound);
  g_clear_object (&self->problem);
  g_clear_object (&self->picture);
  self->picture = call_picture_new ();
  self->screen = call_source_new_screen (screen, self->picture);
  g_signal_connect_swapped (self->screen, "failed", G_CALLBACK (on_screen_failed), self);
  if (screen->with_sound) {
    self->sound = call_source_new_screen_sound (screen);
    g_signal_connect_swapped (self->sound, "failed", G_CALLBACK (on_sound_failed), self);
  }
  g_signal_emit (self, changed_signal, 0);
}

void
call_screen_share_stop (CallScreenShare *self)
{
  if (self->screen || self->problem)
    end (self, NULL);
}

gboolean
call_screen_share_is_on (CallScreenShare *self)
{
  return self->screen != NULL;
}

CallTap *
call_screen_share_get_tap (CallScreenShare *self)
{
  return self->screen ? call_source_get_tap (self->screen) : NULL;
}

CallTap *
call_screen_share_get_sound_tap (CallScreenShare *self)
{
  return self->sound ? call_source_get_tap (self->sound) : NULL;
}

CallPicture *
call_screen_share_get_picture (CallScreenShare *self)
{
  return self->picture;
}

CallProblem *
call_screen_share_get_problem (CallScreenShare *self)
{
  return self->problem;
}

static void
call_screen_share_dispose (GObject *object)
{
  CallScreenShare *self = CALL_SCREEN_SHARE (object);

  close_source (self, &self->screen);
  close_source (self, &self->sound);
  g_clear_object (&self->picture);
  g_clear_object (&self->problem);
  G_OBJECT_CLASS (call_screen_share_parent_class)->dispose (object);
}

static void
call_screen_share_class_init (CallScreenShareClass *class)
{
  G_OBJECT_CLASS (class)->dispose = call_screen_share_dispose;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
call_screen_share_init (CallScreenShare *self)
{
}

CallScreenShare *
call_screen_share_new (void)
{
  return g_object_new (CALL_TYPE_SCREEN_SHARE, NULL);
}
