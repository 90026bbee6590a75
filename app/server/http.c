/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http.h"

#include "admin-key.h"
#include "http-fields.h"
#include "http-route.h"
#include "passed-on.h"

#include <string.h>

/* What is for admins, whether it is there or not */
#define API "/api"

#define BODY_MAX (64 * 1024)

#define JSON_TYPE "application/json"

struct _SrvHttp {
  SrvHub *hub;
  SrvAdminKey *key; /* (nullable): the API is off */
};

/* @admin_key_file: (nullable); @dev_key: (nullable): a key in place of one of a file. Without
 * either the API is off. */
SrvHttp *
srv_http_new (SrvHub *hub, const char *admin_key_file, const char *dev_key, GError **error)
{
  SrvAdminKey *key = NULL;
  SrvHttp *self;

  if (admin_key_file)
    key = srv_admin_key_new (admin_key_file, error);
  else if (dev_key)
    key = srv_admin_key_new_for_dev (dev_key);
  if (admin_key_file && !key)
    return NULL;
  self = g_new0 (SrvHttp, 1);
  self->hub = hub;
  self->key = key;
  return self;
}

void
srv_http_free (SrvHttp *self)
{
  g_clear_pointer (&self->key, srv_admin_key_free);
  g_free (self);
}

gboolean
srv_http_reload (SrvHttp *self, GError **error)
{
  return !self->key || srv_admin_key_reload (self->key, error);
}

/* Who may */

static const char *
get_header (SoupServerMessage *message, const char *name)
{
  return soup_message_headers_get_list (soup_server_message_get_request_headers (message), name);
}

static gboolean
has_key (SrvHttp *self, SoupServerMessage *message)
{
  return self->key && srv_admin_key_fits (self->key, get_header (message, "Authorization"));
}

static gboolean
is_local (SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);
  GInetAddress *address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));

  return g_inet_address_get_is_loopback (address) && !srv_is_passed_on (message);
}

static gboolean
require_key (SrvHttp *self, SoupServerMessage *message, GError **error)
{
  if (has_key (self, message))
    return TRUE;
  if (!self->key)
    g_set_error_literal (error, SRV_HTTP_ERROR, SRV_HTTP_ERROR_API_OFF,
                         "The HTTP API is off; the server option --admin-key-file=FILE turns it "
                         "on");
  else
    g_set_error_literal (error, SRV_HTTP_ERROR, SRV_HTTP_ERROR_UNAUTHORIZED,
                         "Send the key of the server's admin-key-file, as in Authorization: "
                         "Bearer KEY");
  return FALSE;
}

static gboolean
is_api (const char *path)
{
  return g_str_has_prefix (path, API) && (path[strlen (API)] == '/' || path[strlen (API)] == '\0');
}

static gboolean
let_in (SrvHttp *self, SoupServerMessage *message, const SrvHttpRoute *route, GError **error)
{
  if (route->access == SRV_HTTP_OPEN || (route->access == SRV_HTTP_LOCAL && is_local (message)))
    return TRUE;
  return require_key (self, message, error);
}

/* Which operation */

gboolean
srv_http_has_path (const char *path)
{
  for (const SrvHttpRoute *route = srv_http_routes; route->method; route++) {
    if (g_str_equal (route->path, path))
      return TRUE;
  }
  return is_api (path);
}

static gboolean
has_method (const SrvHttpRoute *route, const char *method)
{
  return g_str_equal (route->method, method) ||
         (g_str_equal (method, "HEAD") && g_str_equal (route->method, "GET"));
}

static char *
list_methods (const char *path)
{
  GString *methods = g_string_new (NULL);

  for (const SrvHttpRoute *route = srv_http_routes; route->method; route++) {
    if (g_str_equal (route->path, path))
      g_string_append_printf (methods, "%s%s%s", methods->len > 0 ? ", " : "", route->method,
                              g_str_equal (route->method, "GET") ? ", HEAD" : "");
  }
  return g_string_free (methods, FALSE);
}

