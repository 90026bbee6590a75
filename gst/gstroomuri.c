/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstroomuri.h"

#include "gstroomcontext.h"
#include "gstroomsignal.h"

#include <string.h>

/*
 * Rooms by address: nertc://host:port/channel?uid=7&user-name=Ada
 *
 * The elements of one pipeline that have the same address are one member: they share a roomsignal,
 * which is in no bin. It is there from the first READY→PAUSED to the last PAUSED→READY of them, and
 * what it tells goes to the bus through one of them.
 */

#define EXAMPLE "nertc://127.0.0.1:8980/standup?uid=7"
#define DEFAULT_PORT 8980

/* What an address says, as properties of a roomsignal */

/* Addresses are shown, in errors and on command lines. */
static gboolean
is_secret (const char *name)
{
  return g_str_equal (name, "token");
}

/* Returns: (transfer full): @text, but without the parameters if there is a secret among them */
static char *
make_presentable (const char *text)
{
  g_autofree char *plain = g_uri_unescape_string (text, NULL);
  const char *query = strchr (text, '?');

  if (!query || !strstr (plain ? plain : text, "token="))
    return g_strdup (text);
  return g_strdup_printf ("%.*s?…", (int) (query - text), text);
}

static gboolean
is_parameter (const GParamSpec *pspec)
{
  return pspec && pspec->owner_type == GST_TYPE_ROOM_SIGNAL && (pspec->flags & G_PARAM_WRITABLE) &&
         !g_str_equal (pspec->name, "server") && !g_str_equal (pspec->name, "channel") &&
         !is_secret (pspec->name);
}

static char *
list_parameters (GObjectClass *klass)
{
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (klass, NULL);
  GString *names = g_string_new (NULL);

  for (guint i = 0; pspecs[i]; i++) {
    if (is_parameter (pspecs[i]))
      g_string_append_printf (names, "%s%s", names->len ? ", " : "", pspecs[i]->name);
  }
  return g_string_free (names, FALSE);
}

static gboolean
read_value (GParamSpec *pspec, const char *text, GValue *value)
{
  g_value_init (value, pspec->value_type);
  if (pspec->value_type == G_TYPE_STRING) {
    g_value_set_string (value, text);
    return TRUE;
  }
  return gst_value_deserialize (value, text) && !g_param_value_validate (pspec, value);
}

static gboolean
take_parameter (GstStructure *settings, GObjectClass *klass, const char *name, const char *text,
                GError **error)
{
  GParamSpec *pspec = g_object_class_find_property (klass, name);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *names = NULL;

  if (is_secret (name)) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_REFERENCE,
                         "a token does not belong into an address, which is shown to others; use "
                         "the parameter “token-file” or the environment variable NERTC_TOKEN");
    return FALSE;
  }
  if (!is_parameter (pspec)) {
    names = list_parameters (klass);
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_REFERENCE,
                 "there is no parameter “%s”; use %s", name, names);
    return FALSE;
  }
  if (read_value (pspec, text, &value)) {
    gst_structure_set_value (settings, pspec->name, &value);
    return TRUE;
  }
  g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_REFERENCE,
               "“%s” cannot be the parameter “%s”, which is a %s", text, name,
               g_type_name (pspec->value_type));
  return FALSE;
}

static gboolean
take_query (GstStructure *settings, GUri *uri, GError **error)
{
  const char *query = g_uri_get_query (uri);
  GObjectClass *klass = g_type_class_ref (GST_TYPE_ROOM_SIGNAL);
  GUriParamsIter iter;
  gboolean taken = TRUE;

  g_uri_params_iter_init (&iter, query ? query : "", -1, "&", G_URI_PARAMS_NONE);
  while (taken) {
    g_autofree char *name = NULL;
    g_autofree char *text = NULL;
    GError *bad = NULL;

    if (!g_uri_params_iter_next (&iter, &name, &text, &bad)) {
      taken = !bad;
      if (bad)
        g_propagate_error (error, bad);
      break;
    }
    taken = take_parameter (settings, klass, name, text, error);
  }
  g_type_class_unref (klass);
  return taken;
}

static gboolean
take_server (GstStructure *settings, GUri *uri, GError **error)
{
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : DEFAULT_PORT;
  gboolean is_ipv6 = host && strchr (host, ':');
  g_autofree char *server = NULL;

  if (!host || !*host) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI, "no server is named");
    return FALSE;
  }
  if (g_uri_get_userinfo (uri)) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
                         "who joins is not named before “@”, but by the parameter “uid”");
    return FALSE;
  }
  server = g_strdup_printf ("%s://%s%s%s:%d/room",
                            g_str_equal (g_uri_get_scheme (uri), "nertcs") ? "wss" : "ws",
                            is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", port);
  gst_structure_set (settings, "server", G_TYPE_STRING, server, NULL);
  return TRUE;
}

