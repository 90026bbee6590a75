/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"

G_BEGIN_DECLS

#define SRV_MEDIA_NODES_MAX 64

typedef enum {
  SRV_MEDIA_MESH,  /* members send to each other */
  SRV_MEDIA_JANUS, /* by way of media nodes */
  SRV_MEDIA_AUTO,  /* the former, and by way of nodes what has more consumers than mesh-limit */
} SrvMediaMode;

gboolean srv_media_options_check (const SrvOptions *options, GError **error);

SrvMediaMode srv_media_options_get_mode (const SrvOptions *options);
gboolean srv_media_options_have_own_janus (const SrvOptions *options);
char **srv_media_options_list_nodes (const SrvOptions *options);
gboolean srv_media_options_read_ports (const SrvOptions *options, guint *min, guint *max);
char *srv_media_options_describe (const SrvOptions *options);

G_END_DECLS
