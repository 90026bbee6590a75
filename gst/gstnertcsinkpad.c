/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcsinkpad.h"

struct _GstNertcSinkPad {
  GstGhostPad parent_instance;

  RtcInput *input;
};

enum {
  PROP_0,
  PROP_MUTE,
  PROP_CODEC,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_TYPE (GstNertcSinkPad, gst_nertc_sink_pad, GST_TYPE_GHOST_PAD)

/* Returns: (transfer full): raw media, best 640×480@30 in what encoders take, or encoded media */
GstCaps *
gst_nertc_sink_pad_get_template_caps (RtcMedia media)
{
  GstCaps *caps = gst_caps_from_string (
      media == RTC_MEDIA_AUDIO
          ? "audio/x-raw"
          : "video/x-raw, format = (string) I420, width = (int) 640, height = (int) 480, "
            "framerate = (fraction) 30/1; "
            "video/x-raw, width = (int) 640, height = (int) 480, framerate = (fraction) 30/1; "
            "video/x-raw, format = (string) I420; "
            "video/x-raw");

  gst_caps_append (caps, rtc_media_get_encoded_caps (media));
  return caps;
}

static gboolean
is_upstream_live (GstPad *pad)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean live = TRUE;

  if (gst_pad_peer_query (pad, query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  return live;
}

static gboolean
take_caps (GstNertcSinkPad *self, GstCaps *caps)
{
  GstPad *pad = GST_PAD (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstPad) target =
      rtc_input_configure (self->input, caps, is_upstream_live (pad), &error);

  if (!target) {
    GST_ELEMENT_ERROR (GST_PAD_PARENT (pad), CORE, MISSING_PLUGIN, ("%s", error->message), (NULL));
    return FALSE;
  }
  rtc_input_find_encoder (self->input, pad);
  return gst_ghost_pad_set_target (GST_GHOST_PAD (pad), target);
}

/* An end that comes before any caps has to reach the sink inside too. */
static void
take_eos (GstNertcSinkPad *self)
{
  g_autoptr (GstPad) target = gst_ghost_pad_get_target (GST_GHOST_PAD (self));
  g_autoptr (GstPad) sink_pad = target ? NULL : rtc_input_get_sink_pad (self->input);

  if (sink_pad)
    gst_ghost_pad_set_target (GST_GHOST_PAD (self), sink_pad);
}

static gboolean
on_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstNertcSinkPad *self = GST_NERTC_SINK_PAD (pad);

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    GstCaps *caps;

    gst_event_parse_caps (event, &caps);
    if (!take_caps (self, caps)) {
      gst_event_unref (event);
      return FALSE;
    }
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    take_eos (self);
  }
  return gst_pad_event_default (pad, parent, event);
}

static gboolean
answer_caps (GstPad *pad, GstQuery *query)
{
  g_autoptr (GstCaps) caps = gst_pad_get_pad_template_caps (pad);
  g_autoptr (GstCaps) answer = NULL;
  GstCaps *filter;

  gst_query_parse_caps (query, &filter);
  answer = filter ? gst_caps_intersect_full (caps, filter, GST_CAPS_INTERSECT_FIRST)
                  : gst_caps_ref (caps);
  gst_query_set_caps_result (query, answer);
  return TRUE;
}

static gboolean
answer_accept_caps (GstPad *pad, GstQuery *query)
{
  g_autoptr (GstCaps) template = gst_pad_get_pad_template_caps (pad);
  GstCaps *caps;

  gst_query_parse_accept_caps (query, &caps);
  gst_query_set_accept_caps_result (query, gst_caps_can_intersect (template, caps));
  return TRUE;
}

/* What is inside changes with the caps: the answer is always all that could be taken. */
static gboolean
on_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_CAPS:
      return answer_caps (pad, query);
    case GST_QUERY_ACCEPT_CAPS:
      return answer_accept_caps (pad, query);
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}

/* Whoever subscribes before the first frame is offered the right codec all the same. */
static void
on_linked (GstPad *pad, GstPad *peer, gpointer unused)
{
  g_autoptr (GstCaps) caps = gst_pad_query_caps (peer, NULL);

  rtc_input_expect (GST_NERTC_SINK_PAD (pad)->input, caps);
}

static void
on_unlinked (GstPad *pad, GstPad *peer, gpointer unused)
{
  rtc_input_find_encoder (GST_NERTC_SINK_PAD (pad)->input, NULL);
}

static void
on_codec_changed (RtcInput *input, GstNertcSinkPad *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CODEC]);
}

/* @input: (transfer none): gets what comes */
GstPad *
gst_nertc_sink_pad_new (GstPadTemplate *template, const char *name, RtcInput *input)
{
  GstNertcSinkPad *self = g_object_new (GST_TYPE_NERTC_SINK_PAD, "name", name, "direction",
                                        GST_PAD_SINK, "template", template, NULL);

  self->input = g_object_ref (input);
  gst_pad_set_event_function (GST_PAD (self), on_event);
  gst_pad_set_query_function (GST_PAD (self), on_query);
  g_signal_connect_object (input, "codec-changed", G_CALLBACK (on_codec_changed), self, 0);
  g_signal_connect (self, "linked", G_CALLBACK (on_linked), NULL);
  g_signal_connect (self, "unlinked", G_CALLBACK (on_unlinked), NULL);
  return GST_PAD (self);
}

RtcInput *
gst_nertc_sink_pad_get_input (GstNertcSinkPad *self)
{
  return self->input;
}

static void
gst_nertc_sink_pad_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstNertcSinkPad *self = GST_NERTC_SINK_PAD (object);

  if (id == PROP_MUTE)
    rtc_input_set_muted (self->input, g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_nertc_sink_pad_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstNertcSinkPad *self = GST_NERTC_SINK_PAD (object);

  if (id == PROP_MUTE)
    g_value_set_boolean (value, rtc_input_get_muted (self->input));
  else if (id == PROP_CODEC)
    g_value_set_static_string (value, rtc_input_get_codec (self->input)->name);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_nertc_sink_pad_finalize (GObject *object)
{
  g_clear_object (&GST_NERTC_SINK_PAD (object)->input);
  G_OBJECT_CLASS (gst_nertc_sink_pad_parent_class)->finalize (object);
}

static void
gst_nertc_sink_pad_class_init (GstNertcSinkPadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = gst_nertc_sink_pad_set_property;
  object_class->get_property = gst_nertc_sink_pad_get_property;
  object_class->finalize = gst_nertc_sink_pad_finalize;

  /**
   * GstNertcSinkPad:mute:
   *
   * Whether the track is muted: video sends nothing, audio a little silence now and then, and the
   * other members see the flag. Capture goes on. Unmuted video begins with a key frame.
   */
  properties[PROP_MUTE] =
      g_param_spec_boolean ("mute", "Mute", "Send nothing of this track; others see the flag",
                            FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  /**
   * GstNertcSinkPad:codec:
   *
   * What the track is sent as: an encoding name of RTP such as `VP8` or `OPUS`. It changes with
   * what is linked, the caps and the order of codecs; notified on the thread that changes these.
   */
  properties[PROP_CODEC] = g_param_spec_string ("codec", "Codec", "What the track is sent as", NULL,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
gst_nertc_sink_pad_init (GstNertcSinkPad *self)
{
}
