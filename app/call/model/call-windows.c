/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-windows.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <unistd.h>
#include <xcb/xcb.h>

/* Of a title, in units of four bytes; and how many windows at most */
#define TITLE_LENGTH 64
#define MAX_WINDOWS 256

typedef xcb_connection_t Connection;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Connection, xcb_disconnect)

typedef struct {
  Connection *connection;
  xcb_window_t root;
  xcb_atom_t client_list;
  xcb_atom_t name;
  xcb_atom_t pid;
} Display;

/* The list */

static xcb_atom_t
get_atom (Connection *connection, const char *name)
{
  g_autofree xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply (
      connection, xcb_intern_atom (connection, FALSE, strlen (name), name), NULL);

  return reply ? reply->atom : XCB_ATOM_NONE;
}

static xcb_window_t
get_root (Connection *connection, int number)
{
  xcb_screen_iterator_t screens = xcb_setup_roots_iterator (xcb_get_setup (connection));

  while (number-- > 0 && screens.rem > 1)
    xcb_screen_next (&screens);
  return screens.data->root;
}

static xcb_get_property_reply_t *
get_property (const Display *self, xcb_window_t window, xcb_atom_t property, guint32 length)
{
  return xcb_get_property_reply (self->connection,
                                 xcb_get_property (self->connection, FALSE, window, property,
                                                   XCB_GET_PROPERTY_TYPE_ANY, 0, length),
                                 NULL);
}

static char *
get_text (const Display *self, xcb_window_t window, xcb_atom_t property)
{
  g_autofree xcb_get_property_reply_t *reply = get_property (self, window, property, TITLE_LENGTH);
  int length = reply && reply->format == 8 ? xcb_get_property_value_length (reply) : 0;

  if (length == 0)
    return NULL;
  return g_utf8_make_valid (xcb_get_property_value (reply), length);
}

static char *
get_title (const Display *self, xcb_window_t window)
{
  char *title = get_text (self, window, self->name);

  return title ? title : get_text (self, window, XCB_ATOM_WM_NAME);
}

static gboolean
is_own (const Display *self, xcb_window_t window)
{
  g_autofree xcb_get_property_reply_t *reply = get_property (self, window, self->pid, 1);

  return reply && reply->format == 32 && xcb_get_property_value_length (reply) == 4 &&
         *(guint32 *) xcb_get_property_value (reply) == (guint32) getpid ();
}

static CallScreen *
make_screen (const char *display, gulong window, char *name)
{
  CallScreen *screen = call_screen_new ();

  screen->x11_display = g_strdup (display);
  screen->x11_window = window;
  screen->name = name;
  return screen;
}

static void
add_windows (const Display *self, const char *display, GPtrArray *screens)
{
  g_autofree xcb_get_property_reply_t *reply =
      get_property (self, self->root, self->client_list, MAX_WINDOWS);
  const guint32 *windows = reply && reply->format == 32 ? xcb_get_property_value (reply) : NULL;
  guint n = windows ? xcb_get_property_value_length (reply) / sizeof *windows : 0;

  for (guint i = 0; i < n; i++) {
    g_autofree char *title = is_own (self, windows[i]) ? NULL : get_title (self, windows[i]);

    if (title)
      g_ptr_array_add (screens, make_screen (display, windows[i], g_steal_pointer (&title)));
  }
}

GPtrArray *
call_windows_list (const char *display)
{
  int number = 0;
  g_autoptr (Connection) connection = xcb_connect (display, &number);
  g_autoptr (GPtrArray) screens = NULL;
  Display self = { .connection = connection };

  if (xcb_connection_has_error (connection))
    return NULL;
  if (!display)
    display = g_getenv ("DISPLAY");
  self.root = get_root (connection, number);
  self.client_list = get_atom (connection, "_NET_CLIENT_LIST");
  self.name = get_atom (connection, "_NET_WM_NAME");
  self.pid = get_atom (connection, "_NET_WM_PID");
  screens = g_ptr_array_new_with_free_func ((GDestroyNotify) call_screen_free);
  g_ptr_array_add (screens, make_screen (display, 0, g_strdup (_ ("Whole screen"))));
  add_windows (&self, display, screens);
  return g_steal_pointer (&screens);
}

/* The watch */

struct _CallWindowWatch {
  GObject parent_instance;

  Connection *connection;
  xcb_window_t window;
  guint16 width;
  guint16 height;
  guint source;
};

G_DEFINE_FINAL_TYPE (CallWindowWatch, call_window_watch, G_TYPE_OBJECT)

enum {
  RESIZED,
  GONE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
take_event (CallWindowWatch *self, const xcb_generic_event_t *event)
{
  const xcb_configure_notify_event_t *size = (gconstpointer) event;
  guint8 type = event->response_type & 0x7f;

  if (type == XCB_DESTROY_NOTIFY)
    g_signal_emit (self, signals[GONE], 0);
  if (type != XCB_CONFIGURE_NOTIFY || (size->width == self->width && size->height == self->height))
    return;
  self->width = size->width;
  self->height = size->height;
  g_signal_emit (self, signals[RESIZED], 0);
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr (CallWindowWatch) self = g_object_ref (user_data);
  xcb_generic_event_t *event;

  while ((event = xcb_poll_for_event (self->connection))) {
    take_event (self, event);
    free (event);
  }
  if (!xcb_connection_has_error (self->connection))
    return G_SOURCE_CONTINUE;
  self->source = 0;
  g_signal_emit (self, signals[GONE], 0);
  return G_SOURCE_REMOVE;
}

static gboolean
begin (CallWindowWatch *self)
{
  const guint32 events = XCB_EVENT_MASK_STRUCTURE_NOTIFY;
  g_autofree xcb_get_geometry_reply_t *geometry = NULL;

  if (xcb_connection_has_error (self->connection))
    return FALSE;
  xcb_change_window_attributes (self->connection, self->window, XCB_CW_EVENT_MASK, &events);
  geometry = xcb_get_geometry_reply (self->connection,
                                     xcb_get_geometry (self->connection, self->window), NULL);
  if (!geometry)
    return FALSE;
  self->width = geometry->width;
  self->height = geometry->height;
  self->source = g_unix_fd_add (xcb_get_file_descriptor (self->connection), G_IO_IN | G_IO_HUP,
                                on_readable, self);
  return TRUE;
}

static void
call_window_watch_finalize (GObject *object)
{
  CallWindowWatch *self = CALL_WINDOW_WATCH (object);

  g_clear_handle_id (&self->source, g_source_remove);
  xcb_disconnect (self->connection);
  G_OBJECT_CLASS (call_window_watch_parent_class)->finalize (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, CALL_TYPE_WINDOW_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 0);
}

static void
call_window_watch_class_init (CallWindowWatchClass *class)
{
  G_OBJECT_CLASS (class)->finalize = call_window_watch_finalize;
  signals[RESIZED] = add_signal ("resized");
  signals[GONE] = add_signal ("gone");
}

static void
call_window_watch_init (CallWindowWatch *self)
{
}

CallWindowWatch *
call_window_watch_new (const char *display, gulong window)
{
  g_autoptr (CallWindowWatch) self = g_object_new (CALL_TYPE_WINDOW_WATCH, NULL);

  self->connection = xcb_connect (display, NULL);
  self->window = window;
  return begin (self) ? g_steal_pointer (&self) : NULL;
}
