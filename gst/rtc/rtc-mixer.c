/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-mixer.h"

#include <string.h>

/* How long it takes to fade. */
#define FADE (5 * GST_MSECOND)
/*
 * After so long a hole it is a beginning, which is faded longer: what an encoder gives first jumps
 * itself, 6.5 ms after the start for Opus.
 */
#define HOLE_MAX (200 * GST_MSECOND)
#define FADE_OF_BEGINNING (20 * GST_MSECOND)
/* What is off by less follows upon what was before. */
#define TOLERANCE (30 * GST_MSECOND)
/* What is off by more is brought nearer, a frame in each piece. */
#define DRIFT (2 * GST_MSECOND)
/* What is so much ahead of the mixture comes from a broken clock: the latency is 10 s at most. */
#define AHEAD_MAX (15 * GST_SECOND)

/* Positions are counted in frames from time 0. */
typedef struct {
  guint64 start;
  guint frames;
  gint16 samples[];
} Piece;

struct _RtcMixerInput {
  GQueue pieces;     /* of Piece, in order, without overlaps */
  guint64 end;       /* of the latest piece */
  gboolean sounding; /* something was pushed, and no fade-out after it */
  gboolean removed;  /* freed when it is empty */
  gint16 *last;      /* the latest FADE of it, to be faded out of */
};

struct _RtcMixer {
  guint rate;
  guint channels;
  guint fade; /* frames, as the next ones */
  guint beginning;
  guint hole;
  guint tolerance;
  guint drift;
  guint64 position; /* of what is mixed next */
  GPtrArray *inputs;
  GArray *sum; /* of gint32 */
};

static guint
to_frames (RtcMixer *self, GstClockTime time)
{
  return gst_util_uint64_scale_int_round (time, self->rate, GST_SECOND);
}

static void
input_free (gpointer data)
{
  RtcMixerInput *input = data;

  g_queue_clear_full (&input->pieces, g_free);
  g_free (input->last);
  g_free (input);
}

RtcMixer *
rtc_mixer_new (guint rate, guint channels)
{
  RtcMixer *self = g_new0 (RtcMixer, 1);

  self->rate = rate;
  self->channels = channels;
  self->fade = to_frames (self, FADE);
  self->beginning = to_frames (self, FADE_OF_BEGINNING);
  self->hole = to_frames (self, HOLE_MAX);
  self->tolerance = to_frames (self, TOLERANCE);
  self->drift = to_frames (self, DRIFT);
  self->inputs = g_ptr_array_new_with_free_func (input_free);
  self->sum = g_array_new (FALSE, FALSE, sizeof (gint32));
  return self;
}

void
rtc_mixer_free (RtcMixer *self)
{
  g_ptr_array_unref (self->inputs);
  g_array_unref (self->sum);
  g_free (self);
}

RtcMixerInput *
rtc_mixer_add (RtcMixer *self)
{
  RtcMixerInput *input = g_new0 (RtcMixerInput, 1);

  g_queue_init (&input->pieces);
  input->last = g_new0 (gint16, self->fade * self->channels);
  g_ptr_array_add (self->inputs, input);
  return input;
}

/* What was pushed is still heard to its end, and that faded. */
void
rtc_mixer_remove (RtcMixer *self, RtcMixerInput *input)
{
  input->removed = TRUE;
  if (g_queue_is_empty (&input->pieces) && !input->sounding)
    g_ptr_array_remove_fast (self->inputs, input);
}

static gsize
get_size (RtcMixer *self, guint frames)
{
  return frames * self->channels * sizeof (gint16);
}

static Piece *
piece_new (RtcMixer *self, guint64 start, guint frames)
{
  Piece *piece = g_malloc0 (sizeof (Piece) + get_size (self, frames));

  piece->start = start;
  piece->frames = frames;
  return piece;
}

/* Fades the frame @index of @count in. */
static void
scale_frame (RtcMixer *self, gint16 *frame, guint index, guint count)
{
  for (guint c = 0; c < self->channels; c++)
    frame[c] = (gint64) frame[c] * index * index / ((gint64) count * count);
}

static void
fade_in (RtcMixer *self, Piece *piece, guint frames)
{
  guint count = MIN (frames, piece->frames);

  for (guint i = 0; i < count; i++)
    scale_frame (self, piece->samples + i * self->channels, i, count);
}

/* @piece: (transfer full) */
static void
append (RtcMixer *self, RtcMixerInput *input, Piece *piece)
{
  guint count = MIN (self->fade, piece->frames);
  gsize kept = (self->fade - count) * self->channels;

  memmove (input->last, input->last + count * self->channels, kept * sizeof (gint16));
  memcpy (input->last + kept, piece->samples + (piece->frames - count) * self->channels,
          get_size (self, count));
  input->end = piece->start + piece->frames;
  g_queue_push_tail (&input->pieces, piece);
}

/* What is not there is made of what was before, backwards: that goes on smoothly. */
static void
fade_out (RtcMixer *self, RtcMixerInput *input)
{
  Piece *piece = piece_new (self, input->end, self->fade);

  for (guint i = 0; i < self->fade; i++) {
    gint16 *frame = piece->samples + i * self->channels;

    memcpy (frame, input->last + (self->fade - 1 - i) * self->channels, get_size (self, 1));
    scale_frame (self, frame, self->fade - 1 - i, self->fade);
  }
  append (self, input, piece);
  input->sounding = FALSE;
}

