/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What calls tell of how they fare, in messages and properties, against what is known of them. */
#include "media-fixture.h"

#include <string.h>

#define SMALL_CAMERA \
  "videotestsrc is-live=true pattern=ball ! " \
  "video/x-raw,width=160,height=120,framerate=10/1 ! identity name=camera ! "
/* A sine of this volume has −20 dBov. */
#define TONE "audiotestsrc name=tone is-live=true samplesperbuffer=960 volume=0.1414 ! "

typedef gboolean (*Check) (const GstStructure *stats);

/* Waits for figures that are as they should be: those of a busy moment are not. */
static void
await_stats (GstElement *pipeline, const char *name, Check check)
{
  g_autoptr (GstMessage) last = NULL;

  for (;;) {
    GstMessage *message = media_await_message (pipeline, GST_MESSAGE_ELEMENT);

    if (gst_message_has_name (message, name)) {
      GST_DEBUG ("%" GST_PTR_FORMAT, message);
      g_clear_pointer (&last, gst_message_unref);
      last = message;
      if (check (gst_message_get_structure (last)))
        return;
    } else {
      gst_message_unref (message);
    }
  }
}

static const GstStructure *
get_structure (const GstStructure *structure, const char *field)
{
  const GValue *value = structure ? gst_structure_get_value (structure, field) : NULL;

  return value ? gst_value_get_structure (value) : NULL;
}

static const GstStructure *
get_first (const GstStructure *structure, const char *list, const char *first)
{
  return get_structure (get_structure (structure, list), first);
}

static gboolean
is_between (const GstStructure *structure, const char *field, double low, double high)
{
  double value;

  return structure && gst_structure_get_double (structure, field, &value) && value >= low &&
         value <= high;
}

static gboolean
has_text (const GstStructure *structure, const char *field, const char *text)
{
  return structure && g_strcmp0 (gst_structure_get_string (structure, field), text) == 0;
}

static gboolean
has_int (const GstStructure *structure, const char *field, int expected)
{
  int value;

  return structure && gst_structure_get_int (structure, field, &value) && value == expected;
}

static gboolean
has_at_least (const GstStructure *structure, const char *field, guint64 least)
{
  guint64 value;

  return structure && gst_structure_get_uint64 (structure, field, &value) && value >= least;
}

/* The encoder misses the rate it is told by something, the counting by nothing. */
static gboolean
has_bitrate (const GstStructure *structure)
{
  guint value;

  return structure && gst_structure_get_uint (structure, "bitrate", &value) && value >= 2 &&
         value <= 400;
}

static gboolean
is_small_picture (const GstStructure *video)
{
  return has_text (video, "codec", "VP8") && has_int (video, "width", 160) &&
         has_int (video, "height", 120) && is_between (video, "fps", 9, 11) &&
         has_at_least (video, "key-frames", 1) && has_bitrate (video);
}

static gboolean
is_published_well (const GstStructure *stats)
{
  const GstStructure *video = get_structure (stats, "video");
  const GstStructure *audio = get_structure (stats, "audio");
  const GstStructure *consumer = get_first (stats, "consumers", "consumer-0");
  const GstStructure *sent = get_structure (consumer, "video");

  return has_text (stats, "stream-id", "mine") && is_small_picture (video) &&
         has_text (video, "limited", "none") && has_text (audio, "codec", "OPUS") &&
         has_bitrate (audio) && is_between (audio, "level", -21, -19) && is_small_picture (sent) &&
         is_between (sent, "loss", 0, 0) && is_between (sent, "jitter", 0, 1000) &&
         is_between (sent, "rtt", 0, 1000) && is_between (consumer, "rtt", 0, 1000);
}

