/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstroominvitations.h"

#include "gstroomevents.h"

GST_DEBUG_CATEGORY_EXTERN (room_signal_debug);
#define GST_CAT_DEFAULT room_signal_debug

/* The key of a room's data: (element-type NertcInvitation), those that are not over. Room thread */
#define INVITATIONS "gst-room-invitations"

static GPtrArray *
get_invitations (NertcRoom *room)
{
  return g_object_get_data (G_OBJECT (room), INVITATIONS);
}

/* Where an accepted invitation leads. */
static void
enter (GstElement *element, NertcInvitation *invitation)
{
  g_object_set (element, "channel", nertc_invitation_get_channel (invitation), NULL);
}

static void
announce_state (GstElement *element, NertcInvitation *invitation)
{
  gst_room_events_announce (
      element, GST_ROOM_EVENT_INVITATION_UPDATED, nertc_invitation_get_id (invitation),
      nertc_invitation_get_uid (invitation), nertc_invitation_get_state (invitation),
      nertc_invitation_get_channel (invitation));
}

/* Who waited outside of rooms goes in; who is in one is left there. */
static gboolean
leads_in (NertcRoom *room, NertcInvitation *invitation)
{
  return nertc_invitation_get_state (invitation) == NERTC_INVITATION_STATE_ACCEPTED &&
         (nertc_invitation_is_incoming (invitation) ||
          nertc_room_get_state (room) == NERTC_ROOM_STATE_LISTENING);
}

static void
on_state (NertcInvitation *invitation, GParamSpec *pspec, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);
  g_autoptr (NertcRoom) room = NULL;

  if (!element)
    return;
  g_object_get (element, "room", &room, NULL);
  if (nertc_invitation_get_state (invitation) >= NERTC_INVITATION_STATE_ACCEPTED)
    g_ptr_array_remove (get_invitations (room), invitation);
  announce_state (element, invitation);
  if (leads_in (room, invitation))
    enter (element, invitation);
}

static void
watch (GstElement *element, NertcRoom *room, NertcInvitation *invitation)
{
  g_ptr_array_add (get_invitations (room), g_object_ref (invitation));
  gst_room_events_listen (element, invitation, "notify::state", G_CALLBACK (on_state));
}

/* Answering */

static void
post_problem (GstElement *element, const char *what, const GError *error)
{
  gst_element_message_full_with_details (
      element, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED,
      g_strdup_printf ("%s: %s.", what, error->message), NULL, __FILE__, GST_FUNCTION, __LINE__,
      gst_structure_new ("nertc", "code", G_TYPE_INT, error->code, NULL));
}

/* That it went well is told by the state. */
static void
on_accepted (GObject *invitation, GAsyncResult *result, gpointer data)
{
  g_autoptr (GstElement) element = data;
  g_autoptr (GError) error = NULL;

  if (!nertc_invitation_accept_finish (NERTC_INVITATION (invitation), result, &error))
    post_problem (element, "The invitation was not accepted", error);
}

static void
on_rejected (GObject *invitation, GAsyncResult *result, gpointer data)
{
  g_autoptr (GstElement) element = data;
  g_autoptr (GError) error = NULL;

  if (!nertc_invitation_reject_finish (NERTC_INVITATION (invitation), result, &error))
    post_problem (element, "The invitation was not rejected", error);
}

static void
on_cancelled (GObject *invitation, GAsyncResult *result, gpointer data)
{
  g_autoptr (GstElement) element = data;
  g_autoptr (GError) error = NULL;

  if (!nertc_invitation_cancel_finish (NERTC_INVITATION (invitation), result, &error))
    post_problem (element, "The invitation was not cancelled", error);
}

static void
on_sent (GObject *room, GAsyncResult *result, gpointer data)
{
  g_autoptr (GstElement) element = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (NertcInvitation) invitation =
      nertc_room_invite_finish (NERTC_ROOM (room), result, &error);

  if (!invitation) {
    post_problem (element, "The invitation was not sent", error);
    return;
  }
  watch (element, NERTC_ROOM (room), invitation);
  announce_state (element, invitation);
}

/* By itself: nobody is there to be asked */

static gboolean
is_alone (NertcRoom *room)
{
  g_autoptr (GPtrArray) members = nertc_room_get_members (room);
  gboolean hears_of_them;

  g_object_get (room, "user-updates", &hears_of_them, NULL);
  return hears_of_them && members->len == 0;
}

/* Returns: whether nobody else would be left alone by that */
static gboolean
is_free (GstElement *element, NertcRoom *room)
{
  g_autofree char *channel = NULL;

  if (nertc_room_get_state (room) != NERTC_ROOM_STATE_LISTENING)
    return is_alone (room);
  g_object_get (element, "channel", &channel, NULL);
  return !channel || !*channel; /* otherwise it is on its way already */
}

