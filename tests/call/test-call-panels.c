/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/gst.h>

#include "call-chat.h"
#include "call-invite-dialog.h"
#include "call-member-row.h"
#include "call-message-row.h"
#include "call-people.h"
#include "call-ringing.h"
#include "call-statistics.h"
#include "call-stream-figures.h"
#include "call-text.h"
#include "fake-room.h"

/* Waiting for what is drawn later */

#define PATIENCE 60

typedef struct {
  GtkWidget *window;
  GtkWidget *widget;
  CallRoom *room;
} Fixture;

static gboolean
on_impatient (gpointer what)
{
  g_error ("waited %d s for %s", PATIENCE, (const char *) what);
  return G_SOURCE_REMOVE;
}

#define wait_until(condition) \
  G_STMT_START \
  { \
    guint patience = g_timeout_add_seconds (PATIENCE, on_impatient, (gpointer) #condition); \
    while (!(condition)) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (patience); \
  } \
  G_STMT_END

/* Finding widgets by what their user sees or hears */

typedef gboolean (*Matches) (GtkWidget *widget, gconstpointer what);

static GtkWidget *
find (GtkWidget *widget, Matches matches, gconstpointer what)
{
  if (gtk_widget_get_mapped (widget) && matches (widget, what))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, matches, what);

    if (found)
      return found;
  }
  return NULL;
}

static gboolean
is_button (GtkWidget *widget, gconstpointer words)
{
  return GTK_IS_BUTTON (widget) &&
         (!g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), words) ||
          !g_strcmp0 (gtk_widget_get_tooltip_text (widget), words));
}

static gboolean
is_label (GtkWidget *widget, gconstpointer words)
{
  return GTK_IS_LABEL (widget) && !g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), words);
}

static gboolean
is_of_type (GtkWidget *widget, gconstpointer type)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), *(const GType *) type);
}

static gboolean
is_row_of (GtkWidget *widget, gconstpointer wanted)
{
  g_autoptr (CallMember) member = NULL;

  if (!CALL_IS_MEMBER_ROW (widget))
    return FALSE;
  g_object_get (widget, "member", &member, NULL);
  return member == wanted;
}

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  return find (widget, is_of_type, &type);
}

static void
click (GtkWidget *widget, const char *words)
{
  GtkWidget *button;

  wait_until (find (widget, is_button, words));
  button = find (widget, is_button, words);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static void
assert_requests (Fixture *fixture, const char *expected)
{
  g_autofree char *requests = fake_room_take_requests (fixture->room);

  g_assert_cmpstr (requests, ==, expected);
}

/* The dialog over the window */
static AdwMessageDialog *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_mapped (window))
      return ADW_MESSAGE_DIALOG (window);
  }
  return NULL;
}

static void
answer_dialog (const char *heading, const char *button)
{
  wait_until (find_dialog ());
  g_assert_cmpstr (adw_message_dialog_get_heading (find_dialog ()), ==, heading);
  click (GTK_WIDGET (find_dialog ()), button);
  wait_until (!find_dialog ());
}

static void
open_panel (Fixture *fixture, GType type)
{
  fixture->room = fake_room_new ();
  fixture->widget = g_object_new (type, "room", fixture->room, NULL);
  fixture->window = fixture->widget;
  if (!GTK_IS_WINDOW (fixture->widget)) {
    fixture->window = adw_window_new ();
    adw_window_set_content (ADW_WINDOW (fixture->window), fixture->widget);
  }
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 640);
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_until (gtk_widget_get_mapped (fixture->widget));
}

static void
close_panel (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->room), (gpointer *) &fixture->room);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->room);
  /* Nothing keeps it, such as a row or a menu. */
  wait_until (!fixture->room);
}

/* The chat */

static void
open_chat (Fixture *fixture, gconstpointer data)
{
  open_panel (fixture, CALL_TYPE_CHAT);
}

static CallMessage *
say (Fixture *fixture, CallMember *member, const char *text, CallMessageState state)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return fake_room_say (fixture->room, member, text, now, state);
}

static GtkTextBuffer *
get_field (Fixture *fixture)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_type (fixture->widget, GTK_TYPE_TEXT_VIEW)));
}

static void
write_text (Fixture *fixture, const char *text)
{
  gtk_text_buffer_set_text (get_field (fixture), text, -1);
}

