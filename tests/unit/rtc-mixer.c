/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-mixer.h"

#include <math.h>

#define RATE 48000
#define PIECE 480 /* frames that are mixed at a time: 10 ms */
#define FRAME 960 /* that are pushed at a time: 20 ms */
#define FADE 240

/* A sine that is pushed piece by piece, each with its time. */
typedef struct {
  RtcMixerInput *input;
  double frequency;
  double amplitude;
  guint64 position; /* of the sine */
  double time;      /* that it is pushed with, in frames */
} Sine;

static GstClockTime
to_time (double frames)
{
  return (GstClockTime) (frames * GST_SECOND / RATE);
}

static void
sine_push (RtcMixer *mixer, Sine *sine)
{
  gint16 samples[FRAME];

  for (guint i = 0; i < FRAME; i++)
    samples[i] =
        (gint16) (sine->amplitude * sin (2 * G_PI * sine->frequency * (sine->position + i) / RATE));
  rtc_mixer_push (mixer, sine->input, to_time (sine->time), samples, FRAME);
  sine->position += FRAME;
  sine->time += FRAME;
}

typedef struct {
  RtcMixer *mixer;
  guint64 position;
  gint16 samples[PIECE]; /* the latest piece */
  gint16 last;           /* of the one before */
  int step;              /* the largest between two samples */
  int peak;
} Mixture;

static void
mixture_init (Mixture *self)
{
  *self = (Mixture){ .mixer = rtc_mixer_new (RATE, 1) };
}

static void
mix (Mixture *self)
{
  rtc_mixer_mix (self->mixer, to_time (self->position), self->samples, PIECE);
  self->position += PIECE;
  for (guint i = 0; i < PIECE; i++) {
    self->step = MAX (self->step, abs (self->samples[i] - self->last));
    self->peak = MAX (self->peak, abs (self->samples[i]));
    self->last = self->samples[i];
  }
}

/* What a sine has at most between two samples */
static int
get_step (double frequency, double amplitude)
{
  return (int) (amplitude * 2 * G_PI * frequency / RATE) + 2;
}

/* Pushes and mixes @count times 20 ms of one sine. */
static void
play (Mixture *self, Sine *sine, guint count)
{
  for (guint i = 0; i < count; i++) {
    sine_push (self->mixer, sine);
    mix (self);
    mix (self);
  }
}

static void
test_alone (void)
{
  Mixture mixture;
  Sine sine = { .frequency = 1000, .amplitude = 10000 };

  mixture_init (&mixture);
  sine.input = rtc_mixer_add (mixture.mixer);
  mix (&mixture);
  g_assert_cmpint (mixture.peak, ==, 0);
  sine.time = PIECE;
  play (&mixture, &sine, 5);
  /* After the fade it is what was pushed. */
  for (guint i = 0; i < PIECE; i++)
    g_assert_cmpint (mixture.samples[i], ==,
                     (gint16) (10000 * sin (2 * G_PI * 1000 * (4 * FRAME + PIECE + i) / RATE)));
  rtc_mixer_free (mixture.mixer);
}

static void
test_sum (void)
{
  Mixture mixture;
  gint16 one[FRAME], two[FRAME];
  RtcMixerInput *inputs[2];

  mixture_init (&mixture);
  for (guint i = 0; i < FRAME; i++) {
    one[i] = 20000;
    two[i] = i < PIECE ? -5000 : 20000;
  }
  for (guint i = 0; i < 2; i++)
    inputs[i] = rtc_mixer_add (mixture.mixer);
  for (guint i = 0; i < 2; i++) { /* the first of them is faded in */
    rtc_mixer_push (mixture.mixer, inputs[0], to_time (i * FRAME), one, FRAME);
    rtc_mixer_push (mixture.mixer, inputs[1], to_time (i * FRAME), two, FRAME);
  }
  for (guint i = 0; i < 3; i++)
    mix (&mixture);
  g_assert_cmpint (mixture.samples[PIECE - 1], ==, 15000);
  mix (&mixture);
  g_assert_cmpint (mixture.samples[0], ==, 32767); /* as loud as there is */
  rtc_mixer_free (mixture.mixer);
}

