/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-level.h"

#include <math.h>
#include <stdlib.h>

/* RFC 8285, section 4.2: the ids of one-byte headers */
#define ID_MAX 14

/* Above this it is likely that somebody speaks, dBov. */
#define VOICE (-50.0)

static double
sum_squares_s16 (const gint16 *samples, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) samples[i] * samples[i];
  return sum / (32768.0 * 32768.0);
}

static double
sum_squares_f32 (const float *samples, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) samples[i] * samples[i];
  return sum;
}

/*
 * RFC 6464, section 3: "The audio level for digital silence, for example for a muted audio source,
 * MUST be represented as 127 (-127 dBov)"; 0 dBov is what a square wave of full scale has, so that
 * a sine of full scale has -3.
 */
static double
to_level (double sum, gsize n)
{
  double level = n > 0 && sum > 0 ? 10 * log10 (sum / (double) n) : RTC_LEVEL_SILENCE;

  return CLAMP (level, RTC_LEVEL_SILENCE, 0);
}

/* @info: S16 or F32 of this machine. Returns: dBov; of other formats RTC_LEVEL_SILENCE */
double
rtc_level_measure (GstBuffer *buffer, const GstAudioInfo *info)
{
  GstMapInfo map;
  double level = RTC_LEVEL_SILENCE;
  gsize n;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return level;
  n = map.size / (gsize) (GST_AUDIO_INFO_WIDTH (info) / 8);
  if (GST_AUDIO_INFO_FORMAT (info) == GST_AUDIO_FORMAT_S16)
    level = to_level (sum_squares_s16 ((const gint16 *) (void *) map.data, n), n);
  else if (GST_AUDIO_INFO_FORMAT (info) == GST_AUDIO_FORMAT_F32)
    level = to_level (sum_squares_f32 ((const float *) (void *) map.data, n), n);
  gst_buffer_unmap (buffer, &map);
  return level;
}

/* @buffer: writable; the payloader tells its level to the other end */
void
rtc_level_add (GstBuffer *buffer, double level)
{
  gst_buffer_add_audio_level_meta (buffer, (guint8) lrint (-level), level > VOICE);
}

static gboolean
is_level (const GValue *value)
{
  if (value && GST_VALUE_HOLDS_ARRAY (value) && gst_value_array_get_size (value) > 1)
    value = gst_value_array_get_value (value, 1); /* direction, URI, attributes */
  return value && G_VALUE_HOLDS_STRING (value) &&
         g_strcmp0 (g_value_get_string (value), RTC_LEVEL_URI) == 0;
}

/* Returns: 1 to 14; 0: the level is not told */
guint
rtc_level_find_id (const GstCaps *caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);

  for (guint i = 1; i <= ID_MAX; i++) {
    g_autofree char *field = g_strdup_printf ("extmap-%u", i);

    if (is_level (gst_structure_get_value (structure, field)))
      return i;
  }
  return 0;
}

/* The direction, the URI and the attributes, as GStreamer has them in caps */
static void
take_triple (GstCaps *caps, const char *field, const char *direction, const char *attributes)
{
  const char *words[] = { direction, RTC_LEVEL_URI, attributes };
  GValue array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    GValue value = G_VALUE_INIT;

    g_value_init (&value, G_TYPE_STRING);
    g_value_set_string (&value, words[i]);
    gst_value_array_append_and_take_value (&array, &value);
  }
  gst_caps_set_value (caps, field, &array);
  g_value_unset (&array);
}

/*
 * rtc_level_set_extmap:
 * @caps: writable
 * @extmap: RFC 8285, section 8: `ID[/direction] URI [attributes]`, of rtc_level_find_extmap()
 */
void
rtc_level_set_extmap (GstCaps *caps, const char *extmap)
{
  g_auto (GStrv) words = g_strsplit (extmap, " ", 3);
  g_auto (GStrv) id = g_strsplit (words[0], "/", 2);
  g_autofree char *field = g_strconcat ("extmap-", id[0], NULL);

  if (id[1] || words[2])
    take_triple (caps, field, id[1] ? id[1] : "", words[2] ? words[2] : "");
  else
    gst_caps_set_simple (caps, field, G_TYPE_STRING, RTC_LEVEL_URI, NULL);
}

static gboolean
is_level_extmap (const char *extmap)
{
  g_auto (GStrv) words = g_strsplit (extmap, " ", 3);
  gulong id = words[0] ? strtoul (words[0], NULL, 10) : 0;

  return id >= 1 && id <= ID_MAX && words[1] && g_str_equal (words[1], RTC_LEVEL_URI);
}

static const char *
find_extmap_in_media (const GstSDPMedia *media)
{
  const char *extmap;

  if (!g_str_equal (gst_sdp_media_get_media (media), "audio"))
    return NULL;
  for (guint i = 0; (extmap = gst_sdp_media_get_attribute_val_n (media, "extmap", i)); i++) {
    if (is_level_extmap (extmap))
      return extmap;
  }
  return NULL;
}

/* Returns: (nullable): how the sender of @sdp will tell the level of its sound */
const char *
rtc_level_find_extmap (const GstSDPMessage *sdp)
{
  const char *extmap = NULL;

  for (guint i = 0; !extmap && i < gst_sdp_message_medias_len (sdp); i++)
    extmap = find_extmap_in_media (gst_sdp_message_get_media (sdp, i));
  return extmap;
}
