/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-requirements.h"

#include <glib/gi18n.h>
#include <gst/gst.h>

#include "rtc-element.h"

struct _CallRequirement {
  GObject parent_instance;

  char *name;
  char *package;
  gboolean needed;
};

G_DEFINE_FINAL_TYPE (CallRequirement, call_requirement, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_NAME,
  PROP_PACKAGE,
  PROP_NEEDED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

typedef struct {
  const char *name;     /* in the user's words */
  const char *elements; /* all of them; with bars between: one of them */
  gboolean needed;
} Row;

static const Row rows[] = {
  { N_ ("Rooms"), "roomsignal nertcsink nertcsrc", TRUE },
  { N_ ("Calls"),
    "webrtcbin nicesrc dtlsdec srtpdec rtpbin appsrc appsink queue capsfilter audioconvert "
    "audioresample videoconvert videoconvertscale audiomixer volume",
    TRUE },
  { N_ ("Sound in calls (Opus)"), "opusenc opusdec rtpopuspay rtpopusdepay", TRUE },
  { N_ ("Pictures in calls (VP8)"), "vp8enc vp8dec rtpvp8pay rtpvp8depay", TRUE },
  { N_ ("Camera"), "v4l2src|pipewiresrc videorate jpegdec" },
  { N_ ("Microphone"), "pulsesrc|autoaudiosrc level" },
  { N_ ("Speakers"), "pulsesink|autoaudiosink" },
  { N_ ("Echo cancellation"), "webrtcdsp webrtcechoprobe" },
  { N_ ("Screen sharing"), "pipewiresrc|ximagesrc" },
  { N_ ("Recording"), "webmmux compositor" },
};

/* What rtc-element.c has no use for. What belongs to the application itself has the last row. */
static const struct {
  const char *element;
  const char *package;
} packages[] = {
  { "audiomixer", "gstreamer1.0-plugins-base" },
  { "volume", "gstreamer1.0-plugins-base" },
  { "compositor", "gstreamer1.0-plugins-base" },
  { "videorate", "gstreamer1.0-plugins-base" },
  { "jpegdec", "gstreamer1.0-plugins-good" },
  { "level", "gstreamer1.0-plugins-good" },
  { "webmmux", "gstreamer1.0-plugins-good" },
  { "autoaudiosrc", "gstreamer1.0-plugins-good" },
  { "webrtcechoprobe", "gstreamer1.0-plugins-bad" },
  { NULL, "gst-nertc" },
};

static const char *
find_package (const char *element)
{
  const char *package = rtc_element_get_package (element);
  guint i = 0;

  while (!package) {
    if (!packages[i].element || g_str_equal (packages[i].element, element))
      package = packages[i].package;
    i++;
  }
  return package;
}

static gboolean
is_there (const char *element)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (element);

  return factory != NULL;
}

/* Returns: (transfer full) (nullable): the first that is missing of elements with bars between, if
 * all of them are */
static char *
find_missing_choice (const char *choices)
{
  g_auto (GStrv) elements = g_strsplit (choices, "|", -1);

  for (guint i = 0; elements[i]; i++) {
    if (is_there (elements[i]))
      return NULL;
  }
  return g_strdup (elements[0]);
}

/* Returns: (transfer full) (nullable) */
static char *
find_missing_element (const Row *row)
{
  g_auto (GStrv) choices = g_strsplit (row->elements, " ", -1);
  char *missing = NULL;

  for (guint i = 0; choices[i] && !missing; i++)
    missing = find_missing_choice (choices[i]);
  return missing;
}

static CallRequirement *
make_requirement (const Row *row, const char *element)
{
  CallRequirement *self = g_object_new (CALL_TYPE_REQUIREMENT, NULL);

  self->name = g_strdup (_ (row->name));
  self->package = g_strdup (find_package (element));
  self->needed = row->needed;
  return self;
}

GListModel *
call_requirements_find_missing (void)
{
  GListStore *list = g_list_store_new (CALL_TYPE_REQUIREMENT);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *element = find_missing_element (&rows[i]);
    g_autoptr (CallRequirement) requirement = element ? make_requirement (&rows[i], element) : NULL;

    if (requirement)
      g_list_store_append (list, requirement);
  }
  return G_LIST_MODEL (list);
}

static void
call_requirement_finalize (GObject *object)
{
  CallRequirement *self = CALL_REQUIREMENT (object);

  g_free (self->name);
  g_free (self->package);
  G_OBJECT_CLASS (call_requirement_parent_class)->finalize (object);
}

static void
call_requirement_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallRequirement *self = CALL_REQUIREMENT (object);

  switch (id) {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_PACKAGE:
      g_value_set_string (value, self->package);
      break;
    case PROP_NEEDED:
      g_value_set_boolean (value, self->needed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_requirement_class_init (CallRequirementClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = call_requirement_finalize;
  object_class->get_property = call_requirement_get_property;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_PACKAGE] = g_param_spec_string ("package", NULL, NULL, NULL, flags);
  properties[PROP_NEEDED] = g_param_spec_boolean ("needed", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
call_requirement_init (CallRequirement *self)
{
}
