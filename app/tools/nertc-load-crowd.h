/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-load-figures.h"
#include "nertc-load-media.h"
#include "nertc-load-options.h"
#include "nertc-load-process.h"
#include "nertc-load-target.h"

#include <signal.h>

G_BEGIN_DECLS

/* All simulated members: they join, stay and talk, and leave. */
typedef struct _LoadCrowd LoadCrowd;

/* Beside the figures */
typedef struct {
  guint joined;  /* how many were in a room when all had tried */
  double ramp_s; /* how long that took */
  double stay_s; /* and how long they stayed */
  LoadUsage before;
  LoadUsage full; /* with all in their rooms */
  LoadUsage after;
  gint64 own_cpu;                /* µs, of this program */
  const LoadMediaFigures *media; /* (nullable): nobody published */
} LoadSummary;

LoadCrowd *load_crowd_new (const LoadOptions *options, const LoadTarget *target,
                           LoadFigures *figures);
void load_crowd_free (LoadCrowd *self);
void load_crowd_run (LoadCrowd *self, const volatile sig_atomic_t *stop, LoadSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoadCrowd, load_crowd_free)

G_END_DECLS
