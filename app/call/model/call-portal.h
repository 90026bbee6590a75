/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "call-screen.h"

G_BEGIN_DECLS

/* One share by the desktop's own dialog: xdg-desktop-portal's org.freedesktop.portal.ScreenCast.
 * The permission lasts as long as the object, which CallScreen.portal_session keeps.
 * Signal "closed": the desktop has ended the share, mostly since the user asked it to. */
#define CALL_TYPE_PORTAL (call_portal_get_type ())
G_DECLARE_FINAL_TYPE (CallPortal, call_portal, CALL, PORTAL, GObject)

/* Whether there is a portal that can share screens: G_IO_ERROR_NOT_SUPPORTED if not */
void call_portal_find_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer data);
CallPortal *call_portal_find_finish (GAsyncResult *result, GError **error);

/* Once for each object. parent_window: what the portal's documentation calls a window identifier,
 * "" for none. The user's own "no" is G_IO_ERROR_CANCELLED. */
void call_portal_choose_async (CallPortal *self, const char *parent_window, gboolean with_pointer,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer data);
CallScreen *call_portal_choose_finish (CallPortal *self, GAsyncResult *result, GError **error);

gboolean call_portal_is_closed (CallPortal *self);

G_END_DECLS
