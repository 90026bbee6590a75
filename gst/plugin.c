/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcsink.h"
#include "gstnertcsrc.h"
#include "gstroomsignal.h"
#include "rtc.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  rtc_init ();
  return GST_ELEMENT_REGISTER (roomsignal, plugin) && GST_ELEMENT_REGISTER (nertcsink, plugin) &&
         GST_ELEMENT_REGISTER (nertcsrc, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, nertc,
                   "Real-time calls in rooms: join, send and receive", plugin_init, PACKAGE_VERSION,
                   "LGPL", "gst-nertc", "Unknown package origin")
