/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-janus.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define REQUEST_MAX 8191

#define SDP "v=0\\r\\no=- 1 1 IN IP4 0.0.0.0\\r\\na=rtcp-fb:96 ccm fir\\r\\n"
#define EVENT \
  "{\"janus\":\"event\",\"session_id\":SESSION,\"sender\":HANDLE,\"transaction\":\"TRANSACTION\"," \
  "\"plugindata\":{\"plugin\":\"janus.plugin.videoroom\",\"data\":{\"videoroom\":"

struct _FakeJanus {
  char *folder;
  char *path;
  char *address;
  GSocket *listener;
  GSource *accepting;
  GSocket *client; /* (nullable) */
  GSource *reading;
  gboolean frozen;
  GHashTable *answers; /* request → what to answer */
  GHashTable *counts;  /* request → how often */
  gint64 last_id;
  gint64 session;
  gint64 handle; /* the latest */
  char *secret;  /* (nullable): with the latest request */
};

/* What a real one says. The last number of an id is what was asked for. */
static const struct {
  const char *request;
  const char *answer;
} answers[] = {
  { "info", "{\"janus\":\"server_info\",\"transaction\":\"TRANSACTION\",\"version_string\":"
            "\"1.1.2\",\"reclaim-session-timeout\":60,\"full-trickle\":false}" },
  { "create session", "{\"janus\":\"success\",\"transaction\":\"TRANSACTION\",\"data\":"
                      "{\"id\":SESSION}}" },
  { "attach", "{\"janus\":\"success\",\"transaction\":\"TRANSACTION\",\"data\":{\"id\":HANDLE}}" },
  { "keepalive", "{\"janus\":\"ack\",\"transaction\":\"TRANSACTION\"}" },
  { "trickle", "{\"janus\":\"ack\",\"transaction\":\"TRANSACTION\"}" },
  { "claim", "{\"janus\":\"success\",\"transaction\":\"TRANSACTION\"}" },
  { "detach", "{\"janus\":\"success\",\"transaction\":\"TRANSACTION\"}" },
  { "create", "{\"janus\":\"success\",\"transaction\":\"TRANSACTION\",\"plugindata\":{\"data\":"
              "{\"videoroom\":\"created\",\"room\":HANDLE}}}" },
  { "destroy", "{\"janus\":\"success\",\"transaction\":\"TRANSACTION\",\"plugindata\":{\"data\":"
               "{\"videoroom\":\"destroyed\"}}}" },
  { "join", EVENT "\"attached\"}},\"jsep\":{\"type\":\"offer\",\"sdp\":\"" SDP "\"}}" },
  { "joinandconfigure", EVENT "\"joined\"}},\"jsep\":{\"type\":\"answer\",\"sdp\":\"" SDP "\"}}" },
  { "configure", EVENT "\"event\",\"room\":HANDLE,\"configured\":\"ok\"}}}" },
  { "start", EVENT "\"event\",\"started\":\"ok\"}}}" },
};

static void
send_text (FakeJanus *self, const char *text)
{
  if (self->client && *text)
    g_socket_send (self->client, text, strlen (text), NULL, NULL);
}

static void
replace (GString *text, const char *word, gint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  g_string_replace (text, word, digits, 0);
}

static const char *
find_answer (FakeJanus *self, const char *request)
{
  const char *answer = g_hash_table_lookup (self->answers, request);

  for (gsize i = 0; !answer && i < G_N_ELEMENTS (answers); i++) {
    if (g_str_equal (answers[i].request, request))
      answer = answers[i].answer;
  }
  return answer ? answer : "";
}

/* A message for the plugin is acknowledged ahead of its answer. */
static void
answer (FakeJanus *self, const char *request, JsonObject *object)
{
  g_autoptr (GString) text = g_string_new (find_answer (self, request));
  const char *transaction = json_object_get_string_member (object, "transaction");

  if (strstr (text->str, "\"event\"")) {
    g_autofree char *ack =
        g_strdup_printf ("{\"janus\":\"ack\",\"transaction\":\"%s\"}", transaction);

    send_text (self, ack);
  }
  g_string_replace (text, "TRANSACTION", transaction, 0);
  replace (text, "SESSION", self->session);
  replace (text, "HANDLE",
           json_object_get_int_member_with_default (object, "handle_id", self->handle));
  send_text (self, text->str);
}

