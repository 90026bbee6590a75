/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-track-figures.h"

double
call_structure_get_double (const GstStructure *structure, const char *field)
{
  double value;

  return gst_structure_get_double (structure, field, &value) ? value : -1;
}

static int
get_int (const GstStructure *structure, const char *field)
{
  int value;

  return gst_structure_get_int (structure, field, &value) ? value : -1;
}

gboolean
call_track_figures_read (CallTrackFigures *self, const GstStructure *stats, const char *track)
{
  const GValue *value = gst_structure_get_value (stats, track);
  const GstStructure *structure;
  guint bitrate;

  if (!value || !GST_VALUE_HOLDS_STRUCTURE (value))
    return FALSE;
  structure = gst_value_get_structure (value);
  *self = (CallTrackFigures){
    .codec = (char *) gst_structure_get_string (structure, "codec"),
    .bitrate = gst_structure_get_uint (structure, "bitrate", &bitrate) ? (double) bitrate : -1,
    .loss = call_structure_get_double (structure, "loss"),
    .jitter = call_structure_get_double (structure, "jitter"),
    .width = get_int (structure, "width"),
    .height = get_int (structure, "height"),
    .fps = call_structure_get_double (structure, "fps"),
  };
  return TRUE;
}
