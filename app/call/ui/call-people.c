/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-people.h"

#include <glib/gi18n.h>

#include "call-measure-dialog.h"
#include "call-member-row.h"

/* As many are found by looking */
#define MANY 10

struct _CallPeople {
  AdwBin parent_instance;

  GtkLabel *count;
  GtkWidget *search;
  GtkStack *stack;
  GListModel *found;
  GtkWidget *alone;
  GtkWidget *close;

  CallRoom *room;
  GListModel *members;
};

G_DEFINE_FINAL_TYPE (CallPeople, call_people, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ROOM,
  PROP_MEMBERS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer self)
{
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
  gtk_list_item_set_child (item, g_object_new (CALL_TYPE_MEMBER_ROW, NULL));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  CallPeople *self = user_data;

  g_object_set (gtk_list_item_get_child (item), "room", self->room, "member",
                gtk_list_item_get_item (item), NULL);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer self)
{
  g_object_set (gtk_list_item_get_child (item), "member", NULL, "room", NULL, NULL);
}

static void
on_found (CallPeople *self)
{
  gboolean nobody = self->members && g_list_model_get_n_items (self->members) > 0 &&
                    g_list_model_get_n_items (self->found) == 0;

  gtk_stack_set_visible_child_name (self->stack, nobody ? "nobody" : "members");
}

static void
on_stop_search (CallPeople *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
}

static void
update_count (CallPeople *self)
{
  guint n = self->members ? g_list_model_get_n_items (self->members) : 0;
  g_autofree char *words = g_strdup_printf (ngettext ("%u person", "%u people", n), n);

  gtk_label_set_label (self->count, words);
  gtk_widget_set_visible (self->alone, n == 1);
  gtk_widget_set_visible (self->search, n > MANY);
  /* What is not to be seen does not hide anybody. */
  if (n <= MANY)
    on_stop_search (self);
}

static void
update_close (CallPeople *self)
{
  gtk_widget_set_visible (self->close, self->room && call_room_is_admin (self->room));
}

static void
on_close_room (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CallPeople *self = CALL_PEOPLE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);

  if (self->room)
    call_measure_dialog_ask (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, self->room, NULL,
                             CALL_MEASURE_CLOSE);
}

static void
unset_room (CallPeople *self)
{
  if (self->members)
    g_signal_handlers_disconnect_by_data (self->members, self);
  if (self->room)
    g_signal_handlers_disconnect_by_data (self->room, self);
  g_clear_object (&self->members);
  g_clear_object (&self->room);
}

static void
watch_room (CallPeople *self)
{
  if (g_set_object (&self->members, call_room_get_members (self->room)))
    g_signal_connect_object (self->members, "items-changed", G_CALLBACK (update_count), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (self->room, "notify::is-admin", G_CALLBACK (update_close), self,
                           G_CONNECT_SWAPPED);
}

static void
set_room (CallPeople *self, CallRoom *room)
{
  if (self->room == room)
    return;
  unset_room (self);
  if (g_set_object (&self->room, room))
    watch_room (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MEMBERS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
  update_count (self);
  update_close (self);
}

static void
call_people_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallPeople *self = CALL_PEOPLE (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    case PROP_MEMBERS:
      g_value_set_object (value, self->members);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_people_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ROOM)
    set_room (CALL_PEOPLE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
call_people_dispose (GObject *object)
{
  unset_room (CALL_PEOPLE (object));
  G_OBJECT_CLASS (call_people_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *class)
{
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /* Of the room: for the .ui */
  properties[PROP_MEMBERS] = g_param_spec_object ("members", NULL, NULL, G_TYPE_LIST_MODEL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
bind_template (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, CallPeople, count);
  gtk_widget_class_bind_template_child (class, CallPeople, search);
  gtk_widget_class_bind_template_child (class, CallPeople, stack);
  gtk_widget_class_bind_template_child (class, CallPeople, found);
  gtk_widget_class_bind_template_child (class, CallPeople, alone);
  gtk_widget_class_bind_template_child (class, CallPeople, close);
  gtk_widget_class_bind_template_callback (class, on_setup);
  gtk_widget_class_bind_template_callback (class, on_bind);
  gtk_widget_class_bind_template_callback (class, on_unbind);
  gtk_widget_class_bind_template_callback (class, on_found);
  gtk_widget_class_bind_template_callback (class, on_stop_search);
}

static void
call_people_class_init (CallPeopleClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_people_dispose;
  object_class->get_property = call_people_get_property;
  object_class->set_property = call_people_set_property;
  install_properties (object_class);
  g_type_ensure (CALL_TYPE_MEMBER);
  gtk_widget_class_install_action (widget_class, "people.close-room", NULL, on_close_room);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-people.ui");
  bind_template (widget_class);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
call_people_init (CallPeople *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_count (self);
}
