/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-chat.h"

#include <glib/gi18n.h>
#include <string.h>

#include "call-text.h"
#include "call-message-row.h"
#include "call-toast.h"

/* From so many bytes on the user sees how much more there may be */
#define NEAR_LIMIT (CALL_TEXT_LIMIT - 128)
/* Whose end is not further away than this stays at the end as messages come, in pixels */
#define END 40

struct _CallChat {
  AdwBin parent_instance;

  GtkStack *stack;
  GtkScrolledWindow *scroller;
  GtkWidget *list;
  GtkWidget *newer;
  GtkWidget *announcement;
  GtkWidget *forbidden;
  GtkWidget *form;
  GtkTextView *field;
  GtkTextBuffer *buffer;
  GtkWidget *placeholder;
  GtkLabel *left;
  GtkWidget *send;

  CallRoom *room;
  GListModel *messages;
  gboolean at_end;
  double upper; /* of the list, when it was settled */
  guint tick;
  AdwToast *toast; /* weak */
};

enum {
  PROP_0,
  PROP_ROOM,
  PROP_MESSAGES,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (CallChat, call_chat, ADW_TYPE_BIN)

/* The list */

static CallMessage *
dup_message (CallChat *self, guint position)
{
  return g_list_model_get_item (self->messages, position);
}

static void
on_retry (CallMessageRow *row, CallMessage *message, gpointer self)
{
  call_room_resend_message (CALL_CHAT (self)->room, message);
}

/* Its place among the others tells whether it goes on with what is above it */
static void
show_row (GtkListItem *item, CallChat *self)
{
  guint position = gtk_list_item_get_position (item);
  g_autoptr (CallMessage) previous = position > 0 && position != GTK_INVALID_LIST_POSITION
                                         ? dup_message (self, position - 1)
                                         : NULL;

  call_message_row_show (CALL_MESSAGE_ROW (gtk_list_item_get_child (item)),
                         gtk_list_item_get_item (item), previous);
}

static void
on_position (GtkListItem *item, GParamSpec *pspec, gpointer self)
{
  if (gtk_list_item_get_item (item))
    show_row (item, self);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer self)
{
  GtkWidget *row = call_message_row_new ();

  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
  gtk_list_item_set_child (item, row);
  g_signal_connect_object (row, "retry", G_CALLBACK (on_retry), self, 0);
  g_signal_connect_object (item, "notify::position", G_CALLBACK (on_position), self, 0);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer self)
{
  show_row (item, self);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer self)
{
  call_message_row_show (CALL_MESSAGE_ROW (gtk_list_item_get_child (item)), NULL, NULL);
}

/* Staying at the end */

static void
scroll_to_end (CallChat *self)
{
  guint n = self->messages ? g_list_model_get_n_items (self->messages) : 0;

  if (n > 0)
    gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", n - 1);
}

static gboolean
is_at_end (GtkAdjustment *adjustment)
{
  return gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) -
             gtk_adjustment_get_value (adjustment) <
         END;
}

static void
on_scrolled (GtkAdjustment *adjustment, gpointer user_data)
{
  CallChat *self = user_data;

  /* Rows are measured as they are shown, and the end moves with that: nobody scrolled. */
  if (self->upper != gtk_adjustment_get_upper (adjustment))
    return;
  self->at_end = is_at_end (adjustment);
  if (self->at_end)
    gtk_widget_set_visible (self->newer, FALSE);
}

static gboolean
on_tick (GtkWidget *list, GdkFrameClock *clock, gpointer user_data)
{
  CallChat *self = user_data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  self->tick = 0;
  self->upper = gtk_adjustment_get_upper (adjustment);
  if (self->at_end && !is_at_end (adjustment))
    gtk_adjustment_set_value (adjustment, self->upper);
  return G_SOURCE_REMOVE;
}

/* The list or the panel has another size. */
static void
on_resized (GtkAdjustment *adjustment, gpointer user_data)
{
  CallChat *self = user_data;

  if (!self->tick)
    self->tick = gtk_widget_add_tick_callback (self->list, on_tick, self, NULL);
}

static void
on_newer (CallChat *self)
{
  self->at_end = TRUE;
  gtk_widget_set_visible (self->newer, FALSE);
  scroll_to_end (self);
}

/* What comes */

