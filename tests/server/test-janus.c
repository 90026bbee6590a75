/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A node that is a real Janus, with real media: run by on_janus.py. */

#include "janus-node.h"
#include "rtc-pair.h"

#define ENOUGH 10

/* What one end of the node has told. */
typedef struct {
  SrvNodeEnd *end; /* (nullable): once it is closed */
  char *id;        /* (nullable): until it is ready */
  char *description;
  guint connected;
  guint media[2][2]; /* by video, by receiving */
  char *failure;     /* (nullable) */
} Told;

/* One publisher, and one consumer of it; what is between them is the node. */
typedef struct {
  SrvJanusNode *node;
  RtcPair *pair;
  Told in;
  Told out;
  guint given[2]; /* candidates of sender and receiver that were handed on */
} Fixture;

static void
on_ready (SrvNodeEnd *end, const char *transport_id, gpointer user_data)
{
  Told *told = user_data;

  g_assert_null (told->id);
  g_assert_null (told->failure);
  told->id = g_strdup (transport_id);
}

static void
on_description (SrvNodeEnd *end, const char *type, const char *sdp, gpointer user_data)
{
  Told *told = user_data;

  g_assert_nonnull (told->id);
  g_assert_null (told->description);
  told->description = g_strdup_printf ("%s\n%s", type, sdp);
}

static void
on_connected (SrvNodeEnd *end, gpointer user_data)
{
  Told *told = user_data;

  g_assert_nonnull (told->description);
  told->connected++;
}

static void
on_media (SrvNodeEnd *end, gboolean video, gboolean receiving, gpointer user_data)
{
  Told *told = user_data;

  told->media[!!video][!!receiving]++;
}

static void
on_failed (SrvNodeEnd *end, const char *message, gpointer user_data)
{
  Told *told = user_data;

  g_test_message ("failed: %s", message);
  g_assert_null (told->failure);
  told->failure = g_strdup (message);
}

static const SrvNodeEndEvents events = { on_ready, on_description, on_connected, on_media,
                                         on_failed };

static void
forget (Told *told)
{
  g_clear_pointer (&told->end, srv_node_end_close);
  g_free (told->id);
  g_free (told->description);
  g_free (told->failure);
  *told = (Told){ NULL };
}

/* The Janus that on_janus.py has started. @address: (nullable): another one than that of its socket
 */
static SrvJanusNode *
make_node (const char *address)
{
  g_auto (GStrv) options = NULL;
  g_autofree char *secret = NULL;
  g_autoptr (GError) error = NULL;
  SrvJanusNode *node;

  g_shell_parse_argv (g_getenv ("NERTC_TEST_MEDIA"), NULL, &options, &error);
  g_assert_no_error (error);
  for (char **option = options; *option; option++) {
    if (!address && g_str_has_prefix (*option, "--media="))
      address = *option + strlen ("--media=");
    else if (g_str_has_prefix (*option, "--media-secret-file="))
      g_file_get_contents (*option + strlen ("--media-secret-file="), &secret, NULL, &error);
  }
  g_assert_no_error (error);
  node = srv_janus_node_new (address, secret, &error);
  g_assert_no_error (error);
  srv_janus_node_start (node);
  return node;
}

static gboolean
is_up (SrvJanusNode *node)
{
  return srv_media_node_is_up (SRV_MEDIA_NODE (node));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->node = make_node (data ? g_getenv (data) : NULL);
  nertc_await (is_up (self->node));
  self->pair = rtc_pair_new (TRUE, TRUE);
  self->pair->sender->deaf = self->pair->receiver->deaf = TRUE;
  rtc_pair_start (self->pair);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  rtc_pair_free (self->pair);
  forget (&self->out);
  forget (&self->in);
  g_assert_cmpuint (srv_media_node_get_load (SRV_MEDIA_NODE (self->node)), ==, 0);
  srv_janus_node_stop (self->node);
  g_assert_finalize_object (self->node);
}

/* What is behind the first line */
static const char *
get_sdp (const Told *told, const char *type)
{
  g_assert_true (g_str_has_prefix (told->description, type));
  return strchr (told->description, '\n') + 1;
}

