/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "web-files.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

void srv_web_page_respond (SrvWebFiles *files, SoupServerMessage *message, const char *path,
                           gboolean keep_alive);

G_END_DECLS
