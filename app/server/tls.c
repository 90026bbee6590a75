/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tls.h"

#include "tls-stream.h"

#include <string.h>

struct _SrvTls {
  char *certificate_file;
  char *key_file;
  SrvTlsCredentials *credentials;
};

/* Credentials: they live as long as a connection that began with them. */

static void
clear_credentials (gpointer data)
{
  SrvTlsCredentials *self = data;

  gnutls_certificate_free_credentials (self->certificate);
}

SrvTlsCredentials *
srv_tls_credentials_ref (SrvTlsCredentials *self)
{
  return g_rc_box_acquire (self);
}

void
srv_tls_credentials_unref (SrvTlsCredentials *self)
{
  g_rc_box_release_full (self, clear_credentials);
}

/* Reading the files */

typedef struct {
  char *data;
  gsize length;
} File;

static void
file_clear (File *self)
{
  if (self->data)
    gnutls_memset (self->data, 0, self->length);
  g_free (self->data);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (File, file_clear)

static gboolean
file_read (File *self, const char *path, const char *what, const char *option, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (g_file_get_contents (path, &self->data, &self->length, &local_error))
    return TRUE;
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
               "Cannot read the %s ‘%s’: %s; give a PEM file that the server may read by --%s",
               what, path, local_error->message, option);
  return FALSE;
}

static gnutls_datum_t
file_datum (const File *self)
{
  return (gnutls_datum_t){ (guchar *) self->data, (guint) self->length };
}

/* Returns: (transfer full): without the point at its end, as a sentence goes on behind it */
static char *
describe_result (int result)
{
  const char *text = gnutls_strerror (result);

  return g_strndup (text, strlen (text) - (g_str_has_suffix (text, ".") ? 1 : 0));
}

typedef struct {
  gnutls_x509_crt_t *certificates;
  guint count;
} Chain;

static void
chain_clear (Chain *self)
{
  for (guint i = 0; i < self->count; i++)
    gnutls_x509_crt_deinit (self->certificates[i]);
  gnutls_free (self->certificates);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Chain, chain_clear)

/* @file: the file's name for the error */
static gboolean
chain_parse (Chain *self, const File *pem, const char *file, GError **error)
{
  gnutls_datum_t datum = file_datum (pem);
  int result = gnutls_x509_crt_list_import2 (&self->certificates, &self->count, &datum,
                                             GNUTLS_X509_FMT_PEM, 0);
  g_autofree char *problem = describe_result (result);

  if (result >= 0 && self->count > 0)
    return TRUE;
  self->count = 0;
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
               "‘%s’ holds no certificate in PEM that can be used: %s; give one, with its chain "
               "behind it, by --tls-certificate",
               file, problem);
  return FALSE;
}

/* Clients will say so, but not to whom it matters. */
static void
warn_of_dates (const Chain *chain, const char *file)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  time_t first = gnutls_x509_crt_get_activation_time (chain->certificates[0]);
  time_t last = gnutls_x509_crt_get_expiration_time (chain->certificates[0]);
  gboolean expired = now > last;
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (expired ? last : first);
  g_autofree char *text = date ? g_date_time_format (date, "%F %T UTC") : g_strdup ("?");

  if (expired)
    g_message ("Warning: the certificate ‘%s’ expired at %s, and clients will refuse it; renew it "
               "and send the server SIGHUP",
               file, text);
  else if (now < first)
    g_message ("Warning: the certificate ‘%s’ is not valid before %s, and clients will refuse it; "
               "check the clock, or use another one",
               file, text);
}

static gboolean
fail_key (SrvTls *self, int result, GError **error)
{
  g_autofree char *problem = describe_result (result);

  if (result == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                 "The private key in ‘%s’ does not belong to the first certificate in ‘%s’; give "
                 "the key of that certificate by --tls-key, or put the server's own certificate "
                 "first",
                 self->key_file, self->certificate_file);
  else if (result == GNUTLS_E_DECRYPTION_FAILED)
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                 "The private key in ‘%s’ is encrypted; give one without a passphrase by --tls-key",
                 self->key_file);
  else
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                 "‘%s’ holds no private key in PEM that can be used with ‘%s’: %s; give it by "
                 "--tls-key",
                 self->key_file, self->certificate_file, problem);
  return FALSE;
}

static gboolean
load_files (SrvTls *self, SrvTlsCredentials *credentials, GError **error)
{
  g_auto (File) certificate = { NULL };
  g_auto (File) key = { NULL };
  g_auto (Chain) chain = { NULL };
  gnutls_datum_t certificate_pem, key_pem;
  int result;

  if (!file_read (&certificate, self->certificate_file, "TLS certificate", "tls-certificate",
                  error) ||
      !file_read (&key, self->key_file, "private key", "tls-key", error) ||
      !chain_parse (&chain, &certificate, self->certificate_file, error))
    return FALSE;
  certificate_pem = file_datum (&certificate);
  key_pem = file_datum (&key);
  result = gnutls_certificate_set_x509_key_mem2 (credentials->certificate, &certificate_pem,
                                                 &key_pem, GNUTLS_X509_FMT_PEM, NULL, 0);
  if (result < 0)
    return fail_key (self, result, error);
  warn_of_dates (&chain, self->certificate_file);
  return TRUE;
}

/*
 * srv_tls_reload:
 *
 * Reads certificate and key again, for the connections that come from now on. With an error, which
 * says which file and what to do, those before stay in use.
 */
gboolean
srv_tls_reload (SrvTls *self, GError **error)
{
  SrvTlsCredentials *credentials = g_rc_box_new0 (SrvTlsCredentials);

  gnutls_certificate_allocate_credentials (&credentials->certificate);
  if (!load_files (self, credentials, error)) {
    srv_tls_credentials_unref (credentials);
    return FALSE;
  }
  g_clear_pointer (&self->credentials, srv_tls_credentials_unref);
  self->credentials = credentials;
  return TRUE;
}

/* @key_file: (nullable): %NULL if the key is in @certificate_file */
SrvTls *
srv_tls_new (const char *certificate_file, const char *key_file, GError **error)
{
  SrvTls *self = g_new0 (SrvTls, 1);

  self->certificate_file = g_strdup (certificate_file);
  self->key_file = g_strdup (key_file ? key_file : certificate_file);
  if (srv_tls_reload (self, error))
    return self;
  srv_tls_free (self);
  return NULL;
}

void
srv_tls_free (SrvTls *self)
{
  g_clear_pointer (&self->credentials, srv_tls_credentials_unref);
  g_free (self->certificate_file);
  g_free (self->key_file);
  g_free (self);
}

/* Returns: (transfer full): the server's end of TLS on @connection */
GIOStream *
srv_tls_wrap (SrvTls *self, GSocketConnection *connection)
{
  return srv_tls_stream_new (connection, self->credentials);
}