static void
give_candidates (RtcPairEnd *from, guint *given, SrvNodeEnd *to)
{
  for (; *given < from->candidates->len; (*given)++)
    srv_node_end_add_candidate (to, 0, g_ptr_array_index (from->candidates, *given));
}

static gboolean
is_connected (Fixture *self, RtcPairEnd *end, Told *told)
{
  give_candidates (end, &self->given[end == self->pair->receiver], told->end);
  return told->connected && end->connected;
}

static void
publish (Fixture *self)
{
  RtcPairEnd *sender = self->pair->sender;

  self->in.end = srv_media_node_receive (SRV_MEDIA_NODE (self->node), &events, &self->in);
  nertc_await (self->in.id && sender->description);
  srv_node_end_set_description (self->in.end, "offer", sender->description);
  nertc_await (self->in.description);
  rtc_peer_set_remote_description (sender->peer, GST_WEBRTC_SDP_TYPE_ANSWER,
                                   get_sdp (&self->in, "answer"));
  nertc_await (is_connected (self, sender, &self->in));
}

static void
subscribe (Fixture *self, gboolean audio, gboolean video)
{
  RtcPairEnd *receiver = self->pair->receiver;

  self->out.end = srv_media_node_send (SRV_MEDIA_NODE (self->node), self->in.end, audio, video,
                                       &events, &self->out);
  nertc_await (self->out.id && self->out.description);
  g_assert_null (strstr (self->out.description, "ccm fir"));
  rtc_peer_set_remote_description (receiver->peer, GST_WEBRTC_SDP_TYPE_OFFER,
                                   get_sdp (&self->out, "offer"));
  nertc_await (receiver->description);
  srv_node_end_set_description (self->out.end, "answer", receiver->description);
  nertc_await (is_connected (self, receiver, &self->out));
}

static void
feed (Fixture *self)
{
  rtc_pair_feed (self->pair, TRUE);
  for (RtcMedia media = 0; media < RTC_N_MEDIA; media++)
    rtc_pair_send (self->pair, media, TRUE);
}

/* So many more frames arrive. */
static void
await_frames (Fixture *self, RtcMedia media, guint more)
{
  guint until = rtc_pair_end_count (self->pair->receiver, media) + more;

  nertc_await (rtc_pair_end_count (self->pair->receiver, media) >= until);
}

static void
play (Fixture *self)
{
  publish (self);
  subscribe (self, TRUE, TRUE);
  feed (self);
  for (RtcMedia media = 0; media < RTC_N_MEDIA; media++)
    await_frames (self, media, ENOUGH);
  g_assert_true (rtc_pair_end_get (self->pair->receiver, RTC_MEDIA_VIDEO, 0).is_key_frame);
}

static void
test_media (Fixture *self, gconstpointer data)
{
  play (self);
  g_assert_true (srv_media_node_knows (SRV_MEDIA_NODE (self->node), self->in.id));
  g_assert_cmpstr (self->in.id, !=, self->out.id);
  nertc_await (self->in.media[FALSE][TRUE] == 1 && self->in.media[TRUE][TRUE] == 1);
  g_assert_cmpuint (srv_media_node_get_load (SRV_MEDIA_NODE (self->node)), ==, 2);
}

/* What is not wanted does not come; what is wanted again begins with a key frame. */
static void
test_wanted (Fixture *self, gconstpointer data)
{
  RtcPairEnd *receiver = self->pair->receiver;
  guint videos;

  publish (self);
  subscribe (self, TRUE, FALSE);
  feed (self);
  await_frames (self, RTC_MEDIA_AUDIO, ENOUGH);
  g_assert_cmpuint (rtc_pair_end_count (receiver, RTC_MEDIA_VIDEO), ==, 0);

  srv_node_end_set_wanted (self->out.end, FALSE, TRUE);
  await_frames (self, RTC_MEDIA_VIDEO, ENOUGH);
  g_assert_true (rtc_pair_end_get (receiver, RTC_MEDIA_VIDEO, 0).is_key_frame);

  /* The last of several wishes counts. */
  srv_node_end_set_wanted (self->out.end, TRUE, TRUE);
  srv_node_end_set_wanted (self->out.end, FALSE, FALSE);
  srv_node_end_set_wanted (self->out.end, TRUE, FALSE);
  await_frames (self, RTC_MEDIA_AUDIO, ENOUGH);
  videos = rtc_pair_end_count (receiver, RTC_MEDIA_VIDEO);
  await_frames (self, RTC_MEDIA_AUDIO, ENOUGH);
  g_assert_cmpuint (rtc_pair_end_count (receiver, RTC_MEDIA_VIDEO), ==, videos);
}

