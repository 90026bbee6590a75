/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-stun.h"

#include "check-wait.h"

#include <stun/stunagent.h>
#include <stun/usages/bind.h>
#include <stun/usages/turn.h>
#include <string.h>

#define HEADER 20 /* bytes (RFC 8489, section 5) */
#define MESSAGE_MAX 2048
#define RETRANSMISSION_MS 500 /* and twice as long each time (RFC 8489, section 6.2.1) */

#define UNAUTHORIZED 401
#define STALE_NONCE 438

typedef struct {
  GIOStream *stream;
  gboolean reliable; /* TCP or TLS: a stream of bytes, and nothing is sent again */
  gint64 end;        /* of the patience, monotonic µs */
  StunAgent agent;
  guint8 request[MESSAGE_MAX];
  guint8 response[MESSAGE_MAX];
  StunMessage message; /* in response */
  guint8 challenge_bytes[MESSAGE_MAX];
  StunMessage challenge; /* with the realm and the nonce of TURN */
} Exchange;

static gboolean
refuse (GError **error, GIOErrorEnum code, const char *text)
{
  g_set_error_literal (error, G_IO_ERROR, (int) code, text);
  return FALSE;
}

static gssize
refuse_message (GError **error, GIOErrorEnum code, const char *text)
{
  refuse (error, code, text);
  return -1;
}

static guint
get_left_ms (Exchange *self)
{
  return (guint) MAX ((self->end - g_get_monotonic_time ()) / G_TIME_SPAN_MILLISECOND, 0);
}

static gboolean
write_all (Exchange *self, gsize length, GError **error)
{
  GOutputStream *output = g_io_stream_get_output_stream (self->stream);
  GError *problem = NULL;
  CheckWait wait;

  check_wait_init (&wait, get_left_ms (self));
  g_output_stream_write_all_async (output, self->request, length, G_PRIORITY_DEFAULT,
                                   wait.cancellable, check_wait_take, &wait);
  g_output_stream_write_all_finish (output, check_wait_run (&wait), NULL, &problem);
  check_wait_clear (&wait, &problem);
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

/* Returns: how many bytes came, in one piece; -1 and an error, which may be that none came */
static gssize
read_some (Exchange *self, gsize from, gsize length, guint limit_ms, GError **error)
{
  GInputStream *input = g_io_stream_get_input_stream (self->stream);
  GError *problem = NULL;
  CheckWait wait;
  gssize got;

  check_wait_init (&wait, limit_ms);
  g_input_stream_read_async (input, self->response + from, length, G_PRIORITY_DEFAULT,
                             wait.cancellable, check_wait_take, &wait);
  got = g_input_stream_read_finish (input, check_wait_run (&wait), &problem);
  check_wait_clear (&wait, &problem);
  if (problem)
    g_propagate_error (error, problem);
  else if (got == 0 && self->reliable)
    return refuse_message (error, G_IO_ERROR_CLOSED, "the connection was closed");
  return got;
}

/* A message says in its third and fourth byte how long it is behind its header. */
static gssize
read_message (Exchange *self, GError **error)
{
  gsize length = 0;
  gsize wanted = HEADER;

  while (length < wanted) {
    gssize got = read_some (self, length, wanted - length, get_left_ms (self), error);

    if (got < 0)
      return -1;
    length += (gsize) got;
    if (length == HEADER)
      wanted = HEADER + ((gsize) self->response[2] << 8 | self->response[3]);
    if (wanted > MESSAGE_MAX)
      return refuse_message (error, G_IO_ERROR_INVALID_DATA,
                             "what answers there is no STUN server");
  }
  return (gssize) length;
}

/* Returns: whether it is the answer to the request; others are for whom they may be */
static gboolean
take (Exchange *self, gssize length)
{
  StunValidationStatus status = stun_agent_validate (&self->agent, &self->message, self->response,
                                                     (size_t) length, NULL, NULL);

  return status == STUN_VALIDATION_SUCCESS;
}

static gboolean
exchange_reliably (Exchange *self, gsize length, GError **error)
{
  gssize got;

  if (!write_all (self, length, error))
    return FALSE;
  got = read_message (self, error);
  if (got < 0)
    return FALSE;
  return take (self, got) ||
         refuse (error, G_IO_ERROR_INVALID_DATA, "what answers there is no STUN server");
}

/* Sends the request again and again, until the answer or the end of the patience. */
static gboolean
exchange_datagrams (Exchange *self, gsize length, GError **error)
{
  guint pause = RETRANSMISSION_MS;

  while (get_left_ms (self) > 0) {
    g_autoptr (GError) problem = NULL;
    gint64 next = g_get_monotonic_time () + pause * G_TIME_SPAN_MILLISECOND;

    if (!write_all (self, length, error))
      return FALSE;
    while (!problem) {
      gint64 left = MIN (next, self->end) - g_get_monotonic_time ();
      gssize got = read_some (self, 0, MESSAGE_MAX, (guint) MAX (left / G_TIME_SPAN_MILLISECOND, 0),
                              &problem);

      if (got > 0 && take (self, got))
        return TRUE;
    }
    if (!g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
    pause *= 2;
  }
  return refuse (error, G_IO_ERROR_TIMED_OUT, "no answer");
}

static gboolean
exchange (Exchange *self, gsize length, GError **error)
{
  if (length == 0)
    return refuse (error, G_IO_ERROR_INVALID_ARGUMENT, "the user name or password is too long");
  return self->reliable ? exchange_reliably (self, length, error)
                        : exchange_datagrams (self, length, error);
}

static Exchange *
exchange_new (GIOStream *stream, gboolean reliable, guint limit_ms, StunAgentUsageFlags flags)
{
  Exchange *self = g_new0 (Exchange, 1);

  self->stream = stream;
  self->reliable = reliable;
  self->end = g_get_monotonic_time () + limit_ms * G_TIME_SPAN_MILLISECOND;
  stun_agent_init (&self->agent, STUN_ALL_KNOWN_ATTRIBUTES, STUN_COMPATIBILITY_RFC5389, flags);
  return self;
}

static char *
address_to_string (const struct sockaddr_storage *address, socklen_t length)
{
  g_autoptr (GSocketAddress) parsed = g_socket_address_new_from_native ((gpointer) address, length);

  return parsed ? g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (parsed)) : NULL;
}

static gboolean
refuse_code (Exchange *self, CheckStun *found, GError **error)
{
  if (stun_message_find_error (&self->message, &found->code) != STUN_MESSAGE_RETURN_SUCCESS)
    return refuse (error, G_IO_ERROR_INVALID_DATA, "an answer that makes no sense");
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "it refused by the error %d", found->code);
  return FALSE;
}

