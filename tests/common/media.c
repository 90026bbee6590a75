/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "media.h"

#include <math.h>
#include <string.h>

/* The bars: white, black, 16 bits, 4 bits of checksum. */
#define DATA_BITS 16
#define CHECK_BITS 4
#define BARS (2 + DATA_BITS + CHECK_BITS)

#define BLACK 16
#define WHITE 235
/* In between nothing is read: neither black nor white. */
#define BLACK_MAX 90
#define WHITE_MIN 165

/* Coded pictures */

static guint
get_checksum (guint number)
{
  guint sum = 5;

  for (guint i = 0; i < DATA_BITS; i += CHECK_BITS)
    sum += 3 * (number >> i & 0xf) + i;
  return sum & 0xf;
}

static guint
encode (guint number)
{
  return 1 << (BARS - 1) | number << CHECK_BITS | get_checksum (number);
}

static void
fill_component (GstVideoFrame *frame, guint component, guint8 value)
{
  guint8 *line = GST_VIDEO_FRAME_COMP_DATA (frame, component);
  int step = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, component);

  for (int y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (frame, component); y++) {
    for (int x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (frame, component); x++)
      line[x * step] = value;
    line += GST_VIDEO_FRAME_COMP_STRIDE (frame, component);
  }
}

/* @frame: I420; @number: below %NERTC_PICTURE_NUMBERS */
void
nertc_picture_draw (GstVideoFrame *frame, guint number)
{
  guint bars = encode (number % NERTC_PICTURE_NUMBERS);
  guint8 *line = GST_VIDEO_FRAME_COMP_DATA (frame, 0);
  int width = GST_VIDEO_FRAME_WIDTH (frame);

  for (int y = 0; y < GST_VIDEO_FRAME_HEIGHT (frame); y++) {
    for (int x = 0; x < width; x++)
      line[x] = bars >> (BARS - 1 - x * BARS / width) & 1 ? WHITE : BLACK;
    line += GST_VIDEO_FRAME_COMP_STRIDE (frame, 0);
  }
  fill_component (frame, 1, 128);
  fill_component (frame, 2, 128);
}

/* Returns: the mean of the middle of a bar */
static guint
measure_bar (GstVideoFrame *frame, guint bar)
{
  int step = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, 0);
  int stride = GST_VIDEO_FRAME_COMP_STRIDE (frame, 0);
  int width = GST_VIDEO_FRAME_COMP_WIDTH (frame, 0);
  int height = GST_VIDEO_FRAME_COMP_HEIGHT (frame, 0);
  int x = (2 * (int) bar + 1) * width / (2 * BARS);
  const guint8 *data = GST_VIDEO_FRAME_COMP_DATA (frame, 0);
  guint sum = 0, count = 0;

  for (int y = height / 4; y < height * 3 / 4; y++, count++)
    sum += data[y * stride + x * step];
  return count ? sum / count : 0;
}

/* Returns: the number, or %NERTC_PICTURE_NONE */
guint
nertc_picture_read (GstVideoFrame *frame)
{
  guint bars = 0;
  guint number;

  for (guint i = 0; i < BARS; i++) {
    guint level = measure_bar (frame, i);

    if (level > BLACK_MAX && level < WHITE_MIN)
      return NERTC_PICTURE_NONE;
    bars = bars << 1 | (level >= WHITE_MIN);
  }
  number = bars >> CHECK_BITS & (NERTC_PICTURE_NUMBERS - 1);
  return bars == encode (number) ? number : NERTC_PICTURE_NONE;
}

guint
nertc_picture_read_sample (GstSample *sample)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  guint number;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return NERTC_PICTURE_NONE;
  number = nertc_picture_read (&frame);
  gst_video_frame_unmap (&frame);
  return number;
}

static GstPadProbeReturn
on_raw_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  guint *next = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GstVideoInfo video;
  GstVideoFrame frame;

  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  g_assert_true (gst_video_info_from_caps (&video, caps));
  g_assert_cmpint (GST_VIDEO_INFO_FORMAT (&video), ==, GST_VIDEO_FORMAT_I420);
  g_assert_true (gst_video_frame_map (&frame, &video, buffer, GST_MAP_WRITE));
  nertc_picture_draw (&frame, (*next)++);
  gst_video_frame_unmap (&frame);
  return GST_PAD_PROBE_OK;
}

void
nertc_picture_draw_on_pad (GstPad *pad, guint base)
{
  guint *next = g_new (guint, 1);

  *next = base;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_raw_buffer, next, g_free);
}

/* Tones: interleaved S16 of the machine's order */

typedef struct {
  GstMapInfo map;
  GstBuffer *buffer;
  const gint16 *samples; /* of the first channel */
  guint count;
  guint step;
  guint rate;
} Sound;

