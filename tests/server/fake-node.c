/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-node.h"

#define FAKE_TYPE_END (fake_end_get_type ())
G_DECLARE_FINAL_TYPE (FakeEnd, fake_end, FAKE, END, GObject)

struct _FakeEnd {
  GObject parent;

  FakeNode *node;
  char *id;
  const SrvNodeEndEvents *events; /* (nullable): %NULL when it was closed */
  gpointer user_data;
};

struct _FakeNode {
  GObject parent;

  char *name;
  gboolean up;
  PlaneRecorder *recorder;
  GPtrArray *ends; /* (element-type FakeEnd) */
};

static void fake_node_init_interface (SrvMediaNodeInterface *iface);
static void fake_end_init_interface (SrvNodeEndInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeEnd, fake_end, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SRV_TYPE_NODE_END, fake_end_init_interface))
G_DEFINE_FINAL_TYPE_WITH_CODE (FakeNode, fake_node, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SRV_TYPE_MEDIA_NODE,
                                                      fake_node_init_interface))

/* Ends */

static void
set_description (SrvNodeEnd *end, const char *type, const char *sdp)
{
  FakeEnd *self = FAKE_END (end);

  plane_recorder_tell (self->node->recorder, "%s: %s %s", self->id, type, sdp);
}

static void
add_candidate (SrvNodeEnd *end, guint m_line_index, const char *candidate)
{
  FakeEnd *self = FAKE_END (end);

  plane_recorder_tell (self->node->recorder, "%s: candidate %u %s", self->id, m_line_index,
                       candidate);
}

static void
set_wanted (SrvNodeEnd *end, gboolean audio, gboolean video)
{
  FakeEnd *self = FAKE_END (end);

  plane_recorder_tell (self->node->recorder, "%s: send%s%s", self->id, audio ? " audio" : "",
                       video ? " video" : "");
}

static void
close_end (SrvNodeEnd *end)
{
  FakeEnd *self = FAKE_END (end);

  g_assert_nonnull (self->events);
  self->events = NULL;
  plane_recorder_tell (self->node->recorder, "%s: close", self->id);
}

static void
fake_end_finalize (GObject *object)
{
  g_free (FAKE_END (object)->id);
  G_OBJECT_CLASS (fake_end_parent_class)->finalize (object);
}

static void
fake_end_class_init (FakeEndClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_end_finalize;
}

static void
fake_end_init (FakeEnd *self)
{
}

static void
fake_end_init_interface (SrvNodeEndInterface *iface)
{
  iface->set_description = set_description;
  iface->add_candidate = add_candidate;
  iface->set_wanted = set_wanted;
  iface->close = close_end;
}

/* The node */

static FakeEnd *
add_end (FakeNode *self, const SrvNodeEndEvents *events, gpointer user_data)
{
  FakeEnd *end = g_object_new (FAKE_TYPE_END, NULL);

  end->node = self;
  end->events = events;
  end->user_data = user_data;
  g_ptr_array_add (self->ends, end);
  end->id = g_strdup_printf ("%s:%u", self->name, self->ends->len);
  return end;
}

static const char *
get_name (SrvMediaNode *node)
{
  return FAKE_NODE (node)->name;
}

static guint
get_load (SrvMediaNode *node)
{
  return fake_node_count_open (FAKE_NODE (node));
}

static SrvNodeEnd *
receive_stream (SrvMediaNode *node, const SrvNodeEndEvents *events, gpointer user_data)
{
  FakeEnd *end = add_end (FAKE_NODE (node), events, user_data);

  plane_recorder_tell (end->node->recorder, "%s: receive", end->id);
  return g_object_ref (SRV_NODE_END (end));
}

static SrvNodeEnd *
send_stream (SrvMediaNode *node, SrvNodeEnd *source, gboolean audio, gboolean video,
             const SrvNodeEndEvents *events, gpointer user_data)
{
  FakeEnd *end = add_end (FAKE_NODE (node), events, user_data);

  g_assert_true (FAKE_END (source)->node == end->node);
  plane_recorder_tell (end->node->recorder, "%s: send on %s%s%s", end->id, FAKE_END (source)->id,
                       audio ? " audio" : "", video ? " video" : "");
  return g_object_ref (SRV_NODE_END (end));
}

