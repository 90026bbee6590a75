/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-ringing.h"

#include <glib/gi18n.h>

#include "call-ringtone.h"

struct _CallRinging {
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkWidget *card;
  AdwAvatar *avatar;
  GtkLabel *words;
  GtkLabel *text;
  GtkLabel *channel;

  CallRoom *room;
  CallInvitation *invitation;
  CallRingtone *ringtone;
  char *notification; /* its id, while the desktop shows it */
};

G_DEFINE_FINAL_TYPE (CallRinging, call_ringing, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* What the user says */

static void
present_window (CallRinging *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (GTK_IS_WINDOW (root))
    gtk_window_present (GTK_WINDOW (root));
}

static void
on_accept (CallRinging *self)
{
  g_autoptr (CallInvitation) invitation = self->invitation ? g_object_ref (self->invitation) : NULL;

  if (invitation)
    call_room_accept_invitation (self->room, invitation);
}

static void
on_decline (CallRinging *self)
{
  g_autoptr (CallInvitation) invitation = self->invitation ? g_object_ref (self->invitation) : NULL;

  if (invitation)
    call_room_reject_invitation (self->room, invitation, FALSE);
}

/* A notification may be clicked when it rings no more, or another one rings. */
static gboolean
is_about (CallRinging *self, GVariant *id)
{
  return self->invitation &&
         !g_strcmp0 (g_variant_get_string (id, NULL), call_invitation_get_id (self->invitation));
}

static void
on_accept_action (GSimpleAction *action, GVariant *id, gpointer user_data)
{
  CallRinging *self = user_data;

  present_window (self);
  if (is_about (self, id))
    on_accept (self);
}

static void
on_decline_action (GSimpleAction *action, GVariant *id, gpointer user_data)
{
  CallRinging *self = user_data;

  if (is_about (self, id))
    on_decline (self);
}

/* What the desktop shows */

static const GActionEntry actions[] = {
  { .name = "accept-invitation", .activate = on_accept_action, .parameter_type = "s" },
  { .name = "decline-invitation", .activate = on_decline_action, .parameter_type = "s" },
};

static void
add_actions (CallRinging *self)
{
  GApplication *application = g_application_get_default ();

  if (application)
    g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                     self);
}

static void
remove_actions (void)
{
  GApplication *application = g_application_get_default ();

  for (guint i = 0; application && i < G_N_ELEMENTS (actions); i++)
    g_action_map_remove_action (G_ACTION_MAP (application), actions[i].name);
}

static char *
describe (CallInvitation *invitation)
{
  return g_strdup_printf (_ ("%s calls you"), call_invitation_get_name (invitation));
}

static GNotification *
make_notification (CallInvitation *invitation)
{
  const char *id = call_invitation_get_id (invitation);
  const char *text = call_invitation_get_text (invitation);
  g_autofree char *title = describe (invitation);
  GNotification *notification = g_notification_new (title);

  if (text && *text)
    g_notification_set_body (notification, text);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  g_notification_set_category (notification, "call.incoming");
  g_notification_add_button_with_target (notification, _ ("Decline"), "app.decline-invitation", "s",
                                         id);
  g_notification_add_button_with_target (notification, _ ("Accept"), "app.accept-invitation", "s",
                                         id);
  return notification;
}

static gboolean
is_looked_at (CallRinging *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) && gtk_window_is_active (GTK_WINDOW (root));
}

static void
withdraw_notification (CallRinging *self)
{
  GApplication *application = g_application_get_default ();

  if (application && self->notification)
    g_application_withdraw_notification (application, self->notification);
  g_clear_pointer (&self->notification, g_free);
}

static void
notify_desktop (CallRinging *self)
{
  GApplication *application = g_application_get_default ();
  g_autoptr (GNotification) notification = NULL;

  if (!application || is_looked_at (self))
    return;
  self->notification = g_strdup (call_invitation_get_id (self->invitation));
  notification = make_notification (self->invitation);
  g_application_send_notification (application, self->notification, notification);
}

/* What the window shows */

static void
on_revealed (CallRinging *self)
{
  if (!self->invitation && !gtk_revealer_get_child_revealed (self->revealer))
    gtk_widget_set_visible (GTK_WIDGET (self->revealer), FALSE);
}

static void
hide (CallRinging *self)
{
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  on_revealed (self);
}

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text && *text);
}

static void
show (CallRinging *self)
{
  const char *channel = call_invitation_get_channel (self->invitation);
  g_autofree char *words = describe (self->invitation);
  g_autofree char *where = channel ? g_strdup_printf (_ ("Room: %s"), channel) : NULL;

  adw_avatar_set_text (self->avatar, call_invitation_get_name (self->invitation));
  gtk_label_set_label (self->words, words);
  set_text (self->text, call_invitation_get_text (self->invitation));
  set_text (self->channel, where);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->card), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
  gtk_widget_set_visible (GTK_WIDGET (self->revealer), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

static void
end_ringing (CallRinging *self)
{
  g_clear_object (&self->ringtone);
  withdraw_notification (self);
  g_clear_object (&self->invitation);
}

static void
begin_ringing (CallRinging *self, CallInvitation *invitation)
{
  self->invitation = g_object_ref (invitation);
  show (self);
  self->ringtone = call_ringtone_new (call_room_get_media (self->room));
  notify_desktop (self);
}

static void
on_invitation (CallRinging *self)
{
  CallInvitation *invitation = self->room ? call_room_get_invitation (self->room) : NULL;

  if (self->invitation == invitation)
    return;
  end_ringing (self);
  if (invitation)
    begin_ringing (self, invitation);
  else
    hide (self);
}

static void
set_room (CallRinging *self, CallRoom *room)
{
  if (self->room == room)
    return;
  if (self->room)
    g_signal_handlers_disconnect_by_data (self->room, self);
  if (g_set_object (&self->room, room) && room)
    g_signal_connect_object (room, "notify::invitation", G_CALLBACK (on_invitation), self,
                             G_CONNECT_SWAPPED);
  on_invitation (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

static void
call_ringing_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ROOM)
    g_value_set_object (value, CALL_RINGING (object)->room);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
call_ringing_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ROOM)
    set_room (CALL_RINGING (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
call_ringing_dispose (GObject *object)
{
  CallRinging *self = CALL_RINGING (object);

  end_ringing (self);
  if (self->room)
    g_signal_handlers_disconnect_by_data (self->room, self);
  g_clear_object (&self->room);
  remove_actions ();
  G_OBJECT_CLASS (call_ringing_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, CallRinging, revealer);
  gtk_widget_class_bind_template_child (class, CallRinging, card);
  gtk_widget_class_bind_template_child (class, CallRinging, avatar);
  gtk_widget_class_bind_template_child (class, CallRinging, words);
  gtk_widget_class_bind_template_child (class, CallRinging, text);
  gtk_widget_class_bind_template_child (class, CallRinging, channel);
  gtk_widget_class_bind_template_callback (class, on_accept);
  gtk_widget_class_bind_template_callback (class, on_decline);
  gtk_widget_class_bind_template_callback (class, on_revealed);
}

static void
call_ringing_class_init (CallRingingClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_ringing_dispose;
  object_class->get_property = call_ringing_get_property;
  object_class->set_property = call_ringing_set_property;
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-ringing.ui");
  bind_template (widget_class);
}

static void
call_ringing_init (CallRinging *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_actions (self);
}