static gboolean
take_channel (GstStructure *settings, GUri *uri, GError **error)
{
  const char *path = g_uri_get_path (uri);
  g_autofree char *channel = g_uri_unescape_string (*path == '/' ? path + 1 : path, NULL);

  if (!channel || !*channel || strchr (channel, '/')) {
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
                 "“%s” is no channel; name one behind a single “/”", path);
    return FALSE;
  }
  if (g_uri_get_fragment (uri)) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
                         "a “#” in the name of a channel is written “%23”");
    return FALSE;
  }
  gst_structure_set (settings, "channel", G_TYPE_STRING, channel, NULL);
  return TRUE;
}

static gboolean
check_scheme (GUri *uri, GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);

  if (g_str_equal (scheme, "nertc") || g_str_equal (scheme, "nertcs"))
    return TRUE;
  g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_UNSUPPORTED_PROTOCOL,
               "the scheme is “%s” and not nertc or nertcs", scheme);
  return FALSE;
}

/* Returns: (transfer full) (nullable): properties of the roomsignal; %NULL with what is wrong */
static GstStructure *
parse (const char *text, GError **error)
{
  GUriFlags flags = G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_PATH |
                    G_URI_FLAGS_ENCODED_QUERY | G_URI_FLAGS_ENCODED_FRAGMENT;
  g_autoptr (GUri) uri = g_uri_parse (text, flags, error);
  g_autoptr (GstStructure) settings = gst_structure_new_empty ("settings");

  if (!uri || !check_scheme (uri, error) || !take_server (settings, uri, error) ||
      !take_channel (settings, uri, error) || !take_query (settings, uri, error))
    return NULL;
  return g_steal_pointer (&settings);
}

/* GstURIHandler */

static GstURIType
get_src_type (GType type)
{
  return GST_URI_SRC;
}

static GstURIType
get_sink_type (GType type)
{
  return GST_URI_SINK;
}

static const char *const *
get_protocols (GType type)
{
  static const char *const protocols[] = { "nertc", "nertcs", NULL };

  return protocols;
}

static char *
get_uri (GstURIHandler *handler)
{
  char *uri;

  g_object_get (handler, "uri", &uri, NULL);
  return uri;
}

static gboolean
set_uri (GstURIHandler *handler, const char *uri, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  g_autoptr (GstStructure) settings = parse (uri, &wrong);

  if (!settings) {
    g_autofree char *shown = make_presentable (uri);

    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
                 "“%s”: %s. A room is written as " EXAMPLE, shown, wrong->message);
    return FALSE;
  }
  if (GST_STATE (handler) > GST_STATE_READY) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
                         "Another room can be set in the state READY only");
    return FALSE;
  }
  g_object_set (handler, "uri", uri, NULL);
  return TRUE;
}

static void
init_interface (GstURIHandlerInterface *iface)
{
  iface->get_protocols = get_protocols;
  iface->get_uri = get_uri;
  iface->set_uri = set_uri;
}

void
gst_room_uri_init_src (gpointer iface, gpointer unused)
{
  init_interface (iface);
  ((GstURIHandlerInterface *) iface)->get_type = get_src_type;
}

void
gst_room_uri_init_sink (gpointer iface, gpointer unused)
{
  init_interface (iface);
  ((GstURIHandlerInterface *) iface)->get_type = get_sink_type;
}

/* Sharing */

typedef struct {
  gconstpointer pipeline; /* the topmost of all above the users; only compared */
  char *uri;
  GstElement *roomsignal;
  GPtrArray *users; /* of GstElement, which leave before they end */
} Membership;

static GMutex lock;
static GPtrArray *memberships; /* protected by lock, and so all their users */

static gconstpointer
get_pipeline (GstElement *element)
{
  GstObject *object = gst_object_ref (element);
  gconstpointer pipeline = element;

  while (object) {
    GstObject *parent = gst_object_get_parent (object);

    pipeline = object;
    gst_object_unref (object);
    object = parent;
  }
  return pipeline;
}

