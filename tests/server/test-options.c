/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Command line and key file. */

#include "ice-server.h"
#include "media-options.h"
#include "options.h"

#include <glib/gstdio.h>
#include <string.h>

#define SECRET "0123456789abcdef0123456789abcdef"

typedef struct {
  char *path; /* of a key file */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  int file = g_file_open_tmp ("nertc-server-XXXXXX.conf", &self->path, NULL);

  g_assert_cmpint (file, >=, 0);
  g_close (file, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->path);
  g_free (self->path);
}

/* @options: separated by vertical bars */
static SrvOptions *
parse (const char *options, GError **error)
{
  g_autofree char *line = g_strconcat ("nertc-server", *options ? "|" : "", options, NULL);
  g_auto (GStrv) arguments = g_strsplit (line, "|", -1);
  gboolean show_version;

  return srv_options_parse (&arguments, &show_version, error);
}

static SrvOptions *
parse_file (Fixture *self, const char *content, const char *more, GError **error)
{
  g_autofree char *options = g_strdup_printf ("--config=%s%s", self->path, more);

  g_assert_true (g_file_set_contents (self->path, content, -1, NULL));
  return parse (options, error);
}

/* An error says which option, which value and what to do: all of @parts. */
static void
assert_refused (SrvOptions *options, GError **error, const char *parts)
{
  g_auto (GStrv) words = g_strsplit (parts, "|", -1);

  g_assert_null (options);
  g_assert_nonnull (*error);
  g_test_message ("%s", (*error)->message);
  for (guint i = 0; words[i]; i++) {
    if (!strstr ((*error)->message, words[i]))
      g_error ("‘%s’ is not in: %s", words[i], (*error)->message);
  }
}

static void
test_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SrvOptions) options = parse ("", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (options->bind, ==, "127.0.0.1");
  g_assert_cmpuint (options->port, ==, 8980);
  g_assert_null (options->auth);
  g_assert_null (options->ice_servers);
  g_assert_true (srv_options_have_page (options));
  g_assert_cmpuint (options->message_rate, ==, 200);
  g_assert_cmpuint (options->message_burst, ==, 400);
  g_assert_cmpuint (options->ping_interval, ==, 5);
  g_assert_cmpuint (options->join_timeout, ==, 10);
}

#define FOUR "--ice-server=stun:a|--ice-server=stun:b|--ice-server=stun:c|--ice-server=stun:d"
#define SIXTEEN FOUR "|" FOUR "|" FOUR "|" FOUR

static void
test_command_line (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SrvOptions) options =
      parse ("--bind=0.0.0.0|--auth=open|--port|1|--max-rooms=2|--max-members=3|--max-streams=4|"
             "--max-subscriptions=5|--max-unjoined=6|--message-rate=7|--message-burst=8|"
             "--max-queue=900|--ping-interval=10|--join-timeout=11|--ice-server=stun:a|"
             "--ice-server=turn:b user secret|--tls-certificate=c.pem|--tls-key=k.pem|"
             "--allow-origin=https://a.b|--allow-origin=*|--uid-policy=refuse|--grace=12|"
             "--turn=turn:a|--turn=turns:b:1|"
             "--turn-secret-file=s|--turn-ttl=77|--max-away=1300",
             &error);

  g_assert_no_error (error);
  g_assert_cmpstr (options->bind, ==, "0.0.0.0");
  g_assert_cmpstr (options->auth, ==, "open");
  g_assert_cmpuint (options->port, ==, 1);
  g_assert_cmpuint (options->max_rooms, ==, 2);
  g_assert_cmpuint (options->max_members, ==, 3);
  g_assert_cmpuint (options->max_streams, ==, 4);
  g_assert_cmpuint (options->max_subscriptions, ==, 5);
  g_assert_cmpuint (options->max_unjoined, ==, 6);
  g_assert_cmpuint (options->message_rate, ==, 7);
  g_assert_cmpuint (options->message_burst, ==, 8);
  g_assert_cmpuint (options->max_queue, ==, 900);
  g_assert_cmpuint (options->ping_interval, ==, 10);
  g_assert_cmpuint (options->join_timeout, ==, 11);
  g_assert_cmpuint (options->grace, ==, 12);
  g_assert_cmpuint (options->max_away, ==, 1300);
  g_assert_cmpstr (options->uid_policy, ==, "refuse");
  g_assert_cmpuint (g_strv_length (options->ice_servers), ==, 2);
  g_assert_cmpstr (options->ice_servers[1], ==, "turn:b user secret");
  g_assert_cmpstr (options->tls_certificate, ==, "c.pem");
  g_assert_cmpstr (options->tls_key, ==, "k.pem");
  g_assert_cmpstr (options->allow_origins[1], ==, "*");
  g_assert_cmpstr (options->turn[1], ==, "turns:b:1");
  g_assert_cmpstr (options->turn_secret_file, ==, "s");
  g_assert_cmpuint (options->turn_ttl, ==, 77);
}

