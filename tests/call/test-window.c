/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A window of an X11 display that obeys lines: "size WIDTH HEIGHT", "close". Without a window
 * manager it stands in the list of windows itself. Ends with its input. */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <xcb/xcb.h>

static xcb_atom_t
get_atom (xcb_connection_t *connection, const char *name)
{
  g_autofree xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply (
      connection, xcb_intern_atom (connection, FALSE, strlen (name), name), NULL);

  return reply->atom;
}

static xcb_window_t
make_window (xcb_connection_t *connection, const char *title)
{
  xcb_screen_t *screen = xcb_setup_roots_iterator (xcb_get_setup (connection)).data;
  xcb_window_t window = xcb_generate_id (connection);

  xcb_create_window (connection, XCB_COPY_FROM_PARENT, window, screen->root, 10, 10, 321, 241, 0,
                     XCB_WINDOW_CLASS_INPUT_OUTPUT, screen->root_visual, XCB_CW_BACK_PIXEL,
                     &screen->white_pixel);
  xcb_change_property (connection, XCB_PROP_MODE_REPLACE, window,
                       get_atom (connection, "_NET_WM_NAME"), get_atom (connection, "UTF8_STRING"),
                       8, strlen (title), title);
  xcb_change_property (connection, XCB_PROP_MODE_REPLACE, screen->root,
                       get_atom (connection, "_NET_CLIENT_LIST"), XCB_ATOM_WINDOW, 32, 1, &window);
  xcb_map_window (connection, window);
  return window;
}

static void
finish (xcb_connection_t *connection)
{
  G_GNUC_UNUSED g_autofree xcb_get_input_focus_reply_t *reply =
      xcb_get_input_focus_reply (connection, xcb_get_input_focus (connection), NULL);

  printf ("ready\n");
  fflush (stdout);
}

int
main (int argc, char *argv[])
{
  xcb_connection_t *connection = xcb_connect (NULL, NULL);
  xcb_window_t window;
  char line[80];
  guint32 size[2];

  if (xcb_connection_has_error (connection))
    return 1;
  window = make_window (connection, argc > 1 ? argv[1] : "Window");
  finish (connection);
  while (fgets (line, sizeof line, stdin)) {
    if (sscanf (line, "size %u %u", &size[0], &size[1]) == 2)
      xcb_configure_window (connection, window, XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT,
                            size);
    else
      xcb_destroy_window (connection, window);
    finish (connection);
  }
  xcb_disconnect (connection);
  return 0;
}
