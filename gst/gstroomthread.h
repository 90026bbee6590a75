/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <nertc.h>

G_BEGIN_DECLS

NertcRoom *gst_room_thread_new_room (void);

G_END_DECLS
