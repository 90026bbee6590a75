/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-invitations.h"

#include "call-text.h"

#define SENT_MAX 50
#define RINGS_FOR 60 /* s */

struct _CallInvitations {
  GObject parent_instance;

  GListStore *received; /* those that ring, the first of them shown */
  GListStore *sent;
};

G_DEFINE_FINAL_TYPE (CallInvitations, call_invitations, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_INVITATION,
  PROP_SENT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* Returns: (transfer none) (nullable): NULL as id: the first that has none yet */
static CallInvitation *
find (GListStore *store, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++) {
    g_autoptr (CallInvitation) invitation = g_list_model_get_item (G_LIST_MODEL (store), i);

    if (g_strcmp0 (call_invitation_get_id (invitation), id) == 0 &&
        !call_invitation_is_over (invitation))
      return invitation;
  }
  return NULL;
}

static void
take_out (GListStore *store, CallInvitation *invitation)
{
  guint position;

  if (g_list_store_find (store, invitation, &position))
    g_list_store_remove (store, position);
}

void
call_invitations_on_invited (CallInvitations *self, const GstStructure *invited)
{
  g_autofree char *name = call_text_to_line (gst_structure_get_string (invited, "user-name"));
  g_autoptr (CallInvitation) invitation = call_invitation_new (
      gst_structure_get_string (invited, "id"), gst_structure_get_string (invited, "uid"), name,
      gst_structure_get_string (invited, "channel"), gst_structure_get_string (invited, "text"),
      TRUE);

  call_invitation_set_state (invitation, CALL_INVITATION_RINGING, NULL);
  g_list_store_append (self->received, invitation);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INVITATION]);
}

static gboolean
is_to (CallInvitation *invitation, const GstStructure *updated)
{
  return g_strcmp0 (call_invitation_get_uid (invitation),
                    gst_structure_get_string (updated, "uid")) == 0;
}

/* The first that is heard of one that was sent tells its id. */
static CallInvitation *
find_sent (CallInvitations *self, const GstStructure *updated)
{
  const char *id = gst_structure_get_string (updated, "id");
  CallInvitation *invitation = find (self->sent, id);

  if (invitation)
    return invitation;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->sent)); i++) {
    g_autoptr (CallInvitation) waiting = g_list_model_get_item (G_LIST_MODEL (self->sent), i);

    if (!call_invitation_get_id (waiting) && !call_invitation_is_over (waiting) &&
        is_to (waiting, updated)) {
      g_object_set (waiting, "id", id, NULL);
      return waiting;
    }
  }
  return NULL;
}

void
call_invitations_on_updated (CallInvitations *self, const GstStructure *updated)
{
  CallInvitation *ringing = find (self->received, gst_structure_get_string (updated, "id"));
  CallInvitation *sent = ringing ? NULL : find_sent (self, updated);
  g_autoptr (CallInvitation) invitation = ringing ? g_object_ref (ringing) : NULL;
  /* The values are those of NertcInvitationState. */
  const GValue *state = gst_structure_get_value (updated, "state");

  if (sent)
    call_invitation_set_state (sent, (CallInvitationState) g_value_get_enum (state), NULL);
  if (!invitation)
    return;
  call_invitation_set_state (invitation, (CallInvitationState) g_value_get_enum (state), NULL);
  if (!call_invitation_is_over (invitation))
    return;
  take_out (self->received, invitation);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INVITATION]);
}

/* Returns: whether there is one that it may be about */
gboolean
call_invitations_on_refused (CallInvitations *self, const char *problem)
{
  CallInvitation *invitation = find (self->sent, NULL);

  if (invitation)
    call_invitation_set_state (invitation, CALL_INVITATION_FAILED, problem);
  return invitation != NULL;
}

void
call_invitations_send (CallInvitations *self, GstElement *roomsignal, const char *uid,
                       const char *channel, const char *text)
{
  g_autoptr (CallInvitation) invitation =
      call_invitation_new (NULL, uid, NULL, channel, text, FALSE);

  if (g_list_model_get_n_items (G_LIST_MODEL (self->sent)) >= SENT_MAX)
    g_list_store_remove (self->sent, 0);
  g_list_store_append (self->sent, invitation);
  g_signal_emit_by_name (roomsignal, "invite", uid, channel, text, RINGS_FOR);
}

void
call_invitations_forget (CallInvitations *self)
{
  g_list_store_remove_all (self->sent);
  g_list_store_remove_all (self->received);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INVITATION]);
}

/* Returns: (transfer none) */
GListModel *
call_invitations_get_sent (CallInvitations *self)
{
  return G_LIST_MODEL (self->sent);
}

/* Returns: (transfer none) (nullable) */
CallInvitation *
call_invitations_get_ringing (CallInvitations *self)
{
  g_autoptr (CallInvitation) first = g_list_model_get_item (G_LIST_MODEL (self->received), 0);

  return first;
}

static void
call_invitations_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallInvitations *self = CALL_INVITATIONS (object);

  switch (id) {
    case PROP_INVITATION:
      g_value_set_object (value, call_invitations_get_ringing (self));
      break;
    case PROP_SENT:
      g_value_set_object (value, self->sent);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_invitations_finalize (GObject *object)
{
  CallInvitations *self = CALL_INVITATIONS (object);

  g_object_unref (self->received);
  g_object_unref (self->sent);
  G_OBJECT_CLASS (call_invitations_parent_class)->finalize (object);
}

static void
call_invitations_class_init (CallInvitationsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = call_invitations_finalize;
  object_class->get_property = call_invitations_get_property;
  properties[PROP_INVITATION] =
      g_param_spec_object ("invitation", NULL, NULL, CALL_TYPE_INVITATION, read);
  properties[PROP_SENT] = g_param_spec_object ("sent", NULL, NULL, G_TYPE_LIST_MODEL, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
call_invitations_init (CallInvitations *self)
{
  self->received = g_list_store_new (CALL_TYPE_INVITATION);
  self->sent = g_list_store_new (CALL_TYPE_INVITATION);
}

/* Returns: (transfer full) */
CallInvitations *
call_invitations_new (void)
{
  return g_object_new (CALL_TYPE_INVITATIONS, NULL);
}
