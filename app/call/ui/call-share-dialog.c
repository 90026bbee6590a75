/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-share-dialog.h"

#include <gdk/gdk.h>
#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/wayland/gdkwayland.h>
#endif
#ifdef GDK_WINDOWING_X11
#include <gdk/x11/gdkx.h>
#endif
#include <glib/gi18n.h>

#include "call-portal.h"
#include "call-windows.h"

/**
 * CallShareDialog:
 *
 * Where the desktop has a portal, that asks what to share. Where it has none, an X11 display lets
 * everybody read it, and the choice is made here.
 */
struct _CallShareDialog {
  AdwWindow parent_instance;

  CallRoom *room;
  GCancellable *cancellable;
  CallPortal *portal;
  GPtrArray *screens; /* of CallScreen, as the rows of choices */

  GtkStack *ways;
  GtkListBox *choices;
  GtkButton *choose;
  GtkButton *share;
  GtkLabel *problem;
  AdwStatusPage *none;
  AdwPreferencesGroup *options;
  GtkSwitch *pointer;
  GtkSwitch *sound;
};

G_DEFINE_FINAL_TYPE (CallShareDialog, call_share_dialog, ADW_TYPE_WINDOW)

enum {
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* Sharing */

/* @screen: what was chosen; the switches are as they are now */
static void
share (CallShareDialog *self, CallScreen *screen)
{
  screen->with_sound = gtk_switch_get_active (self->sound);
  screen->with_pointer = gtk_switch_get_active (self->pointer);
  if (self->room)
    call_media_share_screen (call_room_get_media (self->room), screen);
  gtk_window_close (GTK_WINDOW (self));
}

static void
show_problem (CallShareDialog *self, const char *text)
{
  gtk_label_set_label (self->problem, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), text != NULL);
}

static void
show_way (CallShareDialog *self, const char *way)
{
  gtk_stack_set_visible_child_name (self->ways, way);
  gtk_widget_set_visible (GTK_WIDGET (self->options), !g_str_equal (way, "none"));
  gtk_widget_set_visible (GTK_WIDGET (self->share), g_str_equal (way, "windows"));
  if (g_str_equal (way, "windows"))
    gtk_window_set_default_widget (GTK_WINDOW (self), GTK_WIDGET (self->share));
  else if (g_str_equal (way, "portal"))
    gtk_widget_grab_focus (GTK_WIDGET (self->choose));
}

/* By an X11 display */

static GtkWidget *
make_row (const CallScreen *screen)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", screen->name,
                                 "title-lines", 1, NULL);

  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name (screen->x11_window
                                                               ? "window-new-symbolic"
                                                               : "video-display-symbolic"));
  return row;
}

static void
list_windows (CallShareDialog *self, const char *display)
{
  self->screens = call_windows_list (display);
  if (!self->screens) {
    show_way (self, "none");
    return;
  }
  for (guint i = 0; i < self->screens->len; i++)
    gtk_list_box_append (self->choices, make_row (g_ptr_array_index (self->screens, i)));
  gtk_list_box_select_row (self->choices, gtk_list_box_get_row_at_index (self->choices, 0));
  show_way (self, "windows");
}

static void
on_share (CallShareDialog *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->choices);

  if (row)
    share (self, g_ptr_array_index (self->screens, gtk_list_box_row_get_index (row)));
}

static gboolean
is_x11 (CallShareDialog *self)
{
#ifdef GDK_WINDOWING_X11
  return GDK_IS_X11_DISPLAY (gtk_widget_get_display (GTK_WIDGET (self)));
#else
  return FALSE;
#endif
}

/* By the portal */

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CallShareDialog) self = data;
  g_autoptr (GError) error = NULL;

  self->portal = call_portal_find_finish (result, &error);
  if (g_cancellable_is_cancelled (self->cancellable)) {
    g_clear_object (&self->portal);
  } else if (self->portal) {
    show_way (self, "portal");
  } else if (is_x11 (self)) {
    list_windows (self, gdk_display_get_name (gtk_widget_get_display (GTK_WIDGET (self))));
  } else {
    g_autofree char *text = g_markup_escape_text (error->message, -1);

    adw_status_page_set_description (self->none, text);
    show_way (self, "none");
  }
}

static void
find_portal (CallShareDialog *self)
{
  g_clear_object (&self->portal);
  call_portal_find_async (self->cancellable, on_found, g_object_ref (self));
}

