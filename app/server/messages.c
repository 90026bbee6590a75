/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "messages.h"

#include "event.h"
#include "random-id.h"
#include "receipts.h"
#include "token-bucket.h"

#include <string.h>

static const struct {
  const char *name;
  guint rate; /* of one member: in a second, and at once */
} kinds[SRV_MESSAGE_KINDS] = {
  [SRV_MESSAGE_BROADCAST] = { "broadcast", 10 },
  [SRV_MESSAGE_BARRAGE] = { "barrage", 20 },
  [SRV_MESSAGE_COMMAND] = { "command", 200 },
};

/* What is known of a member who has sent something, or for whom a barrage was dropped. */
typedef struct {
  SrvTokenBucket buckets[SRV_MESSAGE_KINDS];
  guint dropped; /* barrages since the last one that it got */
} Party;

struct _SrvMessages {
  SrvMessagesClock clock;
  GHashTable *parties; /* SrvMember → Party */
  SrvReceipts *receipts;
  guint64 accepted[SRV_MESSAGE_KINDS];
  guint64 sent[SRV_MESSAGE_KINDS]; /* to one member each */
  guint64 dropped;
};

struct _SrvMessage {
  SrvMessageKind kind;
  SrvMember *from;
  char *id; /* a GRefString */
  JsonObject *params;
  GBytes *text;  /* the same as an event, made once for all */
  GPtrArray *to; /* (element-type SrvMember) (nullable): all others */
};

void
srv_message_free (SrvMessage *self)
{
  srv_member_unref (self->from);
  g_clear_pointer (&self->id, g_ref_string_release);
  g_clear_pointer (&self->params, json_object_unref);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->to, g_ptr_array_unref);
  g_free (self);
}

static void
tell_delivered (SrvMember *sender, const char *message_id, SrvMember *addressee, gboolean delivered,
                gpointer user_data)
{
  g_autoptr (JsonObject) params =
      srv_event_message_delivered (message_id, addressee->uid, delivered);

  if (sender->owner)
    srv_session_send_event (sender->owner, "message.delivered", params);
}

/* @clock: g_get_monotonic_time(), but in a test */
SrvMessages *
srv_messages_new (SrvMessagesClock clock)
{
  SrvMessages *self = g_new0 (SrvMessages, 1);

  self->clock = clock;
  self->parties = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) srv_member_unref, g_free);
  self->receipts = srv_receipts_new (tell_delivered, self);
  return self;
}

void
srv_messages_free (SrvMessages *self)
{
  srv_receipts_free (self->receipts);
  g_hash_table_unref (self->parties);
  g_free (self);
}

static Party *
ensure_party (SrvMessages *self, SrvMember *member)
{
  Party *party = g_hash_table_lookup (self->parties, member);

  if (party)
    return party;
  party = g_new0 (Party, 1);
  for (guint i = 0; i < SRV_MESSAGE_KINDS; i++)
    srv_token_bucket_init (&party->buckets[i], kinds[i].rate, kinds[i].rate, self->clock ());
  g_hash_table_insert (self->parties, srv_member_ref (member), party);
  return party;
}

/* What is sent, and by whom */

static SrvMessageKind
find_kind (const char *name)
{
  for (guint i = 0; i < SRV_MESSAGE_KINDS; i++) {
    if (g_str_equal (kinds[i].name, name))
      return (SrvMessageKind) i;
  }
  g_return_val_if_reached (SRV_MESSAGE_BROADCAST);
}

static gboolean
check_text (const char *text, GError **error)
{
  gsize size = strlen (text);

  if (size <= NERTC_TEXT_BYTES_MAX)
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_MESSAGE_TOO_LARGE,
               "‘text’ has %" G_GSIZE_FORMAT " bytes; use at most %d, in UTF-8", size,
               NERTC_TEXT_BYTES_MAX);
  return FALSE;
}

