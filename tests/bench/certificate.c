/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long the RSA key takes that a process makes once, for all its DTLS connections. */

#include "child.h"

#include <gst/gst.h>

int
main (int argc, char **argv)
{
  const GOptionEntry entries[] = { { NULL } };
  g_autoptr (GstPluginFeature) feature = NULL;
  g_autoptr (GstPluginFeature) loaded = NULL;
  g_autoptr (GstElement) dtlsdec = NULL;
  gint64 began, load_end, end;

  child_begin (&argc, &argv, entries);
  gst_init (NULL, NULL);
  feature = gst_registry_lookup_feature (gst_registry_get (), "dtlsdec");
  if (!feature)
    child_fail ("The element “dtlsdec” is missing: install gstreamer1.0-plugins-bad");

  began = g_get_monotonic_time ();
  loaded = gst_plugin_feature_load (feature);
  load_end = g_get_monotonic_time ();
  dtlsdec = gst_element_factory_make ("dtlsdec", NULL);
  end = g_get_monotonic_time ();
  if (!dtlsdec)
    child_fail ("The element “dtlsdec” could not be made");
  gst_object_ref_sink (dtlsdec);
  child_say ("{\"event\": \"certificate\", \"load\": %" G_GINT64_FORMAT
             ", \"make\": %" G_GINT64_FORMAT "}",
             load_end - began, end - load_end);
  return 0;
}
