/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "invites.h"

#include "invitation-state.h"
#include "random-id.h"
#include "token-bucket.h"

#include <string.h>

#define TIMEOUT_DEFAULT 60

/* Everybody who is known under one uid and app key. */
typedef struct {
  char *key;
  GQueue ends; /* of End */
  guint incoming;
} Person;

typedef struct {
  SrvMember *member;
  Person *person;
  SrvTokenBucket sends;
  GQueue outgoing; /* of Invitation */
  GQueue ringing;  /* of Invitation: those that it has not answered */
} End;

typedef struct {
  char *id;
  char *channel;
  SrvInvitationState state;
  End *caller;
  Person *callee;
  GQueue ends; /* of End: those of the callee that have not answered */
  gboolean busy;
  gint64 deadline;
  GSequenceIter *place; /* in the queue */
} Invitation;

struct _SrvInvites {
  SrvInviteLimits limits;
  SrvInvitesClock clock;
  SrvInvitesTell tell;
  gpointer user_data;

  GHashTable *people;      /* key → Person */
  GHashTable *ends;        /* SrvMember → End */
  GHashTable *invitations; /* id → Invitation */
  GSequence *queue;        /* of Invitation, by deadline */
  GSource *timer;
};

/* A uid has no line break, an app key may: so it comes last. */
static char *
make_key (const char *uid, const char *app_key)
{
  return g_strconcat (uid, "\n", app_key, NULL);
}

static void
person_free (Person *self)
{
  g_free (self->key);
  g_free (self);
}

static void
end_free (End *self)
{
  srv_member_unref (self->member);
  g_free (self);
}

static void
invitation_free (Invitation *self)
{
  g_queue_clear (&self->ends);
  g_free (self->id);
  g_free (self->channel);
  g_free (self);
}

static gboolean
on_timer (gpointer user_data)
{
  srv_invites_run (user_data);
  return G_SOURCE_CONTINUE;
}

SrvInvites *
srv_invites_new (const SrvInviteLimits *limits, SrvInvitesClock clock, SrvInvitesTell tell,
                 gpointer user_data)
{
  SrvInvites *self = g_new0 (SrvInvites, 1);

  self->limits = *limits;
  self->clock = clock;
  self->tell = tell;
  self->user_data = user_data;
  self->people =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) person_free);
  self->ends = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) end_free);
  self->invitations =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) invitation_free);
  self->queue = g_sequence_new (NULL);
  self->timer = g_timeout_source_new (1);
  g_source_set_ready_time (self->timer, -1);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  return self;
}

/* Every member must have been removed. */
void
srv_invites_free (SrvInvites *self)
{
  g_assert (g_hash_table_size (self->ends) == 0 && g_hash_table_size (self->invitations) == 0);

  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_sequence_free (self->queue);
  g_hash_table_unref (self->invitations);
  g_hash_table_unref (self->ends);
  g_hash_table_unref (self->people);
  g_free (self);
}

guint
srv_invites_count (SrvInvites *self)
{
  return g_hash_table_size (self->invitations);
}

/* When they time out: one timer for all */

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gint64 one = ((const Invitation *) a)->deadline;
  gint64 other = ((const Invitation *) b)->deadline;

  return (one > other) - (one < other);
}

static Invitation *
peek_first (SrvInvites *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->queue);

  return g_sequence_iter_is_end (first) ? NULL : g_sequence_get (first);
}

static void
wait_for_first (SrvInvites *self)
{
  Invitation *first = peek_first (self);

  g_source_set_ready_time (self->timer, first ? first->deadline : -1);
}

/* Telling */

static void
tell_state (SrvInvites *self, const Invitation *invitation, End *to, const char *uid,
            const char *state)
{
  g_autoptr (JsonObject) params = json_object_new ();

  json_object_set_string_member (params, "inviteId", invitation->id);
  json_object_set_string_member (params, "uid", uid);
  json_object_set_string_member (params, "state", state);
  self->tell (to->member, "invite.updated", params, self->user_data);
}

