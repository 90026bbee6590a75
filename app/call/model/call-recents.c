/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-recents.h"

#define KEY "recent-rooms"
#define TYPE "a(ssst)"
#define LENGTH_MAX 8

/* A room */

struct _CallRecent {
  GObject parent_instance;

  char *server;
  char *app_key;
  char *channel;
  guint64 time; /* s since 1970 */
};

G_DEFINE_FINAL_TYPE (CallRecent, call_recent, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_CHANNEL,
  PROP_DETAIL,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* Returns: (transfer full) */
static char *
make_detail (CallRecent *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->server, G_URI_FLAGS_ENCODED, NULL);

  if (!uri || g_str_equal (self->server, CALL_ADDRESS_DEFAULT_SERVER))
    return g_strdup ("");
  return g_strdup (g_uri_get_host (uri));
}

static void
call_recent_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallRecent *self = CALL_RECENT (object);

  switch (id) {
    case PROP_CHANNEL:
      g_value_set_string (value, self->channel);
      break;
    case PROP_DETAIL:
      g_value_take_string (value, make_detail (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_recent_finalize (GObject *object)
{
  CallRecent *self = CALL_RECENT (object);

  g_free (self->server);
  g_free (self->app_key);
  g_free (self->channel);
  G_OBJECT_CLASS (call_recent_parent_class)->finalize (object);
}

static void
call_recent_class_init (CallRecentClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = call_recent_get_property;
  object_class->finalize = call_recent_finalize;
  properties[PROP_CHANNEL] = g_param_spec_string ("channel", NULL, NULL, NULL, flags);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
call_recent_init (CallRecent *self)
{
}

static CallRecent *
recent_new (const char *server, const char *app_key, const char *channel, guint64 time)
{
  CallRecent *self = g_object_new (CALL_TYPE_RECENT, NULL);

  self->server = g_strdup (server);
  self->app_key = g_strdup (app_key);
  self->channel = g_strdup (channel);
  self->time = time;
  return self;
}

static gboolean
is_same_room (CallRecent *one, CallRecent *other)
{
  return g_str_equal (one->channel, other->channel) && g_str_equal (one->server, other->server) &&
         g_str_equal (one->app_key, other->app_key);
}

const char *
call_recent_get_channel (CallRecent *self)
{
  return self->channel;
}

const char *
call_recent_get_server (CallRecent *self)
{
  return self->server;
}

const char *
call_recent_get_app_key (CallRecent *self)
{
  return self->app_key;
}

/* The list */

struct _CallRecents {
  GObject parent_instance;

  GSettings *settings;
  GPtrArray *rooms; /* of CallRecent */
};

static void init_list (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CallRecents, call_recents, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_list))

static GType
get_item_type (GListModel *list)
{
  return CALL_TYPE_RECENT;
}

static guint
get_n_items (GListModel *list)
{
  return CALL_RECENTS (list)->rooms->len;
}

static gpointer
get_item (GListModel *list, guint position)
{
  CallRecents *self = CALL_RECENTS (list);

  return position < self->rooms->len ? g_object_ref (self->rooms->pdata[position]) : NULL;
}

static void
init_list (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
read_rooms (CallRecents *self)
{
  g_autoptr (GVariant) rooms = g_settings_get_value (self->settings, KEY);
  guint before = self->rooms->len;
  const char *server, *app_key, *channel;
  GVariantIter iter;
  guint64 time;

  g_ptr_array_set_size (self->rooms, 0);
  g_variant_iter_init (&iter, rooms);
  while (g_variant_iter_next (&iter, "(&s&s&st)", &server, &app_key, &channel, &time)) {
    if (self->rooms->len < LENGTH_MAX)
      g_ptr_array_add (self->rooms, recent_new (server, app_key, channel, time));
  }
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->rooms->len);
}

/* @first: (nullable): before all others; @without: (nullable): not kept. Comes back by read_rooms()
 */
static void
write_rooms (CallRecents *self, CallRecent *first, CallRecent *without)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (TYPE));
  if (first)
    g_variant_builder_add (&builder, "(ssst)", first->server, first->app_key, first->channel,
                           first->time);
  for (guint i = 0; i < self->rooms->len; i++) {
    CallRecent *room = self->rooms->pdata[i];

    if (i + (first ? 1 : 0) < LENGTH_MAX && !(without && is_same_room (room, without)))
      g_variant_builder_add (&builder, "(ssst)", room->server, room->app_key, room->channel,
                             room->time);
  }
  g_settings_set (self->settings, KEY, TYPE, &builder);
}

static void
call_recents_dispose (GObject *object)
{
  CallRecents *self = CALL_RECENTS (object);

  if (self->settings)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (call_recents_parent_class)->dispose (object);
}

static void
call_recents_finalize (GObject *object)
{
  g_ptr_array_unref (CALL_RECENTS (object)->rooms);
  G_OBJECT_CLASS (call_recents_parent_class)->finalize (object);
}

static void
call_recents_class_init (CallRecentsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_recents_dispose;
  object_class->finalize = call_recents_finalize;
}

static void
call_recents_init (CallRecents *self)
{
  self->rooms = g_ptr_array_new_with_free_func (g_object_unref);
}

CallRecents *
call_recents_new (GSettings *settings)
{
  CallRecents *self = g_object_new (CALL_TYPE_RECENTS, NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_swapped (settings, "changed::" KEY, G_CALLBACK (read_rooms), self);
  read_rooms (self);
  return self;
}

/*
 * call_recents_add:
 * @address: of a room that was joined; it becomes the latest, also when it was there already
 */
void
call_recents_add (CallRecents *self, const CallAddress *address)
{
  guint64 now = (guint64) (g_get_real_time () / G_USEC_PER_SEC);
  g_autoptr (CallRecent) room = NULL;

  g_return_if_fail (address->channel != NULL);

  room = recent_new (address->server ? address->server : CALL_ADDRESS_DEFAULT_SERVER,
                     address->app_key ? address->app_key : "", address->channel, now);
  write_rooms (self, room, room);
}

void
call_recents_remove (CallRecents *self, CallRecent *recent)
{
  g_autoptr (CallRecent) room = g_object_ref (recent);

  write_rooms (self, NULL, room);
}