static gboolean
map_sound (Sound *sound, GstSample *sample)
{
  GstAudioInfo info;

  if (!gst_audio_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      GST_AUDIO_INFO_FORMAT (&info) != GST_AUDIO_FORMAT_S16)
    return FALSE;
  sound->buffer = gst_sample_get_buffer (sample);
  if (!gst_buffer_map (sound->buffer, &sound->map, GST_MAP_READ))
    return FALSE;
  sound->samples = (const gint16 *) sound->map.data;
  sound->step = info.channels;
  sound->rate = info.rate;
  sound->count = sound->map.size / info.bpf;
  return TRUE;
}

static gdouble
get_energy (const Sound *sound)
{
  gdouble energy = 0;

  for (guint i = 0; i < sound->count; i++)
    energy += (gdouble) sound->samples[i * sound->step] * sound->samples[i * sound->step];
  return energy;
}

/* Goertzel's algorithm. Returns: the energy at @frequency */
static gdouble
get_energy_at (const Sound *sound, gdouble frequency)
{
  gdouble coefficient = 2 * cos (2 * G_PI * frequency / sound->rate);
  gdouble one = 0, two = 0;

  for (guint i = 0; i < sound->count; i++) {
    gdouble now = sound->samples[i * sound->step] + coefficient * one - two;

    two = one;
    one = now;
  }
  return 2 * (one * one + two * two - coefficient * one * two) / sound->count;
}

/* Returns: the share of the energy at @frequency: a pure tone has 1, silence 0 */
gdouble
nertc_tone_measure (GstSample *sample, gdouble frequency)
{
  Sound sound;
  gdouble energy, at = 0;

  if (!map_sound (&sound, sample))
    return 0;
  energy = get_energy (&sound);
  if (energy > 0)
    at = get_energy_at (&sound, frequency) / energy;
  gst_buffer_unmap (sound.buffer, &sound.map);
  return at;
}

/* Returns: the effective value: 0 for digital silence, 32768 at most */
gdouble
nertc_sound_level (GstSample *sample)
{
  Sound sound;
  gdouble level;

  if (!map_sound (&sound, sample))
    return 0;
  level = sound.count ? sqrt (get_energy (&sound) / sound.count) : 0;
  gst_buffer_unmap (sound.buffer, &sound.map);
  return level;
}

/* Encoded frames */

/* Returns: (transfer full) (element-type GstSample): the first @count that come out of a sink */
static GPtrArray *
pull_all (GstElement *pipeline, guint count)
{
  GPtrArray *frames = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_sample_unref);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (frames->len < count) {
    GstSample *sample = NULL;

    g_signal_emit_by_name (sink, "pull-sample", &sample);
    g_assert_nonnull (sample);
    g_ptr_array_add (frames, sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return frames;
}

/* Returns: (transfer full) (element-type GstSample): @count pictures, numbered from @base on */
GPtrArray *
nertc_encode_pictures (guint base, guint count, guint width, guint height)
{
  g_autofree char *line = g_strdup_printf (
      "videotestsrc name=source pattern=black ! "
      "video/x-raw, format=I420, width=%u, height=%u, framerate=30/1 ! "
      "vp8enc deadline=1 cpu-used=8 target-bitrate=2000000 keyframe-max-dist=10000 ! "
      "appsink name=sink sync=false max-buffers=10",
      width, height);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");

  g_assert_no_error (error);
  nertc_picture_draw_on_pad (pad, base);
  return pull_all (pipeline, count);
}

/* Returns: (transfer full) (element-type GstSample): @count pieces of 20 ms, stereo */
GPtrArray *
nertc_encode_tone (guint frequency, guint count)
{
  g_autofree char *line =
      g_strdup_printf ("audiotestsrc freq=%u ! audio/x-raw, format=S16LE, rate=48000, channels=2 ! "
                       "opusenc bitrate=64000 ! appsink name=sink sync=false max-buffers=10",
                       frequency);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);

  g_assert_no_error (error);
  return pull_all (pipeline, count);
}

/* RFC 6716, section 3.1: one frame of 20 ms, fullband, stereo; what is in it is the number. */
GstBuffer *
nertc_make_opus (guint32 number)
{
  guint8 data[32] = { 0xfc };

  memcpy (data + 1, &(guint32){ GUINT32_TO_BE (number) }, sizeof (guint32));
  return gst_buffer_new_memdup (data, sizeof data);
}

guint32
nertc_read_opus (GstBuffer *buffer)
{
  guint8 data[5];
  guint32 number;

  g_assert_cmpuint (gst_buffer_extract (buffer, 0, data, sizeof data), ==, sizeof data);
  g_assert_cmpuint (data[0], ==, 0xfc);
  memcpy (&number, data + 1, sizeof number);
  return GUINT32_FROM_BE (number);
}
