/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What gst-inspect-1.0 shows of the plugin. */
#include <gst/check/gstcheck.h>

static const char *const elements[] = { "nertcsink", "nertcsrc", "roomsignal" };

static GstPlugin *
load (void)
{
  g_autoptr (GError) error = NULL;
  GstPlugin *plugin = gst_plugin_load_file (g_getenv ("NERTC_PLUGIN"), &error);

  fail_unless (plugin != NULL, "%s", error ? error->message : "");
  return plugin;
}

static gboolean
is_plain (const char *text)
{
  return text && *text && !g_str_has_suffix (text, ".") && g_utf8_validate (text, -1, NULL);
}

GST_START_TEST (test_plugin)
{
  g_autoptr (GstPlugin) plugin = load ();
  GList *features =
      gst_registry_get_feature_list_by_plugin (gst_registry_get (), gst_plugin_get_name (plugin));

  fail_unless_equals_string (gst_plugin_get_name (plugin), "nertc");
  fail_unless (is_plain (gst_plugin_get_description (plugin)));
  fail_unless_equals_int (g_list_length (features), G_N_ELEMENTS (elements));
  gst_plugin_feature_list_free (features);
}
GST_END_TEST

static void
check_metadata (GstElementFactory *factory)
{
  static const char *const keys[] = { GST_ELEMENT_METADATA_LONGNAME, GST_ELEMENT_METADATA_KLASS,
                                      GST_ELEMENT_METADATA_DESCRIPTION,
                                      GST_ELEMENT_METADATA_AUTHOR };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fail_unless (is_plain (gst_element_factory_get_metadata (factory, keys[i])), "%s of %s",
                 keys[i], GST_OBJECT_NAME (factory));
}

/* Properties of an element, not those of its base classes */
static void
check_properties (GObjectClass *klass)
{
  GType element = G_TYPE_FROM_CLASS (klass);
  guint n_properties, n_own = 0;
  g_autofree GParamSpec **properties = g_object_class_list_properties (klass, &n_properties);

  for (guint i = 0; i < n_properties; i++) {
    const char *name = properties[i]->name;

    if (properties[i]->owner_type != element)
      continue;
    n_own++;
    fail_unless (is_plain (g_param_spec_get_nick (properties[i])), "nick of %s", name);
    fail_unless (is_plain (g_param_spec_get_blurb (properties[i])), "blurb of %s", name);
    fail_if (g_str_equal (g_param_spec_get_blurb (properties[i]), name), "blurb of %s", name);
    if (properties[i]->flags & G_PARAM_WRITABLE)
      fail_unless (properties[i]->flags & (GST_PARAM_MUTABLE_READY | GST_PARAM_MUTABLE_PAUSED |
                                           GST_PARAM_MUTABLE_PLAYING),
                   "%s does not tell in which states it can be changed", name);
  }
  fail_unless (n_own > 0);
}

GST_START_TEST (test_element)
{
  G_GNUC_UNUSED g_autoptr (GstPlugin) plugin = load ();
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (elements[__i__]);
  g_autoptr (GstElement) element = NULL;

  fail_unless (factory != NULL);
  check_metadata (factory);
  element = gst_object_ref_sink (gst_element_factory_create (factory, NULL));
  check_properties (G_OBJECT_GET_CLASS (element));
}
GST_END_TEST

/* Every readable property can be read before anything has been set. */
GST_START_TEST (test_defaults)
{
  G_GNUC_UNUSED g_autoptr (GstPlugin) plugin = load ();
  g_autoptr (GstElement) element =
      gst_object_ref_sink (gst_element_factory_make (elements[__i__], NULL));
  guint n_properties;
  g_autofree GParamSpec **properties =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n_properties);

  for (guint i = 0; i < n_properties; i++) {
    g_auto (GValue) value = G_VALUE_INIT;

    if (!(properties[i]->flags & G_PARAM_READABLE))
      continue;
    g_object_get_property (G_OBJECT (element), properties[i]->name, &value);
    if (properties[i]->owner_type == G_OBJECT_TYPE (element) &&
        (properties[i]->flags & G_PARAM_WRITABLE))
      fail_unless (g_param_value_defaults (properties[i], &value),
                   "%s does not read as its default", properties[i]->name);
  }
}
GST_END_TEST

static Suite *
inspect_suite (void)
{
  Suite *suite = suite_create ("inspect");
  TCase *tcase = tcase_create ("inspect");

  tcase_add_test (tcase, test_plugin);
  tcase_add_loop_test (tcase, test_element, 0, G_N_ELEMENTS (elements));
  tcase_add_loop_test (tcase, test_defaults, 0, G_N_ELEMENTS (elements));
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (inspect)
