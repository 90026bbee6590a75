/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-invite-dialog.h"

#include <glib/gi18n.h>

#include "call-invitation-row.h"

struct _CallInviteDialog {
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwPreferencesRow *link;
  GtkWidget *uid;
  GtkWidget *call;
  GtkListBox *list;

  CallRoom *room;
  GListModel *invitations;
};

G_DEFINE_FINAL_TYPE (CallInviteDialog, call_invite_dialog, ADW_TYPE_WINDOW)

enum {
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static GtkWidget *
make_row (gpointer invitation, gpointer user_data)
{
  CallInviteDialog *self = user_data;
  GtkWidget *row = g_object_new (CALL_TYPE_INVITATION_ROW, "room", self->room, NULL);
  GtkWidget *item = g_object_new (GTK_TYPE_LIST_BOX_ROW, "activatable", FALSE, "child", row, NULL);

  /* The item is there: it has its name from what the row says. */
  g_object_set (row, "invitation", invitation, NULL);
  return item;
}

static void
on_copy (CallInviteDialog *self)
{
  g_autofree char *link = self->room ? call_room_dup_link (self->room) : NULL;

  if (!link)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), link);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_ ("Link copied")));
}

static char *
dup_uid (CallInviteDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->uid))));
}

static void
on_uid_changed (CallInviteDialog *self)
{
  g_autofree char *uid = dup_uid (self);

  gtk_widget_set_sensitive (self->call, *uid != '\0');
}

static void
on_call (CallInviteDialog *self)
{
  g_autofree char *uid = dup_uid (self);

  if (!*uid || !self->room)
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->uid), "");
  call_room_invite (self->room, uid, NULL);
}

static void
update_list (CallInviteDialog *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->list),
                          self->invitations && g_list_model_get_n_items (self->invitations) > 0);
}

static void
update_link (CallInviteDialog *self)
{
  g_autofree char *link = self->room ? call_room_dup_link (self->room) : NULL;

  adw_preferences_row_set_title (self->link, link ? link : "");
}

static void
unset_room (CallInviteDialog *self)
{
  if (self->invitations)
    g_signal_handlers_disconnect_by_data (self->invitations, self);
  if (self->room)
    g_signal_handlers_disconnect_by_data (self->room, self);
  g_clear_object (&self->invitations);
  g_clear_object (&self->room);
}

static void
watch_room (CallInviteDialog *self)
{
  if (g_set_object (&self->invitations, call_room_get_invitations (self->room)))
    g_signal_connect_object (self->invitations, "items-changed", G_CALLBACK (update_list), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (self->room, "notify::link", G_CALLBACK (update_link), self,
                           G_CONNECT_SWAPPED);
}

static void
set_room (CallInviteDialog *self, CallRoom *room)
{
  if (self->room == room)
    return;
  unset_room (self);
  if (g_set_object (&self->room, room))
    watch_room (self);
  gtk_list_box_bind_model (self->list, self->invitations, make_row, self, NULL);
  update_link (self);
  update_list (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

static void
call_invite_dialog_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallInviteDialog *self = CALL_INVITE_DIALOG (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_invite_dialog_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ROOM)
    set_room (CALL_INVITE_DIALOG (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
call_invite_dialog_dispose (GObject *object)
{
  unset_room (CALL_INVITE_DIALOG (object));
  G_OBJECT_CLASS (call_invite_dialog_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *class)
{
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
bind_template (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, CallInviteDialog, toasts);
  gtk_widget_class_bind_template_child (class, CallInviteDialog, link);
  gtk_widget_class_bind_template_child (class, CallInviteDialog, uid);
  gtk_widget_class_bind_template_child (class, CallInviteDialog, call);
  gtk_widget_class_bind_template_child (class, CallInviteDialog, list);
  gtk_widget_class_bind_template_callback (class, on_copy);
  gtk_widget_class_bind_template_callback (class, on_uid_changed);
  gtk_widget_class_bind_template_callback (class, on_call);
}

/* Not the link, which would be selected */
static void
call_invite_dialog_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (call_invite_dialog_parent_class)->map (widget);
  gtk_widget_grab_focus (CALL_INVITE_DIALOG (widget)->uid);
}

static void
call_invite_dialog_class_init (CallInviteDialogClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_invite_dialog_dispose;
  object_class->get_property = call_invite_dialog_get_property;
  object_class->set_property = call_invite_dialog_set_property;
  widget_class->map = call_invite_dialog_map;
  install_properties (object_class);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-invite-dialog.ui");
  bind_template (widget_class);
}

static void
call_invite_dialog_init (CallInviteDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
