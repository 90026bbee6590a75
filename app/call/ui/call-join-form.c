/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-join-form.h"

#include <glib/gi18n.h>
#include <string.h>

#include "call-problem-row.h"

struct _CallJoinForm {
  AdwBin parent_instance;

  AdwEntryRow *channel;
  AdwEntryRow *user_name;
  AdwExpanderRow *more;
  AdwEntryRow *server;
  AdwEntryRow *app_key;
  AdwEntryRow *uid;
  AdwEntryRow *token;
  CallProblemRow *problem_row;
  CallProblemRow *more_problem_row;

  GSettings *settings;
  gboolean filling;
  gboolean is_guest; /* a link told the server: it does not become the usual one */
};

G_DEFINE_FINAL_TYPE (CallJoinForm, call_join_form, ADW_TYPE_BIN)

enum {
  SIGNAL_SUBMIT,
  SIGNAL_SETTLED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Fields */

static AdwEntryRow *
get_row (CallJoinForm *self, CallField field)
{
  switch (field) {
    case CALL_FIELD_SERVER:
      return self->server;
    case CALL_FIELD_APP_KEY:
      return self->app_key;
    case CALL_FIELD_CHANNEL:
      return self->channel;
    case CALL_FIELD_UID:
      return self->uid;
    case CALL_FIELD_USER_NAME:
      return self->user_name;
    case CALL_FIELD_TOKEN:
      return self->token;
    case CALL_FIELD_NONE:
    default:
      return NULL;
  }
}

static CallField
get_field (CallJoinForm *self, AdwEntryRow *row)
{
  int field = CALL_FIELD_TOKEN;

  while (field > CALL_FIELD_NONE && get_row (self, (CallField) field) != row)
    field--;
  return (CallField) field;
}

static gboolean
is_hidden_field (CallField field)
{
  return field != CALL_FIELD_NONE && field != CALL_FIELD_CHANNEL && field != CALL_FIELD_USER_NAME;
}

/* Returns: (transfer full) (nullable): %NULL where there is nothing but space */
static char *
read_field (CallJoinForm *self, CallField field)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (get_row (self, field)));
  char *stripped = g_strstrip (g_strdup (text));

  if (!*stripped)
    g_clear_pointer (&stripped, g_free);
  return stripped;
}

static void
write_field (CallJoinForm *self, CallField field, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (get_row (self, field)), text ? text : "");
}