static void
test_chat_list (Fixture *fixture, gconstpointer data)
{
  CallMember *ada = fake_room_add_member (fixture->room, "ada", "Ada");
  CallMember *user = call_room_get_self (fixture->room);

  wait_until (find (fixture->widget, is_label, "No Messages Yet"));
  say (fixture, ada, "<i>Hello</i>", CALL_MESSAGE_RECEIVED);
  say (fixture, NULL, "Bob joined", CALL_MESSAGE_NOTICE);
  say (fixture, user, "Hi, Ada", CALL_MESSAGE_SENT);
  wait_until (find (fixture->widget, is_label, "Hi, Ada"));
  g_assert_nonnull (find (fixture->widget, is_label, "Today"));
  g_assert_nonnull (find (fixture->widget, is_label, "Ada"));
  g_assert_cmpint (gtk_widget_get_halign (find (fixture->widget, is_label, "<i>Hello</i>")), ==,
                   GTK_ALIGN_START);
  g_assert_cmpint (gtk_widget_get_halign (find (fixture->widget, is_label, "Hi, Ada")), ==,
                   GTK_ALIGN_END);
  g_assert_null (find (fixture->widget, is_label, "No Messages Yet"));
}

/* Whoever reads above is not moved, and is told that there is more below. */
static void
test_chat_end (Fixture *fixture, gconstpointer data)
{
  CallMember *ada = fake_room_add_member (fixture->room, "ada", "Ada");
  GtkAdjustment *adjustment;

  for (guint i = 0; i < 60; i++) {
    g_autofree char *text = g_strdup_printf ("Message %u", i);

    say (fixture, ada, text, CALL_MESSAGE_RECEIVED);
  }
  wait_until (find (fixture->widget, is_label, "Message 59"));
  adjustment = gtk_scrolled_window_get_vadjustment (
      GTK_SCROLLED_WINDOW (find_type (fixture->widget, GTK_TYPE_SCROLLED_WINDOW)));
  wait_until (gtk_adjustment_get_value (adjustment) > 0);
  wait_until (gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) >=
              gtk_adjustment_get_upper (adjustment));
  wait_until ((gtk_adjustment_set_value (adjustment, 0),
               gtk_adjustment_get_value (adjustment) == 0 &&
                   find (fixture->widget, is_label, "Message 0")));
  say (fixture, ada, "One more", CALL_MESSAGE_RECEIVED);
  click (fixture->widget, "New Messages");
  wait_until (find (fixture->widget, is_label, "One more"));
}

static void
test_chat_send (Fixture *fixture, gconstpointer data)
{
  GtkWidget *field = find_type (fixture->widget, GTK_TYPE_TEXT_VIEW);

  write_text (fixture, "  \n ");
  g_assert_false (gtk_widget_is_sensitive (find (fixture->widget, is_button, "Send")));
  write_text (fixture, " Hello all\n");
  click (fixture->widget, "Send");
  assert_requests (fixture, "send Hello all\n");
  g_assert_cmpint (gtk_text_buffer_get_char_count (get_field (fixture)), ==, 0);
  g_assert_true (gtk_widget_has_focus (field));
}

static GtkEventController *
find_keys (GtkWidget *field)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (field);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_EVENT_CONTROLLER_KEY (controller) &&
        gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_CAPTURE)
      return controller;
  }
  return NULL;
}

static gboolean
press_enter (Fixture *fixture, GdkModifierType modifiers)
{
  gboolean taken;

  g_signal_emit_by_name (find_keys (find_type (fixture->widget, GTK_TYPE_TEXT_VIEW)), "key-pressed",
                         GDK_KEY_Return, 36, modifiers, &taken);
  return taken;
}

static void
test_chat_enter (Fixture *fixture, gconstpointer data)
{
  write_text (fixture, "First");
  g_assert_false (press_enter (fixture, GDK_SHIFT_MASK));
  assert_requests (fixture, "");
  g_assert_true (press_enter (fixture, 0));
  assert_requests (fixture, "send First\n");
  g_assert_true (press_enter (fixture, 0));
  assert_requests (fixture, "");
}

/* The server counts bytes: a sign of Chinese is three. */
static void
test_chat_limit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (text->len + 3 <= CALL_TEXT_LIMIT)
    g_string_append (text, "字");
  write_text (fixture, text->str);
  g_assert_true (gtk_widget_is_sensitive (find (fixture->widget, is_button, "Send")));
  wait_until (find (fixture->widget, is_label, "1"));
  g_string_append (text, "字");
  write_text (fixture, text->str);
  wait_until (find (fixture->widget, is_label, "-2"));
  g_assert_false (gtk_widget_is_sensitive (find (fixture->widget, is_button, "Send")));
  press_enter (fixture, 0);
  assert_requests (fixture, "");
  g_assert_cmpint (gtk_text_buffer_get_char_count (get_field (fixture)), >, 0);
}

