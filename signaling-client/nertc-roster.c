/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-roster.h"

/**
 * NertcRoster:
 *
 * Members and streams of a room as two list models, in the order of their coming.
 *
 * The lists live in the context that is thread-default where the roster is made; the room may live
 * in another one. They follow the room until the roster is disposed, and are empty while the room
 * is not joined. When a member or a stream changes, its item is replaced by a new one.
 */
struct _NertcRoster {
  GObject parent_instance;

  NertcRoom *room; /* kept by the mirror */
  struct _Mirror *mirror;
  GListStore *members;
  GListStore *streams;
};

G_DEFINE_FINAL_TYPE (NertcRoster, nertc_roster, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ROOM,
  PROP_MEMBERS,
  PROP_STREAMS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* What stands between the two contexts; both hold it. */
typedef struct _Mirror Mirror;
struct _Mirror {
  NertcRoom *room;       /* let go in its own context, see detach() */
  GMainContext *context; /* of the roster */
  GWeakRef roster;
};

typedef void (*Step) (NertcRoster *self, GObject *item);

typedef struct {
  Mirror *mirror;
  Step step;
  GObject *item;
} Post;

static void
mirror_clear (Mirror *mirror)
{
  g_weak_ref_clear (&mirror->roster);
  g_main_context_unref (mirror->context);
}

static void
mirror_unref (gpointer mirror)
{
  g_atomic_rc_box_release_full (mirror, (GDestroyNotify) mirror_clear);
}

static void
post_free (Post *post)
{
  mirror_unref (post->mirror);
  g_clear_object (&post->item);
  g_free (post);
}

static gboolean
run_post (gpointer user_data)
{
  Post *post = user_data;
  g_autoptr (NertcRoster) roster = g_weak_ref_get (&post->mirror->roster);

  if (roster)
    post->step (roster, post->item);
  return G_SOURCE_REMOVE;
}

static void
run_in (GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  g_autoptr (GMainContext) here = g_main_context_ref_thread_default ();
  g_autoptr (GSource) source = NULL;

  if (context == here) {
    func (data);
    if (notify)
      notify (data);
    return;
  }
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, notify);
  g_source_attach (source, context);
}

/* In the room's context: the same step is made in the roster's, in the same order. */
static void
post (Mirror *mirror, Step step, gpointer item)
{
  Post *message = g_new (Post, 1);

  message->mirror = g_atomic_rc_box_acquire (mirror);
  message->step = step;
  message->item = item ? g_object_ref (item) : NULL;
  if (mirror->context == nertc_room_get_context (mirror->room)) {
    run_post (message);
    post_free (message);
  } else {
    run_in (mirror->context, run_post, message, (GDestroyNotify) post_free);
  }
}

static const char *
get_name (gpointer item)
{
  return NERTC_IS_MEMBER (item) ? nertc_member_get_uid (item) : nertc_stream_get_id (item);
}

static gboolean
find_item (GListStore *store, gpointer item, guint *position)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++) {
    g_autoptr (GObject) other = g_list_model_get_item (G_LIST_MODEL (store), i);

    *position = i;
    if (g_str_equal (get_name (other), get_name (item)))
      return TRUE;
  }
  return FALSE;
}

static GListStore *
get_store (NertcRoster *self, gpointer item)
{
  return NERTC_IS_MEMBER (item) ? self->members : self->streams;
}

static void
put_item (NertcRoster *self, GObject *item)
{
  GListStore *store = get_store (self, item);
  guint position;

  if (find_item (store, item, &position))
    g_list_store_splice (store, position, 1, (gpointer *) &item, 1);
  else
    g_list_store_append (store, item);
}

static void
remove_item (NertcRoster *self, GObject *item)
{
  GListStore *store = get_store (self, item);
  guint position;

  if (find_item (store, item, &position))
    g_list_store_remove (store, position);
}

static void
remove_all (NertcRoster *self, GObject *item)
{
  g_list_store_remove_all (self->streams);
  g_list_store_remove_all (self->members);
}

static void
on_put (NertcRoom *room, GObject *item, Mirror *mirror)
{
  post (mirror, put_item, item);
}

static void
on_removed (NertcRoom *room, GObject *item, NertcCloseReason reason, Mirror *mirror)
{
  post (mirror, remove_item, item);
}

static void
on_state_changed (NertcRoom *room, NertcRoomState old_state, NertcRoomState new_state,
                  NertcCloseReason reason, Mirror *mirror)
{
  if (new_state != NERTC_ROOM_STATE_CONNECTED && new_state != NERTC_ROOM_STATE_RECONNECTING)
    post (mirror, remove_all, NULL);
}

static void
post_all (Mirror *mirror, GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    post (mirror, put_item, g_ptr_array_index (items, i));
}

