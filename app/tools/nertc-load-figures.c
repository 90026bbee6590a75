/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-load-figures.h"

/* How many sorts of errors are told apart: their text may come from the server. */
#define ERRORS_MAX 100

/* Up to 2 × STEPS each value has a bucket to itself; then the highest bits say which. */
static guint
get_bucket (guint64 value)
{
  guint shift;

  if (value < 2 * LOAD_HISTOGRAM_STEPS)
    return (guint) value;
  shift = g_bit_storage (value / LOAD_HISTOGRAM_STEPS) - 1;
  return shift * LOAD_HISTOGRAM_STEPS + (guint) (value >> shift);
}

/* Returns: the middle of what is in it */
static gint64
get_value (guint bucket)
{
  guint shift = bucket / LOAD_HISTOGRAM_STEPS;

  if (bucket < 2 * LOAD_HISTOGRAM_STEPS)
    return bucket;
  shift--;
  return (gint64) ((((guint64) bucket - shift * LOAD_HISTOGRAM_STEPS) << shift) +
                   ((G_GUINT64_CONSTANT (1) << shift) - 1) / 2);
}

/* @us: below zero counts as zero */
void
load_histogram_add (LoadHistogram *self, gint64 us)
{
  us = MAX (us, 0);
  self->buckets[get_bucket ((guint64) us)]++;
  self->count++;
  self->max = MAX (self->max, us);
}

/* @share: from 0 to 1. Returns: what so many of them do not exceed, within 3 %; 0 if there is none
 */
gint64
load_histogram_get (const LoadHistogram *self, double share)
{
  guint64 rank = (guint64) (share * (double) self->count + 0.999999);
  guint64 seen = 0;

  for (guint i = 0; i < LOAD_HISTOGRAM_BUCKETS && self->count > 0; i++) {
    seen += self->buckets[i];
    if (seen >= MAX (rank, 1))
      return MIN (get_value (i), self->max);
  }
  return 0;
}

static void
error_free (LoadError *self)
{
  g_free (self->example);
  g_free (self);
}

LoadFigures *
load_figures_new (void)
{
  LoadFigures *self = g_new0 (LoadFigures, 1);

  self->now = &self->ramp;
  self->errors =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) error_free);
  return self;
}

void
load_figures_free (LoadFigures *self)
{
  g_hash_table_unref (self->errors);
  g_free (self);
}

/* @kind: what errors are counted by; @example: (nullable): more about this one */
void
load_figures_add_error (LoadFigures *self, const char *kind, const char *example)
{
  LoadError *error = g_hash_table_lookup (self->errors, kind);

  if (!error && g_hash_table_size (self->errors) >= ERRORS_MAX) {
    kind = "others";
    error = g_hash_table_lookup (self->errors, kind);
  }
  if (!error) {
    error = g_new0 (LoadError, 1);
    error->example = g_strdup (example);
    g_hash_table_insert (self->errors, g_strdup (kind), error);
  }
  error->count++;
}