/* While the panel is closed: the latest alone, they would queue */
static void
show_toast (CallChat *self, const char *words)
{
  GtkWidget *toasts = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);
  AdwToast *toast;

  if (!toasts)
    return;
  if (self->toast)
    adw_toast_dismiss (self->toast);
  toast = call_toast_new (words);
  adw_toast_set_button_label (toast, _ ("Chat"));
  adw_toast_set_action_name (toast, "win.chat");
  g_set_weak_pointer (&self->toast, toast);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts), toast);
}

/* GTK has no live regions yet: what screen readers read at once is an alert that appears. */
static void
show_alert (CallChat *self, const char *words)
{
  gtk_widget_set_visible (self->announcement, FALSE);
  gtk_label_set_label (GTK_LABEL (self->announcement), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->announcement),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_set_visible (self->announcement, TRUE);
}

static void
announce (CallChat *self, CallMessage *message)
{
  /* TRANSLATORS: a message that has come: who: what */
  g_autofree char *words = g_strdup_printf (_ ("%s: %s"), call_message_get_name (message),
                                            call_message_get_text (message));

  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show_alert (self, words);
  else
    show_toast (self, g_strdelimit (words, "\n", ' '));
}

static void
announce_new (CallChat *self, guint position, guint added)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (CallMessage) message = dup_message (self, i);

    if (call_message_get_state (message) == CALL_MESSAGE_RECEIVED)
      announce (self, message);
  }
}

static gboolean
is_own (CallChat *self, guint position)
{
  g_autoptr (CallMessage) message = dup_message (self, position);

  return call_message_is_own (message);
}

static void
update_stack (CallChat *self)
{
  gboolean empty = !self->messages || g_list_model_get_n_items (self->messages) == 0;

  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "messages");
}

/* Who reads what was written before is not moved away from it */
static void
on_messages_changed (GListModel *messages, guint position, guint removed, guint added,
                     gpointer user_data)
{
  CallChat *self = user_data;

  update_stack (self);
  if (added == 0)
    return;
  if (self->at_end || is_own (self, position + added - 1))
    on_newer (self);
  else
    gtk_widget_set_visible (self->newer, TRUE);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    call_room_mark_read (self->room);
  announce_new (self, position, added);
}

/* What is written */

static char *
dup_written (CallChat *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE));
}

static void
show_left (CallChat *self, gssize left)
{
  g_autofree char *number = g_strdup_printf ("%" G_GSSIZE_FORMAT, left);
  g_autofree char *words =
      left >= 0
          ? g_strdup_printf (_ ("There is room for %s more bytes."), number)
          : g_strdup_printf (_ ("The message is %s bytes too long. Send it in parts."), number + 1);

  gtk_label_set_label (self->left, number);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->left), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->left), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
  if (left < 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->left), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->left), "error");
}

static void
update_placeholder (CallChat *self, const char *preedit)
{
  gtk_widget_set_visible (self->placeholder,
                          gtk_text_buffer_get_char_count (self->buffer) == 0 && !*preedit);
}

static void
on_written (CallChat *self)
{
  g_autofree char *text = dup_written (self);
  gsize length = strlen (text);

  update_placeholder (self, "");
  gtk_widget_set_sensitive (self->send, length > 0 && length <= CALL_TEXT_LIMIT);
  gtk_widget_set_visible (GTK_WIDGET (self->left), length > NEAR_LIMIT);
  show_left (self, CALL_TEXT_LIMIT - (gssize) length);
}

static void
on_preedit (GtkTextView *field, const char *preedit, gpointer self)
{
  update_placeholder (self, preedit);
}

static void
on_send (CallChat *self)
{
  g_autofree char *text = dup_written (self);

  if (!*text || strlen (text) > CALL_TEXT_LIMIT) {
    gtk_widget_error_bell (GTK_WIDGET (self));
    return;
  }
  gtk_text_buffer_set_text (self->buffer, "", 0);
  call_room_send_message (self->room, text);
  gtk_widget_grab_focus (GTK_WIDGET (self->field));
}

/* Enter sends, with Shift it begins a line. Of an input method it takes what was chosen: that is
 * asked first. */
static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType modifiers,
        gpointer user_data)
{
  CallChat *self = user_data;
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));

  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_ISO_Enter) ||
      modifiers & GDK_SHIFT_MASK)
    return GDK_EVENT_PROPAGATE;
  if (!event || !gtk_text_view_im_context_filter_keypress (self->field, event))
    on_send (self);
  return GDK_EVENT_STOP;
}

