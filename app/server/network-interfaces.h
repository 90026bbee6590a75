/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *srv_network_interfaces_describe_trouble (const char *wanted);

G_END_DECLS
