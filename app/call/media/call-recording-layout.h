/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint x;
  guint y;
  guint width;
  guint height;
} CallRecordingPlace;

/* Where one of several pictures is in a recorded picture: all of a size side by side; beside
 * screens, which are to be read, the others are a column. All numbers are even. index counts the
 * screens or the others, as is_screen tells. */
CallRecordingPlace call_recording_layout (guint width, guint height, guint n_screens,
                                          guint n_others, gboolean is_screen, guint index);

G_END_DECLS