static const char *
name_request (JsonObject *object)
{
  const char *name = json_object_get_string_member (object, "janus");

  if (g_str_equal (name, "message"))
    return json_object_get_string_member (json_object_get_object_member (object, "body"),
                                          "request");
  return g_str_equal (name, "create") ? "create session" : name;
}

static void
handle_request (FakeJanus *self, JsonObject *object)
{
  const char *request = name_request (object);
  guint count = fake_janus_count (self, request);

  g_hash_table_insert (self->counts, g_strdup (request), GUINT_TO_POINTER (count + 1));
  g_free (self->secret);
  self->secret = g_strdup (json_object_get_string_member_with_default (object, "apisecret", NULL));
  if (self->frozen)
    return;
  if (g_str_equal (request, "create session"))
    self->session = ++self->last_id;
  if (g_str_equal (request, "attach"))
    self->handle = ++self->last_id;
  answer (self, request, object);
}

static void
drop_client (FakeJanus *self)
{
  if (self->reading)
    g_source_destroy (self->reading);
  g_clear_pointer (&self->reading, g_source_unref);
  g_clear_object (&self->client);
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  FakeJanus *self = user_data;
  char buffer[REQUEST_MAX + 1];
  gssize size = g_socket_receive (self->client, buffer, sizeof buffer, NULL, NULL);
  g_autoptr (JsonNode) node = NULL;

  if (size <= 0) {
    drop_client (self);
    return G_SOURCE_REMOVE;
  }
  g_assert_cmpint (size, <=, REQUEST_MAX);
  buffer[size] = '\0';
  node = json_from_string (buffer, NULL);
  g_assert_nonnull (node);
  handle_request (self, json_node_get_object (node));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_client (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  FakeJanus *self = user_data;
  GSocket *client = g_socket_accept (self->listener, NULL, NULL);

  drop_client (self);
  self->client = client;
  self->reading = g_socket_create_source (self->client, G_IO_IN, NULL);
  g_source_set_callback (self->reading, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->reading, NULL);
  return G_SOURCE_CONTINUE;
}

FakeJanus *
fake_janus_new (void)
{
  FakeJanus *self = g_new0 (FakeJanus, 1);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("fake-janus-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "socket", NULL);
  self->address = g_strconcat ("janus://", self->path, NULL);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  address = g_unix_socket_address_new (self->path);
  self->listener = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_SEQPACKET, 0, &error);
  g_assert_no_error (error);
  g_socket_bind (self->listener, address, FALSE, &error);
  g_assert_no_error (error);
  g_socket_listen (self->listener, &error);
  g_assert_no_error (error);
  self->accepting = g_socket_create_source (self->listener, G_IO_IN, NULL);
  g_source_set_callback (self->accepting, G_SOURCE_FUNC (on_client), self, NULL);
  g_source_attach (self->accepting, NULL);
  return self;
}

void
fake_janus_free (FakeJanus *self)
{
  drop_client (self);
  g_source_destroy (self->accepting);
  g_source_unref (self->accepting);
  g_object_unref (self->listener);
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_hash_table_unref (self->answers);
  g_hash_table_unref (self->counts);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->address);
  g_free (self->secret);
  g_free (self);
}

const char *
fake_janus_get_address (FakeJanus *self)
{
  return self->address;
}

void
fake_janus_set_answer (FakeJanus *self, const char *request, const char *text)
{
  if (text)
    g_hash_table_insert (self->answers, g_strdup (request), g_strdup (text));
  else
    g_hash_table_remove (self->answers, request);
}

void
fake_janus_set_frozen (FakeJanus *self, gboolean frozen)
{
  self->frozen = frozen;
}

void
fake_janus_say (FakeJanus *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  send_text (self, text);
}

void
fake_janus_hang_up (FakeJanus *self)
{
  drop_client (self);
}

guint
fake_janus_count (FakeJanus *self, const char *request)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, request));
}

gint64
fake_janus_get_session (FakeJanus *self)
{
  return self->session;
}

gint64
fake_janus_get_handle (FakeJanus *self)
{
  return self->handle;
}

const char *
fake_janus_get_secret (FakeJanus *self)
{
  return self->secret;
}
