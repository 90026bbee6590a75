/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "web-page.h"

#include "nertc-message.h"
#include "passed-on.h"
#include "refusal.h"

#include <string.h>

/* RFC 9110, section 7.2: what a client may say that it wants to reach, and no more than that may
 * get into a header of the answer. */
#define HOST_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]"

/* What a page may have: its own files, the camera as a picture, a WebSocket to where it comes from.
 * The last is named, because 'self' has not always been good for schemes other than its own
 * (Content Security Policy Level 3, section 6.7.2.8). */
#define CONTENT_SECURITY_POLICY \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " \
  "media-src 'self' blob: mediastream:; connect-src 'self'%s%s%s%s; base-uri 'none'; " \
  "form-action 'none'; frame-ancestors 'self'"

static const struct {
  const char *name;
  const char *value;
} always[] = {
  /* A server that was updated has pages that fit each other only. */
  { "Cache-Control", "no-cache" },
  { "Vary", "Accept-Encoding" },
  { "X-Content-Type-Options", "nosniff" },
  { "Referrer-Policy", "no-referrer" },
  { "Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), "
                          "autoplay=(self), fullscreen=(self), geolocation=(), payment=()" },
};

static const char *
get_header (SoupServerMessage *message, const char *name)
{
  return soup_message_headers_get_list (soup_server_message_get_request_headers (message), name);
}

static void
set_policy (SoupServerMessage *message, SoupMessageHeaders *headers)
{
  const char *host = get_header (message, "Host");
  gboolean is_sound = host && *host && !host[strspn (host, HOST_CHARACTERS)];
  g_autofree char *policy =
      g_strdup_printf (CONTENT_SECURITY_POLICY, is_sound ? " ws://" : "", is_sound ? host : "",
                       is_sound ? " wss://" : "", is_sound ? host : "");

  soup_message_headers_replace (headers, "Content-Security-Policy", policy);
}

/* The SDK is for pages of any host; what is theirs is up to the servers that they join. */
static void
set_headers (SoupServerMessage *message, const SrvWebFile *file, gboolean keep_alive)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  for (guint i = 0; i < G_N_ELEMENTS (always); i++)
    soup_message_headers_replace (headers, always[i].name, always[i].value);
  set_policy (message, headers);
  soup_message_headers_replace (headers, "ETag", file->etag);
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy",
                                file->is_sdk ? "cross-origin" : "same-origin");
  if (file->is_sdk)
    soup_message_headers_replace (headers, "Access-Control-Allow-Origin", "*");
  if (!keep_alive || srv_is_passed_on (message))
    soup_message_headers_replace (headers, "Connection", "close");
}

/* RFC 9110, section 13.1.2 */
static gboolean
has_it_already (SoupServerMessage *message, const SrvWebFile *file)
{
  const char *tags = get_header (message, "If-None-Match");
  /* The comparison is a weak one. */
  const char *opaque = strchr (file->etag, '"');

  return tags && (g_str_equal (tags, "*") || strstr (tags, opaque));
}

static gboolean
takes_gzip (SoupServerMessage *message)
{
  const char *accepted = get_header (message, "Accept-Encoding");
  GSList *codings = accepted ? soup_header_parse_quality_list (accepted, NULL) : NULL;
  gboolean takes = g_slist_find_custom (codings, "gzip", (GCompareFunc) g_ascii_strcasecmp) != NULL;

  soup_header_free_list (codings);
  return takes;
}

static void
send_file (SoupServerMessage *message, const SrvWebFile *file)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gboolean compressed = file->gzip && takes_gzip (message);
  GBytes *bytes = compressed ? file->gzip : file->content;

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_content_type (headers, file->type, NULL);
  if (compressed)
    soup_message_headers_replace (headers, "Content-Encoding", "gzip");
  soup_message_headers_set_content_length (headers, (goffset) g_bytes_get_size (bytes));
  /* RFC 9110, section 14.2: it may be ignored. Many ranges would be much work for libsoup. */
  soup_message_headers_remove (soup_server_message_get_request_headers (message), "Range");
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), bytes);
}

static void
redirect_to_folder (SoupServerMessage *message, const char *path)
{
  g_autofree char *folder = g_strconcat (path, "/", NULL);

  srv_refuse (message, SOUP_STATUS_MOVED_PERMANENTLY, "The page has a slash at the end.\n");
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                folder);
}

static void
refuse_method (SoupServerMessage *message)
{
  srv_refuse (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "Pages can be read only.\n");
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow",
                                "GET, HEAD");
}

/*
 * srv_web_page_respond:
 * @files: (nullable): those there are; %NULL: no pages
 * @path: as it stands in the request: none of the files has a name that needs escaping
 * @keep_alive: whether the connection may stay for another request
 *
 * Answers a request for anything but a WebSocket.
 */
void
srv_web_page_respond (SrvWebFiles *files, SoupServerMessage *message, const char *path,
                      gboolean keep_alive)
{
  const char *method = soup_server_message_get_method (message);
  const SrvWebFile *file = files ? srv_web_files_find (files, path) : NULL;

  if (get_header (message, "Sec-WebSocket-Key")) {
    srv_refuse (message, SOUP_STATUS_NOT_FOUND, "WebSockets are at " NERTC_PATH " only.\n");
  } else if (!file && files && srv_web_files_is_folder (files, path)) {
    redirect_to_folder (message, path);
  } else if (!file) {
    srv_refuse (message, SOUP_STATUS_NOT_FOUND, "There is nothing at this address.\n");
  } else if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD) {
    refuse_method (message);
  } else {
    set_headers (message, file, keep_alive);
    if (has_it_already (message, file))
      soup_server_message_set_status (message, SOUP_STATUS_NOT_MODIFIED, NULL);
    else
      send_file (message, file);
  }
}
