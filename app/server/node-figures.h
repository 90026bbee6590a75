/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media-plane.h"

G_BEGIN_DECLS

/* What each media server carries, as Prometheus' text. */
void srv_node_figures_add (GString *page, SrvMediaPlane *plane);

G_END_DECLS
