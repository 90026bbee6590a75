/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:nertcstats
 * @title: Statistics
 * @see_also: nertcsink, nertcsrc, roomsignal
 *
 * While they play, `nertcsink` and `nertcsrc` post an element message every 2 seconds that
 * tells how their streams fare; their property `stats` is the structure of the latest. Rates
 * and losses are those of the last 2 seconds. A field whose value is not known is left out.
 *
 * ## What is published
 *
 * `nertcsink` posts `publish-stats` while its stream is published.
 *
 * Fields:
 *
 * - `stream-id` (string): the stream
 * - `audio`, `video` (structure): a track: what is encoded, or comes encoded, for all consumers
 * - `consumers` (structure): one structure for each connection, `consumer-0`, `consumer-1`, …
 *
 * Fields of a consumer:
 *
 * - `transport-id` (string): the connection
 * - `connected` (boolean): whether it is made
 * - `loss` (double): lost packets of both tracks, %
 * - `rtt` (double): round trip time, ms
 * - `quality` (NertcQuality): of this path, by loss and round trip
 * - `audio`, `video` (structure): a track: what this consumer is sent, and what it reports of
 *   that
 *
 * Fields of a track:
 *
 * - `codec` (string): as in SDP: `VP8`, `OPUS`, …
 * - `bitrate` (uint): of encoded media, kbit/s
 * - `width`, `height` (int): of the pictures, pixels; video
 * - `fps` (double): frames in a second; video
 * - `key-frames` (uint64): since the track began; video
 * - `dropped` (uint64): raw frames, since the track began, for which the encoder was too slow;
 *   video, not of a consumer
 * - `limited` (string): what keeps it from being better: `none`, or `cpu`: raw frames were
 *   dropped; video, not of a consumer
 * - `level` (double): how loud it is, dBov (RFC 6464): 0 is the loudest that there is, a sine
 *   of full scale has -3, silence -127; audio that is encoded inside, not of a consumer
 * - `loss` (double): of what was sent, %; of a consumer, as the next two
 * - `jitter` (double): of the arrival at the consumer (RFC 3550), ms
 * - `rtt` (double): round trip time, ms
 *
 * ## What is played
 *
 * `nertcsrc` posts `play-stats`. Its field `streams` is a structure of structures, one for each
 * stream that is received: `stream-0`, `stream-1`, …
 *
 * Fields of a stream:
 *
 * - `slot` (uint): where it is
 * - `uid`, `stream-id` (string): whose it is, and which
 * - `loss` (double): lost packets of both tracks, %
 * - `quality` (NertcQuality): of this path, by loss: a receiver does not know the round trip
 *   time
 * - `audio`, `video` (structure): a track that plays
 *
 * Fields of a track:
 *
 * - `codec` (string): as in SDP: `VP8`, `OPUS`, …
 * - `bitrate` (uint): of encoded media, kbit/s
 * - `width`, `height` (int): of the pictures, pixels; video
 * - `fps` (double): frames in a second; video
 * - `key-frames` (uint64): since the stream began; video
 * - `loss` (double): packets that did not arrive, %
 * - `jitter` (double): of the arrival (RFC 3550), ms
 * - `delay` (double): from capture to leaving the pad, ms, smoothed; right as far as the clocks
 *   of the two machines are (NTP). A sink that follows the clock adds what is left of `latency`
 * - `freezes` (uint64): since the stream began, as freezeCount of W3C webrtc-stats: frames that
 *   came three times as late as usual, and 150 ms later at least; video
 * - `freeze-time` (uint64): how long these were, ms; video
 * - `concealed` (uint64): sound that was lost and had to be made up since the stream began, ms;
 *   audio
 * - `level` (double): how loud it is, dBov (RFC 6464), if the sender tells; audio
 *
 * Who is above -50 dBov for 300 ms speaks, until somebody else is 6 dB louder for as long, or
 * it was below -55 dBov for a second; that is told by `active-speaker`. Only senders whose
 * sound nertcsink encodes, and browsers, tell how loud it is.
 */

#include "gstnertcstats.h"

