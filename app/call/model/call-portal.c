/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-portal.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>

#define BUS_NAME "org.freedesktop.portal.Desktop"
#define OBJECT_PATH "/org/freedesktop/portal/desktop"
#define SCREEN_CAST "org.freedesktop.portal.ScreenCast"
#define REQUEST "org.freedesktop.portal.Request"
#define SESSION "org.freedesktop.portal.Session"

/* A portal that the bus has to start first takes its time. */
#define FIND_TIMEOUT_MS 10000

enum { SOURCE_MONITOR = 1, SOURCE_WINDOW = 2 };
enum { CURSOR_HIDDEN = 1, CURSOR_EMBEDDED = 2 };
enum { RESPONSE_SUCCESS, RESPONSE_CANCELLED };

/**
 * CallPortal:
 *
 * Each question to the portal is a Request: an object whose path is known before the call, so that
 * its signal Response cannot be missed. Three of them follow each other, and then PipeWire's socket
 * is handed out:
 *
 *     CreateSession ─► SelectSources ─► Start (the desktop's dialog) ─► OpenPipeWireRemote
 */
struct _CallPortal {
  GObject parent_instance;

  GDBusConnection *bus;
  guint32 source_types;
  guint32 cursor_modes;

  char *session; /* its object path */
  guint on_session_closed;
  guint on_name;
  gboolean closed;

  /* While something is chosen */
  GTask *task;
  guint step;
  char *parent_window;
  gboolean with_pointer;
  char *request;
  guint on_response;
  gulong on_cancelled;
  CallScreen *screen;
};

G_DEFINE_FINAL_TYPE (CallPortal, call_portal, G_TYPE_OBJECT)

enum {
  CLOSED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

typedef struct {
  const char *method;
  GVariant *(*ask) (CallPortal *self, GVariantBuilder *options);
  gboolean (*take) (CallPortal *self, GVariant *results, GError **error);
} Step;

static void take_next_step (CallPortal *self);

/* The end of choosing, whatever came of it */

static void
forget_request (CallPortal *self)
{
  if (self->on_response)
    g_dbus_connection_signal_unsubscribe (self->bus, self->on_response);
  self->on_response = 0;
  g_clear_pointer (&self->request, g_free);
}

static GTask *
end_task (CallPortal *self)
{
  GTask *task = g_steal_pointer (&self->task);

  forget_request (self);
  if (self->on_cancelled)
    g_signal_handler_disconnect (g_task_get_cancellable (task), self->on_cancelled);
  self->on_cancelled = 0;
  return task;
}

static void
fail (CallPortal *self, GError *error)
{
  g_autoptr (GTask) task = end_task (self);

  g_clear_pointer (&self->screen, call_screen_free);
  g_task_return_error (task, error);
}

static void
fail_by_portal (CallPortal *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail (self, g_error_copy (error));
  else
    fail (self, g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED,
                             _ ("The desktop’s screen sharing failed: %s. Try again."),
                             error ? error->message : _ ("it gave no way to the picture")));
}

static void
on_close_called (GObject *source, GAsyncResult *result, gpointer data)
{
  G_GNUC_UNUSED g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
}

/* The answer is waited for only so that the connection stays until the call is out. */
static void
call_close (CallPortal *self, const char *path, const char *interface)
{
  g_dbus_connection_call (self->bus, BUS_NAME, path, interface, "Close", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, on_close_called, NULL);
}

static void
on_cancelled (GCancellable *cancellable, CallPortal *self)
{
  if (self->request)
    call_close (self, self->request, REQUEST);
  fail (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
}

/* The session */

static void
set_closed (CallPortal *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  if (self->task)
    fail (self,
          g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED,
                               _ ("The desktop has ended the choice of a screen. Try again.")));
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
on_session_closed (GDBusConnection *bus, const char *sender, const char *path,
                   const char *interface, const char *name, GVariant *parameters, gpointer data)
{
  g_autoptr (CallPortal) self = g_object_ref (data);

  set_closed (self);
}

static void
on_portal_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  g_autoptr (CallPortal) self = g_object_ref (data);

  set_closed (self);
}

static void
watch_session (CallPortal *self)
{
  self->on_session_closed = g_dbus_connection_signal_subscribe (
      self->bus, BUS_NAME, SESSION, "Closed", self->session, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
      on_session_closed, self, NULL);
  self->on_name = g_bus_watch_name_on_connection (
      self->bus, BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, on_portal_vanished, self, NULL);
}

/* What is asked, and what the answers mean */

