/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Descriptions on their way to Janus and from it. */

char *srv_janus_sdp_trim (const char *sdp, GError **error);
char *srv_janus_sdp_clean (const char *sdp);

G_END_DECLS