static void
test_chat_failed (Fixture *fixture, gconstpointer data)
{
  CallMessage *message =
      say (fixture, call_room_get_self (fixture->room), "Lost", CALL_MESSAGE_SENDING);

  wait_until (find (fixture->widget, is_label, "Sending…"));
  call_message_set_state (message, CALL_MESSAGE_FAILED, "Wait a moment.");
  wait_until (find (fixture->widget, is_label, "Not sent. Wait a moment."));
  click (fixture->widget, "Try Again");
  assert_requests (fixture, "resend Lost\n");
  call_message_set_state (message, CALL_MESSAGE_SENT, NULL);
  wait_until (!find (fixture->widget, is_button, "Try Again"));
}

static gboolean
activate_link (Fixture *fixture, const char *text, const char *uri)
{
  gboolean taken;

  g_signal_emit_by_name (find (fixture->widget, is_label, text), "activate-link", uri, &taken);
  return taken;
}

static void
test_chat_link (Fixture *fixture, gconstpointer data)
{
  const char *text = "see https://example.org/";

  say (fixture, fake_room_add_member (fixture->room, "ada", "Ada"), text, CALL_MESSAGE_RECEIVED);
  wait_until (find (fixture->widget, is_label, text));
  g_assert_true (activate_link (fixture, text, "file:///etc/passwd"));
  g_assert_null (find_dialog ());
  g_assert_true (activate_link (fixture, text, "https://example.org/"));
  wait_until (find_dialog ());
  g_assert_cmpstr (adw_message_dialog_get_body (find_dialog ()), ==, "https://example.org/");
  answer_dialog ("Open This Link?", "Cancel");
}

static void
test_chat_forbidden (Fixture *fixture, gconstpointer data)
{
  fake_room_set_may_message (fixture->room, FALSE);
  wait_until (!find_type (fixture->widget, GTK_TYPE_TEXT_VIEW));
  fake_room_set_may_message (fixture->room, TRUE);
  wait_until (find_type (fixture->widget, GTK_TYPE_TEXT_VIEW));
}

static void
open_hidden_chat (Fixture *fixture, gconstpointer data)
{
  GtkWidget *toasts = adw_toast_overlay_new ();

  fixture->room = fake_room_new ();
  fixture->widget = g_object_new (CALL_TYPE_CHAT, "room", fixture->room, "visible", FALSE, NULL);
  fixture->window = adw_window_new ();
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), fixture->widget);
  adw_window_set_content (ADW_WINDOW (fixture->window), toasts);
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_until (gtk_widget_get_mapped (toasts));
}

/* While the panel is closed, the last of the messages is to be seen all the same. */
static void
test_chat_toast (Fixture *fixture, gconstpointer data)
{
  CallMember *ada = fake_room_add_member (fixture->room, "ada", "Ada & Bob");

  say (fixture, ada, "First", CALL_MESSAGE_RECEIVED);
  say (fixture, call_room_get_self (fixture->room), "Own", CALL_MESSAGE_SENT);
  say (fixture, ada, "<b>Hello\nall", CALL_MESSAGE_RECEIVED);
  wait_until (find (fixture->window, is_label, "Ada & Bob: <b>Hello all"));
}

/* The people */

static void
open_people (Fixture *fixture, gconstpointer data)
{
  open_panel (fixture, CALL_TYPE_PEOPLE);
}

static GtkWidget *
wait_for_row (Fixture *fixture, CallMember *member)
{
  wait_until (find (fixture->widget, is_row_of, member));
  return find (fixture->widget, is_row_of, member);
}