static void
test_bad_values (void)
{
  static const struct {
    const char *options;
    const char *parts;
  } bad[] = {
    { "--port=abc", "--port|‘abc’|0 to 65535" },
    { "--port=65536", "--port|‘65536’|0 to 65535" },
    { "--port=-1", "--port|‘-1’|0 to 65535" },
    { "--port=", "--port|‘’|0 to 65535" },
    { "--max-rooms=0", "--max-rooms|‘0’|1 to" },
    { "--max-streams=65", "--max-streams|‘65’|1 to 64" },
    { "--max-queue=511", "--max-queue|‘511’|512 to" },
    { "--bind=example.org", "bind|‘example.org’|IP address" },
    { "--bind=0.0.0.0", "bind|‘0.0.0.0’|--auth=open" },
    { "--bind=::", "bind|‘::’|--auth=open" },
    { "--bind=192.168.1.1", "bind|‘192.168.1.1’|--auth=open" },
    { "--auth=closed", "auth|‘closed’|token or open" },
    { "--uid-policy=ask", "uid-policy|‘ask’|replace or refuse" },
    { "--auth=token", "auth|‘token’|[app KEY]|nertc-token secret|--dev" },
    { "--dev|--bind=0.0.0.0", "bind|‘0.0.0.0’|--dev|leave it out" },
    { "--dev|--bind=0.0.0.0|--auth=token", "bind|‘0.0.0.0’|--dev|leave it out" },
    { "--ice-server=http:x", "ice-server|‘http:x’|stun:HOST" },
    { "--ice-server=stun:", "ice-server|‘stun:’|stun:HOST" },
    { "--ice-server=turn:x", "ice-server|‘turn:x’ (words behind it: 0)|USERNAME" },
    { "--ice-server=turn:x user", "ice-server|‘turn:x’ (words behind it: 1)|USERNAME" },
    { SIXTEEN "|--ice-server=stun:a", "ice-server is|17 times|at most 16" },
    { SIXTEEN "|--turn=turn:a|--turn-secret-file=s", "ice-server is|16 times|at most 15|turn" },
    { "--turn=turn:a|--turn-secret-file=s|--turn-ttl=9", "--turn-ttl|‘9’|10 to" },
    { "--turn=turn:a b|--turn-secret-file=s", "turn is|‘turn:a b’|turn:HOST" },
    { "--turn=turn:a", "turn is|‘turn:a’|--turn-secret-file|--ice-server" },
    { "--turn-secret-file=s", "turn-secret-file|‘s’|--turn" },
    { "--tls-key=key.pem", "tls-key|‘key.pem’|--tls-certificate" },
    { "--media=sfu", "media is|‘sfu’|mesh, janus, auto|janus://HOST" },
    { "--media=", "media is|‘’|mesh, janus, auto" },
    { "--media=janus:", "media is|‘janus:’|janus://HOST" },
    { "--media=janus://", "media is|‘janus://’|janus://HOST" },
    { "--media=janus:///", "media is|‘janus:///’|janus:///PATH" },
    { "--media=januss:///run/j", "media is|‘januss:///run/j’|janus:///PATH" },
    { "--media=janus://host:0", "media is|‘janus://host:0’|janus://HOST" },
    { "--media=janus://host:65536", "media is|‘janus://host:65536’|janus://HOST" },
    { "--media=janus://host?a=b", "media is|‘janus://host?a=b’|janus://HOST" },
    { "--media=janus://a|--media=janus://a", "media is|‘janus://a’ twice|once" },
    { "--media=mesh|--media=janus", "media is|‘mesh’|‘janus’|auto" },
    { "--media=janus://a|--media=mesh", "media is|‘mesh’|‘janus://a’|auto" },
    { "--mesh-limit=0", "--mesh-limit|‘0’|1 to" },
    { "--media=janus|--media-secret-file=s", "media-secret-file|‘s’|--media=janus://HOST" },
    { "--media-ports=1-2", "media-ports|‘1-2’|--media=janus" },
    { "--media=janus://a|--media-address=192.0.2.1", "media-address|‘192.0.2.1’|--media=janus" },
    { "--media=auto|--media=janus://a|--media-interface=e", "media-interface|‘e’|--media=janus" },
    { "--media=janus|--media-ports=20000", "media-ports|‘20000’|MIN-MAX" },
    { "--media=janus|--media-ports=1000-2000", "media-ports|‘1000-2000’|1024 to 65535" },
    { "--media=janus|--media-ports=20000-20018", "media-ports|‘20000-20018’|20 ports" },
    { "--media=janus|--media-ports=30000-20000", "media-ports|‘30000-20000’|MIN-MAX" },
    { "--media=janus|--media-address=example.org", "media-address|‘example.org’|IP address" },
    { "--media=janus|--media-address=127.0.0.1", "media-address|‘127.0.0.1’|from outside" },
    { "--media=janus|--media-interface=e\"", "media-interface|‘e\"’|eth0" },
    { "--page=maybe", "page|‘maybe’|on or off" },
    { "--allow-origin=example.org", "allow-origin|‘example.org’|https://" },
    { "--allow-origin=https://example.org/", "allow-origin|‘https://example.org/’|https://" },
    { "--allow-origin=https://a@example.org", "allow-origin|‘https://a@example.org’|https://" },
    { "--allow-origin=https://*.example.org", "allow-origin|‘https://*.example.org’|https://" },
    { "--allow-origin=", "allow-origin|‘’|https://" },
    { "--config=/nonexistent", "‘/nonexistent’|--config" },
    { "--no-such-option", "--no-such-option|--help" },
    { "word", "‘word’|--help" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    assert_refused (parse (bad[i].options, &error), &error, bad[i].parts);
  }
}

/* A password with a space in it is no reason to show it. */
static void
test_bad_webhooks (void)
{
  static const struct {
    const char *options;
    const char *parts;
  } bad[] = {
    { "--webhook=ftp://a/|--webhook-secret-file=s", "webhook is|‘ftp://a/’|https://HOST" },
    { "--webhook=http:///a|--webhook-secret-file=s", "webhook is|‘http:///a’|https://HOST" },
    { "--webhook=http://a:0/|--webhook-secret-file=s", "webhook is|‘http://a:0/’|https://HOST" },
    { "--webhook=http://a/#b|--webhook-secret-file=s", "webhook is|‘http://a/#b’|fragment" },
    { "--webhook=|--webhook-secret-file=s", "webhook is|‘’|https://HOST" },
    { "--webhook=http://a|--webhook=http://a|--webhook-secret-file=s",
      "webhook is|‘http://a’ twice|once" },
    { "--webhook=http://a/", "webhook is|‘http://a/’|no secret|--webhook-secret-file" },
    { "--webhook-secret-file=s", "webhook-secret-file is|‘s’|--webhook" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    assert_refused (parse (bad[i].options, &error), &error, bad[i].parts);
  }
}

static void
test_bad_credential (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse ("--ice-server=turn:x user pass word", &error));
  g_assert_nonnull (strstr (error->message, "words behind it: 3"));
  g_assert_null (strstr (error->message, "pass"));
}

/* Nor is it one to show what should stand in a file. */
static void
test_secret_in_address (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse ("--media=janus://open-sesame@host", &error));
  g_assert_nonnull (strstr (error->message, "--media-secret-file"));
  g_assert_null (strstr (error->message, "sesame"));
}

