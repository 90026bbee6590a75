/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-media-error.h"

#include <gio/gio.h>
#include <string.h>

/* What elements tell only in words, of the kernel or of PulseAudio, which are not translated
 * alike; GStreamer's own code comes after these. */
static const struct {
  const char *words;
  GIOErrorEnum code;
} by_words[] = {
  { "Permission denied", G_IO_ERROR_PERMISSION_DENIED },
  { "Access denied", G_IO_ERROR_PERMISSION_DENIED },
  { "Device or resource busy", G_IO_ERROR_BUSY },
  { "No such entity", G_IO_ERROR_NOT_FOUND },
  { "No such file or directory", G_IO_ERROR_NOT_FOUND },
  { "No such device", G_IO_ERROR_NOT_FOUND },
  { "Connection refused", G_IO_ERROR_CONNECTION_REFUSED },
};

static const struct {
  GstResourceError resource;
  GIOErrorEnum code;
} by_code[] = {
  { GST_RESOURCE_ERROR_NOT_FOUND, G_IO_ERROR_NOT_FOUND },
  { GST_RESOURCE_ERROR_BUSY, G_IO_ERROR_BUSY },
  { GST_RESOURCE_ERROR_NOT_AUTHORIZED, G_IO_ERROR_PERMISSION_DENIED },
};

static GIOErrorEnum
find_code (const GError *error, const char *debug)
{
  for (guint i = 0; i < G_N_ELEMENTS (by_words); i++) {
    if (strstr (error->message, by_words[i].words) || (debug && strstr (debug, by_words[i].words)))
      return by_words[i].code;
  }
  for (guint i = 0; i < G_N_ELEMENTS (by_code); i++) {
    if (g_error_matches (error, GST_RESOURCE_ERROR, by_code[i].resource))
      return by_code[i].code;
  }
  return g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN)
             ? G_IO_ERROR_NOT_SUPPORTED
             : G_IO_ERROR_FAILED;
}

GError *
call_media_error_new_from_message (GstMessage *message, gboolean was_running)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The device has ended");
  gst_message_parse_error (message, &error, &debug);
  g_info ("%s: %s (%s)", GST_MESSAGE_SRC_NAME (message), error->message, debug ? debug : "");
  if (was_running && error->domain == GST_RESOURCE_ERROR)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, error->message);
  return g_error_new_literal (G_IO_ERROR, find_code (error, debug), error->message);
}