static void
test_people_row (Fixture *fixture, gconstpointer data)
{
  CallMember *ada = fake_room_add_member (fixture->room, "ada", "Ada");
  GtkWidget *row;

  g_object_set (ada, "has-audio", TRUE, "has-video", TRUE, "quality-up", 4, "speaking", TRUE, NULL);
  row = wait_for_row (fixture, ada);
  wait_until (find (fixture->widget, is_label, "2 people"));
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Ada, Speaks, poor network");
  g_object_set (ada, "audio-muted", TRUE, "speaking", FALSE, "quality-up", 1, NULL);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "Ada, muted");
  gtk_test_accessible_assert_property (gtk_widget_get_parent (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Ada, muted");
  g_assert_nonnull (find (fixture->widget, is_label, "Grace (you)"));
  g_assert_true (gtk_widget_activate_action (row, "member.mute-for-me", NULL));
  g_assert_true (call_member_is_muted_for_me (ada));
}

static void
test_people_search (Fixture *fixture, gconstpointer data)
{
  GtkWidget *search;
  CallMember *last = NULL;

  g_assert_null (find_type (fixture->widget, GTK_TYPE_SEARCH_ENTRY));
  for (guint i = 0; i < 10; i++) {
    g_autofree char *uid = g_strdup_printf ("u%u", i);
    g_autofree char *name = g_strdup_printf ("Name %u", i);

    last = fake_room_add_member (fixture->room, uid, name);
  }
  wait_until (find_type (fixture->widget, GTK_TYPE_SEARCH_ENTRY));
  search = find_type (fixture->widget, GTK_TYPE_SEARCH_ENTRY);
  gtk_editable_set_text (GTK_EDITABLE (search), "U9");
  wait_until (!find (fixture->widget, is_label, "Grace (you)"));
  wait_for_row (fixture, last);
  gtk_editable_set_text (GTK_EDITABLE (search), "nobody at all");
  wait_until (find (fixture->widget, is_label, "Nobody Found"));
  gtk_editable_set_text (GTK_EDITABLE (search), "");
  wait_until (find (fixture->widget, is_label, "Grace (you)"));
}

static void
test_people_moderation (Fixture *fixture, gconstpointer data)
{
  CallMember *ada = fake_room_add_member (fixture->room, "ada", "Ada");
  GtkWidget *row = wait_for_row (fixture, ada);

  g_assert_null (find (fixture->widget, is_button, "End Call for All…"));
  gtk_widget_activate_action (row, "member.mute-sound", NULL);
  assert_requests (fixture, "");
  fake_room_set_admin (fixture->room, TRUE);
  gtk_widget_activate_action (row, "member.mute-sound", NULL);
  assert_requests (fixture, "mute ada 1 0\n");
  g_object_set (ada, "audio-muted-by-admin", TRUE, "role", "audience", NULL);
  gtk_widget_activate_action (row, "member.mute-picture", NULL);
  gtk_widget_activate_action (row, "member.mute-sound", NULL);
  gtk_widget_activate_action (row, "member.audience", NULL);
  assert_requests (fixture, "mute ada 1 1\nmute ada 0 0\naudience ada 0\n");
}

static void
test_people_put_out (Fixture *fixture, gconstpointer data)
{
  CallMember *ada = fake_room_add_member (fixture->room, "ada", "Ada");
  GtkWidget *row = wait_for_row (fixture, ada);

  fake_room_set_admin (fixture->room, TRUE);
  gtk_widget_activate_action (row, "member.kick", NULL);
  answer_dialog ("Remove “Ada”?", "Cancel");
  assert_requests (fixture, "");
  gtk_widget_activate_action (row, "member.kick", NULL);
  answer_dialog ("Remove “Ada”?", "_Remove");
  assert_requests (fixture, "kick ada -\n");
  gtk_widget_activate_action (row, "member.ban", NULL);
  answer_dialog ("Ban “Ada”?", "_Ban");
  assert_requests (fixture, "ban ada 3600 -\n");
  click (fixture->widget, "End Call for All…");
  answer_dialog ("End the Call for All?", "_End Call");
  assert_requests (fixture, "close -\n");
}

/* The statistics */

static void
open_statistics (Fixture *fixture, gconstpointer data)
{
  open_panel (fixture, CALL_TYPE_STATISTICS);
}

static void
on_text_read (GObject *clipboard, GAsyncResult *result, gpointer text)
{
  *(char **) text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

static void
test_statistics (Fixture *fixture, gconstpointer data)
{
  CallMember *ada = fake_room_add_member (fixture->room, "ada", "Ada");
  char codec[] = "VP8";
  CallTrackFigures video = { codec, 812.4, 1.25, 4, 640, 480, 29.97 };
  CallStream *stream;
  g_autofree char *text = NULL;

  wait_until (find (fixture->widget, is_label, "Nothing to Measure"));
  stream = fake_room_add_stream (fixture->room, ada, TRUE);
  wait_until (find (fixture->widget, is_label, "Ada’s screen"));
  g_assert_nonnull (find (fixture->widget, is_label, "No figures yet."));
  call_figures_update (call_stream_get_figures (stream), NULL, &video, -1, 87, -1);
  wait_until (find (fixture->widget, is_label, "640 × 480"));
  g_assert_nonnull (find (fixture->widget, is_label, "812 kbit/s"));
  g_assert_nonnull (find (fixture->widget, is_label, "87 ms"));
  g_assert_null (find (fixture->widget, is_label, "Sound"));
  g_assert_null (find (fixture->widget, is_label, "Round trip"));
  gtk_widget_activate_action (fixture->widget, "statistics.copy", NULL);
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (fixture->widget), NULL, on_text_read,
                                 &text);
  wait_until (text);
  g_assert_nonnull (strstr (text, "\nAda’s screen\n  Picture, Resolution: 640 × 480\n"));
  g_assert_nonnull (strstr (text, "  Connection, Delay: 87 ms\n"));
}

/* Invitations */

static void
open_ringing (Fixture *fixture, gconstpointer data)
{
  open_panel (fixture, CALL_TYPE_RINGING);
}

static void
test_ringing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CallInvitation) invitation =
      call_invitation_new ("1", "ada", "Ada", "standup", "Come!", TRUE);

  g_assert_null (find (fixture->widget, is_button, "Accept"));
  fake_room_set_invitation (fixture->room, invitation);
  wait_until (find (fixture->widget, is_label, "Ada calls you"));
  g_assert_nonnull (find (fixture->widget, is_label, "Come!"));
  g_assert_nonnull (find (fixture->widget, is_label, "Room: standup"));
  click (fixture->widget, "Decline");
  assert_requests (fixture, "reject ada\n");
  click (fixture->widget, "Accept");
  assert_requests (fixture, "accept ada\n");
  fake_room_set_invitation (fixture->room, NULL);
  wait_until (!find (fixture->widget, is_button, "Accept"));
}

