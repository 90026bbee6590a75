/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-types.h"

G_BEGIN_DECLS

#define NERTC_TYPE_STREAM (nertc_stream_get_type ())
NERTC_API
G_DECLARE_FINAL_TYPE (NertcStream, nertc_stream, NERTC, STREAM, GObject)

NERTC_API const char *nertc_stream_get_id (NertcStream *self);
NERTC_API const char *nertc_stream_get_uid (NertcStream *self);
NERTC_API NertcSource nertc_stream_get_source (NertcStream *self);
NERTC_API NertcMedia nertc_stream_get_media (NertcStream *self);
NERTC_API NertcMedia nertc_stream_get_muted (NertcStream *self);

G_END_DECLS
