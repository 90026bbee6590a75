/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-room-private.h"
#include "nertc-transport-private.h"

GHashTable *
nertc_transports_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
}

/* All tracks of the stream, whatever is wanted of them. */
static NertcMedia
get_stream_media (NertcRoom *self, JsonObject *open)
{
  const char *stream_id = json_object_get_string_member (open, "streamId");
  NertcStream *stream = nertc_directory_get_stream (self->directory, stream_id);

  return stream ? nertc_stream_get_media (stream)
                : nertc_room_get_published_media (self, stream_id);
}

static void
open_transport (NertcRoom *self, JsonObject *params)
{
  const char *id = json_object_get_string_member (params, "transportId");
  g_autoptr (NertcTransport) transport = NULL;

  if (g_hash_table_contains (self->transports, id))
    return;
  transport = nertc_transport_new (self, params, get_stream_media (self, params));
  g_hash_table_insert (self->transports, (gpointer) nertc_transport_get_id (transport),
                       g_object_ref (transport));
  nertc_room_emit_transport_opened (self, transport);
}

/* An event for a transport that is not there is late, and nothing is wrong. */
void
nertc_room_take_transport_event (NertcRoom *self, const NertcMessage *event)
{
  const char *name = event->method->name + strlen ("transport.");
  NertcTransport *known = g_hash_table_lookup (
      self->transports, json_object_get_string_member (event->body, "transportId"));
  g_autoptr (NertcTransport) transport = known ? g_object_ref (known) : NULL;

  if (g_str_equal (name, "open"))
    open_transport (self, event->body);
  else if (!transport)
    return;
  else if (g_str_equal (name, "description"))
    nertc_transport_take_description (transport, event->body);
  else if (g_str_equal (name, "candidate"))
    nertc_transport_take_candidate (transport, event->body);
  else if (g_str_equal (name, "update"))
    nertc_transport_take_update (transport, event->body);
  else if (g_str_equal (name, "close"))
    nertc_room_close_transport (
        self, transport,
        nertc_close_reason_from_string (json_object_get_string_member (event->body, "reason")));
}

/* The connection to the server is gone; their media is not. */
void
nertc_room_orphan_transports (NertcRoom *self)
{
  GHashTableIter iter;
  gpointer transport;

  g_hash_table_iter_init (&iter, self->transports);
  while (g_hash_table_iter_next (&iter, NULL, &transport)) {
    nertc_transport_orphan (transport);
    g_ptr_array_add (self->orphans, g_object_ref (transport));
  }
  g_hash_table_remove_all (self->transports);
}

void
nertc_room_close_transport (NertcRoom *self, NertcTransport *transport, NertcCloseReason reason)
{
  G_GNUC_UNUSED g_autoptr (NertcTransport) keep = g_object_ref (transport);

  if (nertc_transport_is_open (transport))
    g_hash_table_remove (self->transports, nertc_transport_get_id (transport));
  else
    g_ptr_array_remove (self->orphans, transport);
  nertc_transport_close (transport, reason);
}

/* Orphans of one stream, about which the server will say nothing. */
void
nertc_room_close_orphans_later (NertcRoom *self, const char *stream_id, NertcRole role,
                                NertcCloseReason reason)
{
  for (guint i = 0; i < self->orphans->len; i++) {
    NertcTransport *orphan = g_ptr_array_index (self->orphans, i);

    if (nertc_transport_get_role (orphan) == role &&
        g_str_equal (nertc_transport_get_stream_id (orphan), stream_id))
      nertc_transport_close_later (orphan, reason);
  }
}

/* All of them, which the room has let go before. */
void
nertc_transports_close (GHashTable *transports, GPtrArray *orphans, NertcCloseReason reason)
{
  GHashTableIter iter;
  gpointer transport;

  g_hash_table_iter_init (&iter, transports);
  while (g_hash_table_iter_next (&iter, NULL, &transport))
    nertc_transport_close (transport, reason);
  for (guint i = 0; i < orphans->len; i++)
    nertc_transport_close (g_ptr_array_index (orphans, i), reason);
}
