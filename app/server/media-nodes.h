/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media-node.h"
#include "options.h"

G_BEGIN_DECLS

/* The media servers that the options ask for. */

GPtrArray *srv_media_nodes_new (const SrvOptions *options, GError **error);
const char *srv_media_nodes_get_label (SrvMediaNode *node);
void srv_media_nodes_await (GPtrArray *nodes, guint ms);

G_END_DECLS
