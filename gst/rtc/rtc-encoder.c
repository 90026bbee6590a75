/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-encoder.h"

/* So many elements may be between an encoder and the pad that takes its frames. */
#define MAX_DISTANCE 32

typedef struct {
  const char *factory;
  const char *property;
  guint unit; /* bit/s */
} Encoder;

static const Encoder encoders[] = {
  { "opusenc", "bitrate", 1 },
  { "vp8enc", "target-bitrate", 1 },
  { "vp9enc", "target-bitrate", 1 },
  { "av1enc", "target-bitrate", 1000 },
  { "x264enc", "bitrate", 1000 },
  { "x265enc", "bitrate", 1000 },
  { "openh264enc", "bitrate", 1 },
  { "rav1enc", "bitrate", 1 },
  { "svtav1enc", "target-bitrate", 1000 },
  { "nvh264enc", "bitrate", 1000 },
  { "nvh265enc", "bitrate", 1000 },
  { "nvav1enc", "bitrate", 1000 },
  { "nvcudah264enc", "bitrate", 1000 },
  { "nvcudah265enc", "bitrate", 1000 },
  { "vah264enc", "bitrate", 1000 },
  { "vah264lpenc", "bitrate", 1000 },
  { "vah265enc", "bitrate", 1000 },
  { "vah265lpenc", "bitrate", 1000 },
  { "vavp8enc", "bitrate", 1000 },
  { "vavp9enc", "bitrate", 1000 },
  { "vaav1enc", "bitrate", 1000 },
  { "vaapih264enc", "bitrate", 1000 },
  { "vaapih265enc", "bitrate", 1000 },
  { "vaapivp8enc", "bitrate", 1000 },
  { "vaapivp9enc", "bitrate", 1000 },
  { "qsvh264enc", "bitrate", 1000 },
  { "qsvh265enc", "bitrate", 1000 },
  { "msdkh264enc", "bitrate", 1000 },
  { "msdkh265enc", "bitrate", 1000 },
};

static const Encoder *
find (GstElement *element)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  for (guint i = 0; factory && i < G_N_ELEMENTS (encoders); i++) {
    if (g_str_equal (GST_OBJECT_NAME (factory), encoders[i].factory))
      return &encoders[i];
  }
  return NULL;
}

/* Returns: (transfer full) (nullable): what @sink_pad gets its data from, through ghost pads */
static GstPad *
get_source (GstPad *sink_pad)
{
  GstPad *pad = gst_pad_get_peer (sink_pad);

  while (pad && GST_IS_PROXY_PAD (pad)) {
    g_autoptr (GstPad) proxy = pad;
    g_autoptr (GstProxyPad) internal = gst_proxy_pad_get_internal (GST_PROXY_PAD (proxy));

    /* The way out of a bin leads to its target, the way in to what is linked outside. */
    pad = internal ? gst_pad_get_peer (GST_PAD (internal)) : NULL;
  }
  return pad;
}

/*
 * Returns: (transfer full) (nullable): the only way into an element that has only one way out; what
 *   comes through others is not ours alone
 */
static GstPad *
get_only_sink_pad (GstElement *element)
{
  GstPad *pad = NULL;

  GST_OBJECT_LOCK (element);
  if (element->numsinkpads == 1 && element->numsrcpads == 1)
    pad = gst_object_ref (element->sinkpads->data);
  GST_OBJECT_UNLOCK (element);
  return pad;
}

/*
 * rtc_encoder_find_upstream:
 *
 * Returns: (transfer full) (nullable): the encoder whose frames come to @sink_pad and nowhere else:
 *   through queues, capsfilters, parsers and bins
 */
GstElement *
rtc_encoder_find_upstream (GstPad *sink_pad)
{
  g_autoptr (GstPad) pad = gst_object_ref (sink_pad);

  for (guint i = 0; i < MAX_DISTANCE; i++) {
    g_autoptr (GstPad) source = get_source (pad);
    g_autoptr (GstElement) element = source ? gst_pad_get_parent_element (source) : NULL;

    if (!element)
      return NULL;
    if (find (element))
      return g_steal_pointer (&element);
    gst_object_unref (pad);
    pad = get_only_sink_pad (element);
    if (!pad)
      return NULL;
  }
  return NULL;
}

/* Returns: (nullable): which property of @encoder has its bitrate, if that is known */
const char *
rtc_encoder_get_property (GstElement *encoder)
{
  const Encoder *found = find (encoder);

  return found ? found->property : NULL;
}

static guint
to_bitrate (const Encoder *found, const GValue *value)
{
  g_auto (GValue) number = G_VALUE_INIT;

  g_value_init (&number, G_TYPE_INT64);
  if (!g_value_transform (value, &number))
    return 0;
  return (guint) CLAMP (g_value_get_int64 (&number) * found->unit, 0, G_MAXINT);
}

/* Returns: bit/s; 0: not known, or left to the encoder */
guint
rtc_encoder_get_bitrate (GstElement *encoder)
{
  const Encoder *found = find (encoder);
  g_auto (GValue) value = G_VALUE_INIT;

  if (!found)
    return 0;
  g_object_get_property (G_OBJECT (encoder), found->property, &value);
  return to_bitrate (found, &value);
}

/* @value: (out): the property as it would be set for @bitrate, within its bounds */
static void
get_value (GstElement *encoder, const Encoder *found, guint bitrate, GValue *value)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (encoder), found->property);
  g_auto (GValue) number = G_VALUE_INIT;

  g_value_init (&number, G_TYPE_INT64);
  g_value_set_int64 (&number, bitrate == 0 ? 0 : MAX (bitrate / found->unit, 1));
  g_value_init (value, pspec->value_type);
  g_value_transform (&number, value);
  g_param_value_validate (pspec, value);
}

/* Returns: what reads back after rtc_encoder_set_bitrate() with @bitrate */
guint
rtc_encoder_round (GstElement *encoder, guint bitrate)
{
  const Encoder *found = find (encoder);
  g_auto (GValue) value = G_VALUE_INIT;

  if (!found)
    return 0;
  get_value (encoder, found, bitrate, &value);
  return to_bitrate (found, &value);
}

/* @bitrate: bit/s; rounded down to the encoder's unit, to what it takes; 0: left to the encoder */
void
rtc_encoder_set_bitrate (GstElement *encoder, guint bitrate)
{
  const Encoder *found = find (encoder);
  g_auto (GValue) value = G_VALUE_INIT;

  if (!found)
    return;
  get_value (encoder, found, bitrate, &value);
  g_object_set_property (G_OBJECT (encoder), found->property, &value);
}
