/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-media.h"
#include "call-sender.h"
#include "call-stream.h"

G_BEGIN_DECLS

/* What of the user's media goes into one call: camera and microphone as one stream, a shared screen
 * as another, each with a CallStream among streams. */
#define CALL_TYPE_PUBLISHER (call_publisher_get_type ())
G_DECLARE_FINAL_TYPE (CallPublisher, call_publisher, CALL, PUBLISHER, GObject)

CallPublisher *call_publisher_new (GstElement *pipeline, CallMedia *media, CallMember *user,
                                   GListStore *streams, gboolean published);
void call_publisher_set_published (CallPublisher *self, gboolean published);
/* A "publish-stats" message of sender, one of the nertcsinks of the pipeline */
void call_publisher_update_figures (CallPublisher *self, GstObject *sender,
                                    const GstStructure *publish_stats);
void call_publisher_end (CallPublisher *self);

G_END_DECLS
