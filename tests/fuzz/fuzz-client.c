/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-client.h"

#include "nertc-message.h"

#include <string.h>

#define TEXT 0x1
#define CLOSE 0x8
#define PING 0x9
#define PONG 0xa

#define TRANSPORTS 4
#define UNKNOWN (-1)

struct _FuzzClient {
  FuzzConnect connect;
  gpointer user_data;

  FuzzStream *stream; /* (nullable): not connected */
  gint64 last_id;
  GHashTable *asked; /* id → NertcMethod, not answered yet on this connection */

  /* the session, over its connections */
  char *secret; /* (nullable): none so far */
  char *epoch;
  gint64 seq; /* UNKNOWN after a lie */
  gint64 received;
  gint64 claimed;  /* in the last room.resume: not always the truth */
  gboolean member; /* on this connection */
  char *transports[TRANSPORTS];
  guint n_transports;
};

/* What a client says: a method, and its params with the words that fill() knows. */
static const struct {
  const char *method;
  const char *params;
} sayings[] = {
  { "room.join", "{'channel':'@r','uid':'@u'}" },
  { "room.join", "{'channel':'@r','uid':'@u','sessionSecret':'@S','userUpdates':@b}" },
  { "room.join", "{'channel':'@r','userName':'\\u00e9','userData':'x'}" },
  { "room.leave", "{}" },
  { "room.update", "{'extraInfo':'@u'}" },
  { "member.update", "{'userName':'@u','userData':'@s'}" },
  { "stream.publish", "{'streamId':'@s','source':'camera','audio':@b,'video':@b,'audioMuted':@b}" },
  { "stream.publish", "{'streamId':'@s','source':'screen','audio':true,'video':true,"
                      "'transports':['@T','@T']}" },
  { "stream.publish", "{'source':'camera','audio':true,'video':true}" },
  { "stream.update", "{'streamId':'@s','audioMuted':@b}" },
  { "stream.update", "{'streamId':'@s','audio':@b,'video':@b,'renew':@b}" },
  { "stream.unpublish", "{'streamId':'@s'}" },
  { "stream.subscribe", "{'streamId':'@s','audio':@b,'video':@b}" },
  { "stream.subscribe", "{'streamId':'@s','audio':true,'video':true,'transports':['@T']}" },
  { "stream.unsubscribe", "{'streamId':'@s'}" },
  { "transport.description", "{'transportId':'@T','type':'offer','sdp':'v=0'}" },
  { "transport.description", "{'transportId':'@T','type':'answer','sdp':'v=0'}" },
  { "transport.candidate", "{'transportId':'@T','sdpMLineIndex':0,'candidate':'c'}" },
  { "transport.failed", "{'transportId':'@T','code':'ice','message':'m'}" },
  { "transport.failed", "{'transportId':'@T','code':'silence','message':'m'}" },
  { "transport.failed", "{'transportId':'@T','code':'dtls','message':'m'}" },
  { "transport.playing", "{'transportId':'@T'}" },
  { "member.quality", "{'up':@d,'down':@d}" },
  { "room.ping", "{}" },
  { "room.resume", "{'sessionSecret':'@S','epoch':'@E','received':@R}" },
  { "room.resume", "{'sessionSecret':'@S','epoch':'@E','received':9007199254740991}" },
  { "member.setRole", "{'uid':'@u','role':'audience'}" },
  { "room.renewToken", "{'token':'@u'}" },
};

