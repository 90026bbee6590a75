/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-invite-dialog.h"

struct _CallInviteDialog {
  AdwWindow parent_instance;

  CallRoom *room;
};

G_DEFINE_FINAL_TYPE (CallInviteDialog, call_invite_dialog, ADW_TYPE_WINDOW)

enum {
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
set_room (CallInviteDialog *self, CallRoom *room)
{
  if (g_set_object (&self->room, room))
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
  CallInviteDialog *self = CALL_INVITE_DIALOG (object);

  switch (id) {
    case PROP_ROOM:
      set_room (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_invite_dialog_dispose (GObject *object)
{
  CallInviteDialog *self = CALL_INVITE_DIALOG (object);

  set_room (self, NULL);
  G_OBJECT_CLASS (call_invite_dialog_parent_class)->dispose (object);
}

static void
call_invite_dialog_class_init (CallInviteDialogClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_invite_dialog_dispose;
  object_class->get_property = call_invite_dialog_get_property;
  object_class->set_property = call_invite_dialog_set_property;
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-invite-dialog.ui");
}

static void
call_invite_dialog_init (CallInviteDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
