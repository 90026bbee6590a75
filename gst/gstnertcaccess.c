/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcaccess.h"

#include "gstroomuri.h"

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)
#define PORT_MAX 65535

/* Behind those of the element itself */
enum {
  PROP_ROOM = 200,
  PROP_ROOM_OBJECT,
  PROP_URI,
  PROP_PORT_RANGE,
  PROP_ICE_TRANSPORT_POLICY,
  END_OF_PROPERTIES,
};

gboolean
gst_nertc_access_has (guint property_id)
{
  return property_id >= PROP_ROOM && property_id < END_OF_PROPERTIES;
}

void
gst_nertc_access_init (GstNertcAccess *self)
{
  self->policy = GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL;
}

void
gst_nertc_access_clear (GstNertcAccess *self)
{
  g_clear_object (&self->room_object);
  g_clear_pointer (&self->room, g_free);
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->port_range, g_free);
}

/* Ports */

static gboolean
parse_port (const char *text, guint *port)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 1, PORT_MAX, &value, NULL))
    return FALSE;
  *port = (guint) value;
  return TRUE;
}

static gboolean
parse_port_range (const char *text, RtcRoutes *routes)
{
  g_auto (GStrv) ports = g_strsplit (text, "-", -1);

  return g_strv_length (ports) == 2 && parse_port (ports[0], &routes->min_port) &&
         parse_port (ports[1], &routes->max_port) && routes->min_port <= routes->max_port;
}

/* Returns: whether @element can start so; if not, it has posted an error */
static gboolean
read_routes (GstElement *element, const char *port_range, RtcRoutes *routes)
{
  if (!port_range || parse_port_range (port_range, routes))
    return TRUE;
  GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
                     ("The property “port-range” is “%s”: write two ports from 1 to %d, the lower "
                      "one first, such as 40000-40100, or leave it out.",
                      port_range, PORT_MAX),
                     (NULL));
  return FALSE;
}

/*
 * gst_nertc_access_acquire:
 * @routes: (out): which ways connections may take
 *
 * Finds the room, or joins it; gst_room_release() has to follow.
 *
 * Returns: (transfer full) (nullable): the room; %NULL if @element has posted an error
 */
NertcRoom *
gst_nertc_access_acquire (GstNertcAccess *self, GstElement *element, RtcRoutes *routes)
{
  g_autoptr (NertcRoom) room_object = NULL;
  g_autofree char *room = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *port_range = NULL;

  GST_OBJECT_LOCK (element);
  room_object = self->room_object ? g_object_ref (self->room_object) : NULL;
  room = g_strdup (self->room);
  uri = g_strdup (self->uri);
  port_range = g_strdup (self->port_range);
  *routes = (RtcRoutes){ .relay_only = self->policy == GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY };
  GST_OBJECT_UNLOCK (element);

  if (!read_routes (element, port_range, routes))
    return NULL;
  return gst_room_acquire (element, room_object, room, uri);
}

/* Properties */

/* An empty one is none. */
static void
set_string (char **field, const GValue *value)
{
  const char *text = g_value_get_string (value);

  g_free (*field);
  *field = text && *text ? g_strdup (text) : NULL;
}

void
gst_nertc_access_set (GstNertcAccess *self, GstElement *element, guint property_id,
                      const GValue *value)
{
  GST_OBJECT_LOCK (element);
  switch (property_id) {
    case PROP_ROOM:
      set_string (&self->room, value);
      break;
    case PROP_ROOM_OBJECT:
      g_set_object (&self->room_object, g_value_get_object (value));
      break;
    case PROP_URI:
      set_string (&self->uri, value);
      break;
    case PROP_PORT_RANGE:
      set_string (&self->port_range, value);
      break;
    default:
      self->policy = g_value_get_enum (value);
  }
  GST_OBJECT_UNLOCK (element);
}

/* Must be called with the object lock. */
void
gst_nertc_access_get (GstNertcAccess *self, guint property_id, GValue *value)
{
  switch (property_id) {
    case PROP_ROOM:
      g_value_set_string (value, self->room);
      break;
    case PROP_ROOM_OBJECT:
      g_value_set_object (value, self->room_object);
      break;
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_PORT_RANGE:
      g_value_set_string (value, self->port_range);
      break;
    default:
      g_value_set_enum (value, self->policy);
  }
}

static void
install_room (GObjectClass *klass)
{
  /**
   * GstNertcSink:room:
   *
   * The name of the roomsignal whose room is used; needed only where a pipeline has several.
   */
  g_object_class_install_property (klass, PROP_ROOM,
                                   g_param_spec_string ("room", "Room",
                                                        "Name of the roomsignal whose room is used",
                                                        NULL, FLAGS));
  /**
   * GstNertcSink:room-object:
   *
   * A room that the application has made; it comes before all other ways to find one. The context
   * of the room has to be running.
   */
  g_object_class_install_property (klass, PROP_ROOM_OBJECT,
                                   g_param_spec_object ("room-object", "Room object",
                                                        "A room that the application has made",
                                                        NERTC_TYPE_ROOM, FLAGS));
  /**
   * GstNertcSink:uri:
   *
   * Where the room is, instead of a roomsignal: `nertc://host:port/channel?uid=7`, or `nertcs://`
   * for TLS. The port may be left out; it is 8980. Any setting of roomsignal can be a parameter;
   * what is special in a name is percent-encoded. The elements of a pipeline that have the same
   * uri are one member. What a roomsignal tells on the bus is told then, too. “room-object” and
   * “room” come before it.
   */
  g_object_class_install_property (
      klass, PROP_URI,
      g_param_spec_string ("uri", "URI", "Where the room is: nertc://host:port/channel?uid=7", NULL,
                           FLAGS));
}

static void
install_routes (GObjectClass *klass)
{
  /**
   * GstNertcSink:port-range:
   *
   * The local UDP ports that media may use, 1 to 65535, the lower one first: `40000-40100`. Unset
   * or empty: any. Each connection, one for each stream that is received and for each consumer of
   * one that is sent, needs a port for each address of this machine; one that finds no free port
   * fails and is tried again.
   */
  g_object_class_install_property (
      klass, PROP_PORT_RANGE,
      g_param_spec_string ("port-range", "Port range",
                           "Local UDP ports for media, such as 40000-40100; unset: any", NULL,
                           FLAGS));
  /**
   * GstNertcSink:ice-transport-policy:
   *
   * `relay` lets media go through TURN servers only, so that the other end does not learn the
   * address of this one; the room server has to have a TURN server then. `all`: any way.
   */
  g_object_class_install_property (
      klass, PROP_ICE_TRANSPORT_POLICY,
      g_param_spec_enum ("ice-transport-policy", "ICE transport policy",
                         "Whether media may take any way, or only that through TURN servers",
                         GST_TYPE_WEBRTC_ICE_TRANSPORT_POLICY, GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL,
                         FLAGS));
}

/* What is said here of nertcsink holds for nertcsrc, too. */
void
gst_nertc_access_install (GObjectClass *klass)
{
  install_room (klass);
  install_routes (klass);
}
