/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstroomcontext.h"

/*
 * How an element finds the room of its pipeline.
 *
 * A roomsignal announces itself in NULL→READY by two have-context messages, "nertc.room" and
 * "nertc.room:NAME". Every GstBin above it keeps both, one per type, so that two roomsignals
 * overwrite each other's "nertc.room" but not each other's name. A bin goes on keeping them when
 * the roomsignal has left it. So the context only refers to the roomsignal, weakly: whether it is
 * still there is asked when a room is needed, and a bin keeps no room and no thread alive.
 *
 * Structure of the context: name (string), and one of
 *   roomsignal (GstRoomSignalRef)  as a roomsignal announces itself
 *   room (NertcRoom)               as an application may hand over a room of its own
 */

#define TYPE_PREFIX GST_ROOM_CONTEXT_TYPE ":"

typedef struct {
  GWeakRef roomsignal;
} GstRoomSignalRef;

static GType gst_room_signal_ref_get_type (void);

static GstRoomSignalRef *
gst_room_signal_ref_new (GstElement *roomsignal)
{
  GstRoomSignalRef *self = g_atomic_rc_box_new (GstRoomSignalRef);

  g_weak_ref_init (&self->roomsignal, roomsignal);
  return self;
}

static void
gst_room_signal_ref_clear (gpointer self)
{
  g_weak_ref_clear (&((GstRoomSignalRef *) self)->roomsignal);
}

static void
gst_room_signal_ref_unref (GstRoomSignalRef *self)
{
  g_atomic_rc_box_release_full (self, gst_room_signal_ref_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRoomSignalRef, gst_room_signal_ref_unref)

/* For those who print contexts, such as gst-launch-1.0; maybe under a lock. */
static void
describe_ref (const GValue *value, GValue *text)
{
  g_value_set_static_string (text, "weak");
}

G_DEFINE_BOXED_TYPE_WITH_CODE (GstRoomSignalRef, gst_room_signal_ref, g_atomic_rc_box_acquire,
                               gst_room_signal_ref_unref,
                               g_value_register_transform_func (g_define_type_id, G_TYPE_STRING,
                                                                describe_ref))

typedef struct {
  char *name;
  NertcRoom *room;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_object_unref (entry->room);
  g_free (entry);
}

/* (transfer full) of both */
static Entry *
entry_new (char *name, NertcRoom *room)
{
  Entry *entry = g_new (Entry, 1);

  entry->name = name;
  entry->room = room;
  return entry;
}

/* A roomsignal counts from READY on, and for the contexts of a bin as long as it is inside. */
static gboolean
is_there (GstElement *roomsignal, GstObject *bin)
{
  if (GST_STATE (roomsignal) < GST_STATE_READY)
    return FALSE;
  return !bin || gst_object_has_as_ancestor (GST_OBJECT (roomsignal), bin);
}

static Entry *
entry_from_roomsignal (const GstStructure *structure, GstObject *bin)
{
  g_autoptr (GstRoomSignalRef) ref = NULL;
  g_autoptr (GstElement) roomsignal = NULL;
  NertcRoom *room = NULL;

  gst_structure_get (structure, "roomsignal", gst_room_signal_ref_get_type (), &ref, NULL);
  roomsignal = g_weak_ref_get (&ref->roomsignal);
  if (!roomsignal || !is_there (roomsignal, bin))
    return NULL;

  g_object_get (roomsignal, "room", &room, NULL);
  return entry_new (gst_object_get_name (GST_OBJECT (roomsignal)), room);
}

/* Returns: (nullable): the room that @context, which @bin keeps, leads to at this moment */
static Entry *
entry_from_context (GstContext *context, GstObject *bin)
{
  const char *type = gst_context_get_context_type (context);
  const GstStructure *structure = gst_context_get_structure (context);
  NertcRoom *room = NULL;

  if (!g_str_equal (type, GST_ROOM_CONTEXT_TYPE) && !g_str_has_prefix (type, TYPE_PREFIX))
    return NULL;
  if (gst_structure_has_field_typed (structure, "roomsignal", gst_room_signal_ref_get_type ()))
    return entry_from_roomsignal (structure, bin);
  if (!gst_structure_get (structure, "room", NERTC_TYPE_ROOM, &room, NULL) || !room)
    return NULL;
  return entry_new (g_strdup (gst_structure_get_string (structure, "name")), room);
}

static gboolean
same_room (gconstpointer entry, gconstpointer other)
{
  return ((const Entry *) entry)->room == ((const Entry *) other)->room;
}

static gboolean
has_name (gconstpointer entry, gconstpointer name)
{
  return g_strcmp0 (((const Entry *) entry)->name, name) == 0;
}

/* Returns: (transfer full): the rooms, each once, that the contexts of @element lead to */
static GPtrArray *
list_rooms_of (GstElement *element)
{
  GPtrArray *rooms = g_ptr_array_new_with_free_func (entry_free);
  GList *contexts = gst_element_get_contexts (element);
  GstObject *bin = GST_IS_BIN (element) ? GST_OBJECT (element) : NULL;

  for (GList *l = contexts; l; l = l->next) {
    Entry *entry = entry_from_context (l->data, bin);

    if (!entry)
      continue;
    if (g_ptr_array_find_with_equal_func (rooms, entry, same_room, NULL))
      entry_free (entry);
    else
      g_ptr_array_add (rooms, entry);
  }
  g_list_free_full (contexts, (GDestroyNotify) gst_context_unref);
  return rooms;
}

/*
 * Lists what can be seen from @element: the rooms of the nearest bin that has one; in a bin without
 * any, what the element itself was given. With @name the nearest that has a room of this name.
 */
static GPtrArray *
look_around (GstElement *element, const char *name)
{
  GstObject *bin = gst_object_get_parent (GST_OBJECT (element));

  while (bin) {
    g_autoptr (GPtrArray) rooms = list_rooms_of (GST_ELEMENT (bin));
    GstObject *parent = gst_object_get_parent (bin);

    gst_object_unref (bin);
    bin = parent;
    if (name ? g_ptr_array_find_with_equal_func (rooms, name, has_name, NULL) : rooms->len > 0) {
      gst_clear_object (&bin);
      return g_steal_pointer (&rooms);
    }
  }
  return list_rooms_of (element);
}

/* Returns: (transfer full) (nullable): %NULL if there is none, or several and no @name */
static NertcRoom *
find_room (GstElement *element, const char *name)
{
  g_autoptr (GPtrArray) rooms = look_around (element, name);
  guint index = 0;

  if (name ? !g_ptr_array_find_with_equal_func (rooms, name, has_name, &index) : rooms->len != 1)
    return NULL;
  return g_object_ref (((Entry *) g_ptr_array_index (rooms, index))->room);
}

static char *
join_names (GPtrArray *rooms)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < rooms->len; i++) {
    const Entry *entry = g_ptr_array_index (rooms, i);

    g_string_append_printf (names, "%s“%s”", i ? ", " : "",
                            entry->name ? entry->name : "(without a name)");
  }
  return g_string_free (names, FALSE);
}

