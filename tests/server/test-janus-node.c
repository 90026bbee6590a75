/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A node whose Janus answers amiss, or not at all, or goes away. */

#include "janus-node.h"

#include "await.h"
#include "fake-janus.h"

#include <libsoup/soup.h>
#include <string.h>

/* For what is not answered; all else is at once, unless the machine is very slow. */
#define TIMEOUT_MS 1000

#define SECRET "quiet please"
#define OFFER \
  "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=rtpmap:0 PCMU/8000\r\n"

typedef struct {
  SrvNodeEnd *end;
  char *id;
  char *description;
  char *failure;
  guint connected;
  guint media;
} Told;

typedef struct {
  FakeJanus *janus;
  SrvJanusNode *node;
  guint changes; /* of being up */
  Told told;
} Fixture;

static void
on_ready (SrvNodeEnd *end, const char *transport_id, gpointer user_data)
{
  ((Told *) user_data)->id = g_strdup (transport_id);
}

static void
on_description (SrvNodeEnd *end, const char *type, const char *sdp, gpointer user_data)
{
  ((Told *) user_data)->description = g_strdup (sdp);
}

static void
on_connected (SrvNodeEnd *end, gpointer user_data)
{
  ((Told *) user_data)->connected++;
}

static void
on_media (SrvNodeEnd *end, gboolean video, gboolean receiving, gpointer user_data)
{
  ((Told *) user_data)->media++;
}

static void
on_failed (SrvNodeEnd *end, const char *message, gpointer user_data)
{
  Told *told = user_data;

  g_assert_null (told->failure);
  g_assert_true (g_utf8_validate (message, -1, NULL));
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

static void
on_up (SrvJanusNode *node, GParamSpec *pspec, gpointer user_data)
{
  ((Fixture *) user_data)->changes++;
}

static gboolean
is_up (Fixture *self)
{
  return srv_media_node_is_up (SRV_MEDIA_NODE (self->node));
}

static void
set_up_node (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->janus = fake_janus_new ();
  self->node = srv_janus_node_new (fake_janus_get_address (self->janus), SECRET, &error);
  g_assert_no_error (error);
  g_signal_connect (self->node, "notify::up", G_CALLBACK (on_up), self);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  set_up_node (self, data);
  srv_janus_node_start (self->node);
  nertc_await (is_up (self));
  g_assert_cmpuint (self->changes, ==, 1);
  g_assert_cmpstr (fake_janus_get_secret (self->janus), ==, SECRET);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  forget (&self->told);
  srv_janus_node_stop (self->node);
  g_assert_finalize_object (self->node);
  fake_janus_free (self->janus);
}

static void
receive (Fixture *self, Told *told)
{
  told->end = srv_media_node_receive (SRV_MEDIA_NODE (self->node), &events, told);
}

static void
publish (Fixture *self)
{
  receive (self, &self->told);
  nertc_await (self->told.id);
  srv_node_end_set_description (self->told.end, "offer", OFFER);
  nertc_await (self->told.description);
}

/* What is answered amiss */

#define ERROR \
  "{\"janus\":\"error\",\"transaction\":\"TRANSACTION\",\"error\":{\"code\":490,\"reason\":" \
  "\"no\"}}"

static const char *const wrong_answers[] = {
  "",
  "{",
  "{\"janus\":\"success\",\"transaction\":7}",
  "{\"janus\":\"success\",\"transaction\":\"TRANSACTION\",\"data\":{\"id\":-1}}",
  "{\"janus\":\"event\",\"transaction\":\"TRANSACTION\",\"jsep\":{\"type\":[],\"sdp\":7}}",
  "{\"janus\":\"success\",\"transaction\":\"TRANSACTION\"}",
  "{\"janus\":\"event\",\"transaction\":\"TRANSACTION\",\"jsep\":{\"type\":\"answer\"}}",
  "{\"janus\":\"event\",\"transaction\":\"TRANSACTION\",\"plugindata\":{\"data\":{\"error_code\":1}"
  "}}",
  "{\"janus\":\"slowlink\",\"transaction\":\"TRANSACTION\"}",
  ERROR,
};

/* One end for each answer, as one may have to wait long for its answer. */
static void
test_wrong_attach (Fixture *self, gconstpointer data)
{
  Told told[G_N_ELEMENTS (wrong_answers)] = { { NULL } };

  srv_janus_node_set_timeout (self->node, TIMEOUT_MS);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong_answers); i++) {
    guint asked = fake_janus_count (self->janus, "attach");

    fake_janus_set_answer (self->janus, "attach", wrong_answers[i]);
    receive (self, &told[i]);
    nertc_await (fake_janus_count (self->janus, "attach") > asked);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (wrong_answers); i++) {
    nertc_await (told[i].failure);
    g_assert_null (told[i].id);
    forget (&told[i]);
  }
  g_assert_true (is_up (self));
  g_assert_cmpuint (fake_janus_count (self->janus, "detach"), ==, 0);
  fake_janus_set_answer (self->janus, "attach", NULL);
  publish (self);
}

