/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-bitstream.h"

/* So much of a frame is looked at: parameter sets and messages come before the first slice. */
#define MAX_SIZE 4096
/* Of a slice: its header up to the type */
#define SLICE_SIZE 16

/* ITU-T H.264, table 7-1 */
#define NAL_SLICE 1
#define NAL_PARTITION_A 2
#define NAL_IDR 5

/* ITU-T H.264, table 7-6: 1 and 6 are B slices */
#define SLICE_TYPES 5
#define SLICE_TYPE_B 1

typedef struct {
  const guint8 *data;
  gsize size;
  gsize bit;
} Bits;

static guint
read_bit (Bits *bits)
{
  gsize byte = bits->bit / 8;
  guint value = byte < bits->size ? bits->data[byte] >> (7 - bits->bit % 8) & 1 : 0;

  bits->bit++;
  return value;
}

/* ITU-T H.264, clause 9.1: ue(v) */
static guint
read_exp_golomb (Bits *bits)
{
  guint zeros = 0;
  guint value = 0;

  while (zeros < 16 && !read_bit (bits))
    zeros++;
  for (guint i = 0; i < zeros; i++)
    value = value << 1 | read_bit (bits);
  return (1u << zeros) - 1 + value;
}

/* ITU-T H.264, clause 7.3.3: first_mb_in_slice, slice_type. An emulation prevention byte can only
 * be in what follows, or in the number of a macroblock that no first slice has. */
static gboolean
is_b_slice (const guint8 *data, gsize size)
{
  Bits bits = { .data = data, .size = MIN (size, SLICE_SIZE) };

  read_exp_golomb (&bits);
  return read_exp_golomb (&bits) % SLICE_TYPES == SLICE_TYPE_B;
}

/* Returns: where the next NAL unit begins, behind its start code; @size if there is none */
static gsize
find_nal_unit (const guint8 *data, gsize size, gsize from)
{
  for (gsize i = from; i + 3 < size; i++) {
    if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1)
      return i + 3;
  }
  return size;
}

static RtcFrame
inspect_h264 (const guint8 *data, gsize size)
{
  for (gsize i = find_nal_unit (data, size, 0); i < size; i = find_nal_unit (data, size, i)) {
    guint type = data[i] & 0x1f;

    if (type == NAL_IDR)
      return RTC_FRAME_KEY;
    if (type == NAL_SLICE || type == NAL_PARTITION_A)
      return is_b_slice (data + i + 1, size - i - 1) ? RTC_FRAME_BIDIRECTIONAL : RTC_FRAME_DELTA;
  }
  return RTC_FRAME_UNKNOWN;
}

/*
 * rtc_bitstream_inspect:
 * @buffer: a frame in the form that the engine handles
 *
 * A parser takes every I slice of H264 for a key frame; but frames that follow one may refer to
 * what was before it, unless it is an IDR picture.
 */
RtcFrame
rtc_bitstream_inspect (const RtcCodec *codec, GstBuffer *buffer)
{
  guint8 data[MAX_SIZE];
  gsize size;

  if (!g_str_equal (codec->name, "H264"))
    return RTC_FRAME_UNKNOWN;
  size = gst_buffer_extract (buffer, 0, data, sizeof data);
  return inspect_h264 (data, size);
}