#include <math.h>

/* What an object was asked last */
typedef struct {
  RtcTrackStats tracks[RTC_N_MEDIA];
  gint64 time; /* µs; 0: never */
} Memory;

/* Two looks at a track, and the time between them */
typedef struct {
  const RtcTrackStats *now;
  const RtcTrackStats *before;
  gint64 elapsed; /* µs; 0: it was not looked at before */
} Window;

static Memory *
get_memory (gpointer object)
{
  static const char key[] = "gst-nertc-stats";
  Memory *memory = g_object_get_data (object, key);

  if (!memory) {
    memory = g_new0 (Memory, 1);
    for (guint i = 0; i < RTC_N_MEDIA; i++)
      rtc_track_stats_init (&memory->tracks[i], NULL);
    g_object_set_data_full (object, key, memory, g_free);
  }
  return memory;
}

static gint64
get_elapsed (const Memory *before, gint64 now)
{
  return before->time == 0 ? 0 : now - before->time;
}

/* Fields */

/* One decimal is what these are good for. */
static void
set_double (GstStructure *structure, const char *field, double value)
{
  gst_structure_set (structure, field, G_TYPE_DOUBLE, round (value * 10) / 10, NULL);
}

static void
set_if_known (GstStructure *structure, const char *field, double value)
{
  if (value >= 0)
    set_double (structure, field, value);
}

static void
set_counts (GstStructure *structure, const Window *window)
{
  const RtcTrackStats *now = window->now;

  gst_structure_set (structure, "codec", G_TYPE_STRING, now->codec->name, NULL);
  if (window->elapsed > 0)
    gst_structure_set (
        structure, "bitrate", G_TYPE_UINT,
        (guint) round (rtc_track_stats_get_bitrate (now, window->before, window->elapsed)), NULL);
  if (now->codec->media == RTC_MEDIA_AUDIO)
    return;
  if (now->width > 0)
    gst_structure_set (structure, "width", G_TYPE_INT, now->width, "height", G_TYPE_INT,
                       now->height, NULL);
  if (window->elapsed > 0)
    set_double (structure, "fps", rtc_track_stats_get_fps (now, window->before, window->elapsed));
  gst_structure_set (structure, "key-frames", G_TYPE_UINT64, now->key_frames, NULL);
}

static void
set_level (GstStructure *structure, const RtcTrackStats *stats)
{
  if (stats->codec->media == RTC_MEDIA_AUDIO && stats->level <= 0)
    set_double (structure, "level", stats->level);
}

/* @structure: (transfer full): becomes a field named as it is itself */
static void
take_structure (GstStructure *structure, GstStructure *field)
{
  gst_structure_set (structure, gst_structure_get_name (field), GST_TYPE_STRUCTURE, field, NULL);
  gst_structure_free (field);
}

/*
 * @structures: (transfer full) (element-type GstStructure): become the fields of @field, as
 * `NAME-0`, `NAME-1`, …: an array would be out of reach for languages without help for GStreamer's
 * types
 */
void
gst_nertc_stats_take_list (GstStructure *structure, const char *field, GPtrArray *structures)
{
  GstStructure *list = gst_structure_new_empty (field);

  for (guint i = 0; i < structures->len; i++) {
    GstStructure *item = g_ptr_array_index (structures, i);
    g_autofree char *name = g_strdup_printf ("%s-%u", gst_structure_get_name (item), i);

    gst_structure_set (list, name, GST_TYPE_STRUCTURE, item, NULL);
    gst_structure_free (item);
  }
  g_ptr_array_unref (structures);
  take_structure (structure, list);
}

/*
 * gst_nertc_stats_post:
 * @stats: where @element keeps them; protected by its object lock
 * @latest: (transfer full)
 *
 * Keeps the figures for the property, and posts them while the element plays.
 */