static gboolean
is_played_well (const GstStructure *stats)
{
  const GstStructure *stream = get_first (stats, "streams", "stream-0");
  const GstStructure *video = get_structure (stream, "video");
  const GstStructure *audio = get_structure (stream, "audio");

  return has_text (stream, "uid", "sender") && has_text (stream, "stream-id", "mine") &&
         is_small_picture (video) && is_between (video, "loss", 0, 0) &&
         is_between (video, "jitter", 0, 1000) && is_between (video, "delay", 0, 5000) &&
         has_at_least (video, "freezes", 0) && has_at_least (video, "freeze-time", 0) &&
         has_text (audio, "codec", "OPUS") && is_between (audio, "delay", 0, 5000) &&
         has_at_least (audio, "concealed", 0) && is_between (audio, "level", -21, -19);
}

static void
check_property (GstElement *pipeline, const char *name, const char *expected)
{
  g_autoptr (GstElement) element = media_get (pipeline, name);
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (element, "stats", &stats, NULL);
  fail_unless (stats && gst_structure_has_name (stats, expected));
}

/* What is sent and what arrives, and what all members hear of it. */
GST_START_TEST (test_figures)
{
  GstElement *sender = room_pipeline_new (
      MEDIA_ROOM "uid=sender " SMALL_CAMERA "nertcsink name=me stream-id=mine " TONE "me.");
  GstElement *receiver = room_pipeline_new (
      MEDIA_ROOM "uid=receiver nertcsrc name=them them. ! video/x-raw ! fakesink them. ! "
                 "audio/x-raw ! fakesink");

  room_join (sender);
  room_join (receiver);
  await_stats (sender, "publish-stats", is_published_well);
  check_property (sender, "me", "publish-stats");
  media_await_text (sender, "network-quality",
                    "uid=(string)sender, up=(NertcQuality)excellent, down=(NertcQuality)unknown");
  await_stats (receiver, "play-stats", is_played_well);
  check_property (receiver, "them", "play-stats");
  media_await_text (receiver, "network-quality",
                    "uid=(string)receiver, up=(NertcQuality)unknown, "
                    "down=(NertcQuality)excellent");
  room_pipeline_free (receiver);
  room_pipeline_free (sender);
}
GST_END_TEST

static GstPadProbeReturn
drop_some (GstPad *pad, GstPadProbeInfo *info, gpointer left)
{
  return g_atomic_int_dec_and_test ((gint *) left) ? GST_PAD_PROBE_REMOVE : GST_PAD_PROBE_DROP;
}

static gboolean
is_rather_smooth (const GstStructure *stats)
{
  return is_between (get_structure (get_first (stats, "streams", "stream-0"), "video"), "fps", 9,
                     11);
}

static gboolean
has_frozen (const GstStructure *stats)
{
  const GstStructure *video = get_structure (get_first (stats, "streams", "stream-0"), "video");

  return has_at_least (video, "freezes", 1) && has_at_least (video, "freeze-time", 900);
}

/* A picture that stands still for a second without being meant to */
GST_START_TEST (test_freeze)
{
  GstElement *sender = room_pipeline_new (MEDIA_ROOM SMALL_CAMERA "nertcsink");
  GstElement *receiver =
      room_pipeline_new (MEDIA_ROOM "nertcsrc subscribe=video ! video/x-raw ! fakesink");
  g_autoptr (GstPad) pad = NULL;
  gint left = 11;

  room_join (sender);
  room_join (receiver);
  await_stats (receiver, "play-stats", is_rather_smooth);
  pad = media_get_pad (sender, "camera", "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, drop_some, &left, NULL);
  await_stats (receiver, "play-stats", has_frozen);
  room_pipeline_free (receiver);
  room_pipeline_free (sender);
}
GST_END_TEST

/* The delay of each hop, out of the log */

static const char *const hops[] = { "capture", "encode", "gate",  "network",
                                    "jitter",  "decode", "render" };

typedef struct {
  GMutex lock;
  guint lines[2][G_N_ELEMENTS (hops)]; /* of sound, of pictures */
  guint wrong;
} Log;

static void
take_line (Log *self, const char *line)
{
  for (guint i = 0; i < G_N_ELEMENTS (hops); i++) {
    g_autofree char *audio = g_strdup_printf ("audio %s: ", hops[i]);
    g_autofree char *video = g_strdup_printf ("video %s: ", hops[i]);

    self->lines[0][i] += g_str_has_prefix (line, audio);
    self->lines[1][i] += g_str_has_prefix (line, video);
  }
  /* As plausible as a slow machine lets it be */
  if (g_ascii_strtod (strchr (line, ':') + 1, NULL) > 20000)
    self->wrong++;
}

static void
on_log (GstDebugCategory *category, GstDebugLevel level, const char *file, const char *function,
        int line, GObject *object, GstDebugMessage *message, gpointer user_data)
{
  Log *self = user_data;

  if (g_strcmp0 (gst_debug_category_get_name (category), "nertcdelay") != 0)
    return;
  g_mutex_lock (&self->lock);
  take_line (self, gst_debug_message_get (message));
  g_mutex_unlock (&self->lock);
}

static gboolean
has_all_hops (Log *self)
{
  gboolean all = TRUE;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < G_N_ELEMENTS (hops); i++)
    all = all && self->lines[0][i] > 0 && self->lines[1][i] > 0;
  g_mutex_unlock (&self->lock);
  return all;
}