static void
test_media (void)
{
  static const struct {
    const char *options;
    SrvMediaMode mode;
    gboolean own;
    const char *nodes;
    const char *way;
  } good[] = {
    { "", SRV_MEDIA_MESH, FALSE, "", "from member to member" },
    { "--media=mesh", SRV_MEDIA_MESH, FALSE, "", "from member to member" },
    { "--media=janus", SRV_MEDIA_NODES, TRUE, "", "by way of a Janus of its own" },
    { "--media=auto|--mesh-limit=7", SRV_MEDIA_AUTO, TRUE, "", "7 consumers" },
    { "--media=janus:///run/janus.sock", SRV_MEDIA_NODES, FALSE, "janus:///run/janus.sock",
      "by way of janus:///run/janus.sock" },
    { "--media=janus://a:1/x|--media=januss://[::1]|--media-secret-file=s", SRV_MEDIA_NODES, FALSE,
      "janus://a:1/x januss://[::1]", "by way of janus://a:1/x, januss://[::1]" },
    { "--media=auto|--media=janus://a", SRV_MEDIA_AUTO, FALSE, "janus://a", "of janus://a" },
    { "--media=janus|--media=janus://a|--media-ports=20000-20019", SRV_MEDIA_NODES, TRUE,
      "janus://a", "by way of a Janus of its own, janus://a" },
    { "--media=auto|--media=janus|--media=janus://a|--media-interface=eth0,10.|"
      "--media-address=2001:db8::1",
      SRV_MEDIA_AUTO, TRUE, "janus://a", "of a Janus of its own, janus://a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SrvOptions) options = parse (good[i].options, &error);
    g_auto (GStrv) nodes = NULL;
    g_autofree char *list = NULL;
    g_autofree char *way = NULL;

    g_assert_no_error (error);
    nodes = srv_media_options_list_nodes (options);
    list = g_strjoinv (" ", nodes);
    way = srv_media_options_describe (options);
    g_assert_cmpint (srv_media_options_get_mode (options), ==, good[i].mode);
    g_assert_cmpint (srv_media_options_have_own_janus (options), ==, good[i].own);
    g_assert_cmpstr (list, ==, good[i].nodes);
    g_assert_nonnull (strstr (way, good[i].way));
  }
}

static void
test_too_many_ice_servers (void)
{
  g_autoptr (GError) error = NULL;
  GString *options = g_string_new ("--ice-server=stun:a");
  g_autofree char *text = NULL;

  for (guint i = 0; i < SRV_ICE_SERVERS_MAX; i++)
    g_string_append (options, "|--ice-server=stun:a");
  text = g_string_free (options, FALSE);
  assert_refused (parse (text, &error), &error, "ice-server|17|16");
}

/* Loopback needs no word about who may join. */
static void
test_loopback (void)
{
  static const char *const addresses[] = { "--bind=127.0.0.1", "--bind=127.1.2.3", "--bind=::1" };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SrvOptions) options = parse (addresses[i], &error);

    g_assert_no_error (error);
    g_assert_nonnull (options);
  }
}

