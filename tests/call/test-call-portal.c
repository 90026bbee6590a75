/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Screen sharing by the desktop's portal, against one that answers by a script. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "await.h"
#include "call-portal.h"
#include "fake-portal.h"

typedef struct {
  FakePortal *fake;
  CallPortal *portal;
  CallScreen *screen;
  GCancellable *cancellable;
  GError *error;
  gboolean done;
  guint closed;
  int file;
} Fixture;

static GTestDBus *bus;
static const FakePortalScript good = { .source_types = 3, .node = 42 };

static void
set_up (Fixture *self, gconstpointer data)
{
  self->cancellable = g_cancellable_new ();
  self->file = g_open ("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->screen, call_screen_free);
  g_clear_object (&self->portal);
  g_clear_pointer (&self->fake, fake_portal_free);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  close (self->file);
}

static void
begin (Fixture *self, FakePortalScript script)
{
  script.fd = self->file;
  self->fake = fake_portal_new (g_test_dbus_get_bus_address (bus), &script);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;

  self->portal = call_portal_find_finish (result, &self->error);
  self->done = TRUE;
}

static void
find (Fixture *self)
{
  self->done = FALSE;
  call_portal_find_async (NULL, on_found, self);
  nertc_await (self->done);
}

static void
on_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;

  self->screen = call_portal_choose_finish (CALL_PORTAL (source), result, &self->error);
  self->done = TRUE;
}

static void
on_closed (CallPortal *portal, Fixture *self)
{
  self->closed++;
}

static void
begin_to_choose (Fixture *self, gboolean with_pointer)
{
  find (self);
  g_assert_no_error (self->error);
  g_signal_connect (self->portal, "closed", G_CALLBACK (on_closed), self);
  self->done = FALSE;
  call_portal_choose_async (self->portal, "x11:1f", with_pointer, self->cancellable, on_chosen,
                            self);
}

static void
choose (Fixture *self)
{
  begin_to_choose (self, TRUE);
  nertc_await (self->done);
}

static void
assert_same_file (int a, int b)
{
  struct stat of_a, of_b;

  g_assert_cmpint (0, ==, fstat (a, &of_a));
  g_assert_cmpint (0, ==, fstat (b, &of_b));
  g_assert_cmpuint (of_a.st_ino, ==, of_b.st_ino);
}

static void
test_chosen (Fixture *self, gconstpointer data)
{
  begin (self, good);
  choose (self);
  g_assert_no_error (self->error);
  g_assert_cmpuint (42, ==, self->screen->pipewire_node);
  assert_same_file (self->file, self->screen->pipewire_fd);
  g_assert_cmpstr ("Window", ==, self->screen->name);
  g_assert_true (self->screen->portal_session == G_OBJECT (self->portal));
  g_assert_cmpstr ("CreateSession SelectSources(3,2) Start OpenPipeWireRemote ", ==,
                   fake_portal_get_calls (self->fake));
}

static void
test_without_pointer (Fixture *self, gconstpointer data)
{
  begin (self, good);
  begin_to_choose (self, FALSE);
  nertc_await (self->done);
  g_assert_no_error (self->error);
  g_assert_nonnull (strstr (fake_portal_get_calls (self->fake), "SelectSources(3,1)"));
}

static void
test_permission_ends_with_the_share (Fixture *self, gconstpointer data)
{
  begin (self, good);
  choose (self);
  g_clear_object (&self->portal);
  g_assert_null (strstr (fake_portal_get_calls (self->fake), "Close"));
  g_clear_pointer (&self->screen, call_screen_free);
  nertc_await (strstr (fake_portal_get_calls (self->fake), "Session.Close"));
}

static void
test_closed_by_the_desktop (Fixture *self, gconstpointer data)
{
  begin (self, good);
  choose (self);
  g_assert_false (call_portal_is_closed (self->portal));
  fake_portal_close_session (self->fake);
  nertc_await (self->closed == 1);
  g_assert_true (call_portal_is_closed (self->portal));
}

static void
test_portal_dies (Fixture *self, gconstpointer data)
{
  FakePortalScript script = good;

  script.silent = "Start";
  begin (self, script);
  begin_to_choose (self, TRUE);
  nertc_await (strstr (fake_portal_get_calls (self->fake), "Start"));
  g_clear_pointer (&self->fake, fake_portal_free);
  nertc_await (self->done);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_cancelled_by_the_user (Fixture *self, gconstpointer data)
{
  FakePortalScript script = good;

  script.refused = "Start";
  script.response = 1;
  begin (self, script);
  choose (self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (self->screen);
}

static void
test_denied (Fixture *self, gconstpointer data)
{
  FakePortalScript script = good;

  script.refused = "SelectSources";
  script.response = 2;
  begin (self, script);
  choose (self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

static void
test_nothing_shared (Fixture *self, gconstpointer data)
{
  FakePortalScript script = good;

  script.no_streams = TRUE;
  begin (self, script);
  choose (self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_cancelled_by_the_application (Fixture *self, gconstpointer data)
{
  FakePortalScript script = good;

  script.silent = "Start";
  begin (self, script);
  begin_to_choose (self, TRUE);
  nertc_await (strstr (fake_portal_get_calls (self->fake), "Start"));
  g_cancellable_cancel (self->cancellable);
  nertc_await (self->done);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  nertc_await (strstr (fake_portal_get_calls (self->fake), "Request.Close"));
}

static void
test_missing (Fixture *self, gconstpointer data)
{
  find (self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void
test_without_screen_sharing (Fixture *self, gconstpointer data)
{
  FakePortalScript script = good;

  script.source_types = 0;
  begin (self, script);
  find (self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

#define ADD(name, function) \
  g_test_add ("/call/portal/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);

  ADD ("chosen", test_chosen);
  ADD ("without-pointer", test_without_pointer);
  ADD ("permission-ends-with-the-share", test_permission_ends_with_the_share);
  ADD ("closed-by-the-desktop", test_closed_by_the_desktop);
  ADD ("portal-dies", test_portal_dies);
  ADD ("cancelled-by-the-user", test_cancelled_by_the_user);
  ADD ("denied", test_denied);
  ADD ("nothing-shared", test_nothing_shared);
  ADD ("cancelled-by-the-application", test_cancelled_by_the_application);
  ADD ("missing", test_missing);
  ADD ("without-screen-sharing", test_without_screen_sharing);

  status = g_test_run ();
  g_test_dbus_down (bus);
  g_object_unref (bus);
  return status;
}