void
gst_nertc_stats_post (GstElement *element, GstStructure **stats, GstStructure *latest)
{
  GstStructure *message = gst_structure_copy (latest);
  GstStructure *old;
  gboolean playing;

  GST_OBJECT_LOCK (element);
  old = *stats;
  *stats = latest;
  playing = GST_STATE (element) == GST_STATE_PLAYING;
  GST_OBJECT_UNLOCK (element);
  g_clear_pointer (&old, gst_structure_free);
  if (playing)
    gst_element_post_message (element, gst_message_new_element (GST_OBJECT (element), message));
  else
    gst_structure_free (message);
}

/* What is published */

/* @structure: gets `audio` or `video` */
void
gst_nertc_stats_add_input (GstStructure *structure, RtcInput *input, RtcMedia media)
{
  Memory *memory = get_memory (input);
  RtcTrackStats *before = &memory->tracks[media];
  GstStructure *track = gst_structure_new_empty (rtc_media_to_string (media));
  gint64 time = g_get_monotonic_time ();
  RtcTrackStats now;

  rtc_input_get_stats (input, &now);
  set_counts (track, &(Window){ &now, before, get_elapsed (memory, time) });
  set_level (track, &now);
  if (media == RTC_MEDIA_VIDEO)
    gst_structure_set (track, "dropped", G_TYPE_UINT64, now.dropped, "limited", G_TYPE_STRING,
                       now.dropped > before->dropped ? "cpu" : "none", NULL);
  take_structure (structure, track);
  *before = now;
  memory->time = time;
}

static GstStructure *
describe_sent (const Window *window)
{
  GstStructure *track = gst_structure_new_empty (rtc_media_to_string (window->now->codec->media));

  set_counts (track, window);
  set_if_known (track, "loss", rtc_track_stats_get_loss (window->now, window->before));
  set_if_known (track, "jitter", window->now->jitter);
  set_if_known (track, "rtt", window->now->rtt);
  return track;
}

/* The losses of both tracks together, and the longer round trip */
typedef struct {
  RtcTrackStats now;
  RtcTrackStats before;
} Path;

static void
path_init (Path *path)
{
  rtc_track_stats_init (&path->now, NULL);
  rtc_track_stats_init (&path->before, NULL);
}

static void
path_add (Path *path, const RtcTrackStats *now, const RtcTrackStats *before)
{
  path->now.expected += now->expected;
  path->now.lost += now->lost;
  path->before.expected += before->expected;
  path->before.lost += before->lost;
  path->now.rtt = MAX (path->now.rtt, now->rtt);
}

/* @is_lost: there is no path any more, until it is found again */
static void
path_describe (const Path *path, gboolean is_lost, GstStructure *structure, GArray *grades)
{
  double loss = rtc_track_stats_get_loss (&path->now, &path->before);
  guint grade = is_lost ? (guint) NERTC_QUALITY_DOWN : rtc_quality_grade (loss, path->now.rtt);

  set_if_known (structure, "loss", loss);
  set_if_known (structure, "rtt", path->now.rtt);
  gst_structure_set (structure, "quality", NERTC_TYPE_QUALITY, grade, NULL);
  g_array_append_val (grades, grade);
}

/* @grades: gets one. Returns: (transfer full): `consumer` */
GstStructure *
gst_nertc_stats_of_consumer (GstNertcTransport *transport, GArray *grades)
{
  NertcTransport *signalling = gst_nertc_transport_get_signalling (transport);
  RtcPeer *peer = gst_nertc_transport_get_peer (transport);
  GstStructure *structure = gst_structure_new ("consumer", "transport-id", G_TYPE_STRING,
                                               nertc_transport_get_id (signalling), "connected",
                                               G_TYPE_BOOLEAN, rtc_peer_is_connected (peer), NULL);
  Memory *memory = get_memory (transport);
  gint64 time = g_get_monotonic_time ();
  Path path;

  path_init (&path);
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    RtcTrackStats now;

    rtc_peer_get_stats (peer, i, &now);
    if (!now.codec)
      continue;
    take_structure (structure, describe_sent (&(Window){ &now, &memory->tracks[i],
                                                         get_elapsed (memory, time) }));
    path_add (&path, &now, &memory->tracks[i]);
    memory->tracks[i] = now;
  }
  memory->time = time;
  path_describe (&path, rtc_peer_is_lost (peer), structure, grades);
  return structure;
}

