/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "listener.h"

#include "child.h"

#include <agent.h>
#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#define COMPONENT 1
#define MTU 1200
/* RFC 6347, section 4.2.4.1 */
#define RETRANSMISSION_MS 1000
#define CERTIFICATE_SECONDS (24 * 3600)

struct _Listener {
  const ListenerEvents *events;
  gpointer user_data;
  char *offer;

  NiceAgent *agent;
  guint stream;

  gnutls_session_t session;
  GByteArray *record; /* what came and was not read yet */
  gboolean secure;
  guint timer;

  guint64 received;
  guint16 first; /* sequence numbers */
  guint16 last;
  guint64 cycles; /* of 65536 */
};

/* The certificate, one for the process */

static gnutls_certificate_credentials_t credentials;
static char *fingerprint;

static char *
describe_fingerprint (gnutls_x509_crt_t certificate)
{
  GString *text = g_string_new (NULL);
  guint8 digest[32];
  gsize size = sizeof digest;

  gnutls_x509_crt_get_fingerprint (certificate, GNUTLS_DIG_SHA256, digest, &size);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%s%02X", i ? ":" : "", digest[i]);
  return g_string_free (text, FALSE);
}

static void
make_certificate (void)
{
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  gnutls_x509_privkey_init (&key);
  gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0);
  gnutls_x509_crt_init (&certificate);
  gnutls_x509_crt_set_version (certificate, 3);
  gnutls_x509_crt_set_serial (certificate, "\1", 1);
  gnutls_x509_crt_set_dn (certificate, "CN=listener", NULL);
  gnutls_x509_crt_set_activation_time (certificate, now - CERTIFICATE_SECONDS);
  gnutls_x509_crt_set_expiration_time (certificate, now + CERTIFICATE_SECONDS);
  gnutls_x509_crt_set_key (certificate, key);
  if (gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0) < 0)
    child_fail ("GnuTLS makes no certificate");
  gnutls_certificate_allocate_credentials (&credentials);
  gnutls_certificate_set_x509_key (credentials, &certificate, 1, key);
  fingerprint = describe_fingerprint (certificate);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (key);
}

/* DTLS */

static ssize_t
push (gnutls_transport_ptr_t user_data, const void *data, size_t size)
{
  Listener *self = user_data;

  nice_agent_send (self->agent, self->stream, COMPONENT, size, data);
  return size;
}

static ssize_t
pull (gnutls_transport_ptr_t user_data, void *data, size_t size)
{
  Listener *self = user_data;
  gsize length = MIN (size, self->record->len);

  if (length == 0) {
    gnutls_transport_set_errno (self->session, EAGAIN);
    return -1;
  }
  memcpy (data, self->record->data, length);
  g_byte_array_set_size (self->record, 0);
  return length;
}

static int
pull_timeout (gnutls_transport_ptr_t user_data, unsigned int ms)
{
  Listener *self = user_data;

  return self->record->len > 0;
}

static void
shake_hands (Listener *self)
{
  int result = gnutls_handshake (self->session);

  if (result == GNUTLS_E_SUCCESS) {
    self->secure = TRUE;
    g_clear_handle_id (&self->timer, g_source_remove);
  } else if (gnutls_error_is_fatal (result)) {
    child_fail ("DTLS: %s", gnutls_strerror (result));
  }
}

static gboolean
on_timer (gpointer user_data)
{
  Listener *self = user_data;

  shake_hands (self);
  if (!self->secure)
    return G_SOURCE_CONTINUE;
  self->timer = 0;
  return G_SOURCE_REMOVE;
}

/* The end that offers begins. */
static void
begin_dtls (Listener *self)
{
  gnutls_init (&self->session, GNUTLS_SERVER | GNUTLS_DATAGRAM | GNUTLS_NONBLOCK);
  gnutls_priority_set_direct (self->session, "NORMAL:-VERS-ALL:+VERS-DTLS1.2", NULL);
  gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, credentials);
  gnutls_srtp_set_profile (self->session, GNUTLS_SRTP_AES128_CM_HMAC_SHA1_80);
  gnutls_dtls_set_mtu (self->session, MTU);
  gnutls_transport_set_ptr (self->session, self);
  gnutls_transport_set_push_function (self->session, push);
  gnutls_transport_set_pull_function (self->session, pull);
  gnutls_transport_set_pull_timeout_function (self->session, pull_timeout);
  self->timer = g_timeout_add (RETRANSMISSION_MS, on_timer, self);
  shake_hands (self);
}

static void
take_record (Listener *self, const guint8 *data, guint length)
{
  if (self->secure)
    return;
  g_byte_array_append (self->record, data, length);
  shake_hands (self);
}

/* Packets */

static void
take_rtp (Listener *self, const guint8 *data)
{
  guint16 sequence = data[2] << 8 | data[3];

  if (self->received++ == 0) {
    self->first = self->last = sequence;
    self->events->heard (self->user_data);
  } else if ((gint16) (sequence - self->last) > 0) {
    self->cycles += sequence < self->last;
    self->last = sequence;
  }
}

/* RFC 7983, section 7 says by the first byte what it is; RFC 5761, section 4, by the second. */
static void
on_packet (NiceAgent *agent, guint stream, guint component, guint length, char *buffer,
           gpointer user_data)
{
  Listener *self = user_data;
  const guint8 *data = (const guint8 *) buffer;

  if (length < 12)
    return;
  if (data[0] >= 20 && data[0] <= 63)
    take_record (self, data, length);
  else if (data[0] >= 128 && data[0] <= 191 && !(data[1] >= 192 && data[1] <= 223))
    take_rtp (self, data);
}