/* In the room's context, so that nothing happens between the look and the handlers. */
static gboolean
attach (gpointer user_data)
{
  Mirror *mirror = user_data;
  g_autoptr (GPtrArray) members = nertc_room_get_members (mirror->room);
  g_autoptr (GPtrArray) streams = nertc_room_get_streams (mirror->room);

  post_all (mirror, members);
  post_all (mirror, streams);
  g_signal_connect (mirror->room, "member-joined", G_CALLBACK (on_put), mirror);
  g_signal_connect (mirror->room, "member-updated", G_CALLBACK (on_put), mirror);
  g_signal_connect (mirror->room, "member-left", G_CALLBACK (on_removed), mirror);
  g_signal_connect (mirror->room, "stream-added", G_CALLBACK (on_put), mirror);
  g_signal_connect (mirror->room, "stream-updated", G_CALLBACK (on_put), mirror);
  g_signal_connect (mirror->room, "stream-removed", G_CALLBACK (on_removed), mirror);
  g_signal_connect (mirror->room, "state-changed", G_CALLBACK (on_state_changed), mirror);
  return G_SOURCE_REMOVE;
}

/* In the room's context, where no handler is running now, and where the room may be disposed. */
static gboolean
detach (gpointer user_data)
{
  Mirror *mirror = user_data;

  g_signal_handlers_disconnect_by_data (mirror->room, mirror);
  g_clear_object (&mirror->room);
  return G_SOURCE_REMOVE;
}

static void
nertc_roster_constructed (GObject *object)
{
  NertcRoster *self = NERTC_ROSTER (object);

  G_OBJECT_CLASS (nertc_roster_parent_class)->constructed (object);
  g_return_if_fail (self->room != NULL);

  self->mirror = g_atomic_rc_box_new0 (Mirror);
  self->mirror->room = g_object_ref (self->room);
  self->mirror->context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&self->mirror->roster, self);
  run_in (nertc_room_get_context (self->room), attach, g_atomic_rc_box_acquire (self->mirror),
          mirror_unref);
}

static void
nertc_roster_dispose (GObject *object)
{
  NertcRoster *self = NERTC_ROSTER (object);
  Mirror *mirror = g_steal_pointer (&self->mirror);

  if (mirror)
    run_in (nertc_room_get_context (mirror->room), detach, mirror, mirror_unref);
  G_OBJECT_CLASS (nertc_roster_parent_class)->dispose (object);
}

static void
nertc_roster_finalize (GObject *object)
{
  NertcRoster *self = NERTC_ROSTER (object);

  g_object_unref (self->members);
  g_object_unref (self->streams);
  G_OBJECT_CLASS (nertc_roster_parent_class)->finalize (object);
}

static void
nertc_roster_set_property (GObject *object, guint property_id, const GValue *value,
                           GParamSpec *pspec)
{
  NertcRoster *self = NERTC_ROSTER (object);

  switch (property_id) {
    case PROP_ROOM:
      self->room = g_value_get_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
nertc_roster_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NertcRoster *self = NERTC_ROSTER (object);

  switch (property_id) {
    case PROP_ROOM:
      g_value_set_object (value, self->mirror ? self->room : NULL);
      break;
    case PROP_MEMBERS:
      g_value_set_object (value, self->members);
      break;
    case PROP_STREAMS:
      g_value_set_object (value, self->streams);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * NertcRoster:room:
   *
   * The room whose members and streams these are.
   */
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, NERTC_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * NertcRoster:members:
   *
   * The others in the room, as #NertcMember.
   */
  properties[PROP_MEMBERS] = g_param_spec_object ("members", NULL, NULL, G_TYPE_LIST_MODEL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * NertcRoster:streams:
   *
   * What they publish, as #NertcStream.
   */
  properties[PROP_STREAMS] = g_param_spec_object ("streams", NULL, NULL, G_TYPE_LIST_MODEL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nertc_roster_class_init (NertcRosterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = nertc_roster_constructed;
  object_class->set_property = nertc_roster_set_property;
  object_class->get_property = nertc_roster_get_property;
  object_class->dispose = nertc_roster_dispose;
  object_class->finalize = nertc_roster_finalize;
  install_properties (object_class);
}

static void
nertc_roster_init (NertcRoster *self)
{
  self->members = g_list_store_new (NERTC_TYPE_MEMBER);
  self->streams = g_list_store_new (NERTC_TYPE_STREAM);
}

/**
 * nertc_roster_new:
 * @room: a room, which may live in another context
 *
 * Returns: (transfer full): its members and streams, on the thread-default context
 */
NertcRoster *
nertc_roster_new (NertcRoom *room)
{
  g_return_val_if_fail (NERTC_IS_ROOM (room), NULL);

  return g_object_new (NERTC_TYPE_ROSTER, "room", room, NULL);
}

/**
 * nertc_roster_get_members:
 * @self: a roster
 *
 * Returns: (transfer none): the others in the room, as #NertcMember
 */
GListModel *
nertc_roster_get_members (NertcRoster *self)
{
  g_return_val_if_fail (NERTC_IS_ROSTER (self), NULL);

  return G_LIST_MODEL (self->members);
}

/**
 * nertc_roster_get_streams:
 * @self: a roster
 *
 * Returns: (transfer none): what they publish, as #NertcStream
 */
GListModel *
nertc_roster_get_streams (NertcRoster *self)
{
  g_return_val_if_fail (NERTC_IS_ROSTER (self), NULL);

  return G_LIST_MODEL (self->streams);
}