static void
test_wrong_answer (Fixture *self, gconstpointer data)
{
  Told told[G_N_ELEMENTS (wrong_answers)] = { { NULL } };

  srv_janus_node_set_timeout (self->node, TIMEOUT_MS);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong_answers); i++) {
    guint asked = fake_janus_count (self->janus, "joinandconfigure");

    fake_janus_set_answer (self->janus, "joinandconfigure", wrong_answers[i]);
    receive (self, &told[i]);
    nertc_await (told[i].id);
    srv_node_end_set_description (told[i].end, "answer", OFFER);
    srv_node_end_set_description (told[i].end, "offer", OFFER);
    srv_node_end_set_description (told[i].end, "offer", OFFER);
    nertc_await (fake_janus_count (self->janus, "joinandconfigure") == asked + 1);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (wrong_answers); i++) {
    nertc_await (told[i].failure);
    g_assert_null (told[i].description);
    forget (&told[i]);
  }
  /* Nothing is left of them. */
  nertc_await (fake_janus_count (self->janus, "detach") == G_N_ELEMENTS (wrong_answers));
  g_assert_cmpuint (fake_janus_count (self->janus, "destroy"), ==, G_N_ELEMENTS (wrong_answers));
}

/* Janus tells it by the way, or somebody else does. */
static void
test_events (Fixture *self, gconstpointer data)
{
  gint64 handle;

  publish (self);
  handle = fake_janus_get_handle (self->janus);
  fake_janus_say (self->janus, "hello");
  fake_janus_say (self->janus, "{\"janus\":\"webrtcup\"}");
  fake_janus_say (self->janus, "{\"janus\":\"hangup\",\"sender\":%" G_GINT64_FORMAT "}",
                  handle + 1);
  fake_janus_say (self->janus, "{\"janus\":\"timeout\",\"session_id\":4711}");
  fake_janus_say (self->janus, "{\"janus\":\"success\",\"transaction\":\"1\",\"data\":{\"id\":1}}");
  fake_janus_say (self->janus, "{\"janus\":\"webrtcup\",\"sender\":%" G_GINT64_FORMAT "}", handle);
  fake_janus_say (self->janus,
                  "{\"janus\":\"media\",\"sender\":%" G_GINT64_FORMAT
                  ",\"type\":\"video\",\"receiving\":true}",
                  handle);
  fake_janus_say (self->janus,
                  "{\"janus\":\"slowlink\",\"sender\":%" G_GINT64_FORMAT
                  ",\"media\":\"video\",\"uplink\":false,\"lost\":7}",
                  handle);
  fake_janus_say (self->janus,
                  "{\"janus\":\"slowlink\",\"sender\":%" G_GINT64_FORMAT
                  ",\"media\":\"audio\",\"uplink\":true,\"lost\":1}",
                  handle + 1);
  nertc_await (self->told.media == 1);
  nertc_await (srv_media_node_get_lost (SRV_MEDIA_NODE (self->node), FALSE) == 7);
  g_assert_cmpuint (srv_media_node_get_lost (SRV_MEDIA_NODE (self->node), TRUE), ==, 0);
  g_assert_cmpuint (self->told.connected, ==, 1);
  g_assert_null (self->told.failure);
  fake_janus_say (
      self->janus,
      "{\"janus\":\"hangup\",\"sender\":%" G_GINT64_FORMAT ",\"reason\":\"DTLS alert\"}", handle);
  nertc_await (self->told.failure);
  g_assert_cmpstr (self->told.failure, ==, "DTLS alert");
}

