/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the receiver tells about packets: when they came, and which are to be sent again. */
#include "rtc-extmap.h"
#include "rtc-pair.h"
#include "rtc-peer-private.h"
#include "rtc.h"

#include <gst/rtp/rtp.h>

#include <string.h>

#define AUDIO RTC_MEDIA_AUDIO
#define VIDEO RTC_MEDIA_VIDEO

/* Elements */

/* Returns: (transfer full) (element-type GstElement): those made by the factory @name */
static GPtrArray *
find_elements (RtcPeer *peer, const char *name)
{
  g_autoptr (GstIterator) elements = gst_bin_iterate_recurse (GST_BIN (peer->pipeline));
  GPtrArray *found = g_ptr_array_new_with_free_func (gst_object_unref);
  GValue value = G_VALUE_INIT;

  while (gst_iterator_next (elements, &value) == GST_ITERATOR_OK) {
    GstElement *element = g_value_get_object (&value);
    GstElementFactory *factory = gst_element_get_factory (element);

    if (factory && g_str_equal (GST_OBJECT_NAME (factory), name))
      g_ptr_array_add (found, gst_object_ref (element));
    g_value_unset (&value);
  }
  return found;
}

/* Returns: (transfer full) */
static GstElement *
find_element (RtcPeer *peer, const char *name)
{
  g_autoptr (GPtrArray) found = find_elements (peer, name);

  g_assert_cmpuint (found->len, ==, 1);
  return gst_object_ref (g_ptr_array_index (found, 0));
}

/* @expected: so many tracks have lost packets sent again */
static void
assert_asks_again (RtcPeer *peer, guint expected)
{
  g_autoptr (GPtrArray) buffers = find_elements (peer, "rtpjitterbuffer");
  guint n = 0;

  for (guint i = 0; i < buffers->len; i++) {
    gboolean asks = FALSE;

    g_object_get (g_ptr_array_index (buffers, i), "do-retransmission", &asks, NULL);
    n += asks;
  }
  g_assert_cmpuint (n, ==, expected);
}

/* Descriptions */

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *at = strstr (text, part); at; at = strstr (at + 1, part))
    n++;
  return n;
}

/* Of both tracks, with one id: they share the connection, and so the count. */
static void
assert_counts_packets (const char *sdp)
{
  g_assert_cmpuint (count (sdp, "a=extmap:" RTC_TRANSPORT_WIDE_EXTMAP "\r\n"), ==, 2);
  g_assert_cmpuint (count (sdp, " transport-cc\r\n"), ==, 2);
}

/* Of video only */
static void
assert_sends_again (const char *sdp)
{
  const char *video = strstr (sdp, "m=video");

  g_assert_nonnull (video);
  g_assert_cmpuint (count (video, " nack\r\n"), ==, 1);
  g_assert_cmpuint (count (video, " rtx/90000\r\n"), ==, 1);
  g_assert_cmpuint (count (sdp, " nack\r\n"), ==, 1);
  g_assert_cmpuint (count (sdp, " rtx/"), ==, 1);
}

static void
test_descriptions (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);

  rtc_pair_connect (pair);
  assert_counts_packets (pair->sender->description);
  assert_counts_packets (pair->receiver->description);
  assert_sends_again (pair->sender->description);
  assert_sends_again (pair->receiver->description);
  /* RFC 5576: sound; pictures, and those sent again; each of one stream (RFC 8830) */
  g_assert_cmpuint (count (pair->sender->description, " cname:"), ==, 3);
  g_assert_cmpuint (count (pair->sender->description, " msid:"), ==, 3);
  g_assert_cmpuint (count (pair->sender->description, "a=ssrc-group:FID "), ==, 1);
  /* The offerer begins the DTLS handshake (RFC 8842, section 5.3). */
  g_assert_cmpuint (count (pair->sender->description, "a=setup:actpass"), ==, 2);
  g_assert_cmpuint (count (pair->receiver->description, "a=setup:passive"), ==, 2);
}

/* Who offers neither gets neither. */
static char *
offer_little (const char *sdp)
{
  g_autoptr (GRegex) regex = g_regex_new (
      "a=(extmap:3 .*|rtcp-fb:\\d+ (nack|transport-cc)|rtpmap:\\d+ rtx/.*|fmtp:\\d+ apt=.*)\r\n", 0,
      0, NULL);

  return g_regex_replace (regex, sdp, -1, 0, "", 0, NULL);
}