static char *
dup_uid (const Person *person)
{
  return g_strndup (person->key, strchr (person->key, '\n') - person->key);
}

static void
tell_caller (SrvInvites *self, const Invitation *invitation)
{
  g_autofree char *uid = dup_uid (invitation->callee);

  tell_state (self, invitation, invitation->caller, uid,
              srv_invitation_state_to_string (invitation->state));
}

static gint64
get_timeout (JsonObject *asked)
{
  return json_object_get_int_member_with_default (asked, "timeout", TIMEOUT_DEFAULT);
}

/* The ends of the callee that still ring stop that. @actor: (nullable): one of them, which knows */
static void
tell_ends (SrvInvites *self, const Invitation *invitation, End *actor)
{
  gboolean elsewhere =
      invitation->state == SRV_INVITATION_ACCEPTED || invitation->state == SRV_INVITATION_REJECTED;

  for (GList *l = invitation->ends.head; l; l = l->next) {
    End *end = l->data;

    if (end == actor)
      continue;
    if (elsewhere)
      tell_state (self, invitation, end, end->member->uid, "elsewhere");
    else
      tell_state (self, invitation, end, invitation->caller->member->uid,
                  srv_invitation_state_to_string (invitation->state));
  }
}

static void
tell_received (SrvInvites *self, const Invitation *invitation, End *end, JsonObject *asked)
{
  SrvMember *caller = invitation->caller->member;
  g_autoptr (JsonObject) params = json_object_new ();

  json_object_set_string_member (params, "inviteId", invitation->id);
  json_object_set_string_member (params, "uid", caller->uid);
  json_object_set_string_member (params, "userName", caller->user_name);
  json_object_set_string_member (params, "channel", invitation->channel);
  json_object_set_string_member (params, "text",
                                 json_object_get_string_member_with_default (asked, "text", ""));
  json_object_set_int_member (params, "timeout", get_timeout (asked));
  self->tell (end->member, "invite.received", params, self->user_data);
}

/* The life of an invitation */

static void
drop (SrvInvites *self, Invitation *invitation)
{
  g_queue_remove (&invitation->caller->outgoing, invitation);
  for (GList *l = invitation->ends.head; l; l = l->next)
    g_queue_remove (&((End *) l->data)->ringing, invitation);
  invitation->callee->incoming--;
  g_sequence_remove (invitation->place);
  g_hash_table_remove (self->invitations, invitation->id);
  wait_for_first (self);
}

/* @actor: (nullable): the end of the callee whose doing it is */
static void
advance (SrvInvites *self, Invitation *invitation, SrvInvitationEvent event, End *actor)
{
  SrvInvitationState next;

  if (!srv_invitation_state_next (invitation->state, event, &next))
    g_return_if_reached ();
  if (next == invitation->state)
    return;
  invitation->state = next;
  if (event != SRV_INVITATION_EVENT_CANCEL)
    tell_caller (self, invitation);
  if (!srv_invitation_state_is_over (next))
    return;
  tell_ends (self, invitation, actor);
  drop (self, invitation);
}

/* @end rings no more; the others, if there are any, do. */
static void
withdraw (SrvInvites *self, Invitation *invitation, End *end, gboolean busy)
{
  g_queue_remove (&invitation->ends, end);
  g_queue_remove (&end->ringing, invitation);
  invitation->busy = invitation->busy || busy;
  if (invitation->ends.length == 0)
    advance (self, invitation,
             invitation->busy ? SRV_INVITATION_EVENT_LAST_BUSY : SRV_INVITATION_EVENT_LAST_GONE,
             end);
  else if (busy)
    advance (self, invitation, SRV_INVITATION_EVENT_END_BUSY, end);
}

