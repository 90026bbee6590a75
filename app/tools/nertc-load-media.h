/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-load-figures.h"
#include "nertc-load-options.h"

#include <signal.h>

G_BEGIN_DECLS

/*
 * Members who publish and receive by real transports: pipelines of roomsignal, nertcsink and
 * nertcsrc. Each publisher sends a small picture and a tone, each subscriber receives all that is
 * published in its room, and decodes nothing.
 */
typedef struct _LoadMedia LoadMedia;

typedef struct {
  guint expected;      /* streams, each counted for each who is to receive it */
  guint playing;       /* those that were received at least once */
  LoadHistogram plays; /* from asking for a stream to its first picture or sound */
  guint64 frames;      /* that receivers got */
  guint64 bytes;       /* of those */
  double seconds;      /* from the start to the end */
  GHashTable *errors;  /* (nullable): text → itself, of pipelines */
} LoadMediaFigures;

LoadMedia *load_media_new (const LoadOptions *options, GError **error);
void load_media_free (LoadMedia *self);

void load_media_await (LoadMedia *self, const volatile sig_atomic_t *stop);
void load_media_stop (LoadMedia *self, LoadMediaFigures *figures);
void load_media_figures_clear (LoadMediaFigures *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoadMedia, load_media_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LoadMediaFigures, load_media_figures_clear)

G_END_DECLS