static GVariant *
ask_create_session (CallPortal *self, GVariantBuilder *options)
{
  g_autofree char *token = g_strdup_printf ("nertc%u", g_random_int ());

  g_variant_builder_add (options, "{sv}", "session_handle_token", g_variant_new_string (token));
  return g_variant_new ("(a{sv})", options);
}

static gboolean
take_session (CallPortal *self, GVariant *results, GError **error)
{
  if (!g_variant_lookup (results, "session_handle", "s", &self->session) ||
      !g_variant_is_object_path (self->session)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("The desktop’s screen sharing gave no session. Log out and in again."));
    return FALSE;
  }
  watch_session (self);
  return TRUE;
}

static GVariant *
ask_select_sources (CallPortal *self, GVariantBuilder *options)
{
  guint32 types = (SOURCE_MONITOR | SOURCE_WINDOW) & self->source_types;
  guint32 cursor = self->with_pointer ? CURSOR_EMBEDDED : CURSOR_HIDDEN;

  g_variant_builder_add (options, "{sv}", "types", g_variant_new_uint32 (types));
  g_variant_builder_add (options, "{sv}", "multiple", g_variant_new_boolean (FALSE));
  if (cursor & self->cursor_modes)
    g_variant_builder_add (options, "{sv}", "cursor_mode", g_variant_new_uint32 (cursor));
  return g_variant_new ("(oa{sv})", self->session, options);
}

static GVariant *
ask_start (CallPortal *self, GVariantBuilder *options)
{
  return g_variant_new ("(osa{sv})", self->session, self->parent_window, options);
}

static gboolean
take_streams (CallPortal *self, GVariant *results, GError **error)
{
  g_autoptr (GVariant) streams =
      g_variant_lookup_value (results, "streams", G_VARIANT_TYPE ("a(ua{sv})"));
  g_autoptr (GVariant) properties = NULL;
  guint32 node = 0, type = SOURCE_MONITOR;

  if (!streams || g_variant_n_children (streams) == 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("The desktop shared nothing. Try again with another screen or window."));
    return FALSE;
  }
  g_variant_get_child (streams, 0, "(u@a{sv})", &node, &properties);
  g_variant_lookup (properties, "source_type", "u", &type);
  self->screen = call_screen_new ();
  self->screen->name = g_strdup (type == SOURCE_WINDOW ? _ ("Window") : _ ("Screen"));
  self->screen->pipewire_node = node;
  self->screen->with_pointer = self->with_pointer;
  return TRUE;
}

static const Step steps[] = {
  { "CreateSession", ask_create_session, take_session },
  { "SelectSources", ask_select_sources, NULL },
  { "Start", ask_start, take_streams },
};

static void
on_remote (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CallPortal) self = data;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), &fds, result, &error);
  gint32 index = 0;

  if (!self->task)
    return;
  if (reply)
    g_variant_get (reply, "(h)", &index);
  if (reply && fds)
    self->screen->pipewire_fd = g_unix_fd_list_get (fds, index, &error);
  if (!reply || !fds || error) {
    fail_by_portal (self, error);
    return;
  }
  self->screen->portal_session = G_OBJECT (g_object_ref (self));
  task = end_task (self);
  g_task_return_pointer (task, g_steal_pointer (&self->screen), (GDestroyNotify) call_screen_free);
}