/* A server that was restarted takes over what members name, and nothing that is another's. */
static void
test_adopted (Fixture *self, gconstpointer data)
{
  g_autofree char *in = NULL, *out = NULL;
  Told stranger = { NULL };

  play (self);
  in = g_strdup (self->in.id);
  out = g_strdup (self->out.id);
  srv_janus_node_stop (self->node);
  forget (&self->out);
  forget (&self->in);
  g_assert_finalize_object (self->node);

  self->node = make_node (NULL);
  self->in.end = srv_media_node_adopt (SRV_MEDIA_NODE (self->node), in, NULL, &events, &self->in);
  nertc_await (self->in.id);
  g_assert_cmpstr (self->in.id, ==, in);
  self->out.end =
      srv_media_node_adopt (SRV_MEDIA_NODE (self->node), out, self->in.end, &events, &self->out);
  nertc_await (self->out.id);
  stranger.end = srv_media_node_adopt (SRV_MEDIA_NODE (self->node), out, NULL, &events, &stranger);
  nertc_await (stranger.failure);
  forget (&stranger);

  await_frames (self, RTC_MEDIA_VIDEO, ENOUGH);
  srv_node_end_set_wanted (self->out.end, TRUE, FALSE);
  await_frames (self, RTC_MEDIA_AUDIO, ENOUGH);
  g_assert_cmpuint (self->pair->receiver->failures + self->pair->sender->failures, ==, 0);
}

/* What a publisher leaves behind in Janus is nothing: it can be told by its ids being free. */
static void
test_closed (Fixture *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  Told late = { NULL };

  publish (self);
  id = g_strdup (self->in.id);
  forget (&self->in);
  late.end = srv_media_node_adopt (SRV_MEDIA_NODE (self->node), id, NULL, &events, &late);
  nertc_await (late.failure);
  forget (&late);
}

/* At any time, also before it is ready. */
static void
test_closed_early (Fixture *self, gconstpointer data)
{
  SrvMediaNode *node = SRV_MEDIA_NODE (self->node);
  Told other = { NULL };

  self->in.end = srv_media_node_receive (node, &events, &self->in);
  forget (&self->in);
  publish (self);
  other.end = srv_media_node_send (node, self->in.end, TRUE, TRUE, &events, &other);
  forget (&other);
  other.end = srv_media_node_send (node, self->in.end, TRUE, TRUE, &events, &other);
  nertc_await (other.id);
  forget (&other);
  subscribe (self, TRUE, TRUE);
  feed (self);
  await_frames (self, RTC_MEDIA_VIDEO, ENOUGH);
}

/* All come at once, as when a room moves here. */
static void
test_many (Fixture *self, gconstpointer data)
{
  Told many[48] = { { NULL } };

  publish (self);
  for (gsize i = 0; i < G_N_ELEMENTS (many); i++)
    many[i].end = srv_media_node_send (SRV_MEDIA_NODE (self->node), self->in.end, TRUE, i % 2,
                                       &events, &many[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (many); i++) {
    nertc_await (many[i].description);
    g_assert_null (many[i].failure);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (many); i++)
    forget (&many[i]);
  subscribe (self, TRUE, TRUE);
  feed (self);
  await_frames (self, RTC_MEDIA_VIDEO, ENOUGH);
}

#define ADD(name, test) g_test_add ("/server/janus/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  ADD ("media", test_media);
  g_test_add ("/server/janus/websocket", Fixture, "NERTC_TEST_MEDIA_WEBSOCKET", set_up, test_media,
              tear_down);
  ADD ("wanted", test_wanted);
  ADD ("adopted", test_adopted);
  ADD ("many", test_many);
  ADD ("closed", test_closed);
  ADD ("closed-early", test_closed_early);
  return g_test_run ();
}
