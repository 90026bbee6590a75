/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"
#include "route.h"

G_BEGIN_DECLS

#define SRV_MEDIA_NODES_MAX 64

gboolean srv_media_options_check (const SrvOptions *options, GError **error);

SrvMediaMode srv_media_options_get_mode (const SrvOptions *options);
gboolean srv_media_options_have_own_janus (const SrvOptions *options);
char **srv_media_options_list_nodes (const SrvOptions *options);
gboolean srv_media_options_read_ports (const SrvOptions *options, guint *min, guint *max);
char *srv_media_options_describe (const SrvOptions *options);

G_END_DECLS