static gboolean
is_accepting (NertcRoom *room)
{
  return g_object_get_data (G_OBJECT (room), "gst-room-is-accepting") != NULL;
}

static void
on_answered_by_itself (GObject *invitation, GAsyncResult *result, gpointer data)
{
  GstElement *element = data;
  g_autoptr (NertcRoom) room = NULL;

  g_object_get (element, "room", &room, NULL);
  g_object_set_data (G_OBJECT (room), "gst-room-is-accepting", NULL);
  on_accepted (invitation, result, element);
}

static void
answer_by_itself (GstElement *element, NertcRoom *room, NertcInvitation *invitation)
{
  if (is_accepting (room) || !is_free (element, room)) {
    nertc_invitation_reject_async (invitation, TRUE, NULL, on_rejected, gst_object_ref (element));
    return;
  }
  g_object_set_data (G_OBJECT (room), "gst-room-is-accepting", room);
  nertc_invitation_accept_async (invitation, NULL, on_answered_by_itself, gst_object_ref (element));
}

static gboolean
answers_by_itself (GstElement *element)
{
  gboolean auto_answer;

  g_object_get (element, "auto-answer", &auto_answer, NULL);
  return auto_answer;
}

static void
on_invited (NertcRoom *room, NertcInvitation *invitation, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (!element)
    return;
  watch (element, room, invitation);
  gst_room_events_announce (
      element, GST_ROOM_EVENT_INVITED, nertc_invitation_get_id (invitation),
      nertc_invitation_get_uid (invitation), nertc_invitation_get_user_name (invitation),
      nertc_invitation_get_channel (invitation), nertc_invitation_get_text (invitation));
  if (answers_by_itself (element))
    answer_by_itself (element, room, invitation);
}

/* Whether the element stays where the room is. */
static gboolean
stays (GstElement *element, NertcRoom *room)
{
  g_autofree char *wanted = NULL;
  g_autofree char *here = NULL;

  g_object_get (element, "channel", &wanted, NULL);
  g_object_get (room, "channel", &here, NULL);
  return g_strcmp0 (wanted, here) == 0;
}

/* Who was called waits for the next call when the others have hung up. */
static void
on_member_left (NertcRoom *room, NertcMember *member, NertcCloseReason reason, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);
  gboolean listens;

  if (!element || !answers_by_itself (element) || !is_alone (room) || !stays (element, room))
    return;
  g_object_get (element, "listen", &listens, NULL);
  if (listens)
    g_object_set (element, "channel", NULL, NULL);
}

/* To be called once, before the room is used. */
void
gst_room_invitations_listen (GstElement *element, NertcRoom *room)
{
  g_object_set_data_full (G_OBJECT (room), INVITATIONS,
                          g_ptr_array_new_with_free_func (g_object_unref),
                          (GDestroyNotify) g_ptr_array_unref);
  gst_room_events_listen (element, room, "invited", G_CALLBACK (on_invited));
  gst_room_events_listen (element, room, "member-left", G_CALLBACK (on_member_left));
}

/* Actions: what an application asks for in any thread, done in that of the room */

typedef enum {
  ACTION_INVITE,
  ACTION_ACCEPT,
  ACTION_REJECT,
  ACTION_CANCEL,
} Action;

typedef struct {
  GstElement *element;
  NertcRoom *room;
  Action action;
  char *name;    /* a uid; else an id, (nullable): the last one */
  char *channel; /* (nullable) */
  char *text;    /* (nullable) */
  guint timeout;
  gboolean busy;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  gst_object_unref (wish->element);
  g_object_unref (wish->room);
  g_free (wish->name);
  g_free (wish->channel);
  g_free (wish->text);
  g_free (wish);
}

/* Returns: (nullable) (transfer none): which is meant, of those that may be answered that way */
static NertcInvitation *
find_invitation (const Wish *wish)
{
  GPtrArray *invitations = get_invitations (wish->room);
  gboolean incoming = wish->action != ACTION_CANCEL;

  for (guint i = invitations->len; i > 0; i--) {
    NertcInvitation *invitation = g_ptr_array_index (invitations, i - 1);

    if (nertc_invitation_is_incoming (invitation) == incoming &&
        (!wish->name || g_str_equal (nertc_invitation_get_id (invitation), wish->name)))
      return invitation;
  }
  return NULL;
}

