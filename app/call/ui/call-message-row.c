/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-message-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "call-item-name.h"
#include "call-text.h"

/* Within this time what one says belongs together */
#define TOGETHER (2 * G_TIME_SPAN_MINUTE)

struct _CallMessageRow {
  GtkWidget parent_instance;

  GtkLabel *day;
  GtkLabel *notice;
  GtkWidget *said;
  GtkWidget *picture;
  AdwAvatar *avatar;
  GtkWidget *head;
  GtkLabel *name;
  GtkLabel *time;
  GtkWidget *text;
  GtkWidget *status;
  GtkLabel *status_text;
  GtkWidget *retry;

  CallMessage *message;
  gulong state_handler;
};

enum {
  SIGNAL_RETRY,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CallMessageRow, call_message_row, GTK_TYPE_WIDGET)

static void
on_link_response (AdwMessageDialog *dialog, const char *response, gpointer uri)
{
  if (!g_strcmp0 (response, "open"))
    gtk_show_uri (gtk_window_get_transient_for (GTK_WINDOW (dialog)), uri, GDK_CURRENT_TIME);
}

/* Somebody else wrote the address: the user sees where it leads before anything opens it */
static void
ask_to_open (GtkWidget *widget, const char *uri)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)),
                                              _ ("Open This Link?"), uri);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "open",
                                    _ ("Open"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "open",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_link_response), g_strdup (uri),
                         (GClosureNotify) (void (*) (void)) g_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
on_activate_link (GtkLabel *label, const char *uri, gpointer self)
{
  if (call_text_is_web_address (uri))
    ask_to_open (GTK_WIDGET (label), uri);
  return TRUE;
}

static void
on_retry (CallMessageRow *self)
{
  g_autoptr (CallMessage) message = g_object_ref (self->message);

  g_signal_emit (self, signals[SIGNAL_RETRY], 0, message);
}

static char *
describe_state (CallMessage *message)
{
  g_autofree char *problem = NULL;

  if (call_message_get_state (message) == CALL_MESSAGE_SENDING)
    return g_strdup (_ ("Sending…"));
  g_object_get (message, "problem", &problem, NULL);
  /* TRANSLATORS: %s is a sentence that says why */
  return problem && *problem ? g_strdup_printf (_ ("Not sent. %s"), problem)
                             : g_strdup (_ ("Not sent."));
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
update_state (CallMessageRow *self)
{
  CallMessageState state = call_message_get_state (self->message);
  gboolean failed = state == CALL_MESSAGE_FAILED;
  gboolean shown = failed || state == CALL_MESSAGE_SENDING;

  gtk_widget_set_visible (self->status, shown);
  gtk_widget_set_visible (self->retry, failed);
  set_class (GTK_WIDGET (self->status_text), "error", failed);
  set_class (GTK_WIDGET (self->status_text), "dim-label", !failed);
  set_class (self->text, "waiting", shown);
  if (shown) {
    g_autofree char *words = describe_state (self->message);

    gtk_label_set_label (self->status_text, words);
  }
}

static gboolean
is_notice (CallMessage *message)
{
  return call_message_get_state (message) == CALL_MESSAGE_NOTICE;
}

static gboolean
goes_on (CallMessage *message, CallMessage *previous)
{
  return previous && !is_notice (previous) &&
         call_message_is_own (previous) == call_message_is_own (message) &&
         !g_strcmp0 (call_message_get_uid (previous), call_message_get_uid (message)) &&
         g_date_time_difference (call_message_get_time (message),
                                 call_message_get_time (previous)) < TOGETHER;
}

static gboolean
is_first_of_day (CallMessage *message, CallMessage *previous)
{
  return !previous ||
         !call_text_same_day (call_message_get_time (message), call_message_get_time (previous));
}

static void
show_day (CallMessageRow *self, gboolean shown)
{
  gtk_widget_set_visible (GTK_WIDGET (self->day), shown);
  if (shown) {
    g_autoptr (GDateTime) now = g_date_time_new_now_local ();
    g_autofree char *words = call_text_describe_day (call_message_get_time (self->message), now);

    gtk_label_set_label (self->day, words);
  }
}

static void
show_notice (CallMessageRow *self, const char *time)
{
  g_autofree char *words = g_strdup_printf ("%s · %s", call_message_get_text (self->message), time);

  gtk_label_set_label (self->notice, words);
}

static void
show_said (CallMessageRow *self, const char *time, gboolean continued)
{
  gboolean own = call_message_is_own (self->message);
  const char *name = call_message_get_name (self->message);
  g_autofree char *markup = call_text_to_markup (call_message_get_text (self->message));

  gtk_widget_set_visible (self->picture, !own);
  gtk_widget_set_visible (GTK_WIDGET (self->avatar), !continued);
  gtk_widget_set_visible (GTK_WIDGET (self->name), !own);
  gtk_widget_set_visible (self->head, !continued);
  gtk_widget_set_halign (self->head, own ? GTK_ALIGN_END : GTK_ALIGN_START);
  gtk_widget_set_halign (self->text, own ? GTK_ALIGN_END : GTK_ALIGN_START);
  adw_avatar_set_text (self->avatar, name);
  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->time, time);
  gtk_label_set_markup (GTK_LABEL (self->text), markup);
  set_class (GTK_WIDGET (self), "continued", continued);
  set_class (self->text, "own", own);
}

