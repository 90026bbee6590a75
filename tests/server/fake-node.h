/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media-node.h"
#include "plane-recorder.h"

G_BEGIN_DECLS

/* A media server without media: it writes down what it is asked for, and does what a test says. */
#define FAKE_TYPE_NODE (fake_node_get_type ())
G_DECLARE_FINAL_TYPE (FakeNode, fake_node, FAKE, NODE, GObject)

FakeNode *fake_node_new (const char *name, PlaneRecorder *recorder);
void fake_node_set_up (FakeNode *self, gboolean up);

/* Ends have numbers, from 1 in the order in which they were made. */
void fake_node_ready (FakeNode *self, guint number);
void fake_node_connect (FakeNode *self, guint number);
void fake_node_describe (FakeNode *self, guint number, const char *type, const char *sdp);
void fake_node_media (FakeNode *self, guint number, gboolean video, gboolean receiving);
void fake_node_fail (FakeNode *self, guint number);
guint fake_node_count_open (FakeNode *self);

G_END_DECLS
