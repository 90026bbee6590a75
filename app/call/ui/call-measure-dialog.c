/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-measure-dialog.h"

#include <glib/gi18n.h>

/* As the rows of the .ui */
static const guint ban_seconds[] = { 600, 3600, 86400, 2592000 };

struct _CallMeasureDialog {
  AdwMessageDialog parent_instance;

  AdwComboRow *time;
  GtkWidget *text;

  CallRoom *room;
  CallMember *member;
  CallMeasure measure;
};

G_DEFINE_FINAL_TYPE (CallMeasureDialog, call_measure_dialog, ADW_TYPE_MESSAGE_DIALOG)

static void
call_measure_dialog_response (AdwMessageDialog *dialog, const char *response)
{
  CallMeasureDialog *self = CALL_MEASURE_DIALOG (dialog);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->text));
  const char *message = *text ? text : NULL;

  if (g_strcmp0 (response, "do"))
    return;
  if (self->measure == CALL_MEASURE_KICK)
    call_room_kick (self->room, self->member, message);
  else if (self->measure == CALL_MEASURE_BAN)
    call_room_ban (self->room, self->member, ban_seconds[adw_combo_row_get_selected (self->time)],
                   message);
  else
    call_room_close (self->room, message);
}

static void
call_measure_dialog_dispose (GObject *object)
{
  CallMeasureDialog *self = CALL_MEASURE_DIALOG (object);

  g_clear_object (&self->room);
  g_clear_object (&self->member);
  G_OBJECT_CLASS (call_measure_dialog_parent_class)->dispose (object);
}

static void
call_measure_dialog_class_init (CallMeasureDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = call_measure_dialog_dispose;
  ADW_MESSAGE_DIALOG_CLASS (class)->response = call_measure_dialog_response;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-measure-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, CallMeasureDialog, time);
  gtk_widget_class_bind_template_child (widget_class, CallMeasureDialog, text);
}

static void
call_measure_dialog_init (CallMeasureDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

typedef struct {
  const char *heading; /* with the member's name, of all but the room's */
  const char *body;
  const char *button;
} Words;

static const Words words[] = {
  [CALL_MEASURE_KICK] = { N_ ("Remove “%s”?"), N_ ("They leave the call, and can come back."),
                          N_ ("_Remove") },
  [CALL_MEASURE_BAN] = { N_ ("Ban “%s”?"),
                         N_ ("They leave the call, and cannot come back for a while."),
                         N_ ("_Ban") },
  [CALL_MEASURE_CLOSE] = { N_ ("End the Call for All?"),
                           N_ ("All who are here leave the call, you too."), N_ ("_End Call") },
};

static char *
describe_heading (CallMember *member, CallMeasure measure)
{
  const char *heading = _ (words[measure].heading);

  return member ? g_strdup_printf (heading, call_member_get_name (member)) : g_strdup (heading);
}

void
call_measure_dialog_ask (GtkWindow *parent, CallRoom *room, CallMember *member, CallMeasure measure)
{
  CallMeasureDialog *self = g_object_new (CALL_TYPE_MEASURE_DIALOG, "transient-for", parent, NULL);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (self);
  g_autofree char *heading = describe_heading (member, measure);

  self->room = g_object_ref (room);
  g_set_object (&self->member, member);
  self->measure = measure;
  gtk_widget_set_visible (GTK_WIDGET (self->time), measure == CALL_MEASURE_BAN);
  adw_message_dialog_set_heading (dialog, heading);
  adw_message_dialog_set_body (dialog, _ (words[measure].body));
  adw_message_dialog_set_response_label (dialog, "do", _ (words[measure].button));
  gtk_window_present (GTK_WINDOW (self));
}
