/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstroommoderation.h"

#include "gstroomevents.h"

/* What admins do to others: actions of the element, each carried out in the thread of the room. */

typedef enum {
  ORDER_KICK,
  ORDER_BAN,
  ORDER_UNBAN,
  ORDER_MUTE_MEMBER,
  ORDER_SET_ROLE,
  ORDER_CLOSE_ROOM,
} OrderKind;

typedef struct {
  const char *action;
  gboolean (*finish) (NertcRoom *room, GAsyncResult *result, GError **error);
} OrderRow;

static const OrderRow rows[] = {
  [ORDER_KICK] = { "kick", nertc_room_kick_finish },
  [ORDER_BAN] = { "ban", nertc_room_ban_finish },
  [ORDER_UNBAN] = { "unban", nertc_room_unban_finish },
  [ORDER_MUTE_MEMBER] = { "mute-member", nertc_room_mute_member_finish },
  [ORDER_SET_ROLE] = { "set-role", nertc_room_set_role_finish },
  [ORDER_CLOSE_ROOM] = { "close-room", nertc_room_close_finish },
};

typedef struct {
  GstElement *element;
  NertcRoom *room;
  OrderKind kind;
  char *uid;     /* empty: of the room itself */
  char *message; /* (nullable) */
  guint seconds;
  NertcMedia media;
  gboolean muted;
  NertcMemberRole role;
} Order;

static Order *
order_new (GstElement *element, OrderKind kind, const char *uid, const char *message)
{
  Order *self = g_new0 (Order, 1);

  self->element = gst_object_ref (element);
  g_object_get (element, "room", &self->room, NULL);
  self->kind = kind;
  /* It is told of in messages. What is no UTF-8 is no uid either way. */
  self->uid = uid ? g_utf8_make_valid (uid, -1) : g_strdup ("");
  self->message = message && *message ? g_strdup (message) : NULL;
  return self;
}

static void
order_free (Order *self)
{
  gst_object_unref (self->element);
  g_object_unref (self->room);
  g_free (self->uid);
  g_free (self->message);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Order, order_free)

static void
warn (Order *self, const GError *error)
{
  const char *action = rows[self->kind].action;
  gboolean refused = g_error_matches (error, NERTC_ERROR, NERTC_ERROR_GRANT_MISSING);
  g_autofree char *text =
      g_strdup_printf ("“%s”%s%s%s came to nothing: %s.%s", action, *self->uid ? " of “" : "",
                       self->uid, *self->uid ? "”" : "", error->message,
                       refused ? " Join with a token that grants admin." : "");

  gst_element_message_full (self->element, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR,
                            refused ? GST_RESOURCE_ERROR_NOT_AUTHORIZED : GST_RESOURCE_ERROR_FAILED,
                            g_steal_pointer (&text), NULL, __FILE__, GST_FUNCTION, __LINE__);
}

static void
on_finished (GObject *room, GAsyncResult *result, gpointer data)
{
  g_autoptr (Order) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = rows[self->kind].finish (NERTC_ROOM (room), result, &error);

  gst_room_events_announce (self->element, GST_ROOM_EVENT_MODERATED, rows[self->kind].action,
                            self->uid, done, done ? NULL : error->message);
  if (!done)
    warn (self, error);
}

static gboolean
carry_out (gpointer data)
{
  Order *self = data;
  NertcRoom *room = self->room;

  switch (self->kind) {
    case ORDER_KICK:
      nertc_room_kick_async (room, self->uid, self->message, NULL, on_finished, self);
      break;
    case ORDER_BAN:
      nertc_room_ban_async (room, self->uid, self->seconds, self->message, NULL, on_finished, self);
      break;
    case ORDER_UNBAN:
      nertc_room_unban_async (room, self->uid, NULL, on_finished, self);
      break;
    case ORDER_MUTE_MEMBER:
      nertc_room_mute_member_async (room, self->uid, self->media, self->muted, NULL, on_finished,
                                    self);
      break;
    case ORDER_SET_ROLE:
      nertc_room_set_role_async (room, self->uid, self->role, NULL, on_finished, self);
      break;
    case ORDER_CLOSE_ROOM:
      nertc_room_close_async (room, self->message, NULL, on_finished, self);
      break;
  }
  return G_SOURCE_REMOVE;
}

/* @self: (transfer full) */
static void
give (Order *self)
{
  g_main_context_invoke (nertc_room_get_context (self->room), carry_out, self);
}

static void
kick (GstElement *element, const char *uid, const char *message)
{
  give (order_new (element, ORDER_KICK, uid, message));
}

static void
ban (GstElement *element, const char *uid, guint seconds, const char *message)
{
  Order *order = order_new (element, ORDER_BAN, uid, message);

  order->seconds = seconds;
  give (order);
}

static void
unban (GstElement *element, const char *uid)
{
  give (order_new (element, ORDER_UNBAN, uid, NULL));
}