static const SrvHttpRoute *
find_route (SoupServerMessage *message, const char *path, GError **error)
{
  const char *method = soup_server_message_get_method (message);
  g_autofree char *methods = list_methods (path);

  for (const SrvHttpRoute *route = srv_http_routes; route->method; route++) {
    if (g_str_equal (route->path, path) && has_method (route, method))
      return route;
  }
  if (!*methods) {
    g_set_error_literal (error, SRV_HTTP_ERROR, SRV_HTTP_ERROR_NOT_FOUND,
                         "There is nothing at this address; docs/openapi.yaml has those there are");
    return NULL;
  }
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow",
                                methods);
  g_set_error (error, SRV_HTTP_ERROR, SRV_HTTP_ERROR_METHOD_NOT_ALLOWED, "%s takes %s only", path,
               methods);
  return NULL;
}

/* With what */

static gboolean
is_json (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *type = soup_message_headers_get_content_type (headers, NULL);

  return type && g_ascii_strcasecmp (type, JSON_TYPE) == 0;
}

static JsonObject *
read_body (SoupServerMessage *message, const NertcField *fields, GError **error)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = NULL;

  if (!get_header (message, "Content-Length")) {
    g_set_error_literal (error, SRV_HTTP_ERROR, SRV_HTTP_ERROR_LENGTH_REQUIRED,
                         "The fields are in a body; send it with its Content-Length");
    return NULL;
  }
  if (!is_json (message)) {
    g_set_error_literal (error, SRV_HTTP_ERROR, SRV_HTTP_ERROR_UNSUPPORTED_MEDIA_TYPE,
                         "The body is to be JSON; send it with Content-Type: " JSON_TYPE);
    return NULL;
  }
  bytes = soup_message_body_flatten (body);
  return srv_http_fields_from_body (fields, bytes, error);
}

static gboolean
has_length (SoupServerMessage *message)
{
  const char *length = get_header (message, "Content-Length");

  return length && !g_str_equal (length, "0");
}

/* Returns: (transfer full) (nullable) */
static JsonObject *
read_fields (SoupServerMessage *message, const SrvHttpRoute *route, GError **error)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));
  gboolean has_body = g_str_equal (route->method, "POST");

  if (!route->fields)
    return json_object_new ();
  if (has_body ? query != NULL : has_length (message)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_REQUEST, "%s %s takes its fields in %s",
                 route->method, route->path,
                 has_body ? "a JSON body, and no query" : "the query, and no body");
    return NULL;
  }
  return has_body ? read_body (message, route->fields, error)
                  : srv_http_fields_from_query (route->fields, query, error);
}

/* Answers */

static void
set_headers (SoupServerMessage *message, gboolean keep_alive)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  /* As for pages: libsoup would cut any answer into the parts that are asked for, however many. */
  soup_message_headers_remove (soup_server_message_get_request_headers (message), "Range");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  if (!keep_alive || srv_is_passed_on (message))
    soup_message_headers_replace (headers, "Connection", "close");
}

/* @text: (transfer full) */
static void
send_text (SoupServerMessage *message, guint status, const char *type, char *text)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gsize length = strlen (text);

  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_set_content_type (headers, type, NULL);
  soup_message_headers_set_content_length (headers, (goffset) length);
  soup_message_body_append_take (soup_server_message_get_response_body (message), (guchar *) text,
                                 length);
}

static void
send_error (SoupServerMessage *message, const GError *error)
{
  SrvHttpAnswer answer = srv_http_error_get_answer (error);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  /* RFC 6750, section 3 */
  if (answer.status == SOUP_STATUS_UNAUTHORIZED)
    soup_message_headers_replace (headers, "WWW-Authenticate", "Bearer realm=\"nertc-server\"");
  if (answer.status == SOUP_STATUS_UNAUTHORIZED || answer.status == SOUP_STATUS_FORBIDDEN)
    soup_message_headers_replace (headers, "Connection", "close");
  send_text (message, answer.status, JSON_TYPE, srv_http_error_to_json (error));
}

static char *
to_json (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_set_object (node, object);
  text = json_to_string (node, FALSE);
  return g_strconcat (text, "\n", NULL);
}

