/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-media-error.h"

#include <gio/gio.h>

static void
check (GQuark domain, int code, const char *text, const char *debug, gboolean was_running,
       GIOErrorEnum expected)
{
  g_autoptr (GError) told = g_error_new_literal (domain, code, text);
  g_autoptr (GstMessage) message = gst_message_new_error (NULL, told, debug);
  g_autoptr (GError) error = call_media_error_new_from_message (message, was_running);

  g_assert_error (error, G_IO_ERROR, (int) expected);
  g_assert_cmpstr (error->message, ==, text);
}

static void
test_errors (void)
{
  const GQuark resource = GST_RESOURCE_ERROR;

  check (resource, GST_RESOURCE_ERROR_BUSY, "Device '/dev/video0' is busy", NULL, FALSE,
         G_IO_ERROR_BUSY);
  check (resource, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "Could not open device",
         "system error: Permission denied", FALSE, G_IO_ERROR_PERMISSION_DENIED);
  check (resource, GST_RESOURCE_ERROR_OPEN_READ, "Failed to connect stream: No such entity", NULL,
         FALSE, G_IO_ERROR_NOT_FOUND);
  check (resource, GST_RESOURCE_ERROR_FAILED, "Failed to connect: Connection refused", NULL, FALSE,
         G_IO_ERROR_CONNECTION_REFUSED);
  check (resource, GST_RESOURCE_ERROR_NOT_AUTHORIZED, "No", NULL, FALSE,
         G_IO_ERROR_PERMISSION_DENIED);
  check (GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN, "No jpegdec", NULL, FALSE,
         G_IO_ERROR_NOT_SUPPORTED);
  check (GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED, "Internal data stream error", "not-negotiated",
         FALSE, G_IO_ERROR_FAILED);
}

/* Whatever a device says while it is running, it is not there any more. */
static void
test_unplugged (void)
{
  g_autoptr (GstMessage) end = gst_message_new_eos (NULL);
  g_autoptr (GError) error = call_media_error_new_from_message (end, TRUE);

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  check (GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, "Could not read",
         "system error: No such device", TRUE, G_IO_ERROR_CONNECTION_CLOSED);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call-media-error/errors", test_errors);
  g_test_add_func ("/call-media-error/unplugged", test_unplugged);
  return g_test_run ();
}