static char *
make_example (GstElement *element)
{
  const char *name = GST_OBJECT_NAME (gst_element_get_factory (element));

  if (GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK))
    return g_strdup_printf ("gst-launch-1.0 roomsignal channel=standup "
                            "videotestsrc is-live=true ! vp8enc deadline=1 ! %s",
                            name);
  return g_strdup_printf ("gst-launch-1.0 roomsignal channel=standup "
                          "%s ! videoconvert ! autovideosink",
                          name);
}

static void
post_not_found (GstElement *element, const char *name)
{
  g_autoptr (GPtrArray) rooms = look_around (element, NULL);
  g_autofree char *names = join_names (rooms);
  g_autofree char *example = make_example (element);

  if (rooms->len == 0)
    GST_ELEMENT_ERROR (
        element, RESOURCE, NOT_FOUND,
        ("There is no room: no roomsignal is in the pipeline%s%s%s. Put one into it, "
         "for example: %s",
         name ? " that is named “" : "", name ? name : "", name ? "”" : "", example),
        (NULL));
  else if (name)
    GST_ELEMENT_ERROR (
        element, RESOURCE, NOT_FOUND,
        ("There is no roomsignal “%s”; there is %s. Set “room” to one of them.", name, names),
        (NULL));
  else
    GST_ELEMENT_ERROR (
        element, RESOURCE, SETTINGS,
        ("There are several roomsignals: %s. Set “room” to one of these names.", names), (NULL));
}

static void
post_context (GstElement *roomsignal, const char *type)
{
  g_autoptr (GstRoomSignalRef) ref = gst_room_signal_ref_new (roomsignal);
  g_autofree char *name = gst_object_get_name (GST_OBJECT (roomsignal));
  /* One that is not persistent is dropped in PAUSED→READY, and not announced again after that. */
  GstContext *context = gst_context_new (type, TRUE);

  gst_structure_set (gst_context_writable_structure (context), "name", G_TYPE_STRING, name,
                     "roomsignal", gst_room_signal_ref_get_type (), ref, NULL);
  /* A bin to which a roomsignal is added later looks at what the element itself has. */
  gst_element_set_context (roomsignal, context);
  gst_element_post_message (roomsignal,
                            gst_message_new_have_context (GST_OBJECT (roomsignal), context));
}

/*
 * Tells the bins above @roomsignal, and the application, that it has a room. To be called in
 * NULL→READY: elements ask in READY→PAUSED.
 */
void
gst_room_context_announce (GstElement *roomsignal)
{
  g_autofree char *name = gst_object_get_name (GST_OBJECT (roomsignal));
  g_autofree char *type = g_strconcat (TYPE_PREFIX, name, NULL);

  post_context (roomsignal, GST_ROOM_CONTEXT_TYPE);
  post_context (roomsignal, type);
}

/*
 * Finds the room for @element: @room_object, or that of the roomsignal named @room_name, or that of
 * the one roomsignal around. To be called in READY→PAUSED, without a lock. @element needs no
 * set_context of its own: that of GstElement stores what it is given.
 *
 * Returns: (transfer full) (nullable): the room; %NULL if an element error has been posted
 */
NertcRoom *
gst_room_context_acquire (GstElement *element, NertcRoom *room_object, const char *room_name)
{
  const char *name = room_name && *room_name ? room_name : NULL;
  NertcRoom *room = room_object ? g_object_ref (room_object) : find_room (element, name);

  if (!room) {
    g_autofree char *type = name ? g_strconcat (TYPE_PREFIX, name, NULL) : NULL;

    gst_element_post_message (
        element,
        gst_message_new_need_context (GST_OBJECT (element), type ? type : GST_ROOM_CONTEXT_TYPE));
    room = find_room (element, name);
  }
  if (!room)
    post_not_found (element, name);
  return room;
}