/* Returns: whether the server answered, and @found has our address as it sees it */
gboolean
check_stun_bind (GIOStream *stream, gboolean reliable, guint limit_ms, CheckStun *found,
                 GError **error)
{
  g_autofree Exchange *self = exchange_new (stream, reliable, limit_ms, 0);
  struct sockaddr_storage address, alternate;
  socklen_t length = sizeof address, alternate_length = sizeof alternate;
  StunMessage request;
  gsize size = stun_usage_bind_create (&self->agent, &request, self->request, MESSAGE_MAX);

  if (!exchange (self, size, error))
    return FALSE;
  if (stun_usage_bind_process (&self->message, (struct sockaddr *) &address, &length,
                               (struct sockaddr *) &alternate,
                               &alternate_length) != STUN_USAGE_BIND_RETURN_SUCCESS)
    return refuse_code (self, found, error);
  found->address = address_to_string (&address, length);
  return TRUE;
}

/* TURN */

static gboolean
allocate (Exchange *self, StunMessage *previous, const char *username, const char *password,
          GError **error)
{
  StunMessage request;
  gsize size = stun_usage_turn_create (
      &self->agent, &request, self->request, MESSAGE_MAX, previous,
      STUN_USAGE_TURN_REQUEST_PORT_NORMAL, -1, -1, (uint8_t *) username, strlen (username),
      (uint8_t *) password, strlen (password), STUN_USAGE_TURN_COMPATIBILITY_RFC5766);

  return exchange (self, size, error);
}

/* Returns: the code of an error response; 0: it is none */
static int
get_code (StunMessage *message)
{
  int code = 0;

  if (stun_message_get_class (message) == STUN_ERROR)
    stun_message_find_error (message, &code);
  return code;
}

static void
keep_challenge (Exchange *self)
{
  memcpy (self->challenge_bytes, self->response, MESSAGE_MAX);
  self->challenge = self->message;
  self->challenge.buffer = self->challenge_bytes;
}

/*
 * The first request has no credentials: the answer to it tells realm and nonce (RFC 8489, section
 * 9.2). A nonce may be stale at once, where that answer took long.
 */
static gboolean
allocate_with_credentials (Exchange *self, const char *username, const char *password,
                           GError **error)
{
  if (!allocate (self, NULL, username, password, error))
    return FALSE;
  for (guint i = 0; i < 2; i++) {
    int code = get_code (&self->message);

    if (code != STALE_NONCE && (code != UNAUTHORIZED || i > 0))
      return TRUE;
    keep_challenge (self);
    if (!allocate (self, &self->challenge, username, password, error))
      return FALSE;
  }
  return TRUE;
}

/* The relay's port is free again at once, and counts in no quota. */
static void
release (Exchange *self, const char *username, const char *password)
{
  StunMessage request;
  gsize size = stun_usage_turn_create_refresh (
      &self->agent, &request, self->request, MESSAGE_MAX, &self->challenge, 0, (uint8_t *) username,
      strlen (username), (uint8_t *) password, strlen (password),
      STUN_USAGE_TURN_COMPATIBILITY_RFC5766);

  if (size > 0)
    write_all (self, size, NULL);
}

/* Returns: whether the server relays for us, and @found has the address at which it does */
gboolean
check_turn_allocate (GIOStream *stream, gboolean reliable, const char *username,
                     const char *password, guint limit_ms, CheckStun *found, GError **error)
{
  g_autofree Exchange *self =
      exchange_new (stream, reliable, limit_ms, STUN_AGENT_USAGE_LONG_TERM_CREDENTIALS);
  struct sockaddr_storage relay, mapped, alternate;
  socklen_t relay_length = sizeof relay, mapped_length = sizeof mapped;
  socklen_t alternate_length = sizeof alternate;
  uint32_t bandwidth, lifetime;
  StunUsageTurnReturn answer;

  if (!allocate_with_credentials (self, username, password, error))
    return FALSE;
  answer = stun_usage_turn_process (&self->message, &relay, &relay_length, &mapped, &mapped_length,
                                    &alternate, &alternate_length, &bandwidth, &lifetime,
                                    STUN_USAGE_TURN_COMPATIBILITY_RFC5766);
  if (answer != STUN_USAGE_TURN_RETURN_RELAY_SUCCESS &&
      answer != STUN_USAGE_TURN_RETURN_MAPPED_SUCCESS)
    return refuse_code (self, found, error);
  found->address = address_to_string (&relay, relay_length);
  release (self, username, password);
  return TRUE;
}