static gboolean
check_addressees (SrvMessageKind kind, JsonObject *params, GError **error)
{
  gboolean named = json_object_has_member (params, "to") &&
                   json_array_get_length (json_object_get_array_member (params, "to")) > 0;

  if (kind == SRV_MESSAGE_COMMAND && !named)
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                         "‘to’ names nobody; a command goes to the members whose uids are there");
  else if (kind != SRV_MESSAGE_COMMAND && json_object_has_member (params, "to"))
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                 "‘to’ is for commands; a %s is sent to all others of the room", kinds[kind].name);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_unsettled (SrvMessages *self, SrvMember *from, guint more, GError **error)
{
  if (srv_receipts_count_of (self->receipts, from) + more <= SRV_MESSAGE_UNSETTLED_MAX)
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_RATE_EXCEEDED,
               "%u commands have not arrived yet, of %d at most; send again when more have",
               srv_receipts_count_of (self->receipts, from), SRV_MESSAGE_UNSETTLED_MAX);
  return FALSE;
}

static gboolean
check_rate (SrvMessages *self, SrvMember *from, SrvMessageKind kind, GError **error)
{
  if (srv_token_bucket_take (&ensure_party (self, from)->buckets[kind], self->clock ()))
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_RATE_EXCEEDED,
               "Too many messages of kind ‘%s’; send at most %u in a second", kinds[kind].name,
               kinds[kind].rate);
  return FALSE;
}

/*
 * Returns: (transfer full): the members of @room that @uids name, each once; the uids of those who
 *   are not there go into @missing
 */
static GPtrArray *
find_addressees (SrvRoom *room, JsonArray *uids, JsonArray *missing)
{
  GPtrArray *members = g_ptr_array_new_with_free_func ((GDestroyNotify) srv_member_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < json_array_get_length (uids); i++) {
    const char *uid = json_array_get_string_element (uids, i);
    SrvMember *member = g_hash_table_lookup (room->by_uid, uid);

    if (!g_hash_table_add (seen, (char *) uid))
      continue;
    if (member)
      g_ptr_array_add (members, srv_member_ref (member));
    else
      json_array_add_string_element (missing, uid);
  }
  return members;
}

static gboolean
address (SrvMessages *self, SrvMessage *message, JsonObject *params, JsonObject *result,
         GError **error)
{
  g_autoptr (JsonArray) missing = json_array_new ();

  if (message->kind != SRV_MESSAGE_COMMAND)
    return TRUE;
  message->to =
      find_addressees (message->from->room, json_object_get_array_member (params, "to"), missing);
  if (!check_unsettled (self, message->from, message->to->len, error))
    return FALSE;
  if (json_array_get_length (missing) > 0)
    json_object_set_array_member (result, "missing", g_steal_pointer (&missing));
  return TRUE;
}

static GBytes *
encode (const SrvMessage *message)
{
  char *text = nertc_message_encode_notification ("message.received", message->params);

  return g_bytes_new_take (text, strlen (text));
}

static void
compose (SrvMessage *message, const char *text)
{
  g_autofree char *id = srv_random_id ();
  SrvMessageEvent event = {
    .message_id = id,
    .uid = message->from->uid,
    .kind = kinds[message->kind].name,
    .text = text,
    .time_ms = g_get_real_time () / G_TIME_SPAN_MILLISECOND,
  };

  message->id = g_ref_string_new (id);
  message->params = srv_event_message_received (&event);
  message->text = encode (message);
}

/*
 * srv_messages_accept:
 * @params: of message.send
 * @result: gets the fields of the answer
 *
 * Returns: (transfer full) (nullable): what is to be delivered once the answer is out; %NULL if it
 *   is refused, and nobody is to get it
 */
SrvMessage *
srv_messages_accept (SrvMessages *self, SrvMember *from, JsonObject *params, JsonObject *result,
                     GError **error)
{
  const char *text = json_object_get_string_member (params, "text");
  g_autoptr (SrvMessage) message = g_new0 (SrvMessage, 1);

  message->kind = find_kind (json_object_get_string_member (params, "kind"));
  message->from = srv_member_ref (from);
  if (!check_text (text, error) || !check_addressees (message->kind, params, error) ||
      !check_rate (self, from, message->kind, error) ||
      !address (self, message, params, result, error))
    return NULL;
  compose (message, text);
  self->accepted[message->kind]++;
  json_object_set_string_member (result, "messageId", message->id);
  return g_steal_pointer (&message);
}