/* What is played */

static gboolean
is_lost (GPtrArray *transports)
{
  for (guint i = 0; i < transports->len; i++) {
    if (rtc_peer_is_lost (gst_nertc_transport_get_peer (g_ptr_array_index (transports, i))))
      return TRUE;
  }
  return FALSE;
}

/* What arrived over all transports since they were asked before; no sum outlives a transport. */
static void
sum_up (GPtrArray *transports, RtcMedia media, RtcTrackStats *sum)
{
  for (guint i = 0; i < transports->len; i++) {
    GstNertcTransport *transport = g_ptr_array_index (transports, i);
    Memory *memory = get_memory (transport);
    RtcTrackStats now;

    rtc_peer_get_stats (gst_nertc_transport_get_peer (transport), media, &now);
    if (now.expected >= memory->tracks[media].expected) {
      sum->expected += now.expected - memory->tracks[media].expected;
      sum->lost += now.lost - memory->tracks[media].lost;
      sum->conceal_ms += now.conceal_ms - memory->tracks[media].conceal_ms;
    }
    if (now.expected > memory->tracks[media].expected || i == 0) {
      sum->jitter = now.jitter;
      sum->level = now.level;
    }
    memory->tracks[media] = now;
  }
}

static GstStructure *
describe_played (const Window *window, const RtcTrackStats *arrived)
{
  const RtcTrackStats *now = window->now;
  GstStructure *track = gst_structure_new_empty (rtc_media_to_string (now->codec->media));
  RtcTrackStats nothing;

  rtc_track_stats_init (&nothing, NULL);
  set_counts (track, window);
  set_if_known (track, "loss", rtc_track_stats_get_loss (arrived, &nothing));
  set_if_known (track, "jitter", arrived->jitter);
  set_if_known (track, "delay", now->delay);
  if (now->codec->media == RTC_MEDIA_VIDEO)
    gst_structure_set (track, "freezes", G_TYPE_UINT64, now->freezes, "freeze-time", G_TYPE_UINT64,
                       now->freeze_ms, NULL);
  else
    gst_structure_set (track, "concealed", G_TYPE_UINT64, now->conceal_ms, NULL);
  if (now->codec->media == RTC_MEDIA_AUDIO && arrived->level <= 0)
    set_double (track, "level", arrived->level);
  return track;
}

static void
add_output (GstStructure *structure, RtcOutput *output, RtcMedia media,
            const RtcTrackStats *arrived)
{
  Memory *memory = get_memory (output);
  RtcTrackStats *before = &memory->tracks[media];
  gint64 time = g_get_monotonic_time ();
  RtcTrackStats now;

  rtc_output_get_stats (output, &now);
  if (now.codec) {
    /* Another stream has begun. */
    if (now.frames < before->frames)
      *before = (RtcTrackStats){ 0 };
    now.conceal_ms = before->conceal_ms + arrived->conceal_ms;
    take_structure (structure, describe_played (
                                   &(Window){ &now, before, get_elapsed (memory, time) }, arrived));
  }
  *before = now;
  memory->time = time;
}

/*
 * gst_nertc_stats_of_stream:
 * @outputs: (nullable in its elements): one for each media
 * @transports: (element-type GstNertcTransport): that bring the stream
 * @grades: gets one
 *
 * Returns: (transfer full): `stream`
 */
GstStructure *
gst_nertc_stats_of_stream (RtcOutput *const *outputs, GPtrArray *transports, GArray *grades)
{
  GstStructure *structure = gst_structure_new_empty ("stream");
  Path path;

  path_init (&path);
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    RtcTrackStats arrived;

    rtc_track_stats_init (&arrived, NULL);
    sum_up (transports, i, &arrived);
    if (outputs[i])
      add_output (structure, outputs[i], i, &arrived);
    path.now.expected += arrived.expected;
    path.now.lost += arrived.lost;
  }
  /* What a successor brings counts as long as it brings something. */
  path_describe (&path, path.now.expected == 0 && is_lost (transports), structure, grades);
  return structure;
}