/* Returns: (transfer full) (nullable) */
static GstElement *
get_user (GstElement *roomsignal)
{
  GstElement *user = NULL;

  g_mutex_lock (&lock);
  for (guint i = 0; i < memberships->len && !user; i++) {
    Membership *membership = g_ptr_array_index (memberships, i);

    if (membership->roomsignal == roomsignal)
      user = gst_object_ref (g_ptr_array_index (membership->users, 0));
  }
  g_mutex_unlock (&lock);
  return user;
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer roomsignal)
{
  GstMessageType told =
      GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING | GST_MESSAGE_INFO;
  g_autoptr (GstElement) user = GST_MESSAGE_TYPE (message) & told ? get_user (roomsignal) : NULL;

  if (user)
    gst_element_post_message (user, gst_message_ref (message));
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static gboolean
apply_setting (GQuark name, const GValue *value, gpointer roomsignal)
{
  g_object_set_property (roomsignal, g_quark_to_string (name), value);
  return TRUE;
}

static GstElement *
make_roomsignal (const GstStructure *settings)
{
  GstElement *roomsignal = gst_object_ref_sink (g_object_new (GST_TYPE_ROOM_SIGNAL, NULL));
  g_autoptr (GstBus) bus = gst_bus_new ();

  gst_bus_set_sync_handler (bus, on_message, roomsignal, NULL);
  gst_element_set_bus (roomsignal, bus);
  gst_structure_foreach (settings, apply_setting, roomsignal);
  return roomsignal;
}

/* Must be called with lock. Returns: (nullable) */
static Membership *
find_membership (gconstpointer pipeline, const char *uri)
{
  for (guint i = 0; i < memberships->len; i++) {
    Membership *membership = g_ptr_array_index (memberships, i);

    if (membership->pipeline == pipeline && g_str_equal (membership->uri, uri))
      return membership;
  }
  return NULL;
}

/* Must be called with lock. */
static Membership *
add_membership (gconstpointer pipeline, const char *uri, const GstStructure *settings)
{
  Membership *membership = g_new0 (Membership, 1);

  membership->pipeline = pipeline;
  membership->uri = g_strdup (uri);
  membership->roomsignal = make_roomsignal (settings);
  membership->users = g_ptr_array_new ();
  g_ptr_array_add (memberships, membership);
  return membership;
}

static NertcRoom *
join (GstElement *element, const char *uri, const GstStructure *settings)
{
  gconstpointer pipeline = get_pipeline (element);
  g_autoptr (GstElement) roomsignal = NULL;
  Membership *membership;
  NertcRoom *room;

  g_mutex_lock (&lock);
  if (!memberships)
    memberships = g_ptr_array_new ();
  membership = find_membership (pipeline, uri);
  if (!membership)
    membership = add_membership (pipeline, uri, settings);
  g_ptr_array_add (membership->users, element);
  roomsignal = gst_object_ref (membership->roomsignal);
  g_mutex_unlock (&lock);

  gst_element_set_state (roomsignal, GST_STATE_PAUSED);
  g_object_get (roomsignal, "room", &room, NULL);
  return room;
}

/* Must be called with lock. Returns: (nullable): one that nobody uses any more */
static Membership *
take_out (GstElement *element)
{
  for (guint i = 0; memberships && i < memberships->len; i++) {
    Membership *membership = g_ptr_array_index (memberships, i);

    if (!g_ptr_array_remove (membership->users, element) || membership->users->len > 0)
      continue;
    g_ptr_array_remove_index (memberships, i);
    return membership;
  }
  return NULL;
}

/*
 * gst_room_release:
 * @element: went back to READY
 *
 * Leaves the room of the address that @element had, if it is the last one there.
 */
void
gst_room_release (GstElement *element)
{
  Membership *membership;

  g_mutex_lock (&lock);
  membership = take_out (element);
  g_mutex_unlock (&lock);
  if (!membership)
    return;
  gst_element_set_state (membership->roomsignal, GST_STATE_NULL);
  gst_object_unref (membership->roomsignal);
  g_ptr_array_unref (membership->users);
  g_free (membership->uri);
  g_free (membership);
}

/*
 * gst_room_acquire:
 * @uri: (nullable): where the room is, if neither @room_object nor @room_name tell
 *
 * Finds the room for @element, or joins the one that @uri tells; see gst_room_context_acquire().
 * gst_room_release() has to follow.
 *
 * Returns: (transfer full) (nullable): the room; %NULL if an element error has been posted
 */
NertcRoom *
gst_room_acquire (GstElement *element, NertcRoom *room_object, const char *room_name,
                  const char *uri)
{
  g_autoptr (GstStructure) settings = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;

  if (room_object || (room_name && *room_name) || !uri || !*uri)
    return gst_room_context_acquire (element, room_object, room_name);
  settings = parse (uri, &error);
  if (settings)
    return join (element, uri, settings);
  shown = make_presentable (uri);
  GST_ELEMENT_ERROR (
      element, RESOURCE, SETTINGS,
      ("The uri “%s” is no room: %s. One is written as " EXAMPLE ".", shown, error->message),
      (NULL));
  return NULL;
}