/* To whom it goes */

static void
drop (SrvMessages *self, SrvMember *to)
{
  Party *party = ensure_party (self, to);

  self->dropped++;
  party->dropped = MIN (party->dropped, G_MAXINT - 1) + 1;
}

/* Returns: (nullable) (transfer full): the event that tells how many were dropped before it */
static GBytes *
make_text_with_drops (SrvMessages *self, SrvMessage *message, SrvMember *to)
{
  Party *party = g_hash_table_lookup (self->parties, to);

  if (!party || party->dropped == 0)
    return NULL;
  json_object_set_int_member (message->params, "dropped", party->dropped);
  party->dropped = 0;
  return encode (message);
}

static void
deliver_barrage (SrvMessages *self, SrvMessage *message, SrvMember *to)
{
  g_autoptr (GBytes) text = NULL;

  if (srv_session_is_behind (to->owner)) {
    drop (self, to);
    return;
  }
  text = make_text_with_drops (self, message, to);
  srv_session_send_numbered (to->owner, text ? text : message->text);
  self->sent[message->kind]++;
}

/* The ping tells within a round trip that it has arrived. */
static void
deliver_command (SrvMessages *self, SrvMessage *message, SrvMember *to)
{
  srv_session_send_numbered (to->owner, message->text);
  srv_receipts_add (self->receipts, message->from, message->id, to,
                    srv_session_count_sent (to->owner));
  srv_session_probe (to->owner);
  self->sent[message->kind]++;
}

static void
deliver_to (SrvMessages *self, SrvMessage *message, SrvMember *to)
{
  if (!to->owner)
    return;
  switch (message->kind) {
    case SRV_MESSAGE_BARRAGE:
      deliver_barrage (self, message, to);
      break;
    case SRV_MESSAGE_COMMAND:
      deliver_command (self, message, to);
      break;
    default:
      srv_session_send_numbered (to->owner, message->text);
      self->sent[message->kind]++;
      break;
  }
}

/* @message: (transfer full): as it was accepted just now, with nobody gone since */
void
srv_messages_deliver (SrvMessages *self, SrvMessage *message)
{
  GPtrArray *to = message->to ? message->to : message->from->room->members;

  for (guint i = 0; i < to->len; i++) {
    SrvMember *member = g_ptr_array_index (to, i);

    if (message->to || member != message->from)
      deliver_to (self, message, member);
  }
  srv_message_free (message);
}

/* What became of it */

/* More of what was sent to @member has arrived, as srv_session_get_acknowledged() says. A ping goes
 * past messages that wait: for them it takes another. */
void
srv_messages_acknowledged (SrvMessages *self, SrvMember *member)
{
  if (!srv_receipts_has (self->receipts, member))
    return;
  srv_receipts_acknowledge (self->receipts, member, srv_session_get_acknowledged (member->owner));
  if (srv_receipts_has (self->receipts, member))
    srv_session_probe (member->owner);
}

/* @member has left. */
void
srv_messages_forget (SrvMessages *self, SrvMember *member)
{
  srv_receipts_forget (self->receipts, member);
  g_hash_table_remove (self->parties, member);
}

/* Figures, since the start */

/* Returns: how many members have sent */
guint64
srv_messages_count_accepted (SrvMessages *self, SrvMessageKind kind)
{
  return self->accepted[kind];
}

/* Returns: how many went to members, each counted for each of them */
guint64
srv_messages_count_sent (SrvMessages *self, SrvMessageKind kind)
{
  return self->sent[kind];
}

/* Returns: how many barrages did not go to a member who was away or slow */
guint64
srv_messages_count_dropped (SrvMessages *self)
{
  return self->dropped;
}