/* Whoever comes, goes, breaks off or comes late does not click. */
static void
test_no_click (void)
{
  const double frequency = 700, amplitude = 12000;
  /* The fade itself adds a little to what a sine has. */
  const int most = get_step (frequency, amplitude) + 2 * amplitude / FADE + 1;
  Mixture mixture;
  Sine sine = { .frequency = frequency, .amplitude = amplitude };

  mixture_init (&mixture);
  for (guint i = 0; i < 5; i++) {
    sine.input = rtc_mixer_add (mixture.mixer);
    sine.time = mixture.position;
    sine.position = i * 13; /* in the middle of a wave */
    play (&mixture, &sine, 3);
    mix (&mixture); /* nothing came */
    mix (&mixture);
    sine.time = mixture.position + i * 100;
    sine.position += i * 7;
    play (&mixture, &sine, 3);
    sine.time += 5 * FRAME; /* a hole that is known before its turn */
    sine_push (mixture.mixer, &sine);
    for (guint k = 0; k < 12; k++)
      mix (&mixture);
    sine.time = mixture.position - FRAME / 3; /* the beginning is too late */
    play (&mixture, &sine, 2);
    rtc_mixer_remove (mixture.mixer, sine.input);
    mix (&mixture);
    mix (&mixture);
    g_assert_cmpint (mixture.last, ==, 0);
  }
  g_assert_cmpint (mixture.peak, >, amplitude * 0.95);
  g_assert_cmpint (mixture.step, <=, most);
  rtc_mixer_free (mixture.mixer);
}

/* A clock that goes wrong by 0.2 per thousand: what is pushed is kept near its time. */
static void
test_drift (gconstpointer data)
{
  const double factor = GPOINTER_TO_INT (data) > 0 ? 1.0002 : 0.9998;
  Mixture mixture;
  Sine sine = { .frequency = 700, .amplitude = 12000 };

  mixture_init (&mixture);
  sine.input = rtc_mixer_add (mixture.mixer);
  mix (&mixture);
  sine.time = 3 * PIECE; /* as much ahead as late ones may be behind */
  for (guint i = 0; i < 5000; i++) {
    sine_push (mixture.mixer, &sine);
    sine.time += FRAME * (factor - 1);
    while (mixture.position + 4 * PIECE < sine.time)
      mix (&mixture);
    if (i == 10) {
      mixture.peak = 0;
      mixture.step = 0;
    }
  }
  g_assert_cmpint (mixture.step, <=, get_step (710, 12000) + 2 * 12000 / FADE);
  g_assert_cmpint (mixture.peak, >=, 11900);
  rtc_mixer_free (mixture.mixer);
}

static void
test_nonsense (void)
{
  Mixture mixture;
  gint16 samples[FRAME] = { 0 };
  RtcMixerInput *input;

  mixture_init (&mixture);
  input = rtc_mixer_add (mixture.mixer);
  for (guint i = 0; i < FRAME; i++)
    samples[i] = 1000;
  rtc_mixer_push (mixture.mixer, input, 3600 * GST_SECOND, samples, FRAME);
  rtc_mixer_push (mixture.mixer, input, 0, samples, 0);
  rtc_mixer_push (mixture.mixer, input, 0, samples, 1);
  mix (&mixture);
  g_assert_cmpint (mixture.peak, ==, 0);
  mixture.position += 100 * RATE;
  rtc_mixer_push (mixture.mixer, input, 0, samples, FRAME);
  mix (&mixture);
  mix (&mixture);
  rtc_mixer_push (mixture.mixer, input, 0, samples, FRAME); /* long ago */
  mix (&mixture);
  g_assert_cmpint (mixture.peak, ==, 0);
  rtc_mixer_push (mixture.mixer, input, to_time (mixture.position), samples, FRAME);
  rtc_mixer_push (mixture.mixer, input, to_time (mixture.position), samples, FRAME); /* twice */
  rtc_mixer_remove (mixture.mixer, input);
  for (guint i = 0; i < 6; i++)
    mix (&mixture);
  g_assert_cmpint (mixture.peak, <=, 1000);
  g_assert_cmpint (mixture.last, ==, 0);
  rtc_mixer_free (mixture.mixer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/rtc-mixer/alone", test_alone);
  g_test_add_func ("/rtc-mixer/sum", test_sum);
  g_test_add_func ("/rtc-mixer/no-click", test_no_click);
  g_test_add_data_func ("/rtc-mixer/drift/fast", GINT_TO_POINTER (-1), test_drift);
  g_test_add_data_func ("/rtc-mixer/drift/slow", GINT_TO_POINTER (1), test_drift);
  g_test_add_func ("/rtc-mixer/nonsense", test_nonsense);
  return g_test_run ();
}
