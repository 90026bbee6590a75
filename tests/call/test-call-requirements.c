/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-requirements.h"

#include <gst/gst.h>

/* Returns: (transfer full): name=package, with a mark if there is no call without it */
static char *
tell_missing (void)
{
  g_autoptr (GListModel) missing = call_requirements_find_missing ();
  GString *told = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (missing); i++) {
    g_autoptr (CallRequirement) requirement = g_list_model_get_item (missing, i);
    g_autofree char *name = NULL;
    g_autofree char *package = NULL;
    gboolean needed;

    g_object_get (requirement, "name", &name, "package", &package, "needed", &needed, NULL);
    g_string_append_printf (told, "%s%s=%s%s", i ? ", " : "", name, package, needed ? "!" : "");
  }
  return g_string_free (told, FALSE);
}

/* As if its package were not installed */
static void
hide (const char *factory)
{
  GstRegistry *registry = gst_registry_get ();
  g_autoptr (GstPluginFeature) feature =
      gst_registry_find_feature (registry, factory, GST_TYPE_ELEMENT_FACTORY);

  if (feature)
    gst_registry_remove_feature (registry, feature);
}

static gboolean
is_there (const char *factory)
{
  g_autoptr (GstElementFactory) found = gst_element_factory_find (factory);

  return found != NULL;
}

/* Elements of this build are not where a test of a unit looks. */
static void
test_missing (void)
{
  g_autofree char *told = NULL;

  hide ("roomsignal");
  hide ("webrtcdsp");
  hide ("vp8enc");
  hide ("v4l2src");
  told = tell_missing ();
  g_assert_nonnull (g_strstr_len (told, -1, "Rooms=gst-nertc!"));
  g_assert_nonnull (g_strstr_len (told, -1, "Pictures in calls (VP8)=gstreamer1.0-plugins-good!"));
  g_assert_nonnull (g_strstr_len (told, -1, "Echo cancellation=gstreamer1.0-plugins-bad"));
  g_assert_null (g_strstr_len (told, -1, "Echo cancellation=gstreamer1.0-plugins-bad!"));
  /* PipeWire has cameras, too; with neither there are none. */
  if (is_there ("pipewiresrc"))
    g_assert_null (g_strstr_len (told, -1, "Camera="));
  hide ("pipewiresrc");
  g_free (told);
  told = tell_missing ();
  g_assert_nonnull (g_strstr_len (told, -1, "Camera=gstreamer1.0-plugins-good"));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call-requirements/missing", test_missing);
  return g_test_run ();
}
