/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-drain.h"

#include "rtc-format.h"
#include "rtc.h"

#define FEED_INTERVAL_MS 4
#define PICTURES 120
#define SOUNDS 50

/* What comes */

static void
hold (RtcDrain *self, GstPad *pad)
{
  g_mutex_lock (&self->lock);
  while (self->blocks && !GST_PAD_IS_FLUSHING (pad)) {
    self->is_held = TRUE;
    g_cond_wait_until (&self->cond, &self->lock, g_get_monotonic_time () + 5000);
  }
  self->is_held = FALSE;
  g_mutex_unlock (&self->lock);
}

static GstFlowReturn
on_buffer (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  RtcDrain *self = gst_pad_get_element_private (pad);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstFlowReturn flow;

  hold (self, pad);
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->items, gst_sample_new (buffer, caps, NULL, NULL));
  flow = self->flow;
  g_mutex_unlock (&self->lock);
  gst_buffer_unref (buffer);
  return flow;
}

static gboolean
on_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  RtcDrain *self = gst_pad_get_element_private (pad);

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->items, event);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
on_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  RtcDrain *self = gst_pad_get_element_private (pad);
  g_autoptr (GstCaps) caps = NULL;

  if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS)
    return gst_pad_query_default (pad, parent, query);
  g_mutex_lock (&self->lock);
  caps = gst_caps_ref (self->caps);
  g_mutex_unlock (&self->lock);
  gst_query_set_caps_result (query, caps);
  return TRUE;
}

static GstPad *
make_sink_pad (RtcDrain *self)
{
  GstPad *pad = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));

  gst_pad_set_element_private (pad, self);
  gst_pad_set_chain_function (pad, on_buffer);
  gst_pad_set_event_function (pad, on_event);
  gst_pad_set_query_function (pad, on_query);
  gst_pad_set_active (pad, TRUE);
  return pad;
}

/* The output */

static GstPad *
make_src_pad (RtcMedia media)
{
  g_autoptr (GstCaps) caps = rtc_format_get_template_caps (media);
  g_autoptr (GstPadTemplate) template =
      gst_object_ref_sink (gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_SOMETIMES, caps));

  return gst_object_ref_sink (gst_pad_new_from_template (template, "src"));
}

static void
on_request (RtcOutput *output, GObject *requestee)
{
  RtcDrain *self = g_object_get_data (requestee, "drain");

  g_atomic_int_inc (&self->requests);
}

static void
make_output (RtcDrain *self)
{
  g_autoptr (GObject) requestee = g_object_new (G_TYPE_OBJECT, NULL);

  g_object_set_data (requestee, "drain", self);
  self->output = rtc_output_new (self->src_pad, self->media, "drain", 7);
  rtc_output_set_request (self->output, on_request, requestee);
  rtc_output_open (self->output, self->input);
}

/* @caps: (nullable): what it takes; %NULL: it is not linked */
RtcDrain *
rtc_drain_new (RtcMedia media, const char *caps)
{
  RtcDrain *self = g_new0 (RtcDrain, 1);

  self->media = media;
  self->input = self;
  self->frame_duration = media == RTC_MEDIA_AUDIO ? 20 * GST_MSECOND : GST_SECOND / 30;
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_mini_object_unref);
  self->caps = gst_caps_from_string (caps ? caps : "ANY");
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->element = gst_bin_new (NULL); /* any element that has no pads */
  gst_bin_add (GST_BIN (self->pipeline), self->element);
  self->src_pad = make_src_pad (media);
  make_output (self);
  gst_element_add_pad (self->element, self->src_pad);
  self->sink_pad = make_sink_pad (self);
  if (caps)
    rtc_drain_link (self);
  return self;
}

void
rtc_drain_free (RtcDrain *self)
{
  rtc_drain_feed (self, FALSE);
  gst_pad_set_active (self->sink_pad, FALSE);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  rtc_output_set_request (self->output, NULL, NULL);
  gst_element_remove_pad (self->element, self->src_pad);
  g_object_unref (self->output);
  gst_object_unref (self->src_pad);
  gst_object_unref (self->sink_pad);
  gst_object_unref (self->pipeline);
  g_clear_pointer (&self->frames, g_ptr_array_unref);
  g_ptr_array_unref (self->items);
  gst_caps_unref (self->caps);
  g_free (self);
}

void
rtc_drain_set_state (RtcDrain *self, GstState state)
{
  g_assert_cmpint (gst_element_set_state (self->pipeline, state), !=, GST_STATE_CHANGE_FAILURE);
  if (state == GST_STATE_PLAYING || state == GST_STATE_PAUSED)
    rtc_output_set_playing (self->output, state == GST_STATE_PLAYING);
}

/* Tells upstream. */
void
rtc_drain_set_caps (RtcDrain *self, const char *caps)
{
  g_mutex_lock (&self->lock);
  gst_caps_unref (self->caps);
  self->caps = gst_caps_from_string (caps);
  g_mutex_unlock (&self->lock);
  if (gst_pad_is_linked (self->sink_pad))
    gst_pad_push_event (self->sink_pad, gst_event_new_reconfigure ());
}

void
rtc_drain_set_flow (RtcDrain *self, GstFlowReturn flow)
{
  g_mutex_lock (&self->lock);
  self->flow = flow;
  g_mutex_unlock (&self->lock);
}

void
rtc_drain_set_blocks (RtcDrain *self, gboolean blocks)
{
  gboolean is_held;

  g_mutex_lock (&self->lock);
  self->blocks = blocks;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  do {
    g_mutex_lock (&self->lock);
    is_held = self->is_held;
    g_mutex_unlock (&self->lock);
    nertc_await_turn (g_get_monotonic_time (), 1, "", __FILE__, __LINE__);
  } while (is_held != blocks);
}