/* Ends whatever is over by now. */
void
srv_invites_run (SrvInvites *self)
{
  gint64 now = self->clock ();
  Invitation *first;

  while ((first = peek_first (self)) && first->deadline <= now)
    advance (self, first, SRV_INVITATION_EVENT_TIME_OUT, NULL);
  wait_for_first (self);
}

/* Who can be invited */

static Person *
find_or_add_person (SrvInvites *self, SrvMember *member)
{
  g_autofree char *key = make_key (member->uid, member->room->app_key);
  Person *person = g_hash_table_lookup (self->people, key);

  if (person)
    return person;
  person = g_new0 (Person, 1);
  person->key = g_steal_pointer (&key);
  g_hash_table_insert (self->people, person->key, person);
  return person;
}

/* From now on it can be reached. */
void
srv_invites_add_member (SrvInvites *self, SrvMember *member)
{
  End *end = g_new0 (End, 1);

  end->member = srv_member_ref (member);
  end->person = find_or_add_person (self, member);
  srv_token_bucket_init (&end->sends, self->limits.rate, self->limits.outgoing, self->clock ());
  g_queue_push_tail (&end->person->ends, end);
  g_hash_table_insert (self->ends, member, end);
}

/* It has left, or what it was reached by has ended. It is told nothing. */
void
srv_invites_remove_member (SrvInvites *self, SrvMember *member)
{
  End *end = g_hash_table_lookup (self->ends, member);
  Person *person;

  if (!end)
    return;
  person = end->person;
  g_queue_remove (&person->ends, end);
  while (end->outgoing.head)
    advance (self, end->outgoing.head->data, SRV_INVITATION_EVENT_CANCEL, NULL);
  while (end->ringing.head)
    withdraw (self, end->ringing.head->data, end, FALSE);
  if (person->ends.length == 0)
    g_hash_table_remove (self->people, person->key);
  g_hash_table_remove (self->ends, member);
}

/* What members ask */

/* Returns: (nullable): who has @uid, with an end beside @caller */
static Person *
find_callee (SrvInvites *self, End *caller, const char *uid, GError **error)
{
  g_autofree char *key = make_key (uid, caller->member->room->app_key);
  Person *person = g_hash_table_lookup (self->people, key);

  if (person && (person != caller->person || person->ends.length > 1))
    return person;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_UID_OFFLINE,
               "Nobody is connected as ‘%s’; invite again when that user is in a room or listens",
               uid);
  return NULL;
}

static gboolean
may_send (SrvInvites *self, End *caller, Person *callee, const char *uid, GError **error)
{
  if (caller->outgoing.length >= self->limits.outgoing)
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_RATE_EXCEEDED,
                 "You have %u invitations under way; cancel one, or wait until one ends",
                 self->limits.outgoing);
  else if (callee->incoming >= self->limits.incoming)
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_RATE_EXCEEDED,
                 "‘%s’ has %u invitations to answer; invite again later", uid,
                 self->limits.incoming);
  else if (!srv_token_bucket_take (&caller->sends, self->clock ()))
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_RATE_EXCEEDED,
                 "Too many invitations; send at most %u in a second", self->limits.rate);
  else
    return TRUE;
  return FALSE;
}

static char *
choose_channel (JsonObject *asked)
{
  const char *channel = json_object_get_string_member_with_default (asked, "channel", NULL);

  return channel ? g_strdup (channel) : srv_random_id ();
}

static Invitation *
add_invitation (SrvInvites *self, End *caller, Person *callee, JsonObject *asked)
{
  Invitation *invitation = g_new0 (Invitation, 1);

  invitation->id = srv_random_id ();
  invitation->channel = choose_channel (asked);
  invitation->caller = caller;
  invitation->callee = callee;
  invitation->deadline = self->clock () + get_timeout (asked) * G_TIME_SPAN_SECOND;
  invitation->place = g_sequence_insert_sorted (self->queue, invitation, compare, NULL);
  g_hash_table_insert (self->invitations, invitation->id, invitation);
  g_queue_push_tail (&caller->outgoing, invitation);
  callee->incoming++;
  return invitation;
}

