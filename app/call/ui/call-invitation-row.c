/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-invitation-row.h"

#include <glib/gi18n.h>

#include "call-item-name.h"

struct _CallInvitationRow {
  AdwBin parent_instance;

  GtkSpinner *spinner;
  GtkImage *icon;
  GtkLabel *words;
  GtkWidget *cancel;

  CallRoom *room;
  CallInvitation *invitation;
};

G_DEFINE_FINAL_TYPE (CallInvitationRow, call_invitation_row, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ROOM,
  PROP_INVITATION,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* %s: who is called */
static const char *const words[] = {
  [CALL_INVITATION_CALLING] = N_ ("Calling %s…"),
  [CALL_INVITATION_RINGING] = N_ ("It rings at %s…"),
  [CALL_INVITATION_ACCEPTED] = N_ ("%s is coming."),
  [CALL_INVITATION_REJECTED] = N_ ("%s declined."),
  [CALL_INVITATION_BUSY] = N_ ("%s is in another call."),
  [CALL_INVITATION_CANCELLED] = N_ ("The call to %s was cancelled."),
  [CALL_INVITATION_TIMEOUT] = N_ ("%s does not answer."),
  [CALL_INVITATION_OFFLINE] = N_ ("%s is not there any more."),
  [CALL_INVITATION_ELSEWHERE] = N_ ("%s answered elsewhere."),
  [CALL_INVITATION_FAILED] = N_ ("%s could not be called."),
};

static char *
describe (CallInvitation *invitation)
{
  const char *format = _ (words[call_invitation_get_state (invitation)]);
  g_autofree char *sentence = g_strdup_printf (format, call_invitation_get_name (invitation));
  g_autofree char *problem = NULL;

  g_object_get (invitation, "problem", &problem, NULL);
  return problem && *problem ? g_strdup_printf ("%s %s", sentence, problem)
                             : g_steal_pointer (&sentence);
}

static void
update (CallInvitationRow *self)
{
  gboolean over = call_invitation_is_over (self->invitation);
  gboolean accepted = call_invitation_get_state (self->invitation) == CALL_INVITATION_ACCEPTED;
  g_autofree char *sentence = describe (self->invitation);
  g_autofree char *cancel =
      g_strdup_printf (_ ("Cancel the call to %s"), call_invitation_get_name (self->invitation));

  gtk_label_set_label (self->words, sentence);
  call_item_set_name (GTK_WIDGET (self), sentence);
  gtk_spinner_set_spinning (self->spinner, !over);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), !over);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), over);
  gtk_image_set_from_icon_name (self->icon,
                                accepted ? "call-start-symbolic" : "call-missed-symbolic");
  gtk_widget_set_visible (self->cancel, !over);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cancel), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  cancel, -1);
}

static void
on_cancel (CallInvitationRow *self)
{
  if (self->room && self->invitation)
    call_room_cancel_invitation (self->room, self->invitation);
}

static void
set_invitation (CallInvitationRow *self, CallInvitation *invitation)
{
  if (self->invitation == invitation)
    return;
  if (self->invitation)
    g_signal_handlers_disconnect_by_data (self->invitation, self);
  if (g_set_object (&self->invitation, invitation) && invitation) {
    g_signal_connect_object (invitation, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    update (self);
  }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INVITATION]);
}

static void
call_invitation_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallInvitationRow *self = CALL_INVITATION_ROW (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    case PROP_INVITATION:
      g_value_set_object (value, self->invitation);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_invitation_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallInvitationRow *self = CALL_INVITATION_ROW (object);

  switch (id) {
    case PROP_ROOM:
      if (g_set_object (&self->room, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_INVITATION:
      set_invitation (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_invitation_row_dispose (GObject *object)
{
  CallInvitationRow *self = CALL_INVITATION_ROW (object);

  if (self->invitation)
    g_signal_handlers_disconnect_by_data (self->invitation, self);
  g_clear_object (&self->invitation);
  g_clear_object (&self->room);
  G_OBJECT_CLASS (call_invitation_row_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_ROOM] = g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM, flags);
  properties[PROP_INVITATION] =
      g_param_spec_object ("invitation", NULL, NULL, CALL_TYPE_INVITATION, flags);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_invitation_row_class_init (CallInvitationRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_invitation_row_dispose;
  object_class->get_property = call_invitation_row_get_property;
  object_class->set_property = call_invitation_row_set_property;
  install_properties (object_class);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-invitation-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CallInvitationRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, CallInvitationRow, icon);
  gtk_widget_class_bind_template_child (widget_class, CallInvitationRow, words);
  gtk_widget_class_bind_template_child (widget_class, CallInvitationRow, cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
call_invitation_row_init (CallInvitationRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
