/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames byte by byte (RFC 6455, section 5), and the token bucket. */

#include "token-bucket.h"
#include "websocket-frame.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *bytes;
  gsize size;
  SrvFrameStatus status;
  SrvOpcode opcode;
  guint64 length;
  gsize header_length;
} Row;

#define BYTES(text) text, sizeof text - 1
#define COMPLETE(opcode, length, header_length) SRV_FRAME_COMPLETE, opcode, length, header_length
#define MASK "\1\2\3\4"

static const Row rows[] = {
  { "nothing", BYTES (""), SRV_FRAME_INCOMPLETE },
  { "one byte", BYTES ("\x81"), SRV_FRAME_INCOMPLETE },
  { "no mask yet", BYTES ("\x81\x85\1\2\3"), SRV_FRAME_INCOMPLETE },
  { "no 16 bit length yet", BYTES ("\x81\xfe\1"), SRV_FRAME_INCOMPLETE },
  { "text", BYTES ("\x81\x85" MASK), COMPLETE (SRV_OPCODE_TEXT, 5, 6) },
  { "empty text", BYTES ("\x81\x80" MASK), COMPLETE (SRV_OPCODE_TEXT, 0, 6) },
  { "126 bytes", BYTES ("\x81\xfe\0\x7e" MASK), COMPLETE (SRV_OPCODE_TEXT, 126, 8) },
  { "65536 bytes", BYTES ("\x81\xff\0\0\0\0\0\1\0\0" MASK), COMPLETE (SRV_OPCODE_TEXT, 65536, 14) },
  { "fragment", BYTES ("\x01\x85" MASK), COMPLETE (SRV_OPCODE_TEXT, 5, 6) },
  { "continuation", BYTES ("\x80\x85" MASK), COMPLETE (SRV_OPCODE_CONTINUATION, 5, 6) },
  { "ping", BYTES ("\x89\xfd" MASK), COMPLETE (SRV_OPCODE_PING, 125, 6) },
  { "without mask", BYTES ("\x81\x05hello"), SRV_FRAME_INVALID },
  { "reserved bit 1", BYTES ("\xc1\x85" MASK), SRV_FRAME_INVALID },
  { "reserved bit 3", BYTES ("\x91\x85" MASK), SRV_FRAME_INVALID },
  { "reserved opcode 3", BYTES ("\x83\x85" MASK), SRV_FRAME_INVALID },
  { "reserved opcode 7", BYTES ("\x87\x85" MASK), SRV_FRAME_INVALID },
  { "reserved opcode 11", BYTES ("\x8b\x85" MASK), SRV_FRAME_INVALID },
  { "fragment of a ping", BYTES ("\x09\x85" MASK), SRV_FRAME_INVALID },
  { "long ping", BYTES ("\x89\xfe\0\x7e" MASK), SRV_FRAME_INVALID },
  { "125 in 16 bits", BYTES ("\x81\xfe\0\x7d" MASK), SRV_FRAME_INVALID },
  { "65535 in 64 bits", BYTES ("\x81\xff\0\0\0\0\0\0\xff\xff" MASK), SRV_FRAME_INVALID },
  { "beyond 63 bits", BYTES ("\x81\xff\x80\0\0\0\0\0\0\0" MASK), SRV_FRAME_INVALID },
};

static void
test_headers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Row *row = &rows[i];
    /* On the heap, so that a sanitizer sees a byte too many. */
    g_autofree guint8 *data = g_memdup2 (row->bytes, row->size);
    SrvFrameHeader header;

    g_test_message ("%s", row->name);
    g_assert_cmpint (srv_frame_header_parse (&header, data, row->size), ==, row->status);
    if (row->status != SRV_FRAME_COMPLETE)
      continue;
    g_assert_cmpint (header.opcode, ==, row->opcode);
    g_assert_cmpuint (header.length, ==, row->length);
    g_assert_cmpuint (header.header_length, ==, row->header_length);
    g_assert_cmpmem (header.mask, sizeof header.mask, MASK, 4);
    g_assert_cmpint (header.fin, ==, ((guint8) row->bytes[0] & 0x80) != 0);
  }
}

/* The example of RFC 6455, section 5.7. */
static void
test_unmask (void)
{
  static const guint8 frame[] = "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
  guint8 payload[5];
  SrvFrameHeader header;

  g_assert_cmpint (srv_frame_header_parse (&header, frame, sizeof frame - 1), ==,
                   SRV_FRAME_COMPLETE);
  memcpy (payload, frame + header.header_length, sizeof payload);
  srv_frame_unmask (&header, payload);
  g_assert_cmpmem (payload, sizeof payload, "Hello", 5);
}

static void
assert_frame (gsize length, const char *head, gsize head_length)
{
  g_autofree char *payload = g_strnfill (length, 'x');
  g_autoptr (SrvFrame) frame = srv_frame_new (SRV_OPCODE_TEXT, payload, length);
  gsize size = srv_frame_get_size (frame);
  g_autofree guint8 *data = g_malloc (size);

  g_assert_cmpuint (size, ==, head_length + length);
  g_assert_cmpuint (srv_frame_copy (frame, 0, data, size), ==, size);
  g_assert_cmpmem (data, head_length, head, head_length);
  g_assert_cmpmem (data + head_length, length, payload, length);
}