void
rtc_drain_link (RtcDrain *self)
{
  g_assert_cmpint (gst_pad_link (self->src_pad, self->sink_pad), ==, GST_PAD_LINK_OK);
}

void
rtc_drain_unlink (RtcDrain *self)
{
  g_assert_true (gst_pad_unlink (self->src_pad, self->sink_pad));
}

/* The feed */

GstClockTime
rtc_drain_get_time (RtcDrain *self)
{
  g_autoptr (GstClock) clock = gst_pipeline_get_clock (GST_PIPELINE (self->pipeline));

  return gst_clock_get_time (clock);
}

GstClockTime
rtc_drain_get_running_time (RtcDrain *self)
{
  return rtc_drain_get_time (self) - gst_element_get_base_time (self->element);
}

static void
ensure_frames (RtcDrain *self)
{
  if (self->frames)
    return;
  if (self->media == RTC_MEDIA_AUDIO)
    self->frames = nertc_encode_tone (440, SOUNDS);
  else
    self->frames = nertc_encode_pictures (0, PICTURES, 160, 120);
}

/* @index: of the frame; %RTC_MEDIA_VIDEO: 0 is the only key frame */
RtcGateVerdict
rtc_drain_push (RtcDrain *self, guint index, GstClockTime pts)
{
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstSample) sample = NULL;
  GstSample *frame;

  ensure_frames (self);
  frame = g_ptr_array_index (self->frames, index % self->frames->len);
  buffer = gst_buffer_copy (gst_sample_get_buffer (frame));
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  sample = gst_sample_new (buffer, gst_sample_get_caps (frame), NULL, NULL);
  return rtc_output_push (self->output, self->input, sample);
}

static void
feed_frame (RtcDrain *self)
{
  int requests = g_atomic_int_get (&self->requests);

  if (requests != self->answered)
    self->next_frame = 0;
  self->answered = requests;
  if (rtc_drain_push (self, self->next_frame++, self->feed_pts) == RTC_GATE_REQUEST)
    self->next_frame = 0;
  self->feed_pts += self->frame_duration;
  self->fed++;
}

static gboolean
on_feed (gpointer user_data)
{
  RtcDrain *self = user_data;
  GstClockTime now = rtc_drain_get_time (self);
  GstClockTime delay = MIN (self->frame_duration, 20 * GST_MSECOND);

  while (self->feed_pts + delay <= now)
    feed_frame (self);
  return G_SOURCE_CONTINUE;
}

/* As from a transport: each frame when it has been captured. It begins with the first. */
void
rtc_drain_feed (RtcDrain *self, gboolean feed)
{
  if (self->feed)
    g_source_destroy (self->feed);
  g_clear_pointer (&self->feed, g_source_unref);
  if (!feed)
    return;
  ensure_frames (self);
  self->fed = self->next_frame = 0;
  self->feed_pts = rtc_drain_get_time (self);
  self->feed = g_timeout_source_new (FEED_INTERVAL_MS);
  g_source_set_callback (self->feed, on_feed, self, NULL);
  g_source_attach (self->feed, NULL);
}

/* What has come */

guint
rtc_drain_count (RtcDrain *self)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = self->items->len;
  g_mutex_unlock (&self->lock);
  return count;
}

static void
describe_item (GString *text, gpointer item)
{
  GstCaps *caps;

  if (text->len > 0)
    g_string_append (text, ", ");
  if (GST_IS_SAMPLE (item)) {
    g_string_append (text, "buffer");
    return;
  }
  g_string_append (text, GST_EVENT_TYPE_NAME (item));
  if (GST_EVENT_TYPE (item) == GST_EVENT_CAPS) {
    gst_event_parse_caps (item, &caps);
    g_string_append_printf (text, " %s", gst_structure_get_name (gst_caps_get_structure (caps, 0)));
  }
}

/* Returns: (transfer full) */
char *
rtc_drain_describe (RtcDrain *self, guint from)
{
  GString *text = g_string_new (NULL);

  g_mutex_lock (&self->lock);
  for (guint i = from; i < self->items->len; i++)
    describe_item (text, g_ptr_array_index (self->items, i));
  g_mutex_unlock (&self->lock);
  return g_string_free (text, FALSE);
}

void
rtc_drain_forget (RtcDrain *self)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_set_size (self->items, 0);
  g_mutex_unlock (&self->lock);
}

/* Returns: (transfer full) */
GPtrArray *
rtc_drain_get_items (RtcDrain *self)
{
  GPtrArray *items;

  g_mutex_lock (&self->lock);
  items = g_ptr_array_copy (self->items, (GCopyFunc) (void *) gst_mini_object_ref, NULL);
  g_mutex_unlock (&self->lock);
  g_ptr_array_set_free_func (items, (GDestroyNotify) gst_mini_object_unref);
  return items;
}

/* Returns: (transfer full): buffers with their caps */
GPtrArray *
rtc_drain_get_samples (RtcDrain *self)
{
  GPtrArray *items = rtc_drain_get_items (self);

  for (guint i = items->len; i > 0; i--) {
    if (!GST_IS_SAMPLE (g_ptr_array_index (items, i - 1)))
      g_ptr_array_remove_index (items, i - 1);
  }
  return items;
}

guint
rtc_drain_count_samples (RtcDrain *self)
{
  g_autoptr (GPtrArray) samples = rtc_drain_get_samples (self);

  return samples->len;
}
