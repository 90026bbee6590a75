/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Offers as browsers and webrtcbin make them, and what goes to Janus. */

#include "janus-sdp.h"

#include "nertc-error.h"

#include <string.h>

#define HEAD "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
#define WHERE "c=IN IP4 0.0.0.0\r\n"
#define MEDIA "m=audio 9 UDP/TLS/RTP/SAVPF "
#define VP8 \
  "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 ccm fir\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
#define H264 \
  "a=rtpmap:102 H264/90000\r\na=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102;rtx-time=100\r\n"

static char *
read_lines (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "janus", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&text);
}

static char *
trim (const char *sdp)
{
  g_autoptr (GError) error = NULL;
  char *trimmed = srv_janus_sdp_trim (sdp, &error);

  g_assert_no_error (error);
  return trimmed;
}

/* Line ends apart */
static void
test_offer (gconstpointer data)
{
  g_autofree char *offer_name = g_strdup_printf ("%s.sdp", (const char *) data);
  g_autofree char *trimmed_name = g_strdup_printf ("%s-trimmed.sdp", (const char *) data);
  g_autofree char *offer = read_lines (offer_name);
  g_autofree char *expected = read_lines (trimmed_name);
  g_autofree char *trimmed = trim (offer);
  g_autofree char *again = trim (trimmed);
  g_auto (GStrv) lines = g_strsplit (trimmed, "\r\n", -1);
  g_autofree char *readable = g_strjoinv ("\n", lines);

  g_assert_cmpstr (readable, ==, expected);
  g_assert_cmpstr (again, ==, trimmed);
  g_assert_cmpuint (strlen (trimmed), <, 4096);
}

/* The publisher's first choice stays, with what repeats its packets. */
static void
test_first_codec (void)
{
  g_autofree char *h264 = trim (HEAD "m=video 9 UDP/TLS/RTP/SAVPF 45 102 103 96 97\r\n" VP8 H264);
  g_autofree char *vp8 = trim (HEAD "m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103\r\n" VP8 H264);

  g_assert_cmpstr (h264, ==, HEAD "m=video 9 UDP/TLS/RTP/SAVPF 102 103\r\n" WHERE H264);
  g_assert_cmpstr (vp8, ==, HEAD "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n" WHERE VP8);
}

/* Janus refuses that section, and takes the others. */
static void
test_unknown_codec (void)
{
  g_autofree char *trimmed =
      trim (HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 98 99\r\na=rtpmap:98 speex/16000\r\n"
                 "a=rtpmap:99 iLBC/8000\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n" VP8);

  g_assert_cmpstr (trimmed, ==,
                   HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 98\r\n" WHERE
                        "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n" WHERE VP8);
}

static void
test_candidates (void)
{
  g_autoptr (GString) offer = g_string_new (HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"
                                                 "a=rtpmap:0 PCMU/8000\r\n");
  g_autofree char *trimmed = NULL;
  g_auto (GStrv) parts = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (offer, "a=candidate:%u 1 UDP 1 192.0.2.1 9 typ host\r\n", i);
  trimmed = trim (offer->str);
  parts = g_strsplit (trimmed, "a=candidate:", -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 17);
}

static void
test_refused (void)
{
  static const char *const offers[] = {
    "",
    "\n\n",
    "hello",
    HEAD,
    HEAD "m=\r\n",
    HEAD "m=audio 9 UDP/TLS/RTP/SAVPF\r\n",
    HEAD MEDIA "0\r\n" MEDIA "0\r\n" MEDIA "0\r\n" MEDIA "0\r\n" MEDIA "0\r\n",
    HEAD "m=audio 9 a 0\r\n",
    HEAD "m=application 9 UDP/TLS/RTP/SAVPF 0\r\n",
    HEAD MEDIA "096\r\n",
    HEAD MEDIA "-1\r\n",
    HEAD MEDIA "128\r\n",
    HEAD MEDIA "opus\r\n",
    HEAD MEDIA " 0\r\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (offers); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (srv_janus_sdp_trim (offers[i], &error));
    g_assert_error (error, NERTC_ERROR, NERTC_ERROR_PARSE);
  }
}

