/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcroutes.h"

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)
#define PORT_MAX 65535

void
gst_nertc_routes_init (GstNertcRoutes *self)
{
  self->port_range = NULL;
  self->policy = GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL;
}

void
gst_nertc_routes_clear (GstNertcRoutes *self)
{
  g_clear_pointer (&self->port_range, g_free);
}

/* @port_range: (nullable): empty is as none */
void
gst_nertc_routes_set_port_range (GstNertcRoutes *self, const char *port_range)
{
  g_free (self->port_range);
  self->port_range = port_range && *port_range ? g_strdup (port_range) : NULL;
}

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
gboolean
gst_nertc_routes_get (const GstNertcRoutes *self, GstElement *element, RtcRoutes *routes)
{
  g_autofree char *port_range = NULL;

  GST_OBJECT_LOCK (element);
  port_range = g_strdup (self->port_range);
  *routes = (RtcRoutes){ .relay_only = self->policy == GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY };
  GST_OBJECT_UNLOCK (element);
  if (!port_range || parse_port_range (port_range, routes))
    return TRUE;
  GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
                     ("The property “port-range” is “%s”: write two ports from 1 to %d, the lower "
                      "one first, such as 40000-40100, or leave it out.",
                      port_range, PORT_MAX),
                     (NULL));
  return FALSE;
}

GParamSpec *
gst_nertc_routes_port_range_spec (void)
{
  return g_param_spec_string ("port-range", "Port range",
                              "Local UDP ports for media, such as 40000-40100; unset: any", NULL,
                              FLAGS);
}

GParamSpec *
gst_nertc_routes_policy_spec (void)
{
  return g_param_spec_enum ("ice-transport-policy", "ICE transport policy",
                            "Whether media may take any way, or only that through TURN servers",
                            GST_TYPE_WEBRTC_ICE_TRANSPORT_POLICY,
                            GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL, FLAGS);
}
