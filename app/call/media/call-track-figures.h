/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "call-figures.h"

G_BEGIN_DECLS

/* Of a track as the statistics of nertcsink and nertcsrc have it; codec is borrowed from it.
 * Returns whether there is such a track. */
gboolean call_track_figures_read (CallTrackFigures *self, const GstStructure *stats,
                                  const char *track);
double call_structure_get_double (const GstStructure *structure, const char *field); /* or -1 */

G_END_DECLS
