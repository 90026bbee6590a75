/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GStrv rtc_addresses_of_loopback_alone (void);

G_END_DECLS