/* The same in @frames as in @from, by linear interpolation. */
static void
stretch (RtcMixer *self, Piece *piece, const gint16 *samples, guint from)
{
  for (guint i = 0; i < piece->frames; i++) {
    guint64 at = (guint64) i * (from - 1) * 256 / MAX (piece->frames - 1, 1);
    guint index = at / 256;
    gint part = at % 256;

    for (guint c = 0; c < self->channels; c++) {
      gint one = samples[index * self->channels + c];
      gint two = samples[MIN (index + 1, from - 1) * self->channels + c];

      piece->samples[i * self->channels + c] = one + (two - one) * part / 256;
    }
  }
}

static void
append_joined (RtcMixer *self, RtcMixerInput *input, guint64 start, const gint16 *samples,
               guint frames)
{
  gint64 off = (gint64) start - (gint64) input->end;
  gint more = off > self->drift ? 1 : off < -(gint64) self->drift ? -1 : 0;
  Piece *piece = piece_new (self, input->end, frames + more);

  stretch (self, piece, samples, frames);
  append (self, input, piece);
}

/* After a hole, or the first. What would be heard before its turn is left out. */
static void
append_apart (RtcMixer *self, RtcMixerInput *input, guint64 start, const gint16 *samples,
              guint frames)
{
  gboolean begins = input->end == 0 || start > input->end + self->hole;
  guint64 from;
  Piece *piece;

  if (input->sounding)
    fade_out (self, input);
  from = MAX (MAX (start, input->end), self->position);
  if (from >= start + frames)
    return;
  frames -= from - start;
  piece = piece_new (self, from, frames);
  memcpy (piece->samples, samples + (from - start) * self->channels, get_size (self, frames));
  fade_in (self, piece, begins ? self->beginning : self->fade);
  append (self, input, piece);
  input->sounding = TRUE;
}

/*
 * rtc_mixer_push:
 * @time: of the first frame
 * @samples: @frames of them, interleaved
 */
void
rtc_mixer_push (RtcMixer *self, RtcMixerInput *input, GstClockTime time, const gint16 *samples,
                guint frames)
{
  guint64 start = gst_util_uint64_scale_int_round (time, self->rate, GST_SECOND);
  gboolean joined = input->sounding && start + self->tolerance >= input->end &&
                    start <= input->end + self->tolerance;

  if (frames < 2 ||
      start > self->position + gst_util_uint64_scale_int (AHEAD_MAX, self->rate, GST_SECOND))
    return;
  if (joined)
    append_joined (self, input, start, samples, frames);
  else
    append_apart (self, input, start, samples, frames);
}

/* Returns: whether something of @piece is left */
static gboolean
cut (RtcMixer *self, Piece *piece, guint64 position)
{
  guint64 late = position > piece->start ? position - piece->start : 0;

  if (late >= piece->frames)
    return FALSE;
  piece->frames -= late;
  piece->start += late;
  memmove (piece->samples, piece->samples + late * self->channels, get_size (self, piece->frames));
  return TRUE;
}

/* What came too late is not heard; what is left of it begins with a fade. */
static void
drop_late (RtcMixer *self, RtcMixerInput *input)
{
  Piece *piece;

  while ((piece = g_queue_peek_head (&input->pieces)) && piece->start < self->position) {
    if (cut (self, piece, self->position))
      fade_in (self, piece, self->fade);
    else
      g_free (g_queue_pop_head (&input->pieces));
  }
}

static void
add_piece (RtcMixer *self, const Piece *piece, guint frames)
{
  gint32 *sum =
      (gint32 *) (void *) self->sum->data + (piece->start - self->position) * self->channels;

  for (guint i = 0; i < frames * self->channels; i++)
    sum[i] += piece->samples[i];
}

static void
add_input (RtcMixer *self, RtcMixerInput *input, guint64 end)
{
  Piece *piece;

  drop_late (self, input);
  if (input->sounding && input->end < self->position) /* time was skipped */
    input->sounding = FALSE;
  else if (input->sounding && input->end < end)
    fade_out (self, input);
  while ((piece = g_queue_peek_head (&input->pieces)) && piece->start < end) {
    guint frames = MIN (piece->frames, end - piece->start);

    add_piece (self, piece, frames);
    if (!cut (self, piece, end))
      g_free (g_queue_pop_head (&input->pieces));
  }
}

static void
remove_ended (RtcMixer *self)
{
  for (guint i = self->inputs->len; i > 0; i--) {
    RtcMixerInput *input = g_ptr_array_index (self->inputs, i - 1);

    if (input->removed && !input->sounding && g_queue_is_empty (&input->pieces))
      g_ptr_array_remove_index_fast (self->inputs, i - 1);
  }
}

/*
 * rtc_mixer_mix:
 * @time: of the first frame; it never goes back
 * @samples: gets the sum of all inputs, cut off where it is too loud
 */
void
rtc_mixer_mix (RtcMixer *self, GstClockTime time, gint16 *samples, guint frames)
{
  guint count = frames * self->channels;
  const gint32 *sum;

  self->position = gst_util_uint64_scale_int_round (time, self->rate, GST_SECOND);
  g_array_set_size (self->sum, count);
  memset (self->sum->data, 0, count * sizeof (gint32));
  for (guint i = 0; i < self->inputs->len; i++)
    add_input (self, g_ptr_array_index (self->inputs, i), self->position + frames);
  self->position += frames;
  remove_ended (self);

  sum = (const gint32 *) (void *) self->sum->data;
  for (guint i = 0; i < count; i++)
    samples[i] = CLAMP (sum[i], G_MININT16, G_MAXINT16);
}