static void
test_new (void)
{
  assert_frame (0, BYTES ("\x81\0"));
  assert_frame (125, BYTES ("\x81\x7d"));
  assert_frame (126, BYTES ("\x81\x7e\0\x7e"));
  assert_frame (65535, BYTES ("\x81\x7e\xff\xff"));
  assert_frame (65536, BYTES ("\x81\x7f\0\0\0\0\0\1\0\0"));
}

/* Whatever of it is asked for, the same bytes come as of a frame in one piece. */
static void
test_shared (void)
{
  static const char whole[] = "\x81\x0chello world!";
  g_autoptr (GBytes) body = g_bytes_new_static ("hello, all", 10);
  g_autoptr (SrvFrame) frame = srv_frame_new_shared (SRV_OPCODE_TEXT, body, 5, " world!", 7);
  g_autoptr (SrvFrame) other = srv_frame_new_shared (SRV_OPCODE_TEXT, body, 10, "", 0);
  char data[sizeof whole];

  g_assert_cmpuint (srv_frame_get_size (frame), ==, sizeof whole - 1);
  g_assert_cmpuint (srv_frame_get_opcode (frame), ==, SRV_OPCODE_TEXT);
  for (gsize offset = 0; offset < sizeof whole; offset++) {
    for (gsize size = 0; size < sizeof whole; size++) {
      gsize expected = MIN (size, sizeof whole - 1 - offset);
      gsize copied = srv_frame_copy (frame, offset, data, size);

      g_assert_cmpmem (data, copied, whole + offset, expected);
    }
  }
  g_assert_cmpuint (srv_frame_copy (other, 0, data, sizeof data), ==, 12);
  g_assert_cmpmem (data, 12, "\x81\x0ahello, all", 12);
}

static void
assert_code (const char *payload, gsize length, guint expected)
{
  g_assert_cmpuint (srv_close_code_parse ((const guint8 *) payload, length), ==, expected);
}

static void
test_close_codes (void)
{
  assert_code (BYTES (""), 1005);
  assert_code (BYTES ("\x03"), 0);
  assert_code (BYTES ("\x03\xe8"), 1000);
  assert_code (BYTES ("\x03\xe9going"), 1001);
  assert_code (BYTES ("\x03\xe8\xff\xfe"), 0);
  assert_code (BYTES ("\x03\xe7"), 0); /* 999 */
  assert_code (BYTES ("\x03\xec"), 0); /* 1004 */
  assert_code (BYTES ("\x03\xed"), 0); /* 1005 */
  assert_code (BYTES ("\x03\xee"), 0); /* 1006 */
  assert_code (BYTES ("\x03\xf7"), 0); /* 1015 */
  assert_code (BYTES ("\x0b\xb7"), 0); /* 2999 */
  assert_code (BYTES ("\x0b\xb8"), 3000);
  assert_code (BYTES ("\x13\x87"), 4999);
  assert_code (BYTES ("\x13\x88"), 0); /* 5000 */
}

static guint
take_all (SrvTokenBucket *bucket, gint64 now)
{
  guint count = 0;

  while (srv_token_bucket_take (bucket, now))
    count++;
  return count;
}

static void
test_token_bucket (void)
{
  SrvTokenBucket bucket;

  srv_token_bucket_init (&bucket, 10, 30, 0);
  g_assert_cmpuint (take_all (&bucket, 0), ==, 30);
  g_assert_cmpuint (take_all (&bucket, G_USEC_PER_SEC / 20), ==, 0);
  g_assert_cmpuint (take_all (&bucket, G_USEC_PER_SEC), ==, 10);
  g_assert_cmpuint (take_all (&bucket, 1000 * G_USEC_PER_SEC), ==, 30);
}

static void
test_token_bucket_grant (void)
{
  SrvTokenBucket bucket;

  srv_token_bucket_init (&bucket, 10, 30, 0);
  srv_token_bucket_grant (&bucket, 16, 46);
  srv_token_bucket_grant (&bucket, 16, 46);
  /* What was granted neither flows away nor grows. */
  g_assert_cmpuint (take_all (&bucket, 1000 * G_USEC_PER_SEC), ==, 46);
  srv_token_bucket_grant (&bucket, 16, 46);
  g_assert_cmpuint (take_all (&bucket, 1000 * G_USEC_PER_SEC), ==, 16);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/websocket-frame/headers", test_headers);
  g_test_add_func ("/websocket-frame/unmask", test_unmask);
  g_test_add_func ("/websocket-frame/new", test_new);
  g_test_add_func ("/websocket-frame/shared", test_shared);
  g_test_add_func ("/websocket-frame/close-codes", test_close_codes);
  g_test_add_func ("/token-bucket/take", test_token_bucket);
  g_test_add_func ("/token-bucket/grant", test_token_bucket_grant);
  return g_test_run ();
}
