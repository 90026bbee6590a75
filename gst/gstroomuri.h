/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <nertc.h>

G_BEGIN_DECLS

/* GInterfaceInitFuncs of GST_TYPE_URI_HANDLER for elements with a property “uri” */
void gst_room_uri_init_src (gpointer iface, gpointer unused);
void gst_room_uri_init_sink (gpointer iface, gpointer unused);

NertcRoom *gst_room_acquire (GstElement *element, NertcRoom *room_object, const char *room_name,
                             const char *uri);
void gst_room_release (GstElement *element);

G_END_DECLS
