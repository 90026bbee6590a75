/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* How one stream fares, looked at every 2 s. What is not known is negative, a string NULL. */
typedef struct {
  char *codec;
  double bitrate; /* kbit/s */
  double loss;    /* % */
  double jitter;  /* ms */
  int width;      /* pixels; of video, as fps */
  int height;
  double fps;
} CallTrackFigures;

/* Emits "changed" after each look. */
#define CALL_TYPE_FIGURES (call_figures_get_type ())
G_DECLARE_FINAL_TYPE (CallFigures, call_figures, CALL, FIGURES, GObject)

CallFigures *call_figures_new (void);
const CallTrackFigures *call_figures_get_audio (CallFigures *self);
const CallTrackFigures *call_figures_get_video (CallFigures *self);
double call_figures_get_rtt (CallFigures *self);   /* ms, of what is sent */
double call_figures_get_delay (CallFigures *self); /* ms from capture, of what is received */
double call_figures_get_loss (CallFigures *self);  /* % of both tracks */
void call_figures_update (CallFigures *self, const CallTrackFigures *audio,
                          const CallTrackFigures *video, double rtt, double delay, double loss);

G_END_DECLS
