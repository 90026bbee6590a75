/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What went wrong with a device, of an ERROR or an EOS that a pipeline tells, in codes of
 * G_IO_ERROR: NOT_FOUND, BUSY, PERMISSION_DENIED, CONNECTION_CLOSED (it was unplugged; only if it
 * was running), CONNECTION_REFUSED (its server does not answer), NOT_SUPPORTED (an
 * element is missing), FAILED.
 */
GError *call_media_error_new_from_message (GstMessage *message, gboolean was_running);

G_END_DECLS
