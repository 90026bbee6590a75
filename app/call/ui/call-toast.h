/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* (transfer full): a toast that says text as it is: names of people may look like markup */
AdwToast *call_toast_new (const char *text);

G_END_DECLS
