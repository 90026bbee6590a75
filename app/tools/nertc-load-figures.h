/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is measured: durations and counts. Pure. */

/* 32 steps for each doubling, 3 % wide: up to 2⁶³ µs */
#define LOAD_HISTOGRAM_STEPS 32
#define LOAD_HISTOGRAM_BUCKETS (60 * LOAD_HISTOGRAM_STEPS)

/* Durations in µs. All zero is an empty one. */
typedef struct {
  guint64 buckets[LOAD_HISTOGRAM_BUCKETS];
  guint64 count;
  gint64 max;
} LoadHistogram;

void load_histogram_add (LoadHistogram *self, gint64 us);
gint64 load_histogram_get (const LoadHistogram *self, double share);

typedef struct {
  guint64 count;
  char *example; /* (nullable) */
} LoadError;

/* Of those who join */
typedef struct {
  LoadHistogram connects;  /* from connect() to the 101 response */
  LoadHistogram joins;     /* from room.join to its answer */
  LoadHistogram told;      /* from room.join to member.joined, for each who is told */
  LoadHistogram last_told; /* the same, for the last who is told of a join */
} LoadJoins;

typedef struct {
  LoadJoins ramp;        /* until all are in */
  LoadJoins churn;       /* of those who come back after that */
  LoadJoins *now;        /* one of these two */
  LoadHistogram answers; /* of what is sent to the others */
  LoadHistogram delays;  /* from that to its event, for each who gets it */
  guint64 events;        /* of every kind */
  guint64 bytes;
  guint64 sent;     /* to the others */
  guint64 expected; /* events of that, by how many were in the room */
  guint64 dropped;  /* barrages, as receivers were told */
  guint64 lost;     /* members who were in a room, and are out against their will */
  guint64 left;
  GHashTable *errors; /* kind → LoadError */
} LoadFigures;

LoadFigures *load_figures_new (void);
void load_figures_free (LoadFigures *self);
void load_figures_add_error (LoadFigures *self, const char *kind, const char *example);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoadFigures, load_figures_free)

G_END_DECLS