/* Nothing comes to Janus that it would not read again once it has written it. */
static void
test_harmful (void)
{
  static const char *const lines[] = {
    "a=rtpmap:96 rtx/90000",
    "a=rtpmap:96 VP8/90000rtx/90000",
    "a=fmtp:96 red/90000",
    "a=mid:96 ulpfec/90000",
    "a=rtpmap:96",
    "a=setup",
    "a=fingerprint",
    "a=:",
    "a=rtpmap:96 H264/",
    "a=anything:96 rtx/90000",
    "b=",
    "a=rtpmap:96 VP8/90000 x",
    "k=",
    "a=msid:",
  };
  g_autofree char *plain =
      trim (HEAD "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n");

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *sdp = g_strdup_printf (
        HEAD "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n%s\r\n", lines[i]);
    g_autofree char *trimmed = trim (sdp);

    g_assert_cmpstr (trimmed, ==, plain);
  }
}

/* Of a format that stands for none there is nothing left that Janus would take away. */
static void
test_nothing_but_repeats (void)
{
  g_autofree char *trimmed =
      trim (HEAD "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 rtx/90000\r\n"
                 "a=fmtp:96 apt=96\r\na=rtpmap:96 VP8/90000\r\n");

  g_assert_null (strstr (trimmed, "rtx"));
}

static void
test_long_lines (void)
{
  g_autofree char *word = g_strnfill (500, 'x');
  g_autofree char *sdp =
      g_strdup_printf ("v=%s\r\no=%s 1 1 IN IP4 %s\r\ns=%s\r\na=ice-ufrag:%s\r\n" MEDIA
                       "0\r\nc=%s\r\na=ice-pwd:%s\r\n",
                       word, word, word, word, word, word, word);
  g_autofree char *trimmed = trim (sdp);

  g_assert_cmpstr (trimmed, ==, HEAD MEDIA "0\r\n" WHERE);
}

static void
test_fir (void)
{
  g_autofree char *sdp =
      srv_janus_sdp_clean (HEAD "m=video 9 UDP/TLS/RTP/SAVPF 96\na=rtcp-fb:96 ccm fir\r\n"
                                "a=rtcp-fb:96 nack pli\r\na=x-note:ccm fir\r\n");

  g_assert_cmpstr (sdp, ==,
                   HEAD "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtcp-fb:96 nack pli\r\n"
                        "a=x-note:ccm fir\r\n");
}

/* By it one would learn the publisher's transport. */
static void
test_name (void)
{
  g_autofree char *sdp =
      srv_janus_sdp_clean ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=VideoRoom 8734234\r\nt=0 0\r\n");

  g_assert_cmpstr (sdp, ==, HEAD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/janus/sdp/offer/chromium", "chromium", test_offer);
  g_test_add_data_func ("/janus/sdp/offer/firefox", "firefox", test_offer);
  g_test_add_data_func ("/janus/sdp/offer/webrtcbin", "webrtcbin", test_offer);
  g_test_add_func ("/janus/sdp/first-codec", test_first_codec);
  g_test_add_func ("/janus/sdp/unknown-codec", test_unknown_codec);
  g_test_add_func ("/janus/sdp/candidates", test_candidates);
  g_test_add_func ("/janus/sdp/refused", test_refused);
  g_test_add_func ("/janus/sdp/harmful", test_harmful);
  g_test_add_func ("/janus/sdp/nothing-but-repeats", test_nothing_but_repeats);
  g_test_add_func ("/janus/sdp/long-lines", test_long_lines);
  g_test_add_func ("/janus/sdp/fir", test_fir);
  g_test_add_func ("/janus/sdp/name", test_name);
  return g_test_run ();
}
