/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A line over the pictures that tells how things are, with a button for what can be done; spoken
 * when it appears. Properties, all writable: title, icon-name, button-label, action-name (of the
 * button; none: no button): strings; revealed: boolean */
#define CALL_TYPE_BANNER (call_banner_get_type ())
G_DECLARE_FINAL_TYPE (CallBanner, call_banner, CALL, BANNER, AdwBin)

void call_banner_set_title (CallBanner *self, const char *title);
void call_banner_set_revealed (CallBanner *self, gboolean revealed);

G_END_DECLS