static void
open_remote (CallPortal *self)
{
  g_dbus_connection_call_with_unix_fd_list (
      self->bus, BUS_NAME, OBJECT_PATH, SCREEN_CAST, "OpenPipeWireRemote",
      g_variant_new ("(oa{sv})", self->session, NULL), G_VARIANT_TYPE ("(h)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, g_task_get_cancellable (self->task), on_remote,
      g_object_ref (self));
}

/* Requests */

static gboolean
take_response (CallPortal *self, guint32 code, GVariant *results, GError **error)
{
  const Step *step = &steps[self->step];

  if (code == RESPONSE_SUCCESS)
    return !step->take || step->take (self, results, error);
  if (code == RESPONSE_CANCELLED)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled by the user");
  else
    g_set_error (
        error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
        _ ("The desktop did not allow to share the screen. Look into its privacy settings."));
  return FALSE;
}

static void
on_response (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
             const char *name, GVariant *parameters, gpointer data)
{
  g_autoptr (CallPortal) self = g_object_ref (data);
  g_autoptr (GVariant) results = NULL;
  GError *error = NULL;
  guint32 code;

  if (!self->task || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    return;
  g_variant_get (parameters, "(u@a{sv})", &code, &results);
  forget_request (self);
  if (!take_response (self, code, results, &error)) {
    fail (self, error);
    return;
  }
  self->step++;
  take_next_step (self);
}

/* @path: (transfer full) */
static void
wait_for_response (CallPortal *self, char *path)
{
  self->request = path;
  self->on_response =
      g_dbus_connection_signal_subscribe (self->bus, BUS_NAME, REQUEST, "Response", path, NULL,
                                          G_DBUS_SIGNAL_FLAGS_NONE, on_response, self, NULL);
}

typedef struct {
  CallPortal *portal;
  guint step;
} Call;

/* The answer may be there before the call has returned, and the next step under way. */
static void
on_called (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Call *call = data;
  g_autoptr (CallPortal) self = call->portal;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (!reply && self->task && self->step == call->step)
    fail_by_portal (self, error);
}

static char *
make_request_path (CallPortal *self, const char *token)
{
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (self->bus) + 1);

  return g_strdup_printf (OBJECT_PATH "/request/%s/%s", g_strdelimit (sender, ".", '_'), token);
}

static void
take_next_step (CallPortal *self)
{
  g_autofree char *token = g_strdup_printf ("nertc%u", g_random_int ());
  Call *call;
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (self->step == G_N_ELEMENTS (steps)) {
    open_remote (self);
    return;
  }
  wait_for_response (self, make_request_path (self, token));
  call = g_new (Call, 1);
  call->portal = g_object_ref (self);
  call->step = self->step;
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  g_dbus_connection_call (self->bus, BUS_NAME, OBJECT_PATH, SCREEN_CAST, steps[self->step].method,
                          steps[self->step].ask (self, &options), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_called, call);
}

/* The object */

static void
call_portal_dispose (GObject *object)
{
  CallPortal *self = CALL_PORTAL (object);

  if (self->on_session_closed)
    g_dbus_connection_signal_unsubscribe (self->bus, self->on_session_closed);
  self->on_session_closed = 0;
  if (self->on_name)
    g_bus_unwatch_name (self->on_name);
  self->on_name = 0;
  if (self->session && !self->closed)
    call_close (self, self->session, SESSION);
  g_clear_pointer (&self->session, g_free);
  G_OBJECT_CLASS (call_portal_parent_class)->dispose (object);
}

static void
call_portal_finalize (GObject *object)
{
  CallPortal *self = CALL_PORTAL (object);

  g_clear_object (&self->bus);
  g_free (self->parent_window);
  G_OBJECT_CLASS (call_portal_parent_class)->finalize (object);
}

static void
call_portal_class_init (CallPortalClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_portal_dispose;
  object_class->finalize = call_portal_finalize;
  signals[CLOSED] = g_signal_new ("closed", CALL_TYPE_PORTAL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
call_portal_init (CallPortal *self)
{
}

/* Finding it */

static void
return_not_supported (GTask *task)
{
  g_task_return_new_error (
      task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
      _ ("This desktop cannot share screens. Install xdg-desktop-portal with the part for your "
         "desktop, such as xdg-desktop-portal-gnome, and log in again."));
}

static void
on_properties (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (CallPortal) self = g_object_new (CALL_TYPE_PORTAL, NULL);
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (reply) {
    properties = g_variant_get_child_value (reply, 0);
    g_variant_lookup (properties, "AvailableSourceTypes", "u", &self->source_types);
    g_variant_lookup (properties, "AvailableCursorModes", "u", &self->cursor_modes);
  }
  if (!self->source_types) {
    return_not_supported (task);
    return;
  }
  self->bus = G_DBUS_CONNECTION (g_object_ref (source));
  g_task_return_pointer (task, g_steal_pointer (&self), g_object_unref);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!bus) {
    return_not_supported (task);
    return;
  }
  g_dbus_connection_call (bus, BUS_NAME, OBJECT_PATH, "org.freedesktop.DBus.Properties", "GetAll",
                          g_variant_new ("(s)", SCREEN_CAST), G_VARIANT_TYPE ("(a{sv})"),
                          G_DBUS_CALL_FLAGS_NONE, FIND_TIMEOUT_MS, g_task_get_cancellable (task),
                          on_properties, g_object_ref (task));
}

void
call_portal_find_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, call_portal_find_async);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, on_bus, task);
}

CallPortal *
call_portal_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Choosing */

void
call_portal_choose_async (CallPortal *self, const char *parent_window, gboolean with_pointer,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (CALL_IS_PORTAL (self) && !self->session && !self->task);

  g_task_set_source_tag (task, call_portal_choose_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  self->parent_window = g_strdup (parent_window);
  self->with_pointer = with_pointer;
  self->task = g_steal_pointer (&task);
  if (cancellable)
    self->on_cancelled =
        g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), self);
  take_next_step (self);
}

CallScreen *
call_portal_choose_finish (CallPortal *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
call_portal_is_closed (CallPortal *self)
{
  return self->closed;
}