static void
mute_member (GstElement *element, const char *uid, NertcMedia media, gboolean muted)
{
  Order *order = order_new (element, ORDER_MUTE_MEMBER, uid, NULL);

  order->media = media;
  order->muted = muted;
  give (order);
}

static void
set_role (GstElement *element, const char *uid, NertcMemberRole role)
{
  Order *order = order_new (element, ORDER_SET_ROLE, uid, NULL);

  order->role = role;
  give (order);
}

static void
close_room (GstElement *element, const char *message)
{
  give (order_new (element, ORDER_CLOSE_ROOM, NULL, message));
}

static void
new_action (GType type, const char *name, GCallback handler, guint n_params, GType first,
            GType second, GType third)
{
  g_signal_new_class_handler (name, type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, handler, NULL, NULL,
                              NULL, G_TYPE_NONE, n_params, first, second, third);
}

static void
install_removing (GType type)
{
  /**
   * GstRoomSignal::kick:
   * @roomsignal: the element
   * @uid: a member
   * @message: (nullable): for the member to read, up to 1024 characters
   *
   * Removes a member from the room; it may join again. As all that follows it needs the grant
   * admin, and #GstRoomSignal::moderated tells how it went.
   */
  new_action (type, "kick", G_CALLBACK (kick), 2, G_TYPE_STRING, G_TYPE_STRING, 0);
  /**
   * GstRoomSignal::ban:
   * @roomsignal: the element
   * @uid: a member, or who is not to become one
   * @seconds: for how long, up to ten years
   * @message: (nullable): for the member to read, up to 1024 characters
   *
   * Removes a member from the room and lets nobody with its uid join for a time, also after the
   * room has ended.
   */
  new_action (type, "ban", G_CALLBACK (ban), 3, G_TYPE_STRING, G_TYPE_UINT, G_TYPE_STRING);
  /**
   * GstRoomSignal::unban:
   * @roomsignal: the element
   * @uid: who was banned
   *
   * Ends a ban before its time.
   */
  new_action (type, "unban", G_CALLBACK (unban), 1, G_TYPE_STRING, 0, 0);
  /**
   * GstRoomSignal::close-room:
   * @roomsignal: the element
   * @message: (nullable): for the members to read, up to 1024 characters
   *
   * Ends the room for all members, this one among them.
   */
  new_action (type, "close-room", G_CALLBACK (close_room), 1, G_TYPE_STRING, 0, 0);
}

static void
install_changing (GType type)
{
  /**
   * GstRoomSignal::mute-member:
   * @roomsignal: the element
   * @uid: a member
   * @media: of what this decides, as #NertcMedia: 1 audio, 2 video, 3 both
   * @muted: whether that is muted from now on
   *
   * Mutes a member for everybody, at the source, or takes that back. It holds for the uid while the
   * room lasts. What the member mutes itself is another matter, and stays.
   */
  new_action (type, "mute-member", G_CALLBACK (mute_member), 3, G_TYPE_STRING, NERTC_TYPE_MEDIA,
              G_TYPE_BOOLEAN);
  /**
   * GstRoomSignal::set-role:
   * @roomsignal: the element
   * @uid: a member
   * @role: the #NertcMemberRole that it is to have
   *
   * Makes a member a host or one of the audience. The streams of a host who becomes audience end;
   * they come back by themselves when it is a host again.
   */
  new_action (type, "set-role", G_CALLBACK (set_role), 2, G_TYPE_STRING, NERTC_TYPE_MEMBER_ROLE, 0);
}

/* Gives the class of @type the actions; its elements have a #NertcRoom as the property room. */
void
gst_room_moderation_install (GType type)
{
  install_removing (type);
  install_changing (type);
}

static void
on_member_count (NertcRoom *room, GParamSpec *pspec, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);

  if (!element)
    return;
  gst_room_events_announce (element, GST_ROOM_EVENT_MEMBER_COUNT,
                            nertc_room_get_member_count (room));
  g_object_notify (G_OBJECT (element), "member-count");
}

static void
on_muted_by_admin (NertcRoom *room, GParamSpec *pspec, gpointer ref)
{
  g_autoptr (GstElement) element = g_weak_ref_get (ref);
  NertcMedia muted = nertc_room_get_muted_by_admin (room);

  if (!element)
    return;
  gst_room_events_announce (element, GST_ROOM_EVENT_MUTED_BY_ADMIN,
                            (muted & NERTC_MEDIA_AUDIO) != 0, (muted & NERTC_MEDIA_VIDEO) != 0);
  g_object_notify (G_OBJECT (element), "muted-by-admin");
}

/* Tells of what concerns @element from now on: the number of members, and what admins mute. */
void
gst_room_moderation_listen (GstElement *element, NertcRoom *room)
{
  gst_room_events_listen (element, room, "notify::member-count", G_CALLBACK (on_member_count));
  gst_room_events_listen (element, room, "notify::muted-by-admin", G_CALLBACK (on_muted_by_admin));
}