static void
append_word (FuzzClient *self, GString *text, char word, FuzzBytes *bytes)
{
  switch (word) {
    case 'r':
      g_string_append_printf (text, "room%d", fuzz_bytes_take (bytes) % 3);
      break;
    case 'u':
      g_string_append_printf (text, "uid%d", fuzz_bytes_take (bytes) % 4);
      break;
    case 's':
      g_string_append_printf (text, "s%d", fuzz_bytes_take (bytes) % 4);
      break;
    case 'b':
      g_string_append (text, fuzz_bytes_take (bytes) % 2 ? "true" : "false");
      break;
    case 'd':
      g_string_append_printf (text, "%d", fuzz_bytes_take (bytes) % 7);
      break;
    case 'S':
      g_string_append (text, self->secret ? self->secret : "none");
      break;
    case 'E':
      g_string_append (text, self->epoch ? self->epoch : "none");
      break;
    case 'R':
      g_string_append_printf (text, "%" G_GINT64_FORMAT, self->received);
      break;
    case 'T': {
      guint count = MIN (self->n_transports, TRANSPORTS);
      guint index = fuzz_bytes_take (bytes);

      g_string_append (text, count ? self->transports[index % count] : "none");
      break;
    }
    default:
      g_assert_not_reached ();
  }
}

static char *
fill (FuzzClient *self, const char *params, FuzzBytes *bytes)
{
  GString *text = g_string_new (NULL);

  for (const char *c = params; *c; c++) {
    if (*c == '@')
      append_word (self, text, *++c, bytes);
    else
      g_string_append_c (text, *c == '\'' ? '"' : *c);
  }
  return g_string_free (text, FALSE);
}

/* Connections */

static void
forget_connection (FuzzClient *self)
{
  g_clear_object (&self->stream);
  g_hash_table_remove_all (self->asked);
  self->member = FALSE;
}

static void
ensure_connection (FuzzClient *self)
{
  if (!self->stream)
    self->stream = self->connect (self->user_data);
}

/* As a lost network would end it. */
void
fuzz_client_cut (FuzzClient *self)
{
  if (!self->stream)
    return;
  fuzz_stream_end (self->stream);
  forget_connection (self);
}

void
fuzz_client_close (FuzzClient *self, guint8 kind)
{
  static const guint8 codes[][2] = {
    { 0x03, 0xe8 }, { 0x03, 0xe9 }, { 0x03, 0xea }, { 0x0f, 0xa0 }
  };

  if (!self->stream)
    return;
  fuzz_stream_put_frame (self->stream, CLOSE, codes[kind % G_N_ELEMENTS (codes)], kind & 4 ? 0 : 2);
}

void
fuzz_client_set_space (FuzzClient *self, gsize space)
{
  if (self->stream)
    fuzz_stream_set_space (self->stream, space);
}

/* Saying */

/* The answer is checked by the method that was asked: an id must not be used twice. */
void
fuzz_client_send (FuzzClient *self, const char *text, gsize size)
{
  g_autofree char *copy = g_strndup (text, size);
  g_autoptr (NertcMessage) message = NULL;
  gint64 id;

  message = nertc_message_decode (copy, size, NERTC_SENDER_CLIENT, &id, NULL);
  if (message && message->kind == NERTC_MESSAGE_REQUEST) {
    gint64 *key = g_memdup2 (&id, sizeof id);

    if (!g_hash_table_insert (self->asked, key, (gpointer) message->method))
      return;
    if (g_str_equal (message->method->name, "room.resume"))
      self->claimed = json_object_get_int_member (message->body, "received");
  }
  ensure_connection (self);
  fuzz_stream_put_frame (self->stream, TEXT, text, size);
}

void
fuzz_client_say (FuzzClient *self, FuzzBytes *bytes)
{
  guint index = fuzz_bytes_take (bytes) % G_N_ELEMENTS (sayings);
  const char *method = sayings[index].method;
  g_autofree char *params = fill (self, sayings[index].params, bytes);
  const NertcMethod *known = nertc_method_find (method, NERTC_SENDER_CLIENT);
  g_autofree char *text = NULL;

  if (known && known->kind == NERTC_MESSAGE_REQUEST)
    text = g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"id\":%" G_GINT64_FORMAT
                            ",\"method\":\"%s\",\"params\":%s}",
                            ++self->last_id, method, params);
  else
    text =
        g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":%s}", method, params);
  fuzz_client_send (self, text, strlen (text));
}

/* Hearing */