/* One portal object is one share: after a "no" there has to be another one. */
static void
on_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CallShareDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CallScreen) screen = call_portal_choose_finish (CALL_PORTAL (source), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->choose), TRUE);
  if (screen) {
    share (self, screen);
    return;
  }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_problem (self, error->message);
  find_portal (self);
}

static void
choose (CallShareDialog *self, const char *parent_window)
{
  if (self->portal)
    call_portal_choose_async (self->portal, parent_window, gtk_switch_get_active (self->pointer),
                              self->cancellable, on_chosen, g_object_ref (self));
}

#ifdef GDK_WINDOWING_WAYLAND
static void
on_exported (GdkToplevel *toplevel, const char *handle, gpointer data)
{
  g_autofree char *parent_window = g_strconcat ("wayland:", handle, NULL);

  choose (data, parent_window);
}
#endif

static void
on_choose (CallShareDialog *self)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (self));

  show_problem (self, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->choose), FALSE);
#ifdef GDK_WINDOWING_WAYLAND
  if (GDK_IS_WAYLAND_TOPLEVEL (surface) &&
      gdk_wayland_toplevel_export_handle (GDK_TOPLEVEL (surface), on_exported, self, NULL))
    return;
#endif
#ifdef GDK_WINDOWING_X11
  if (GDK_IS_X11_SURFACE (surface)) {
    g_autofree char *parent_window = g_strdup_printf ("x11:%lx", gdk_x11_surface_get_xid (surface));

    choose (self, parent_window);
    return;
  }
#endif
  choose (self, "");
}

/* The object */

static void
set_room (CallShareDialog *self, CallRoom *room)
{
  if (g_set_object (&self->room, room))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

static void
call_share_dialog_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallShareDialog *self = CALL_SHARE_DIALOG (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_share_dialog_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallShareDialog *self = CALL_SHARE_DIALOG (object);

  switch (id) {
    case PROP_ROOM:
      set_room (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_share_dialog_dispose (GObject *object)
{
  CallShareDialog *self = CALL_SHARE_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->portal);
  g_clear_pointer (&self->screens, g_ptr_array_unref);
  set_room (self, NULL);
  G_OBJECT_CLASS (call_share_dialog_parent_class)->dispose (object);
}

static void
call_share_dialog_finalize (GObject *object)
{
  g_clear_object (&CALL_SHARE_DIALOG (object)->cancellable);
  G_OBJECT_CLASS (call_share_dialog_parent_class)->finalize (object);
}

/* Whoever closes it does not want to share any more: the desktop's dialog goes, too. */
static gboolean
call_share_dialog_close_request (GtkWindow *window)
{
  g_cancellable_cancel (CALL_SHARE_DIALOG (window)->cancellable);
  return GTK_WINDOW_CLASS (call_share_dialog_parent_class)->close_request (window);
}

static void
bind_template (GtkWidgetClass *class)
{
  gtk_widget_class_set_template_from_resource (class, "/org/gstnertc/Call/ui/call-share-dialog.ui");
  gtk_widget_class_bind_template_child (class, CallShareDialog, ways);
  gtk_widget_class_bind_template_child (class, CallShareDialog, choices);
  gtk_widget_class_bind_template_child (class, CallShareDialog, choose);
  gtk_widget_class_bind_template_child (class, CallShareDialog, share);
  gtk_widget_class_bind_template_child (class, CallShareDialog, problem);
  gtk_widget_class_bind_template_child (class, CallShareDialog, none);
  gtk_widget_class_bind_template_child (class, CallShareDialog, options);
  gtk_widget_class_bind_template_child (class, CallShareDialog, pointer);
  gtk_widget_class_bind_template_child (class, CallShareDialog, sound);
  gtk_widget_class_bind_template_callback (class, on_choose);
  gtk_widget_class_bind_template_callback (class, on_share);
  gtk_widget_class_add_binding_action (class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
call_share_dialog_class_init (CallShareDialogClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_share_dialog_dispose;
  object_class->finalize = call_share_dialog_finalize;
  object_class->get_property = call_share_dialog_get_property;
  object_class->set_property = call_share_dialog_set_property;
  GTK_WINDOW_CLASS (class)->close_request = call_share_dialog_close_request;
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  bind_template (GTK_WIDGET_CLASS (class));
}

static void
call_share_dialog_init (CallShareDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  find_portal (self);
}