guint64
listener_get_received (Listener *self)
{
  return self->received;
}

guint64
listener_get_lost (Listener *self)
{
  guint64 sent = (self->cycles << 16) + self->last - self->first + 1;

  return self->received > 0 && sent > self->received ? sent - self->received : 0;
}

/* ICE */

static void
on_state (NiceAgent *agent, guint stream, guint component, guint state, gpointer unused)
{
  if (state == NICE_COMPONENT_STATE_FAILED)
    child_fail ("ICE finds no way");
}

static void
on_candidate (NiceAgent *agent, NiceCandidate *candidate, gpointer user_data)
{
  Listener *self = user_data;
  g_autofree char *line = nice_agent_generate_local_candidate_sdp (agent, candidate);

  self->events->candidate (line + strlen ("a="), self->user_data);
}

/* @candidate: as in the field of that name of RFC 8839, section 5.1 */
void
listener_add_candidate (Listener *self, const char *candidate)
{
  g_autofree char *line = g_strconcat ("a=", candidate, NULL);
  NiceCandidate *parsed = nice_agent_parse_remote_candidate_sdp (self->agent, self->stream, line);
  g_autoptr (GSList) list = g_slist_prepend (NULL, parsed);

  if (!parsed)
    return; /* of TCP, or the last one */
  nice_agent_set_remote_candidates (self->agent, self->stream, COMPONENT, list);
  nice_candidate_free (parsed);
}

static NiceAgent *
make_agent (Listener *self)
{
  NiceAgent *agent = nice_agent_new (g_main_context_default (), NICE_COMPATIBILITY_RFC5245);

  g_object_set (agent, "upnp", FALSE, "ice-tcp", FALSE, "controlling-mode", FALSE,
                "stun-pacing-timer", 5, NULL);
  g_signal_connect (agent, "component-state-changed", G_CALLBACK (on_state), self);
  g_signal_connect (agent, "new-candidate-full", G_CALLBACK (on_candidate), self);
  return agent;
}

/* The descriptions */

/* Returns: (transfer full): what stands behind @name in the first such line of the offer */
static char *
find_line (Listener *self, const char *name)
{
  const char *begin = strstr (self->offer, name);

  if (!begin)
    child_fail ("The offer has no ‘%s’: %s", name, self->offer);
  begin += strlen (name);
  return g_strndup (begin, strcspn (begin, "\r\n"));
}

static void
take_offer (Listener *self)
{
  g_auto (GStrv) lines = g_strsplit (self->offer, "\n", -1);
  g_autofree char *ufrag = find_line (self, "a=ice-ufrag:");
  g_autofree char *password = find_line (self, "a=ice-pwd:");

  nice_agent_set_remote_credentials (self->agent, self->stream, ufrag, password);
  for (guint i = 0; lines[i]; i++) {
    if (g_str_has_prefix (lines[i], "a=candidate:"))
      listener_add_candidate (self, g_strchomp (lines[i]) + strlen ("a="));
  }
}

/* Returns: (transfer full): takes the first codec of the offer */
char *
listener_make_answer (Listener *self)
{
  g_autofree char *mid = find_line (self, "a=mid:");
  g_autofree char *rtpmap = find_line (self, "a=rtpmap:");
  g_autofree char *media = find_line (self, "m=");
  g_autofree char *ufrag = NULL;
  g_autofree char *password = NULL;
  g_autofree char *type = g_strndup (rtpmap, strcspn (rtpmap, " "));

  nice_agent_get_local_credentials (self->agent, self->stream, &ufrag, &password);
  media[strcspn (media, " ")] = '\0';
  return g_strdup_printf ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
                          "a=group:BUNDLE %s\r\nm=%s 9 UDP/TLS/RTP/SAVPF %s\r\n"
                          "c=IN IP4 0.0.0.0\r\na=mid:%s\r\na=recvonly\r\na=rtcp-mux\r\n"
                          "a=rtpmap:%s\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\n"
                          "a=ice-options:trickle\r\na=fingerprint:sha-256 %s\r\n"
                          "a=setup:passive\r\n",
                          mid, media, type, mid, rtpmap, ufrag, password, fingerprint);
}

Listener *
listener_new (const char *offer, const ListenerEvents *events, gpointer user_data)
{
  Listener *self = g_new0 (Listener, 1);

  if (!fingerprint)
    make_certificate ();
  self->events = events;
  self->user_data = user_data;
  self->offer = g_strdup (offer);
  self->record = g_byte_array_new ();
  self->agent = make_agent (self);
  self->stream = nice_agent_add_stream (self->agent, 1);
  nice_agent_attach_recv (self->agent, self->stream, COMPONENT, g_main_context_default (),
                          on_packet, self);
  begin_dtls (self);
  nice_agent_gather_candidates (self->agent, self->stream);
  take_offer (self);
  return self;
}

void
listener_free (Listener *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->session, gnutls_deinit);
  g_signal_handlers_disconnect_by_data (self->agent, self);
  g_object_unref (self->agent);
  g_byte_array_unref (self->record);
  g_free (self->offer);
  g_free (self);
}
