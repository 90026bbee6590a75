/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-elements.h"

#include "rtc-codec.h"

/* Our own plugin, whose package is not Debian's */
static const char *const own[] = { "roomsignal", "nertcsink", "nertcsrc" };

/* Returns: (transfer full) (nullable): the file of the plugin that has the element */
static char *
find_file (const char *factory)
{
  g_autoptr (GstElementFactory) found = gst_element_factory_find (factory);
  g_autoptr (GstPlugin) plugin = NULL;

  if (!found)
    return NULL;
  plugin = gst_plugin_feature_get_plugin (GST_PLUGIN_FEATURE (found));
  return g_strdup (plugin ? gst_plugin_get_filename (plugin) : "");
}

static void
check_element (CheckReport *report, const char *factory, const char *package, gboolean needed)
{
  g_autofree char *file = find_file (factory);
  CheckItem *item =
      check_report_add (report, CHECK_ELEMENTS, file ? CHECK_OK : CHECK_MISSING, factory);

  item->needed = needed;
  if (package)
    json_object_set_string_member (item->more, "package", package);
  if (file)
    json_object_set_string_member (item->more, "file", file);
  else if (package)
    check_item_set_remedy (item, "install the package %s", package);
  else
    check_item_set_remedy (item, "install gst-nertc, or set GST_PLUGIN_PATH to the folder of its "
                                 "libgstnertc.so");
}

/* What every call needs, and what devices need. */
void
check_elements (CheckReport *report)
{
  guint count;
  const RtcElement *elements = rtc_elements_get (&count);

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    check_element (report, own[i], NULL, TRUE);
  for (guint i = 0; i < count; i++) {
    if (elements[i].need != RTC_NEED_CODEC)
      check_element (report, elements[i].factory, elements[i].package,
                     elements[i].need == RTC_NEED_CALL);
  }
}

/* Codecs */

static gboolean
is_installed (const char *factory)
{
  g_autoptr (GstElementFactory) found = gst_element_factory_find (factory);

  return found != NULL;
}

typedef struct {
  CheckItem *item;
  JsonArray *elements; /* all that may be used */
  JsonArray *missing;  /* what would help */
  GString *names;
  GString *packages;
} Needs;

static JsonObject *
element_to_json (const char *role, const char *factory)
{
  const char *package = rtc_element_get_package (factory);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "role", role);
  json_object_set_string_member (object, "element", factory);
  if (package)
    json_object_set_string_member (object, "package", package);
  return object;
}

static void
add_element (Needs *self, const char *role, const char *factory)
{
  g_autofree char *file = find_file (factory);
  JsonObject *object = element_to_json (role, factory);

  json_object_set_boolean_member (object, "installed", file != NULL);
  if (file)
    json_object_set_string_member (object, "file", file);
  json_array_add_object_element (self->elements, object);
}

/* Each package once: codecs need several elements of one. */
static void
add_missing (Needs *self, const char *role, const char *factory)
{
  const char *package = rtc_element_get_package (factory);

  json_array_add_object_element (self->missing, element_to_json (role, factory));
  g_string_append_printf (self->names, "%s%s", self->names->len > 0 ? ", " : "", factory);
  if (package && !strstr (self->packages->str, package))
    g_string_append_printf (self->packages, "%s%s", self->packages->len > 0 ? " and " : "",
                            package);
}

/* Returns: whether one of @elements, which do the same, is there */
static gboolean
check_role (Needs *self, const char *role, const RtcCodecElement *elements, guint count)
{
  const char *found = NULL;

  for (guint i = 0; i < count && elements[i].factory; i++) {
    add_element (self, role, elements[i].factory);
    if (!found && is_installed (elements[i].factory))
      found = elements[i].factory;
  }
  if (found)
    json_object_set_string_member (self->item->more, role, found);
  else
    add_missing (self, role, elements[0].factory);
  return found != NULL;
}

static void
describe_codec (Needs *self, gboolean sends, gboolean receives)
{
  CheckItem *item = self->item;

  json_object_set_boolean_member (item->more, "send", sends);
  json_object_set_boolean_member (item->more, "receive", receives);
  json_object_set_array_member (item->more, "missing", json_array_ref (self->missing));
  json_object_set_array_member (item->more, "elements", json_array_ref (self->elements));
  if (sends && receives) {
    check_item_set_detail (item, "sends by %s, receives by %s",
                           json_object_get_string_member (item->more, "encoder"),
                           json_object_get_string_member (item->more, "decoder"));
    return;
  }
  item->status = CHECK_MISSING;
  check_item_set_detail (item, "%s: there is no %s",
                         sends      ? "can be sent only"
                         : receives ? "can be received only"
                                    : "can neither be sent nor received",
                         self->names->str);
  if (self->packages->len > 0)
    check_item_set_remedy (item, "install the package %s", self->packages->str);
}

/* Those that a call has unless it is told otherwise */
static gboolean
is_needed (const RtcCodec *codec)
{
  return codec == rtc_codec_get_default (codec->media);
}

static void
check_codec (CheckReport *report, const RtcCodec *codec)
{
  Needs needs = { .item = check_report_add (report, CHECK_CODECS, CHECK_OK, codec->name) };
  gboolean sends, receives, parses;

  needs.elements = json_array_new ();
  needs.missing = json_array_new ();
  needs.names = g_string_new (NULL);
  needs.packages = g_string_new (NULL);
  needs.item->needed = is_needed (codec);
  json_object_set_string_member (needs.item->more, "media", rtc_media_to_string (codec->media));
  parses = !codec->has_forms || check_role (&needs, "parser", &codec->parser, 1);
  sends = check_role (&needs, "encoder", codec->encoders, RTC_CODEC_MAX_ELEMENTS);
  sends = check_role (&needs, "payloader", &codec->payloader, 1) && sends;
  receives = check_role (&needs, "decoder", codec->decoders, RTC_CODEC_MAX_ELEMENTS);
  receives = check_role (&needs, "depayloader", &codec->depayloader, 1) && receives;
  describe_codec (&needs, sends && parses, receives && parses);
  json_array_unref (needs.elements);
  json_array_unref (needs.missing);
  g_string_free (needs.names, TRUE);
  g_string_free (needs.packages, TRUE);
}

void
check_codecs (CheckReport *report)
{
  guint count;
  const RtcCodec *codecs = rtc_codecs_get (&count);

  for (guint i = 0; i < count; i++)
    check_codec (report, &codecs[i]);
}
