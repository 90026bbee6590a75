/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The id of a transport with an end in a Janus: which node, and which session and handle there. */
typedef struct {
  guint32 node;
  gint64 session;
  gint64 handle;
} SrvJanusId;

guint32 srv_janus_id_hash_node (const char *address);
char *srv_janus_id_to_text (const SrvJanusId *self);
gboolean srv_janus_id_parse (SrvJanusId *self, const char *text);

G_END_DECLS