static void
test_key_file (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SrvOptions) options =
      parse_file (self, "[server]\nport=1\nmax-rooms=2\nice-server=stun:a;turn:b user secret\n",
                  "|--port=3", &error);

  g_assert_no_error (error);
  /* The command line goes before it. */
  g_assert_cmpuint (options->port, ==, 3);
  g_assert_cmpuint (options->max_rooms, ==, 2);
  g_assert_cmpuint (g_strv_length (options->ice_servers), ==, 2);
}

static void
test_bad_key_files (Fixture *self, gconstpointer data)
{
  static const struct {
    const char *content;
    const char *parts;
  } bad[] = {
    { "[server]\nport=abc\n", ".conf|port|‘abc’|0 to 65535" },
    { "[server]\nbind=0.0.0.0\n", "bind|‘0.0.0.0’|auth=open" },
    { "[server]\nprot=1\n", ".conf|‘prot’|port" },
    { "[servers]\nport=1\n", ".conf|‘servers’|[server]" },
    { "port=1\n", ".conf|line 1|--config" },
    { "# a key file\n\n[app a]\n" SECRET "\n", ".conf|line 4|--config" },
    { "[server]\nauth=token\n", "auth|[app KEY]" },
    { "[app ]\nsecrets=" SECRET "\n", ".conf|‘’|app key" },
    { "[app a b]\nsecrets=" SECRET "\n", ".conf|‘a b’|app key" },
    { "[app a]\n", ".conf|[app a]|secrets=" },
    { "[app a]\nsecrets=\n", ".conf|[app a]|secrets=" },
    { "[app a]\nsecret=x\n", ".conf|[app a]|‘secret’|secrets" },
    { "[app a]\nsecrets=short\n", ".conf|[app a]|5 bytes|32|nertc-token secret" },
    { "[app a]\nsecrets=" SECRET ";" SECRET ";" SECRET "\n", ".conf|[app a]|3 secrets" },
    { "[server]\nauth=\xff\n", ".conf|auth" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    assert_refused (parse_file (self, bad[i].content, "", &error), &error, bad[i].parts);
  }
}

static void
test_app_keys (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SrvOptions) options = parse_file (self,
                                               "[server]\nport=1\n[app a]\nsecrets=" SECRET
                                               "\n[app b]\nsecrets=" SECRET ";" SECRET "\n",
                                               "", &error);
  g_autoptr (SrvOptions) open = parse ("--dev|--auth=open", NULL);
  g_autoptr (SrvOptions) dev = parse ("--dev", NULL);
  char **secrets;

  g_assert_no_error (error);
  g_assert_cmpstr (options->config, ==, self->path);
  g_assert_true (srv_options_require_token (options));
  secrets = g_hash_table_lookup (options->app_keys, "b");
  g_assert_cmpuint (g_strv_length (secrets), ==, 2);
  g_assert_nonnull (g_hash_table_lookup (options->app_keys, "a"));
  g_assert_true (srv_options_require_token (dev));
  g_assert_false (srv_options_require_token (open));
  g_assert_cmpstr (open->dev_secret, !=, dev->dev_secret);
}

