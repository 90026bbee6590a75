/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstroomsignal.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (roomsignal, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, nertc,
                   "Real-time calls in rooms: join, send and receive", plugin_init, PACKAGE_VERSION,
                   "LGPL", "gst-nertc", "Unknown package origin")
