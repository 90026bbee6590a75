/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-stream.h"

G_BEGIN_DECLS

/* The figures of one stream: a card of the statistics. Properties: stream: CallStream, writable,
 * nullable */
#define CALL_TYPE_STREAM_FIGURES (call_stream_figures_get_type ())
G_DECLARE_FINAL_TYPE (CallStreamFigures, call_stream_figures, CALL, STREAM_FIGURES, AdwBin)

/* (transfer full): the same as text, line by line */
char *call_stream_figures_to_text (CallStream *stream);

G_END_DECLS