static void
test_risk (void)
{
  g_autoptr (SrvOptions) open = parse ("--bind=0.0.0.0|--auth=open", NULL);
  g_autoptr (SrvOptions) local = parse ("--auth=open", NULL);
  g_autofree char *risk = srv_options_describe_risk (open);

  g_assert_nonnull (strstr (risk, "0.0.0.0"));
  g_assert_null (srv_options_describe_risk (local));
}

/* The sample names every option but --config, and with its comments taken away it is valid. */
static void
test_sample (Fixture *self, gconstpointer data)
{
  g_autoptr (GRegex) comment = g_regex_new ("^#(?=[a-z-]+=)", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *sample = NULL;
  g_autofree char *plain = NULL;
  g_autoptr (SrvOptions) options = NULL;
  g_autoptr (SrvOptions) unchanged = NULL;
  g_autoptr (SrvOptions) defaults = srv_options_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) keys = NULL;

  g_assert_true (g_file_get_contents (SAMPLE, &sample, NULL, NULL));
  unchanged = parse_file (self, sample, "", &error);
  g_assert_no_error (error);
  plain = g_regex_replace_literal (comment, sample, -1, 0, "", 0, NULL);
  options = parse_file (self, plain, "", &error);
  g_assert_no_error (error);

  g_assert_true (g_key_file_load_from_file (file, self->path, 0, NULL));
  keys = g_key_file_get_keys (file, "server", NULL, NULL);
  g_assert_cmpuint (g_strv_length (keys), ==, 34);
  g_assert_cmpstr (options->bind, ==, defaults->bind);
  /* Bind, auth and servers aside, it shows the defaults. */
  g_assert_cmpmem (&options->max_rooms, sizeof *options - G_STRUCT_OFFSET (SrvOptions, max_rooms),
                   &defaults->max_rooms,
                   sizeof *defaults - G_STRUCT_OFFSET (SrvOptions, max_rooms));
  g_assert_cmpuint (options->port, ==, defaults->port);
}

static void
test_ice_servers_to_json (void)
{
  const char *const texts[] = { "stun:a:1", " turns:b user secret ", NULL };
  g_autoptr (JsonArray) array = NULL;
  g_autoptr (JsonArray) none = srv_ice_servers_to_json (NULL);
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  g_assert_true (srv_ice_server_check (texts[0]));
  g_assert_true (srv_ice_server_check (texts[1]));
  array = srv_ice_servers_to_json (texts);
  node = json_node_init_array (json_node_alloc (), array);
  text = json_to_string (node, FALSE);
  g_assert_cmpstr (text, ==,
                   "[{\"urls\":[\"stun:a:1\"]},{\"urls\":[\"turns:b\"],\"username\":\"user\","
                   "\"credential\":\"secret\"}]");
  g_assert_cmpuint (json_array_get_length (none), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/options/defaults", test_defaults);
  g_test_add_func ("/options/command-line", test_command_line);
  g_test_add_func ("/options/bad-values", test_bad_values);
  g_test_add_func ("/options/bad-webhooks", test_bad_webhooks);
  g_test_add_func ("/options/bad-credential", test_bad_credential);
  g_test_add_func ("/options/secret-in-address", test_secret_in_address);
  g_test_add_func ("/options/media", test_media);
  g_test_add_func ("/options/too-many-ice-servers", test_too_many_ice_servers);
  g_test_add_func ("/options/loopback", test_loopback);
  g_test_add ("/options/key-file", Fixture, NULL, set_up, test_key_file, tear_down);
  g_test_add ("/options/bad-key-files", Fixture, NULL, set_up, test_bad_key_files, tear_down);
  g_test_add ("/options/app-keys", Fixture, NULL, set_up, test_app_keys, tear_down);
  g_test_add_func ("/options/risk", test_risk);
  g_test_add ("/options/sample", Fixture, NULL, set_up, test_sample, tear_down);
  g_test_add_func ("/options/ice-servers-to-json", test_ice_servers_to_json);
  return g_test_run ();
}