static gboolean
knows (SrvMediaNode *node, const char *transport_id)
{
  g_autofree char *prefix = g_strconcat (FAKE_NODE (node)->name, ":", NULL);

  return g_str_has_prefix (transport_id, prefix);
}

static SrvNodeEnd *
adopt (SrvMediaNode *node, const char *transport_id, SrvNodeEnd *source,
       const SrvNodeEndEvents *events, gpointer user_data)
{
  FakeEnd *end = add_end (FAKE_NODE (node), events, user_data);

  g_free (end->id);
  end->id = g_strdup (transport_id);
  plane_recorder_tell (end->node->recorder, "%s: adopt%s%s", end->id, source ? " for " : "",
                       source ? FAKE_END (source)->id : "");
  return g_object_ref (SRV_NODE_END (end));
}

static void
stop (SrvMediaNode *node)
{
  plane_recorder_tell (FAKE_NODE (node)->recorder, "%s: stop", FAKE_NODE (node)->name);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, FAKE_NODE (object)->up);
}

static void
fake_node_finalize (GObject *object)
{
  g_ptr_array_unref (FAKE_NODE (object)->ends);
  g_free (FAKE_NODE (object)->name);
  G_OBJECT_CLASS (fake_node_parent_class)->finalize (object);
}

static void
fake_node_class_init (FakeNodeClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = get_property;
  G_OBJECT_CLASS (klass)->finalize = fake_node_finalize;
  g_object_class_override_property (G_OBJECT_CLASS (klass), 1, "up");
}

static void
fake_node_init (FakeNode *self)
{
  self->up = TRUE;
  self->ends = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
fake_node_init_interface (SrvMediaNodeInterface *iface)
{
  iface->get_name = get_name;
  iface->get_load = get_load;
  iface->receive = receive_stream;
  iface->send = send_stream;
  iface->knows = knows;
  iface->adopt = adopt;
  iface->stop = stop;
}

FakeNode *
fake_node_new (const char *name, PlaneRecorder *recorder)
{
  FakeNode *self = g_object_new (FAKE_TYPE_NODE, NULL);

  self->name = g_strdup (name);
  self->recorder = recorder;
  return self;
}

/* What a test does */

void
fake_node_set_up (FakeNode *self, gboolean up)
{
  self->up = up;
  g_object_notify (G_OBJECT (self), "up");
}

static FakeEnd *
get_end (FakeNode *self, guint number)
{
  FakeEnd *end = g_ptr_array_index (self->ends, number - 1);

  g_assert_nonnull (end->events);
  return end;
}

void
fake_node_ready (FakeNode *self, guint number)
{
  FakeEnd *end = get_end (self, number);

  end->events->ready (SRV_NODE_END (end), end->id, end->user_data);
}

void
fake_node_connect (FakeNode *self, guint number)
{
  FakeEnd *end = get_end (self, number);

  end->events->connected (SRV_NODE_END (end), end->user_data);
}

void
fake_node_describe (FakeNode *self, guint number, const char *type, const char *sdp)
{
  FakeEnd *end = get_end (self, number);

  end->events->description (SRV_NODE_END (end), type, sdp, end->user_data);
}

void
fake_node_media (FakeNode *self, guint number, gboolean video, gboolean receiving)
{
  FakeEnd *end = get_end (self, number);

  end->events->media (SRV_NODE_END (end), video, receiving, end->user_data);
}

void
fake_node_fail (FakeNode *self, guint number)
{
  FakeEnd *end = get_end (self, number);

  end->events->failed (SRV_NODE_END (end), "as the test has it", end->user_data);
}

/* Returns: how many ends are not closed */
guint
fake_node_count_open (FakeNode *self)
{
  guint count = 0;

  for (guint i = 0; i < self->ends->len; i++) {
    if (((FakeEnd *) g_ptr_array_index (self->ends, i))->events)
      count++;
  }
  return count;
}