static void
answer (const Wish *wish)
{
  NertcInvitation *invitation = find_invitation (wish);
  GstElement *element;

  if (!invitation) {
    GST_ELEMENT_WARNING (
        wish->element, RESOURCE, NOT_FOUND,
        ("There is no invitation “%s” to be answered or cancelled; it may be over, "
         "see the message invitation-updated.",
         wish->name ? wish->name : ""),
        (NULL));
    return;
  }
  element = gst_object_ref (wish->element);
  if (wish->action == ACTION_ACCEPT)
    nertc_invitation_accept_async (invitation, NULL, on_accepted, element);
  else if (wish->action == ACTION_REJECT)
    nertc_invitation_reject_async (invitation, wish->busy, NULL, on_rejected, element);
  else
    nertc_invitation_cancel_async (invitation, NULL, on_cancelled, element);
}

static gboolean
carry_out (gpointer data)
{
  const Wish *wish = data;

  if (wish->action == ACTION_INVITE)
    nertc_room_invite_async (wish->room, wish->name ? wish->name : "", wish->channel, wish->text,
                             wish->timeout, NULL, on_sent, gst_object_ref (wish->element));
  else
    answer (wish);
  return G_SOURCE_REMOVE;
}

static char *
dup_if_set (const char *text)
{
  return text && *text ? g_strdup (text) : NULL;
}

/* Returns: (transfer full): to be given to start() */
static Wish *
make_wish (GstElement *element, Action action, const char *name)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->element = gst_object_ref (element);
  g_object_get (element, "room", &wish->room, NULL);
  wish->action = action;
  /* It is told of in messages. What is no UTF-8 is no name either way. */
  wish->name = name && *name ? g_utf8_make_valid (name, -1) : NULL;
  return wish;
}

static void
start (Wish *wish)
{
  g_main_context_invoke_full (nertc_room_get_context (wish->room), G_PRIORITY_DEFAULT, carry_out,
                              wish, wish_free);
}

static void
invite (GstElement *element, const char *uid, const char *channel, const char *text, guint timeout)
{
  Wish *wish = make_wish (element, ACTION_INVITE, uid);

  wish->channel = dup_if_set (channel);
  wish->text = dup_if_set (text);
  wish->timeout = timeout;
  start (wish);
}

static void
accept_invitation (GstElement *element, const char *id)
{
  start (make_wish (element, ACTION_ACCEPT, id));
}

static void
reject_invitation (GstElement *element, const char *id, gboolean busy)
{
  Wish *wish = make_wish (element, ACTION_REJECT, id);

  wish->busy = busy;
  start (wish);
}

static void
cancel_invitation (GstElement *element, const char *id)
{
  start (make_wish (element, ACTION_CANCEL, id));
}

static void
new_action (GType type, const char *name, GCallback callback, guint n_params, GType first,
            GType second, GType third, GType fourth)
{
  g_signal_new_class_handler (name, type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, callback, NULL, NULL,
                              NULL, G_TYPE_NONE, n_params, first, second, third, fourth);
}

/* Gives the class of @type the actions. */
void
gst_room_invitations_install (GType type)
{
  /**
   * GstRoomSignal::invite:
   * @roomsignal: the element
   * @uid: who is to come: somebody in any room, or who listens
   * @channel: (nullable): the room; %NULL or empty lets the server make up a name
   * @text: (nullable): what the application wants to say with it, up to 1024 characters
   * @timeout: for how many seconds it rings, up to 600; 0: 60
   *
   * Invites a user into a room. #GstRoomSignal::invitation-updated tells its id, with the state
   * calling, and what becomes of it; a warning tells if it could not be sent.
   */
  new_action (type, "invite", G_CALLBACK (invite), 4, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING,
              G_TYPE_UINT);
  /**
   * GstRoomSignal::accept-invitation:
   * @roomsignal: the element
   * @id: (nullable): which; %NULL or empty: the last that has come
   *
   * Accepts an invitation, and goes into the room: #GstRoomSignal:channel becomes its name.
   */
  new_action (type, "accept-invitation", G_CALLBACK (accept_invitation), 1, G_TYPE_STRING, 0, 0, 0);
  /**
   * GstRoomSignal::reject-invitation:
   * @roomsignal: the element
   * @id: (nullable): which; %NULL or empty: the last that has come
   * @busy: whether only this end of the user has no time for it; the user's others ring on
   *
   * Rejects an invitation.
   */
  new_action (type, "reject-invitation", G_CALLBACK (reject_invitation), 2, G_TYPE_STRING,
              G_TYPE_BOOLEAN, 0, 0);
  /**
   * GstRoomSignal::cancel-invitation:
   * @roomsignal: the element
   * @id: (nullable): which; %NULL or empty: the last that was sent
   *
   * Takes back an invitation that has not been answered.
   */
  new_action (type, "cancel-invitation", G_CALLBACK (cancel_invitation), 1, G_TYPE_STRING, 0, 0, 0);
}