static void
add_end (Invitation *invitation, End *end)
{
  g_queue_push_tail (&invitation->ends, end);
  g_queue_push_tail (&end->ringing, invitation);
}

/* Invites, under the app key of @caller, all ends of a uid, but not @caller itself. */
gboolean
srv_invites_send (SrvInvites *self, SrvMember *caller, JsonObject *params, JsonObject *result,
                  GError **error)
{
  const char *uid = json_object_get_string_member (params, "uid");
  End *from = g_hash_table_lookup (self->ends, caller);
  Person *callee = find_callee (self, from, uid, error);
  Invitation *invitation;

  if (!callee || !may_send (self, from, callee, uid, error))
    return FALSE;
  invitation = add_invitation (self, from, callee, params);
  json_object_set_string_member (result, "inviteId", invitation->id);
  json_object_set_string_member (result, "channel", invitation->channel);
  for (GList *l = callee->ends.head; l; l = l->next) {
    if (l->data == from)
      continue;
    add_end (invitation, l->data);
    tell_received (self, invitation, l->data, params);
  }
  wait_for_first (self);
  return TRUE;
}

static gboolean
refuse_id (JsonObject *params, GError **error)
{
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVITE_NOT_FOUND,
               "You have no invitation ‘%s’, or it has ended",
               json_object_get_string_member (params, "inviteId"));
  return FALSE;
}

static Invitation *
find_invitation (SrvInvites *self, JsonObject *params)
{
  return g_hash_table_lookup (self->invitations,
                              json_object_get_string_member (params, "inviteId"));
}

/* Returns: (nullable): the invitation, if @member is one of those whom it waits for */
static Invitation *
find_ringing (SrvInvites *self, SrvMember *member, JsonObject *params, End **end)
{
  Invitation *invitation = find_invitation (self, params);

  *end = g_hash_table_lookup (self->ends, member);
  return invitation && g_queue_find (&invitation->ends, *end) ? invitation : NULL;
}

/* One end of the callee tells that it rings. It may be too late for that. */
void
srv_invites_ring (SrvInvites *self, SrvMember *member, JsonObject *params)
{
  End *end;
  Invitation *invitation = find_ringing (self, member, params, &end);

  if (invitation)
    advance (self, invitation, SRV_INVITATION_EVENT_RING, end);
}

gboolean
srv_invites_accept (SrvInvites *self, SrvMember *member, JsonObject *params, JsonObject *result,
                    GError **error)
{
  End *end;
  Invitation *invitation = find_ringing (self, member, params, &end);

  if (!invitation)
    return refuse_id (params, error);
  json_object_set_string_member (result, "channel", invitation->channel);
  advance (self, invitation, SRV_INVITATION_EVENT_ACCEPT, end);
  return TRUE;
}

/* Where one end is busy others may still answer. */
gboolean
srv_invites_reject (SrvInvites *self, SrvMember *member, JsonObject *params, JsonObject *result,
                    GError **error)
{
  End *end;
  Invitation *invitation = find_ringing (self, member, params, &end);

  if (!invitation)
    return refuse_id (params, error);
  if (json_object_get_boolean_member_with_default (params, "busy", FALSE))
    withdraw (self, invitation, end, TRUE);
  else
    advance (self, invitation, SRV_INVITATION_EVENT_REJECT, end);
  return TRUE;
}

gboolean
srv_invites_cancel (SrvInvites *self, SrvMember *caller, JsonObject *params, JsonObject *result,
                    GError **error)
{
  Invitation *invitation = find_invitation (self, params);

  if (!invitation || invitation->caller->member != caller)
    return refuse_id (params, error);
  advance (self, invitation, SRV_INVITATION_EVENT_CANCEL, NULL);
  return TRUE;
}
