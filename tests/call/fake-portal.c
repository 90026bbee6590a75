/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-portal.h"

#include <gio/gunixfdlist.h>

#define BUS_NAME "org.freedesktop.portal.Desktop"
#define OBJECT_PATH "/org/freedesktop/portal/desktop"

static const char interfaces[] =
    "<node>"
    "<interface name='org.freedesktop.portal.ScreenCast'>"
    "<method name='CreateSession'><arg type='a{sv}' direction='in'/>"
    "<arg type='o' direction='out'/></method>"
    "<method name='SelectSources'><arg type='o' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
    "<method name='Start'><arg type='o' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
    "<method name='OpenPipeWireRemote'><arg type='o' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='h' direction='out'/></method>"
    "<property name='AvailableSourceTypes' type='u' access='read'/>"
    "<property name='AvailableCursorModes' type='u' access='read'/>"
    "<property name='version' type='u' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.portal.Request'>"
    "<method name='Close'/>"
    "<signal name='Response'><arg type='u'/><arg type='a{sv}'/></signal>"
    "</interface>"
    "<interface name='org.freedesktop.portal.Session'>"
    "<method name='Close'/>"
    "<signal name='Closed'><arg type='a{sv}'/></signal>"
    "</interface>"
    "</node>";

struct _FakePortal {
  FakePortalScript script;
  GDBusConnection *bus;
  GDBusNodeInfo *info;
  GString *calls;
  char *client;
  char *session;
};

static void
clear (gpointer data)
{
  FakePortal *self = data;

  g_clear_object (&self->bus);
  g_dbus_node_info_unref (self->info);
  g_string_free (self->calls, TRUE);
  g_free (self->client);
  g_free (self->session);
}

/* What it has exported may still be called when the test has let go of it. */
static void
release (gpointer data)
{
  g_rc_box_release_full (data, clear);
}

static char *
make_path (FakePortal *self, const char *what, const char *token)
{
  g_autofree char *sender = g_strdup (self->client + 1);

  return g_strdup_printf (OBJECT_PATH "/%s/%s/%s", what, g_strdelimit (sender, ".", '_'), token);
}

static void
on_close (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
          const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
          gpointer data)
{
  FakePortal *self = data;

  g_string_append_printf (self->calls, "%s.Close ", strrchr (interface, '.') + 1);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static const GDBusInterfaceVTable close_vtable = { .method_call = on_close };

static void export(FakePortal *self, const char *path, const char *interface)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_register_object (self->bus, path,
                                     g_dbus_node_info_lookup_interface (self->info, interface),
                                     &close_vtable, g_rc_box_acquire (self), release, &error);
  g_assert_no_error (error);
}

static void
respond (FakePortal *self, const char *method, const char *request)
{
  g_auto (GVariantBuilder) results = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  guint32 code = 0;

  if (g_strcmp0 (method, self->script.silent) == 0)
    return;
  if (g_strcmp0 (method, self->script.refused) == 0)
    code = self->script.response;
  else if (g_str_equal (method, "CreateSession"))
    g_variant_builder_add (&results, "{sv}", "session_handle",
                           g_variant_new_string (self->session));
  else if (g_str_equal (method, "Start") && !self->script.no_streams)
    g_variant_builder_add_parsed (&results, "{'streams', <[(%u, {'source_type': <uint32 2>})]>}",
                                  self->script.node);
  g_dbus_connection_emit_signal (self->bus, self->client, request, "org.freedesktop.portal.Request",
                                 "Response", g_variant_new ("(ua{sv})", code, &results), NULL);
}

static void
note_call (FakePortal *self, const char *method, GVariant *options)
{
  guint32 types = 0, cursor = 0;

  g_string_append (self->calls, method);
  if (g_variant_lookup (options, "types", "u", &types) |
      g_variant_lookup (options, "cursor_mode", "u", &cursor))
    g_string_append_printf (self->calls, "(%u,%u)", types, cursor);
  g_string_append_c (self->calls, ' ');
}

static void
open_remote (FakePortal *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();

  g_assert_cmpint (0, ==, g_unix_fd_list_append (fds, self->script.fd, NULL));
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0),
                                                           fds);
}

static void
on_call (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
         const char *method, GVariant *parameters, GDBusMethodInvocation *invocation, gpointer data)
{
  FakePortal *self = data;
  gsize last = g_variant_n_children (parameters) - 1;
  g_autoptr (GVariant) options = g_variant_get_child_value (parameters, last);
  const char *token = NULL, *session_token = NULL;
  g_autofree char *request = NULL;

  note_call (self, method, options);
  if (g_str_equal (method, "OpenPipeWireRemote")) {
    open_remote (self, invocation);
    return;
  }
  g_free (self->client);
  self->client = g_strdup (sender);
  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  request = make_path (self, "request", token);
  if (g_variant_lookup (options, "session_handle_token", "&s", &session_token)) {
    self->session = make_path (self, "session", session_token);
    export(self, self->session, "org.freedesktop.portal.Session");
  }
  if (g_strcmp0 (method, self->script.silent) == 0)
    export(self, request, "org.freedesktop.portal.Request");
  /* The worst order: the answer is there before the call has returned. */
  respond (self, method, request);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", request));
}

static GVariant *
on_get (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
        const char *property, GError **error, gpointer data)
{
  FakePortal *self = data;

  if (g_str_equal (property, "AvailableSourceTypes"))
    return g_variant_new_uint32 (self->script.source_types);
  return g_variant_new_uint32 (g_str_equal (property, "version") ? 4 : 3);
}

static const GDBusInterfaceVTable vtable = { .method_call = on_call, .get_property = on_get };

static void
ask_for_name (FakePortal *self, const char *method, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
      parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (reply);
}

FakePortal *
fake_portal_new (const char *bus_address, const FakePortalScript *script)
{
  FakePortal *self = g_rc_box_new0 (FakePortal);
  g_autoptr (GError) error = NULL;

  self->script = *script;
  self->calls = g_string_new (NULL);
  self->info = g_dbus_node_info_new_for_xml (interfaces, &error);
  g_assert_no_error (error);
  self->bus =
      g_dbus_connection_new_for_address_sync (bus_address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (
      self->bus, OBJECT_PATH,
      g_dbus_node_info_lookup_interface (self->info, "org.freedesktop.portal.ScreenCast"), &vtable,
      g_rc_box_acquire (self), release, &error);
  g_assert_no_error (error);
  ask_for_name (self, "RequestName", g_variant_new ("(su)", BUS_NAME, 0));
  return self;
}

const char *
fake_portal_get_calls (FakePortal *self)
{
  return self->calls->str;
}

void
fake_portal_close_session (FakePortal *self)
{
  g_auto (GVariantBuilder) details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_dbus_connection_emit_signal (self->bus, self->client, self->session,
                                 "org.freedesktop.portal.Session", "Closed",
                                 g_variant_new ("(a{sv})", &details), NULL);
}

void
fake_portal_free (FakePortal *self)
{
  ask_for_name (self, "ReleaseName", g_variant_new ("(s)", BUS_NAME));
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  release (self);
}