static void
open_invite (Fixture *fixture, gconstpointer data)
{
  open_panel (fixture, CALL_TYPE_INVITE_DIALOG);
}

static void
test_invite (Fixture *fixture, gconstpointer data)
{
  GtkWidget *entry = find_type (fixture->widget, ADW_TYPE_ENTRY_ROW);
  CallInvitation *invitation;

  g_assert_nonnull (find (fixture->widget, is_label, "nertc://calls.example.org/standup"));
  g_assert_false (gtk_widget_is_sensitive (find (fixture->widget, is_button, "Call")));
  gtk_editable_set_text (GTK_EDITABLE (entry), " bob ");
  click (fixture->widget, "Call");
  assert_requests (fixture, "invite bob\n");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  invitation = fake_room_add_invitation (fixture->room, "bob", CALL_INVITATION_CALLING);
  wait_until (find (fixture->widget, is_label, "Calling bob…"));
  call_invitation_set_state (invitation, CALL_INVITATION_RINGING, NULL);
  wait_until (find (fixture->widget, is_label, "It rings at bob…"));
  click (fixture->widget, "Cancel");
  assert_requests (fixture, "cancel bob\n");
  call_invitation_set_state (invitation, CALL_INVITATION_BUSY, NULL);
  wait_until (find (fixture->widget, is_label, "bob is in another call."));
  g_assert_null (find (fixture->widget, is_button, "Cancel"));
}

static void
test_invite_link (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  click (fixture->widget, "Copy Link");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (fixture->widget), NULL, on_text_read,
                                 &text);
  wait_until (text);
  g_assert_cmpstr (text, ==, "nertc://calls.example.org/standup");
  wait_until (find (fixture->widget, is_label, "Link copied"));
}

static void
add (const char *path, void (*open) (Fixture *, gconstpointer),
     void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, open, test, close_panel);
}

int
main (int argc, char **argv)
{
  extern GResource *call_get_resource (void);

  gst_init (&argc, &argv);
  gtk_test_init (&argc, &argv);
  g_resources_register (call_get_resource ());
  adw_init ();
  add ("/chat/list", open_chat, test_chat_list);
  add ("/chat/end", open_chat, test_chat_end);
  add ("/chat/send", open_chat, test_chat_send);
  add ("/chat/enter", open_chat, test_chat_enter);
  add ("/chat/limit", open_chat, test_chat_limit);
  add ("/chat/failed", open_chat, test_chat_failed);
  add ("/chat/link", open_chat, test_chat_link);
  add ("/chat/forbidden", open_chat, test_chat_forbidden);
  add ("/chat/toast", open_hidden_chat, test_chat_toast);
  add ("/people/row", open_people, test_people_row);
  add ("/people/search", open_people, test_people_search);
  add ("/people/moderation", open_people, test_people_moderation);
  add ("/people/put-out", open_people, test_people_put_out);
  add ("/statistics/figures", open_statistics, test_statistics);
  add ("/ringing/answer", open_ringing, test_ringing);
  add ("/invite/call", open_invite, test_invite);
  add ("/invite/link", open_invite, test_invite_link);
  return g_test_run ();
}