static void
update_name (CallMessageRow *self, const char *time)
{
  const char *who =
      call_message_is_own (self->message) ? _ ("You") : call_message_get_name (self->message);
  /* TRANSLATORS: what a screen reader says of a message: who, when: what */
  g_autofree char *words =
      g_strdup_printf (_ ("%s, %s: %s"), who, time, call_message_get_text (self->message));

  call_item_set_name (GTK_WIDGET (self),
                      is_notice (self->message) ? call_message_get_text (self->message) : words);
}

static void
set_message (CallMessageRow *self, CallMessage *message)
{
  if (self->message)
    g_clear_signal_handler (&self->state_handler, self->message);
  g_set_object (&self->message, message);
  if (message)
    self->state_handler =
        g_signal_connect_swapped (message, "notify::state", G_CALLBACK (update_state), self);
}

void
call_message_row_show (CallMessageRow *self, CallMessage *message, CallMessage *previous)
{
  g_autofree char *time = NULL;

  set_message (self, message);
  if (!message)
    return;
  /* TRANSLATORS: the time of a message (strftime) */
  time = g_date_time_format (call_message_get_time (message), _ ("%H:%M"));
  show_day (self, is_first_of_day (message, previous));
  gtk_widget_set_visible (GTK_WIDGET (self->notice), is_notice (message));
  gtk_widget_set_visible (self->said, !is_notice (message));
  if (is_notice (message))
    show_notice (self, time);
  else
    show_said (self, time, goes_on (message, previous));
  update_state (self);
  update_name (self, time);
}

static void
call_message_row_dispose (GObject *object)
{
  CallMessageRow *self = CALL_MESSAGE_ROW (object);
  GtkWidget *child;

  set_message (self, NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (call_message_row_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, CallMessageRow, day);
  gtk_widget_class_bind_template_child (class, CallMessageRow, notice);
  gtk_widget_class_bind_template_child (class, CallMessageRow, said);
  gtk_widget_class_bind_template_child (class, CallMessageRow, picture);
  gtk_widget_class_bind_template_child (class, CallMessageRow, avatar);
  gtk_widget_class_bind_template_child (class, CallMessageRow, head);
  gtk_widget_class_bind_template_child (class, CallMessageRow, name);
  gtk_widget_class_bind_template_child (class, CallMessageRow, time);
  gtk_widget_class_bind_template_child (class, CallMessageRow, text);
  gtk_widget_class_bind_template_child (class, CallMessageRow, status);
  gtk_widget_class_bind_template_child (class, CallMessageRow, status_text);
  gtk_widget_class_bind_template_child (class, CallMessageRow, retry);
}

static void
call_message_row_class_init (CallMessageRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = call_message_row_dispose;
  signals[SIGNAL_RETRY] = g_signal_new ("retry", CALL_TYPE_MESSAGE_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, CALL_TYPE_MESSAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-message-row.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_activate_link);
  gtk_widget_class_bind_template_callback (widget_class, on_retry);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
call_message_row_init (CallMessageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
call_message_row_new (void)
{
  return g_object_new (CALL_TYPE_MESSAGE_ROW, NULL);
}