/* So many do not come at once that the last would wait too long; the node itself waits for none. */
static void
test_many (Fixture *self, gconstpointer data)
{
  Told told[40] = { { NULL } };
  guint alive = fake_janus_count (self->janus, "keepalive");

  fake_janus_set_answer (self->janus, "attach", "");
  for (gsize i = 0; i < G_N_ELEMENTS (told); i++)
    receive (self, &told[i]);
  nertc_await (fake_janus_count (self->janus, "keepalive") > alive);
  g_assert_cmpuint (fake_janus_count (self->janus, "attach"), ==, 32);
  fake_janus_set_answer (self->janus, "attach", NULL);
  for (guint id = 1; id < 50; id++)
    fake_janus_say (self->janus,
                    "{\"janus\":\"success\",\"transaction\":\"%u\",\"data\":{\"id\":%u}}", id,
                    1000 + id);
  for (gsize i = 0; i < G_N_ELEMENTS (told); i++)
    nertc_await (told[i].id);
  for (gsize i = 0; i < G_N_ELEMENTS (told); i++)
    forget (&told[i]);
  nertc_await (fake_janus_count (self->janus, "detach") == G_N_ELEMENTS (told));
}

/* A handle that is made when nobody waits for it any more is not kept. */
static void
test_late (Fixture *self, gconstpointer data)
{
  fake_janus_say (self->janus,
                  "{\"janus\":\"success\",\"session_id\":%" G_GINT64_FORMAT
                  ",\"transaction\":\"4711\",\"data\":{\"id\":42}}",
                  fake_janus_get_session (self->janus));
  nertc_await (fake_janus_count (self->janus, "detach") == 1);
  publish (self);
}

/* Its Unix socket takes no more. */
static void
test_long_offer (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) offer = g_string_new (OFFER);

  for (guint i = 0; i < 400; i++)
    g_string_append_printf (offer, "a=ssrc:%u cname:somebody\r\n", i);
  receive (self, &self->told);
  nertc_await (self->told.id);
  srv_node_end_set_description (self->told.end, "offer", offer->str);
  nertc_await (self->told.failure);
  g_assert_nonnull (strstr (self->told.failure, "8191"));
}