GST_START_TEST (test_delay_of_each_hop)
{
  GstElement *sender = room_pipeline_new (MEDIA_ROOM SMALL_CAMERA "nertcsink name=me " TONE "me.");
  GstElement *receiver = room_pipeline_new (
      MEDIA_ROOM
      "nertcsrc name=them them. ! video/x-raw ! fakesink them. ! audio/x-raw ! fakesink");
  static Log log;

  g_mutex_init (&log.lock);
  gst_debug_set_threshold_for_name ("nertcdelay", GST_LEVEL_LOG);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (on_log, &log, NULL);
  room_join (sender);
  room_join (receiver);
  nertc_await (has_all_hops (&log));
  room_pipeline_free (receiver);
  room_pipeline_free (sender);
  gst_debug_remove_log_function_by_data (&log);
  gst_debug_add_log_function (gst_debug_log_default, NULL, NULL);
  gst_debug_unset_threshold_for_name ("nertcdelay");
  fail_unless_equals_int (log.wrong, 0);
  g_mutex_clear (&log.lock);
}
GST_END_TEST

static void
set_volume (GstElement *pipeline, double volume)
{
  g_autoptr (GstElement) tone = media_get (pipeline, "tone");

  g_object_set (tone, "volume", volume, NULL);
}

/* Of two who could, one speaks, then the other, then nobody. How loud is told of the moment: a
 * voice that has just begun may still be rising. */
GST_START_TEST (test_speaker)
{
  GstElement *ada = room_pipeline_new (MEDIA_ROOM "uid=ada " TONE "nertcsink");
  GstElement *bob = room_pipeline_new (MEDIA_ROOM "uid=bob " TONE "nertcsink");
  GstElement *listener = room_pipeline_new (
      MEDIA_ROOM "uid=eve nertcsrc name=them slots=2 subscribe=audio "
                 "them.audio_0 ! audio/x-raw ! fakesink them.audio_1 ! audio/x-raw ! fakesink");

  set_volume (bob, 0);
  room_join (ada);
  room_join (bob);
  room_join (listener);
  media_await_text (listener, "active-speaker", "uid=(string)ada, level=(double)-");
  set_volume (bob, 0.5);
  media_await_text (listener, "active-speaker", "uid=(string)bob, level=(double)-");
  set_volume (bob, 0);
  set_volume (ada, 0);
  media_await_text (listener, "active-speaker", "uid=(string)\"\"");
  room_pipeline_free (listener);
  room_pipeline_free (bob);
  room_pipeline_free (ada);
}
GST_END_TEST

static Suite *
stats_suite (void)
{
  Suite *suite = suite_create ("stats");
  TCase *tcase = tcase_create ("figures");

  tcase_set_timeout (tcase, 0); /* whatever waits has a watchdog of its own */
  tcase_add_checked_fixture (tcase, call_start, room_server_free);
  tcase_add_test (tcase, test_figures);
  tcase_add_test (tcase, test_freeze);
  tcase_add_test (tcase, test_speaker);
  tcase_add_test (tcase, test_delay_of_each_hop);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (stats)
