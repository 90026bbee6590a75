/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-websocket-error.h"

#include "nertc-error.h"
#include "nertc-message.h"

#include <string.h>

static GError *unreachable (const char *format, ...) G_GNUC_PRINTF (1, 2);

static GError *
unreachable (const char *format, ...)
{
  va_list arguments;
  GError *error;

  va_start (arguments, format);
  error = g_error_new_valist (NERTC_ERROR, NERTC_ERROR_SERVER_UNREACHABLE, format, arguments);
  va_end (arguments);
  return error;
}

/* What is wrong with a certificate */

static void
add_name (GString *names, const char *name)
{
  g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", name);
}

/* Returns: (transfer full): the names that the certificate is for */
static char *
list_names (GTlsCertificate *certificate)
{
  g_autoptr (GPtrArray) hosts = g_tls_certificate_get_dns_names (certificate);
  g_autoptr (GPtrArray) addresses = g_tls_certificate_get_ip_addresses (certificate);
  GString *names = g_string_new (NULL);

  for (guint i = 0; hosts && i < hosts->len; i++) {
    gsize length;
    const char *data = g_bytes_get_data (g_ptr_array_index (hosts, i), &length);
    g_autofree char *name = g_utf8_make_valid (data, (gssize) length);

    add_name (names, name);
  }
  for (guint i = 0; addresses && i < addresses->len; i++) {
    g_autofree char *address = g_inet_address_to_string (g_ptr_array_index (addresses, i));

    add_name (names, address);
  }
  return g_string_free (names->len > 0 ? names : g_string_append (names, "no host"), FALSE);
}

static char *
format_time (GDateTime *time)
{
  return time ? g_date_time_format (time, "%F %T %Z") : g_strdup ("?");
}

static char *
describe_dates (GTlsCertificate *certificate, gboolean expired)
{
  g_autoptr (GDateTime) first = g_tls_certificate_get_not_valid_before (certificate);
  g_autoptr (GDateTime) last = g_tls_certificate_get_not_valid_after (certificate);
  g_autofree char *text = format_time (expired ? last : first);

  if (expired)
    return g_strdup_printf ("its certificate expired at %s; have it renewed, or check the clock of "
                            "this machine",
                            text);
  return g_strdup_printf ("its certificate is not valid before %s; check the clock of this machine",
                          text);
}

static char *
describe_issuer (GTlsCertificate *certificate)
{
  g_autofree char *issuer = g_tls_certificate_get_issuer_name (certificate);

  return g_strdup_printf ("its certificate was issued by “%s”, whom this machine does not trust; "
                          "if that is who it should be, give the issuer's certificate by "
                          "“tls-ca-file”",
                          issuer ? issuer : "?");
}

/* Returns: (transfer full): the first of what is wrong */
static char *
describe_flaw (GTlsCertificate *certificate, GTlsCertificateFlags flaws, const char *host)
{
  if (flaws & G_TLS_CERTIFICATE_EXPIRED)
    return describe_dates (certificate, TRUE);
  if (flaws & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    return describe_dates (certificate, FALSE);
  if (flaws & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return describe_issuer (certificate);
  if (flaws & G_TLS_CERTIFICATE_BAD_IDENTITY) {
    g_autofree char *names = list_names (certificate);

    return g_strdup_printf ("its certificate is for %s and not for “%s”; use such a name in the "
                            "address, or give the server a certificate for this one",
                            names, host);
  }
  return g_strdup ("its certificate was revoked, or is not strong enough; give the server another");
}

static GError *
explain_certificate (SoupMessage *handshake, const char *url)
{
  GTlsCertificate *certificate = soup_message_get_tls_peer_certificate (handshake);
  GTlsCertificateFlags flaws = soup_message_get_tls_peer_certificate_errors (handshake);
  g_autofree char *text =
      describe_flaw (certificate, flaws, g_uri_get_host (soup_message_get_uri (handshake)));

  return g_error_new (NERTC_ERROR, NERTC_ERROR_CERTIFICATE,
                      "No safe connection to the room server at %s: %s", url, text);
}

static GError *
explain_tls (const char *url, const GError *error)
{
  if (error->code == G_TLS_ERROR_UNAVAILABLE)
    return unreachable ("No safe connection to the room server at %s: %s; install glib-networking",
                        url, error->message);
  return unreachable ("No safe connection to the room server at %s: what answers there does not "
                      "speak TLS, or not so that it is understood: %s; use ws:// or nertc://, or "
                      "start nertc-server with --tls-certificate",
                      url, error->message);
}

/*
 * nertc_websocket_explain:
 * @error: what libsoup says
 *
 * Returns: (transfer full): a #NertcError; @error itself if that is a cancellation
 */
GError *
nertc_websocket_explain (SoupMessage *handshake, const GError *error)
{
  guint status = soup_message_get_status (handshake);
  GUri *uri = soup_message_get_uri (handshake);
  g_autofree char *url = g_uri_to_string_partial (uri, G_URI_HIDE_PASSWORD);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  if (soup_message_get_tls_peer_certificate_errors (handshake))
    return explain_certificate (handshake, url);
  if (error->domain == G_TLS_ERROR)
    return explain_tls (url, error);
  if (status == SOUP_STATUS_BAD_REQUEST && g_str_has_prefix (url, "ws:"))
    return unreachable ("No room server at %s: it answered %u %s; check the address and its path, "
                        "which is " NERTC_PATH " as a rule, and whether it wants TLS: wss:// or "
                        "nertcs://",
                        url, status, soup_message_get_reason_phrase (handshake));
  if (status != SOUP_STATUS_NONE && status != SOUP_STATUS_SWITCHING_PROTOCOLS)
    return unreachable ("No room server at %s: it answered %u %s; check the address and its path, "
                        "which is " NERTC_PATH " as a rule",
                        url, status, soup_message_get_reason_phrase (handshake));
  return unreachable ("Could not reach the room server at %s: %s; start it with “nertc-server”, or "
                      "set the server's address",
                      url, error->message);
}

/* Returns: (transfer full): a #NertcError about a file with the certificates of CAs */
GError *
nertc_websocket_explain_ca_file (const char *file, const GError *error)
{
  /* The sentence goes on behind it. */
  int length = (int) strlen (error->message) - (g_str_has_suffix (error->message, ".") ? 1 : 0);

  return g_error_new (NERTC_ERROR, NERTC_ERROR_CERTIFICATE,
                      "“tls-ca-file” is ‘%s’, which cannot be used: %.*s; name a PEM file with the "
                      "certificate of who issued the server's",
                      file, length, error->message);
}