static gboolean
on_flood (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* As if a client kept the server busy: of sources of a lower priority it does not hear any more. */
static void
test_flood (Fixture *self, gconstpointer data)
{
  g_autoptr (GSource) flood = g_timeout_source_new (0);

  g_source_set_callback (flood, on_flood, NULL, NULL);
  g_source_attach (flood, NULL);
  set_up (self, NULL);
  receive (self, &self->told);
  nertc_await (self->told.id);
  srv_node_end_set_description (self->told.end, "offer", "no description");
  nertc_await (self->told.failure);
  g_source_destroy (flood);
}

/* Up and down */

/* Whoever has an end sees that it is dead by the node being down, and closes it. */
static void
await_down_and_up (Fixture *self)
{
  nertc_await (self->changes == 2);
  g_assert_false (is_up (self));
  g_assert_null (self->told.failure);
  forget (&self->told);
  nertc_await (is_up (self));
}

static void
test_frozen (Fixture *self, gconstpointer data)
{
  gint64 session = fake_janus_get_session (self->janus);

  publish (self);
  fake_janus_set_frozen (self->janus, TRUE);
  nertc_await (!is_up (self));
  fake_janus_set_frozen (self->janus, FALSE);
  await_down_and_up (self);
  g_assert_cmpint (fake_janus_get_session (self->janus), !=, session);
  publish (self);
}

/* That this server had no time for long is not Janus' fault: the answers are there to be read. */
static void
test_busy (Fixture *self, gconstpointer data)
{
  guint alive = fake_janus_count (self->janus, "keepalive");

  fake_janus_set_answer (self->janus, "keepalive", "");
  nertc_await (fake_janus_count (self->janus, "keepalive") >= alive + 2);
  for (guint id = 1; id < 20; id++)
    fake_janus_say (self->janus, "{\"janus\":\"ack\",\"transaction\":\"%u\"}", id);
  fake_janus_set_answer (self->janus, "keepalive", NULL);
  g_usleep (2500 * 1000);
  nertc_await (fake_janus_count (self->janus, "keepalive") >= alive + 4);
  g_assert_cmpuint (self->changes, ==, 1);
  /* Another server may have claimed the session meanwhile. */
  g_assert_cmpuint (fake_janus_count (self->janus, "claim"), >, 0);
}

static void
connect_end (Fixture *self)
{
  publish (self);
  fake_janus_say (self->janus, "{\"janus\":\"webrtcup\",\"sender\":%" G_GINT64_FORMAT "}",
                  fake_janus_get_handle (self->janus));
  nertc_await (self->told.connected == 1);
}

/* A connection is soon back, and nobody sees that it was lost. */
static void
test_lost (Fixture *self, gconstpointer data)
{
  guint claims;

  connect_end (self);
  claims = fake_janus_count (self->janus, "claim");
  fake_janus_hang_up (self->janus);
  nertc_await (fake_janus_count (self->janus, "claim") > claims);
  fake_janus_say (self->janus,
                  "{\"janus\":\"media\",\"sender\":%" G_GINT64_FORMAT
                  ",\"type\":\"audio\",\"receiving\":true}",
                  fake_janus_get_handle (self->janus));
  nertc_await (self->told.media == 1);
  g_assert_cmpuint (self->changes, ==, 1);
  g_assert_null (self->told.failure);
}

/* That an end was connected meanwhile was told to nobody. */
static void
test_lost_news (Fixture *self, gconstpointer data)
{
  publish (self);
  fake_janus_hang_up (self->janus);
  nertc_await (self->told.failure);
  g_assert_cmpuint (self->changes, ==, 1);
}

/* What is asked meanwhile has to wait. */
static void
test_lost_while_busy (Fixture *self, gconstpointer data)
{
  Told other = { NULL };
  guint claims = fake_janus_count (self->janus, "claim");

  fake_janus_set_answer (self->janus, "claim", "");
  receive (self, &self->told);
  fake_janus_hang_up (self->janus);
  nertc_await (self->told.failure);
  forget (&self->told);
  receive (self, &other);
  nertc_await (fake_janus_count (self->janus, "claim") > claims);
  g_assert_true (is_up (self));
  g_assert_null (other.failure);
  fake_janus_say (self->janus, "nonsense");
  fake_janus_set_answer (self->janus, "claim", NULL);
  fake_janus_hang_up (self->janus);
  nertc_await (other.id);
  g_assert_cmpuint (self->changes, ==, 1);
  forget (&other);
}

static void
test_forgotten (Fixture *self, gconstpointer data)
{
  publish (self);
  fake_janus_set_answer (self->janus, "claim", ERROR);
  fake_janus_hang_up (self->janus);
  await_down_and_up (self);
  publish (self);
}

static void
test_session_ended (Fixture *self, gconstpointer data)
{
  publish (self);
  fake_janus_say (self->janus, "{\"janus\":\"timeout\",\"session_id\":%" G_GINT64_FORMAT "}",
                  fake_janus_get_session (self->janus));
  await_down_and_up (self);
}

static void
test_adopted_in_vain (Fixture *self, gconstpointer data)
{
  g_autofree char *id = NULL;

  publish (self);
  id = g_strdup (self->told.id);
  forget (&self->told);
  nertc_await (fake_janus_count (self->janus, "detach") == 1);
  fake_janus_set_answer (self->janus, "configure", ERROR);
  self->told.end =
      srv_media_node_adopt (SRV_MEDIA_NODE (self->node), id, NULL, &events, &self->told);
  nertc_await (self->told.failure);
  forget (&self->told);
  /* It may be another one's. */
  fake_janus_set_answer (self->janus, "configure", NULL);
  publish (self);
  g_assert_cmpuint (fake_janus_count (self->janus, "detach"), ==, 1);
}

/* What is no use as a node is asked again and again, and not too often. */
static void
test_no_node (Fixture *self, gconstpointer data)
{
  fake_janus_set_answer (self->janus, "info",
                         "{\"janus\":\"server_info\",\"transaction\":\"TRANSACTION\","
                         "\"full-trickle\":true}");
  srv_janus_node_start (self->node);
  nertc_await (fake_janus_count (self->janus, "info") == 2);
  fake_janus_set_answer (self->janus, "info", NULL);
  fake_janus_set_answer (self->janus, "create session", ERROR);
  nertc_await (fake_janus_count (self->janus, "create session") == 2);
  g_assert_cmpuint (self->changes, ==, 0);
  fake_janus_set_answer (self->janus, "create session", NULL);
  nertc_await (is_up (self));
}

static gboolean refused; /* a certificate was */

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize count, gpointer user_data)
{
  for (gsize i = 0; i < count; i++) {
    if (g_str_equal (fields[i].key, "MESSAGE") && strstr (fields[i].value, "TLS certificate"))
      refused = TRUE;
  }
  return g_log_writer_default (level, fields, count, user_data);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  g_assert_not_reached ();
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

/* LeakSanitizer comes to harm in a process whose GnuTLS has read what the system trusts. */
#ifdef __SANITIZE_ADDRESS__
#define HAS_SANITIZER TRUE
#else
#define HAS_SANITIZER FALSE
#endif

/* The secret goes to nobody whose certificate is not known. */
static void
test_tls (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "untrusted.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);
  g_autoptr (SoupServer) server = soup_server_new ("tls-certificate", certificate, NULL);
  g_autofree char *address = NULL;
  g_autoptr (SrvJanusNode) node = NULL;
  GSList *uris;

  g_assert_no_error (error);
  soup_server_add_handler (server, NULL, on_request, NULL, NULL);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_HTTPS | SOUP_SERVER_LISTEN_IPV4_ONLY,
                            &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  address = g_strdup_printf ("januss://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  node = srv_janus_node_new (address, SECRET, &error);
  g_assert_no_error (error);
  srv_janus_node_start (node);
  nertc_await (refused);
  srv_janus_node_stop (node);
}

static void
test_addresses (void)
{
  static const struct {
    const char *address;
    gboolean taken;
  } rows[] = {
    { "janus://media.example.org", TRUE },
    { "janus://[::1]:8188/janus", TRUE },
    { "januss://media.example.org:443/a/b", TRUE },
    { "janus:///run/janus/socket", TRUE },
    { "", FALSE },
    { "janus", FALSE },
    { "janus:", FALSE },
    { "janus://", FALSE },
    { "janus:///", FALSE },
    { "januss:///run/janus/socket", FALSE },
    { "ws://media.example.org", FALSE },
    { "janus://user:password@media.example.org", FALSE },
    { "janus://media.example.org?secret=1", FALSE },
    { "janus://media.example.org#here", FALSE },
    { "janus://media.example.org:99999", FALSE },
  };
  g_autofree char *name = g_strnfill (108, 'a');
  g_autofree char *long_path = g_strconcat ("janus:///", name, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SrvJanusNode) node = srv_janus_node_new (rows[i].address, NULL, &error);

    g_assert_true ((node != NULL) == rows[i].taken);
    g_assert_true ((error == NULL) == rows[i].taken);
  }
  g_assert_null (srv_janus_node_new (long_path, NULL, NULL));
}

#define ADD(name, start, test) \
  g_test_add ("/server/janus-node/" name, Fixture, NULL, start, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
  g_test_add_func ("/server/janus-node/addresses", test_addresses);
  if (!HAS_SANITIZER)
    g_test_add_func ("/server/janus-node/tls", test_tls);
  ADD ("wrong-attach", set_up, test_wrong_attach);
  ADD ("wrong-answer", set_up, test_wrong_answer);
  ADD ("events", set_up, test_events);
  ADD ("many", set_up, test_many);
  ADD ("late", set_up, test_late);
  g_test_add ("/server/janus-node/flood", Fixture, NULL, NULL, test_flood, tear_down);
  ADD ("long-offer", set_up, test_long_offer);
  ADD ("frozen", set_up, test_frozen);
  ADD ("busy", set_up, test_busy);
  ADD ("lost", set_up, test_lost);
  ADD ("lost-news", set_up, test_lost_news);
  ADD ("lost-while-busy", set_up, test_lost_while_busy);
  ADD ("forgotten", set_up, test_forgotten);
  ADD ("session-ended", set_up, test_session_ended);
  ADD ("adopted-in-vain", set_up, test_adopted_in_vain);
  ADD ("no-node", set_up_node, test_no_node);
  return g_test_run ();
}