static void
begin_session (FuzzClient *self, JsonObject *result)
{
  g_free (self->secret);
  g_free (self->epoch);
  self->secret = g_strdup (json_object_get_string_member (result, "sessionSecret"));
  self->epoch = g_strdup (json_object_get_string_member (result, "epoch"));
  self->seq = 0;
  self->received = 0;
  self->member = TRUE;
}

/* Who says that less came than did gets it once more. */
static void
resume_session (FuzzClient *self)
{
  self->member = TRUE;
  if (self->claimed == self->received)
    return;
  self->received = self->claimed;
  self->seq = UNKNOWN;
}

static void
hear_result (FuzzClient *self, const NertcMessage *message)
{
  const NertcMethod *method = g_hash_table_lookup (self->asked, &message->id);
  g_autoptr (GError) error = NULL;

  if (self->member)
    self->received++;
  if (!method)
    return; /* sent again after a resume */
  nertc_method_check_result (method, message->body, &error);
  g_assert_no_error (error);
  if (g_str_equal (method->name, "room.join"))
    begin_session (self, message->body);
  else if (g_str_equal (method->name, "room.resume"))
    resume_session (self);
  g_hash_table_remove (self->asked, &message->id);
}

static void
hear_event (FuzzClient *self, const NertcMessage *message)
{
  JsonObject *params = message->body;

  g_assert_true (self->member);
  g_assert_nonnull (message->method);
  g_assert_cmpstr (json_object_get_string_member (params, "epoch"), ==, self->epoch);
  if (self->seq != UNKNOWN)
    g_assert_cmpint (json_object_get_int_member (params, "seq"), ==, self->seq + 1);
  self->seq = json_object_get_int_member (params, "seq");
  self->received++;
  if (g_str_equal (message->method->name, "transport.open")) {
    char **place = &self->transports[self->n_transports++ % TRANSPORTS];

    g_free (*place);
    *place = g_strdup (json_object_get_string_member (params, "transportId"));
  }
}

static void
hear_text (FuzzClient *self, const FuzzFrame *frame)
{
  g_autofree char *text = g_strndup ((const char *) frame->payload, frame->size);
  g_autoptr (NertcMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  message = nertc_message_decode (text, frame->size, NERTC_SENDER_SERVER, &id, &error);
  g_assert_no_error (error);
  switch (message->kind) {
    case NERTC_MESSAGE_RESULT:
      hear_result (self, message);
      break;
    case NERTC_MESSAGE_ERROR:
      g_assert_cmpint (message->error->code, !=, NERTC_ERROR_INTERNAL);
      if (self->member)
        self->received++;
      g_hash_table_remove (self->asked, &id);
      break;
    default:
      hear_event (self, message);
      break;
  }
}

/* Takes what has come. */
void
fuzz_client_listen (FuzzClient *self)
{
  FuzzFrame frame;

  while (self->stream && fuzz_stream_take_frame (self->stream, &frame)) {
    if (frame.opcode == TEXT)
      hear_text (self, &frame);
    else if (frame.opcode == PING)
      fuzz_stream_put_frame (self->stream, PONG, frame.payload, frame.size);
    else
      fuzz_client_cut (self);
  }
}

/* Claims the session of @other, which does not know. */
void
fuzz_client_take_over (FuzzClient *self, FuzzClient *other)
{
  if (self == other || !other->secret)
    return;
  fuzz_client_cut (self);
  g_free (self->secret);
  g_free (self->epoch);
  self->secret = g_strdup (other->secret);
  self->epoch = g_strdup (other->epoch);
  self->seq = other->seq;
  self->received = other->received;
}

FuzzClient *
fuzz_client_new (FuzzConnect connect, gpointer user_data)
{
  FuzzClient *self = g_new0 (FuzzClient, 1);

  self->connect = connect;
  self->user_data = user_data;
  self->asked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return self;
}

void
fuzz_client_free (FuzzClient *self)
{
  fuzz_client_cut (self);
  g_hash_table_unref (self->asked);
  for (guint i = 0; i < TRANSPORTS; i++)
    g_free (self->transports[i]);
  g_free (self->secret);
  g_free (self->epoch);
  g_free (self);
}