static void
test_little_offered (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);

  pair->edit_offer = offer_little;
  rtc_pair_play (pair);
  g_assert_cmpuint (count (pair->receiver->description, RTC_TRANSPORT_WIDE_URI), ==, 0);
  g_assert_cmpuint (count (pair->receiver->description, " nack\r\n"), ==, 0);
  g_assert_cmpuint (count (pair->receiver->description, " rtx/"), ==, 0);
  assert_asks_again (pair->receiver->peer, 0);
}

/* Packets */

/* Returns: of how many packets the other end has told that they came */
static guint
count_told (GstElement *rtpsession)
{
  g_autoptr (GstStructure) stats = NULL;
  guint received = 0;

  g_object_get (rtpsession, "twcc-stats", &stats, NULL);
  if (stats)
    gst_structure_get_uint (stats, "packets-recv", &received);
  return received;
}

static void
test_packets_are_counted (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);
  g_autoptr (GstElement) rtpsession = NULL;

  rtc_pair_play (pair);
  assert_asks_again (pair->receiver->peer, 1);
  rtpsession = find_element (pair->sender->peer, "rtpsession");
  nertc_await (count_told (rtpsession) > 0);
}

/* Losses: every tenth packet of pictures, the first time it is sent */

typedef struct {
  GMutex lock;
  GArray *times; /* of guint32: their RTP timestamps; protected by lock */
  guint n_packets;
} Losses;

static gboolean
is_picture (GstBuffer *packet, guint32 *rtp_time)
{
  const RtcCodec *codec = rtc_codec_get_default (VIDEO);
  guint8 header[8];

  if (gst_buffer_extract (packet, 0, header, sizeof header) != sizeof header)
    return FALSE;
  *rtp_time = GST_READ_UINT32_BE (header + 4);
  return (header[0] >> 6) == 2 && (header[1] & 0x7f) == codec->payload_type;
}

static GstPadProbeReturn
lose_some (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Losses *losses = user_data;
  GstBuffer *packet = info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST
                          ? gst_buffer_list_get (GST_PAD_PROBE_INFO_BUFFER_LIST (info), 0)
                          : GST_PAD_PROBE_INFO_BUFFER (info);
  guint32 rtp_time;

  if (!is_picture (packet, &rtp_time) || ++losses->n_packets % 10 != 0)
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&losses->lock);
  g_array_append_val (losses->times, rtp_time);
  g_mutex_unlock (&losses->lock);
  return GST_PAD_PROBE_DROP;
}

static gboolean
was_lost (Losses *losses, guint32 rtp_time)
{
  gboolean found = FALSE;

  g_mutex_lock (&losses->lock);
  for (guint i = 0; !found && i < losses->times->len; i++)
    found = g_array_index (losses->times, guint32, i) == rtp_time;
  g_mutex_unlock (&losses->lock);
  return found;
}

static guint
count_repaired (RtcPair *pair, Losses *losses)
{
  guint n = 0;

  for (guint i = 0; i < rtc_pair_end_count (pair->receiver, VIDEO); i++)
    n += was_lost (losses, (guint32) rtc_pair_end_get (pair->receiver, VIDEO, i).rtp_time);
  return n;
}

/* A busy machine may be too late now and then. */
static void
test_lost_packets_are_sent_again (void)
{
  Losses losses = { .times = g_array_new (FALSE, FALSE, sizeof (guint32)) };
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);
  g_autoptr (GstElement) nicesink = NULL;
  g_autoptr (GstPad) pad = NULL;
  gulong probe;

  g_mutex_init (&losses.lock);
  rtc_pair_play (pair);
  nicesink = find_element (pair->sender->peer, "nicesink");
  pad = gst_element_get_static_pad (nicesink, "sink");
  probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
                             lose_some, &losses, NULL);
  nertc_await (count_repaired (pair, &losses) >= 3);
  gst_pad_remove_probe (pad, probe);
  g_array_unref (losses.times);
  g_mutex_clear (&losses.lock);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  rtc_init ();
  g_test_add_func ("/rtc-peer-feedback/descriptions", test_descriptions);
  g_test_add_func ("/rtc-peer-feedback/little-offered", test_little_offered);
  g_test_add_func ("/rtc-peer-feedback/packets-are-counted", test_packets_are_counted);
  g_test_add_func ("/rtc-peer-feedback/lost-packets-are-sent-again",
                   test_lost_packets_are_sent_again);
  status = g_test_run ();
  gst_deinit (); /* no thread is left that a leak checker could meet */
  return status;
}