static void
update_form (CallChat *self)
{
  gboolean allowed = self->room && call_room_may_message (self->room);

  gtk_widget_set_visible (self->form, allowed);
  gtk_widget_set_visible (self->forbidden, !allowed);
}

/* The widget */

static void
call_chat_map (GtkWidget *widget)
{
  CallChat *self = CALL_CHAT (widget);

  GTK_WIDGET_CLASS (call_chat_parent_class)->map (widget);
  if (self->toast)
    adw_toast_dismiss (self->toast);
  if (self->room)
    call_room_mark_read (self->room);
  if (self->at_end)
    scroll_to_end (self);
}

/* On the panel's opening what one wants is to write */
static gboolean
call_chat_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (CALL_CHAT (widget)->field));
}

static void
unset_room (CallChat *self)
{
  if (self->messages)
    g_signal_handlers_disconnect_by_data (self->messages, self);
  if (self->room)
    g_signal_handlers_disconnect_by_data (self->room, self);
  g_clear_object (&self->messages);
  g_clear_object (&self->room);
}

static void
watch_room (CallChat *self)
{
  if (g_set_object (&self->messages, call_room_get_messages (self->room)))
    g_signal_connect_object (self->messages, "items-changed", G_CALLBACK (on_messages_changed),
                             self, 0);
  g_signal_connect_object (self->room, "notify::may-message", G_CALLBACK (update_form), self,
                           G_CONNECT_SWAPPED);
}

static void
set_room (CallChat *self, CallRoom *room)
{
  if (self->room == room)
    return;
  unset_room (self);
  if (g_set_object (&self->room, room))
    watch_room (self);
  self->at_end = TRUE;
  update_stack (self);
  update_form (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGES]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

static void
call_chat_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallChat *self = CALL_CHAT (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    case PROP_MESSAGES:
      g_value_set_object (value, self->messages);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_chat_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ROOM)
    set_room (CALL_CHAT (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
call_chat_dispose (GObject *object)
{
  CallChat *self = CALL_CHAT (object);

  unset_room (self);
  g_clear_weak_pointer (&self->toast);
  G_OBJECT_CLASS (call_chat_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *class)
{
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /* Of the room: for the .ui */
  properties[PROP_MESSAGES] = g_param_spec_object ("messages", NULL, NULL, G_TYPE_LIST_MODEL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
bind_children (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, CallChat, stack);
  gtk_widget_class_bind_template_child (class, CallChat, scroller);
  gtk_widget_class_bind_template_child (class, CallChat, list);
  gtk_widget_class_bind_template_child (class, CallChat, newer);
  gtk_widget_class_bind_template_child (class, CallChat, announcement);
  gtk_widget_class_bind_template_child (class, CallChat, forbidden);
  gtk_widget_class_bind_template_child (class, CallChat, form);
  gtk_widget_class_bind_template_child (class, CallChat, field);
  gtk_widget_class_bind_template_child (class, CallChat, buffer);
  gtk_widget_class_bind_template_child (class, CallChat, placeholder);
  gtk_widget_class_bind_template_child (class, CallChat, left);
  gtk_widget_class_bind_template_child (class, CallChat, send);
}

static void
bind_callbacks (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_callback (class, on_setup);
  gtk_widget_class_bind_template_callback (class, on_bind);
  gtk_widget_class_bind_template_callback (class, on_unbind);
  gtk_widget_class_bind_template_callback (class, on_newer);
  gtk_widget_class_bind_template_callback (class, on_written);
  gtk_widget_class_bind_template_callback (class, on_preedit);
  gtk_widget_class_bind_template_callback (class, on_key);
  gtk_widget_class_bind_template_callback (class, on_send);
}

static void
call_chat_class_init (CallChatClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_chat_dispose;
  object_class->get_property = call_chat_get_property;
  object_class->set_property = call_chat_set_property;
  widget_class->map = call_chat_map;
  widget_class->grab_focus = call_chat_grab_focus;
  install_properties (object_class);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/gstnertc/Call/ui/call-chat.ui");
  bind_children (widget_class);
  bind_callbacks (widget_class);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
call_chat_init (CallChat *self)
{
  GtkAdjustment *adjustment;

  self->at_end = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled), self, 0);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_resized), self, 0);
}