static void
mark (CallJoinForm *self, CallField marked)
{
  for (int field = CALL_FIELD_SERVER; field <= CALL_FIELD_TOKEN; field++) {
    GtkWidget *row = GTK_WIDGET (get_row (self, (CallField) field));

    if (field == (int) marked)
      gtk_widget_add_css_class (row, "error");
    else
      gtk_widget_remove_css_class (row, "error");
    gtk_accessible_update_state (
        GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
        field == (int) marked ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  }
}

static void
show_server (CallJoinForm *self)
{
  g_autofree char *text = read_field (self, CALL_FIELD_SERVER);
  g_autofree char *server = call_address_complete_server (text, NULL);
  g_autoptr (GUri) uri = server ? g_uri_parse (server, G_URI_FLAGS_ENCODED, NULL) : NULL;

  if (!server || g_str_equal (server, CALL_ADDRESS_DEFAULT_SERVER))
    adw_expander_row_set_subtitle (self->more, text && !server ? "" : _ ("On this computer"));
  else
    adw_expander_row_set_subtitle (self->more, g_uri_get_host (uri));
}

static void
put_problem (CallJoinForm *self, CallProblem *problem)
{
  CallField field = problem ? call_problem_get_field (problem) : CALL_FIELD_NONE;
  gboolean hidden = is_hidden_field (field);

  mark (self, field);
  call_problem_row_set_problem (self->problem_row, hidden ? NULL : problem);
  call_problem_row_set_problem (self->more_problem_row, hidden ? problem : NULL);
  if (hidden)
    adw_expander_row_set_expanded (self->more, TRUE);
}

/* Callbacks */

/* A link that was put into the field of the room says more than its name. */
static gboolean
take_link (CallJoinForm *self)
{
  g_autofree char *text = read_field (self, CALL_FIELD_CHANNEL);
  g_autoptr (CallAddress) address = NULL;

  if (!text || !strstr (text, "://"))
    return FALSE;
  address = call_address_new_from_link (text, NULL);
  if (address)
    call_join_form_fill (self, address);
  return address != NULL;
}

/* What is wrong with one field, as long as it is; an empty one is not wrong before it counts. */
static void
check_row (CallJoinForm *self, CallField field)
{
  g_autofree char *text = read_field (self, field);
  g_autoptr (GError) error = NULL;
  g_autoptr (CallProblem) problem = NULL;

  if (text && field != CALL_FIELD_SERVER && !call_address_check_field (field, text, &error))
    problem = call_problem_new_at_field (field, error->message);
  put_problem (self, problem);
}

static void
check_all (CallJoinForm *self)
{
  g_autoptr (CallAddress) address = call_join_form_read (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (CallProblem) problem = NULL;

  if (address->channel && !call_address_check (address, &error))
    problem = call_problem_new_at_field ((CallField) error->code, error->message);
  put_problem (self, problem);
}

static void
on_changed (CallJoinForm *self, AdwEntryRow *row)
{
  CallField field = get_field (self, row);

  if (self->filling || (field == CALL_FIELD_CHANNEL && take_link (self)))
    return;
  if (field == CALL_FIELD_SERVER || field == CALL_FIELD_APP_KEY)
    self->is_guest = FALSE;
  check_row (self, field);
  show_server (self);
}

static void
on_activated (CallJoinForm *self)
{
  g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
  g_signal_emit (self, signals[SIGNAL_SUBMIT], 0);
}

static void
on_settled (CallJoinForm *self)
{
  g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
}

static void
call_join_form_dispose (GObject *object)
{
  g_clear_object (&CALL_JOIN_FORM (object)->settings);
  G_OBJECT_CLASS (call_join_form_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  g_type_ensure (CALL_TYPE_PROBLEM_ROW);
  gtk_widget_class_set_template_from_resource (class, "/org/gstnertc/Call/ui/call-join-form.ui");
  gtk_widget_class_bind_template_child (class, CallJoinForm, channel);
  gtk_widget_class_bind_template_child (class, CallJoinForm, user_name);
  gtk_widget_class_bind_template_child (class, CallJoinForm, more);
  gtk_widget_class_bind_template_child (class, CallJoinForm, server);
  gtk_widget_class_bind_template_child (class, CallJoinForm, app_key);
  gtk_widget_class_bind_template_child (class, CallJoinForm, uid);
  gtk_widget_class_bind_template_child (class, CallJoinForm, token);
  gtk_widget_class_bind_template_child (class, CallJoinForm, problem_row);
  gtk_widget_class_bind_template_child (class, CallJoinForm, more_problem_row);
  gtk_widget_class_bind_template_callback (class, on_changed);
  gtk_widget_class_bind_template_callback (class, on_activated);
  gtk_widget_class_bind_template_callback (class, on_settled);
}

static void
call_join_form_class_init (CallJoinFormClass *class)
{
  G_OBJECT_CLASS (class)->dispose = call_join_form_dispose;
  signals[SIGNAL_SUBMIT] = g_signal_new ("submit", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_SETTLED] = g_signal_new ("settled", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  bind_template (GTK_WIDGET_CLASS (class));
}

static void
load_setting (CallJoinForm *self, const char *key, CallField field)
{
  g_autofree char *text = g_settings_get_string (self->settings, key);

  write_field (self, field, text);
}

/* The preferences name another one. */
static void
on_usual_server (CallJoinForm *self)
{
  if (self->is_guest)
    return;
  self->filling = TRUE;
  load_setting (self, "server", CALL_FIELD_SERVER);
  self->filling = FALSE;
  show_server (self);
  g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
}

static void
call_join_form_init (CallJoinForm *self)
{
  self->settings = g_settings_new ("org.gstnertc.Call");
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->settings, "changed::server", G_CALLBACK (on_usual_server), self,
                           G_CONNECT_SWAPPED);
  self->filling = TRUE;
  load_setting (self, "server", CALL_FIELD_SERVER);
  load_setting (self, "app-key", CALL_FIELD_APP_KEY);
  load_setting (self, "uid", CALL_FIELD_UID);
  load_setting (self, "user-name", CALL_FIELD_USER_NAME);
  self->filling = FALSE;
  show_server (self);
}

static gboolean
is_elsewhere (CallJoinForm *self, const CallAddress *address)
{
  g_autofree char *text = read_field (self, CALL_FIELD_SERVER);
  g_autofree char *here = call_address_complete_server (text, NULL);
  g_autofree char *there = call_address_complete_server (address->server, NULL);

  return g_strcmp0 (here ? here : CALL_ADDRESS_DEFAULT_SERVER, there) != 0;
}

/* What @address does not tell stays as it is, but for the app key and the token: they belong to a
 * server, and no other one is to get them. */
void
call_join_form_fill (CallJoinForm *self, const CallAddress *address)
{
  self->filling = TRUE;
  if (address->server) {
    if (is_elsewhere (self, address))
      write_field (self, CALL_FIELD_TOKEN, NULL);
    write_field (self, CALL_FIELD_SERVER, address->server);
    write_field (self, CALL_FIELD_APP_KEY, address->app_key);
    self->is_guest = TRUE;
  } else if (address->app_key) {
    write_field (self, CALL_FIELD_APP_KEY, address->app_key);
  }
  if (address->channel)
    write_field (self, CALL_FIELD_CHANNEL, address->channel);
  if (address->uid)
    write_field (self, CALL_FIELD_UID, address->uid);
  if (address->user_name)
    write_field (self, CALL_FIELD_USER_NAME, address->user_name);
  if (address->token)
    write_field (self, CALL_FIELD_TOKEN, address->token);
  self->filling = FALSE;
  check_all (self);
  show_server (self);
  g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
}

/* Returns: (transfer full): what the fields say, whether it is good or not */
CallAddress *
call_join_form_read (CallJoinForm *self)
{
  CallAddress *address = call_address_new ();

  address->server = read_field (self, CALL_FIELD_SERVER);
  address->app_key = read_field (self, CALL_FIELD_APP_KEY);
  address->channel = read_field (self, CALL_FIELD_CHANNEL);
  address->uid = read_field (self, CALL_FIELD_UID);
  address->user_name = read_field (self, CALL_FIELD_USER_NAME);
  address->token = read_field (self, CALL_FIELD_TOKEN);
  return address;
}

static void
complete_server (CallAddress *address)
{
  char *server = call_address_complete_server (address->server, NULL);

  g_free (address->server);
  address->server = server;
}

/* Returns: (transfer full) (nullable): what the fields say; %NULL where that cannot be, which is
 * told at the field then */
CallAddress *
call_join_form_check (CallJoinForm *self)
{
  g_autoptr (CallAddress) address = call_join_form_read (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (CallProblem) problem = NULL;

  if (call_address_check (address, &error)) {
    put_problem (self, NULL);
    complete_server (address);
    return g_steal_pointer (&address);
  }
  problem = call_problem_new_at_field ((CallField) error->code, error->message);
  call_join_form_show_problem (self, problem);
  return NULL;
}

/* Returns: (transfer full) (nullable): as whom to be called; %NULL: the fields do not say it */
CallAddress *
call_join_form_check_for_listening (CallJoinForm *self)
{
  g_autoptr (CallAddress) address = call_join_form_read (self);

  if (!address->uid || !call_address_check_field (CALL_FIELD_UID, address->uid, NULL) ||
      !call_address_check_field (CALL_FIELD_SERVER, address->server, NULL) ||
      !call_address_check_field (CALL_FIELD_APP_KEY, address->app_key, NULL))
    return NULL;
  g_clear_pointer (&address->channel, g_free);
  complete_server (address);
  return g_steal_pointer (&address);
}

/* @problem: (nullable): shown at its field, which gets the focus */
void
call_join_form_show_problem (CallJoinForm *self, CallProblem *problem)
{
  AdwEntryRow *row = problem ? get_row (self, call_problem_get_field (problem)) : NULL;

  put_problem (self, problem);
  if (row)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
save_setting (CallJoinForm *self, const char *key, CallField field)
{
  g_autofree char *text = read_field (self, field);

  g_settings_set_string (self->settings, key, text ? text : "");
}

/* Keeps for the next time what was good for a call. */
void
call_join_form_keep (CallJoinForm *self)
{
  save_setting (self, "user-name", CALL_FIELD_USER_NAME);
  if (self->is_guest)
    return;
  save_setting (self, "server", CALL_FIELD_SERVER);
  save_setting (self, "app-key", CALL_FIELD_APP_KEY);
  save_setting (self, "uid", CALL_FIELD_UID);
}

/* Returns: whether there is still something to write */
gboolean
call_join_form_focus (CallJoinForm *self)
{
  g_autofree char *channel = read_field (self, CALL_FIELD_CHANNEL);

  return !channel && gtk_widget_grab_focus (GTK_WIDGET (self->channel));
}
