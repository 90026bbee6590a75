/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-camera-format.h"

#define RAW "video/x-raw"
#define JPEG "image/jpeg"

/* The nearest that @structure can give, as a structure that leaves only the format of pixels open
 */
static GstStructure *
make_nearest (const GstStructure *structure, const CallPictureOptions *options)
{
  GstStructure *nearest = gst_structure_copy (structure);

  if (gst_structure_has_field (nearest, "width"))
    gst_structure_fixate_field_nearest_int (nearest, "width", options->width);
  if (gst_structure_has_field (nearest, "height"))
    gst_structure_fixate_field_nearest_int (nearest, "height", options->height);
  if (gst_structure_has_field (nearest, "framerate"))
    gst_structure_fixate_field_nearest_fraction (nearest, "framerate", options->framerate, 1);
  return nearest;
}

static double
get_rate (const GstStructure *structure)
{
  int n, d;

  return gst_structure_get_fraction (structure, "framerate", &n, &d) && n > 0 ? (double) n / d : 0;
}

/* How far it is from what is wanted: pixels to be thrown away cost less than those that are
 * missing, and so does a JPEG that has to be decoded; a slow picture is worst. */
static double
get_cost (const GstStructure *nearest, const CallPictureOptions *options)
{
  const double wanted = (double) options->width * options->height;
  const double rate = get_rate (nearest);
  int width = options->width, height = options->height;
  double cost, area;

  gst_structure_get_int (nearest, "width", &width);
  gst_structure_get_int (nearest, "height", &height);
  area = (double) width * height;
  cost = area < wanted ? 4 * (wanted - area) : area - wanted;
  if (gst_structure_has_name (nearest, JPEG))
    cost += 0.3 * area;
  if (rate && rate < options->framerate)
    cost += 8 * wanted * (1 - rate / options->framerate);
  return cost;
}

static gboolean
is_known (GstCaps *caps, guint i)
{
  const GstStructure *structure = gst_caps_get_structure (caps, i);
  GstCapsFeatures *features = gst_caps_get_features (caps, i);

  if (!gst_structure_has_name (structure, RAW))
    return gst_structure_has_name (structure, JPEG);
  return gst_caps_features_is_equal (features, GST_CAPS_FEATURES_MEMORY_SYSTEM_MEMORY);
}

GstCaps *
call_camera_format_choose (GstCaps *caps, const CallPictureOptions *options)
{
  g_autoptr (GstStructure) best = NULL;
  double best_cost = 0;

  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    g_autoptr (GstStructure) nearest = NULL;
    double cost;

    if (!is_known (caps, i))
      continue;
    nearest = make_nearest (gst_caps_get_structure (caps, i), options);
    cost = get_cost (nearest, options);
    if (best && cost >= best_cost)
      continue;
    g_clear_pointer (&best, gst_structure_free);
    best = g_steal_pointer (&nearest);
    best_cost = cost;
  }
  return best ? gst_caps_new_full (g_steal_pointer (&best), NULL) : NULL;
}

static guint
make_even (double size)
{
  return MAX (2, 2 * (guint) (size / 2 + 1e-6));
}

void
call_camera_format_fit (guint width, guint height, guint par_n, guint par_d,
                        const CallPictureOptions *options, guint *fit_width, guint *fit_height)
{
  const double shown = (double) width * par_n / par_d;
  const double scale = MIN (1, MIN (options->width / shown, (double) options->height / height));

  *fit_width = make_even (shown * scale);
  *fit_height = make_even (height * scale);
}