static void
send_result (SoupServerMessage *message, SrvHttpRequest *request)
{
  if (request->text)
    send_text (message, request->status, request->type, g_steal_pointer (&request->text));
  else
    send_text (message, request->status, JSON_TYPE, to_json (request->result));
}

static gboolean
handle (SrvHttp *self, SoupServerMessage *message, const char *path, GError **error)
{
  const SrvHttpRoute *route;
  g_autoptr (JsonObject) params = NULL;
  g_autoptr (JsonObject) result = json_object_new ();
  g_autoptr (GPtrArray) changes = NULL;
  SrvHttpRequest request = { .hub = self->hub, .status = SOUP_STATUS_OK, .result = result };

  /* Whoever has no key learns nothing of what is there. */
  if (is_api (path) && !require_key (self, message, error))
    return FALSE;
  route = find_route (message, path, error);
  if (!route || !let_in (self, message, route, error))
    return FALSE;
  request.params = params = read_fields (message, route, error);
  if (!params)
    return FALSE;
  changes = route->handler (&request, error);
  if (!changes)
    return FALSE;
  srv_hub_apply (self->hub, changes);
  send_result (message, &request);
  return TRUE;
}

/*
 * srv_http_respond:
 * @path: one of srv_http_has_path(), as it stands in the request
 * @keep_alive: whether the connection may stay for another request
 */
void
srv_http_respond (SrvHttp *self, SoupServerMessage *message, const char *path, gboolean keep_alive)
{
  g_autoptr (GError) error = NULL;

  set_headers (message, keep_alive);
  if (!handle (self, message, path, &error))
    send_error (message, error);
}

/* Bodies */

/* Answers in place of libsoup, which would first read the body to its end. */
static void
answer_early (SoupServerMessage *message, GIOStream *stream, SrvHttpError code, const char *text)
{
  g_autoptr (GError) error = g_error_new_literal (SRV_HTTP_ERROR, (int) code, text);
  SrvHttpAnswer answer = srv_http_error_get_answer (error);
  g_autofree char *body = srv_http_error_to_json (error);
  g_autofree char *all =
      g_strdup_printf ("HTTP/1.1 %u %s\r\nConnection: close\r\nCache-Control: no-store\r\n"
                       "X-Content-Type-Options: nosniff\r\nContent-Type: " JSON_TYPE "\r\n"
                       "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                       answer.status, soup_status_get_phrase (answer.status), strlen (body), body);
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream));

  g_pollable_output_stream_write_nonblocking (output, all, strlen (all), NULL, NULL);
}

/* RFC 9110, section 8.6: digits and nothing else; a list of several is none. Returns: -1 if it is
 * none that every reader would read alike */
static gint64
read_length (const char *text)
{
  guint64 length;

  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &length, NULL) ? (gint64) length : -1;
}

/*
 * srv_http_take_headers:
 * @stream: what @message is read from
 *
 * Decides about a request with a body before that is read. Where it ends has to be beyond doubt, as
 * a proxy might think otherwise (RFC 9112, section 11.2); a body of who has no key is not kept.
 *
 * Returns: whether to go on; otherwise the connection is to be closed
 */
gboolean
srv_http_take_headers (SrvHttp *self, SoupServerMessage *message, GIOStream *stream)
{
  const char *length = get_header (message, "Content-Length");
  gint64 size = length ? read_length (length) : 0;

  if (!is_api (g_uri_get_path (soup_server_message_get_uri (message))) || size < 0)
    return FALSE;
  if (get_header (message, "Transfer-Encoding")) {
    answer_early (message, stream, SRV_HTTP_ERROR_LENGTH_REQUIRED,
                  "Send the body whole, with its Content-Length and no Transfer-Encoding");
    return FALSE;
  }
  if (size > BODY_MAX) {
    answer_early (message, stream, SRV_HTTP_ERROR_BODY_TOO_LARGE,
                  "The body is larger than 65536 bytes");
    return FALSE;
  }
  if (!has_key (self, message))
    soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  return TRUE;
}
