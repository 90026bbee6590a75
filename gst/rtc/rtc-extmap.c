/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-extmap.h"

#include <stdlib.h>

/* RFC 8285, section 4.2: the ids of one-byte headers */
#define ID_MAX 14

static gboolean
is_uri (const GValue *value, const char *uri)
{
  if (value && GST_VALUE_HOLDS_ARRAY (value) && gst_value_array_get_size (value) > 1)
    value = gst_value_array_get_value (value, 1); /* direction, URI, attributes */
  return value && G_VALUE_HOLDS_STRING (value) && g_strcmp0 (g_value_get_string (value), uri) == 0;
}

/* Returns: 1 to 14; 0: the packets have no such extension */
guint
rtc_extmap_find_id (const GstCaps *caps, const char *uri)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);

  for (guint i = 1; i <= ID_MAX; i++) {
    g_autofree char *field = g_strdup_printf ("extmap-%u", i);

    if (is_uri (gst_structure_get_value (structure, field), uri))
      return i;
  }
  return 0;
}

/* The direction, the URI and the attributes, as GStreamer has them in caps */
static void
take_triple (GstCaps *caps, const char *field, const char *const words[3])
{
  GValue array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; i < 3; i++) {
    GValue value = G_VALUE_INIT;

    g_value_init (&value, G_TYPE_STRING);
    g_value_set_string (&value, words[i]);
    gst_value_array_append_and_take_value (&array, &value);
  }
  gst_caps_set_value (caps, field, &array);
  g_value_unset (&array);
}

/*
 * rtc_extmap_set:
 * @caps: writable
 * @extmap: (nullable): RFC 8285, section 8: `ID[/direction] URI [attributes]`, of
 *   rtc_extmap_find(); %NULL changes nothing
 */
void
rtc_extmap_set (GstCaps *caps, const char *extmap)
{
  g_auto (GStrv) words = g_strsplit (extmap ? extmap : "", " ", 3);
  g_auto (GStrv) id = g_strsplit (extmap ? words[0] : "", "/", 2);
  g_autofree char *field = g_strconcat ("extmap-", id[0], NULL);

  if (!extmap)
    return;
  if (id[1] || words[2])
    take_triple (caps, field,
                 (const char *[]){ id[1] ? id[1] : "", words[1], words[2] ? words[2] : "" });
  else
    gst_caps_set_simple (caps, field, G_TYPE_STRING, words[1], NULL);
}

static gboolean
is_extmap (const char *extmap, const char *uri)
{
  g_auto (GStrv) words = g_strsplit (extmap, " ", 3);
  gulong id = words[0] ? strtoul (words[0], NULL, 10) : 0;

  return id >= 1 && id <= ID_MAX && words[1] && g_str_equal (words[1], uri);
}

static const char *
find_in_media (const GstSDPMedia *media, const char *uri)
{
  const char *extmap;

  for (guint i = 0; (extmap = gst_sdp_media_get_attribute_val_n (media, "extmap", i)); i++) {
    if (is_extmap (extmap, uri))
      return extmap;
  }
  return NULL;
}

/* Returns: (nullable): how the first section of @media, audio or video, names the extension */
const char *
rtc_extmap_find (const GstSDPMessage *sdp, const char *media, const char *uri)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    const GstSDPMedia *section = gst_sdp_message_get_media (sdp, i);

    if (g_str_equal (gst_sdp_media_get_media (section), media))
      return find_in_media (section, uri);
  }
  return NULL;
}
