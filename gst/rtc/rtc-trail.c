/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-trail.h"

#include <string.h>

/* The same frame comes on two ways within so much, */
#define APART_MAX (500 * GST_MSECOND)
/* and as a rule within so much. */
#define APART_USUALLY (100 * GST_MSECOND)

/* FNV-1a of 64-bit words. It is no defence: who sends one way sends the other one, too. */
static guint64
digest (const guint8 *data, gsize size)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);
  guint64 word;

  for (gsize at = 0; at < size; at += sizeof word) {
    word = 0;
    memcpy (&word, data + at, MIN (size - at, sizeof word));
    hash = (hash ^ word) * G_GUINT64_CONSTANT (0x100000001b3);
    hash ^= hash >> 29; /* words, unlike octets, have high bits that would stay high */
  }
  return hash;
}

static gboolean
is_picture (GstSample *sample)
{
  GstCaps *caps = gst_sample_get_caps (sample);

  return caps &&
         g_str_has_prefix (gst_structure_get_name (gst_caps_get_structure (caps, 0)), "video/") &&
         !GST_BUFFER_FLAG_IS_SET (gst_sample_get_buffer (sample), GST_BUFFER_FLAG_DELTA_UNIT);
}

/*
 * @sample: the next frame; the offset of its buffer is its RTP timestamp. Without that, or without
 *   bytes, it is passed over: it could not be known again.
 */
void
rtc_trail_add (RtcTrail *trail, GstSample *sample)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstMapInfo map;

  if (!GST_BUFFER_OFFSET_IS_VALID (buffer) || gst_buffer_get_size (buffer) == 0 ||
      !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  if (!trail->frames)
    trail->frames = g_new (RtcTrailFrame, RTC_TRAIL_FRAMES);
  trail->frames[trail->n_frames++ % RTC_TRAIL_FRAMES] =
      (RtcTrailFrame){ .digest = digest (map.data, map.size),
                       .size = map.size,
                       .pts = GST_BUFFER_PTS (buffer),
                       .rtp_time = (guint32) GST_BUFFER_OFFSET (buffer),
                       .is_picture = is_picture (sample) };
  gst_buffer_unmap (buffer, &map);
}

static gboolean
is_same (const RtcTrailFrame *frame, const RtcTrailFrame *other)
{
  return frame->digest == other->digest && frame->size == other->size;
}

static GstClockTimeDiff
get_distance (const RtcTrailFrame *frame, const RtcTrailFrame *other)
{
  if (!GST_CLOCK_TIME_IS_VALID (frame->pts) || !GST_CLOCK_TIME_IS_VALID (other->pts))
    return 0;
  return ABS (GST_CLOCK_DIFF (frame->pts, other->pts));
}

/* @found: (out): so many are like @frame. Returns: (nullable): that which came next to it in time
 */
static const RtcTrailFrame *
find_nearest (const RtcTrail *trail, const RtcTrailFrame *frame, guint *found)
{
  const RtcTrailFrame *nearest = NULL;

  *found = 0;
  for (guint i = 0; i < MIN (trail->n_frames, RTC_TRAIL_FRAMES); i++) {
    const RtcTrailFrame *other = &trail->frames[i];

    if (!is_same (frame, other) || get_distance (frame, other) > (GstClockTimeDiff) APART_MAX)
      continue;
    *found += 1;
    if (!nearest || get_distance (frame, other) < get_distance (frame, nearest))
      nearest = other;
  }
  return nearest;
}

/* Whether what came repeats itself, as the periods of a tone do. */
static gboolean
has_repetitions (const RtcTrail *trail)
{
  guint n = MIN (trail->n_frames, RTC_TRAIL_FRAMES);

  for (guint i = 0; i < n; i++) {
    for (guint j = i + 1; j < n; j++) {
      if (is_same (&trail->frames[i], &trail->frames[j]))
        return TRUE;
    }
  }
  return FALSE;
}

/*
 * Of what repeats itself one way may have brought a period and the other one the next, with a hole
 * between them, when a media server is gone: they are alike, but far apart.
 */
static gboolean
is_sure (const RtcTrail *trail, const RtcTrailFrame *latest, const RtcTrail *other,
         const RtcTrailFrame *match, guint n_matches)
{
  guint n_alike;

  if (latest->is_picture)
    return TRUE;
  find_nearest (trail, latest, &n_alike); /* itself at least */
  if (n_matches > 1 || n_alike > 1)
    return FALSE;
  return get_distance (latest, match) <= (GstClockTimeDiff) APART_USUALLY ||
         (!has_repetitions (trail) && !has_repetitions (other));
}

/*
 * Looks in @other for the latest frame of @trail. In silence, or in a picture that stands still,
 * many frames are alike; which one of them it is, is not sure then.
 *
 * @offset: (out): by how much RTP timestamps of @trail are later than those of @other
 * Returns: whether it is there
 */
gboolean
rtc_trail_find_latest (const RtcTrail *trail, const RtcTrail *other, RtcTrailCertainty certainty,
                       guint32 *offset)
{
  const RtcTrailFrame *latest = rtc_trail_get_latest (trail);
  const RtcTrailFrame *match;
  guint n_matches;

  if (!latest || !(match = find_nearest (other, latest, &n_matches)))
    return FALSE;
  if (certainty == RTC_TRAIL_SURE && !is_sure (trail, latest, other, match, n_matches))
    return FALSE;
  *offset = latest->rtp_time - match->rtp_time;
  return TRUE;
}

/* Returns: (nullable) */
const RtcTrailFrame *
rtc_trail_get_latest (const RtcTrail *trail)
{
  return trail->n_frames > 0 ? &trail->frames[(trail->n_frames - 1) % RTC_TRAIL_FRAMES] : NULL;
}

/* What follows has nothing to do with what came. */
void
rtc_trail_reset (RtcTrail *trail)
{
  trail->n_frames = 0;
}

void
rtc_trail_clear (RtcTrail *trail)
{
  rtc_trail_reset (trail);
  g_clear_pointer (&trail->frames, g_free);
}
