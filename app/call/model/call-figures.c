/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-figures.h"

struct _CallFigures {
  GObject parent_instance;

  CallTrackFigures audio;
  CallTrackFigures video;
  double rtt;
  double delay;
  double loss;
};

G_DEFINE_FINAL_TYPE (CallFigures, call_figures, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const CallTrackFigures unknown = {
  .bitrate = -1, .loss = -1, .jitter = -1, .width = -1, .height = -1, .fps = -1
};

static void
copy_track (CallTrackFigures *to, const CallTrackFigures *from)
{
  char *before = to->codec;

  *to = from ? *from : unknown;
  to->codec = g_strdup (to->codec);
  g_free (before);
}

static void
call_figures_finalize (GObject *object)
{
  CallFigures *self = CALL_FIGURES (object);

  g_free (self->audio.codec);
  g_free (self->video.codec);
  G_OBJECT_CLASS (call_figures_parent_class)->finalize (object);
}

static void
call_figures_class_init (CallFiguresClass *class)
{
  G_OBJECT_CLASS (class)->finalize = call_figures_finalize;
  signals[CHANGED] = g_signal_new ("changed", CALL_TYPE_FIGURES, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
call_figures_init (CallFigures *self)
{
  self->audio = self->video = unknown;
  self->rtt = self->delay = self->loss = -1;
}

/* Returns: (transfer full) */
CallFigures *
call_figures_new (void)
{
  return g_object_new (CALL_TYPE_FIGURES, NULL);
}

const CallTrackFigures *
call_figures_get_audio (CallFigures *self)
{
  return &self->audio;
}

const CallTrackFigures *
call_figures_get_video (CallFigures *self)
{
  return &self->video;
}

double
call_figures_get_rtt (CallFigures *self)
{
  return self->rtt;
}

double
call_figures_get_delay (CallFigures *self)
{
  return self->delay;
}

double
call_figures_get_loss (CallFigures *self)
{
  return self->loss;
}

/* A track that is NULL has no figures. */
void
call_figures_update (CallFigures *self, const CallTrackFigures *audio,
                     const CallTrackFigures *video, double rtt, double delay, double loss)
{
  copy_track (&self->audio, audio);
  copy_track (&self->video, video);
  self->rtt = rtt;
  self->delay = delay;
  self->loss = loss;
  g_signal_emit (self, signals[CHANGED], 0);
}
