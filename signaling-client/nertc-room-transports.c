/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-intent.h"
#include "nertc-transport-private.h"
#include "nertc-wire.h"

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

static gboolean
is_of (NertcTransport *transport, const char *stream_id, NertcRole role)
{
  return nertc_transport_get_role (transport) == role &&
         g_str_equal (nertc_transport_get_stream_id (transport), stream_id);
}

/* Returns: (nullable): a transport of which the server of an earlier session knew */
static NertcTransport *
find_orphan (NertcRoom *self, const char *id)
{
  for (guint i = 0; i < self->orphans->len; i++) {
    NertcTransport *orphan = g_ptr_array_index (self->orphans, i);

    if (g_str_equal (nertc_transport_get_id (orphan), id))
      return orphan;
  }
  return NULL;
}

/*
 * The server knows the transport again, for both ends named it. What else there was for the
 * receiver is of no use then; at the sender the server closes it.
 */
static void
adopt (NertcRoom *self, NertcTransport *orphan)
{
  g_hash_table_insert (self->transports, (gpointer) nertc_transport_get_id (orphan),
                       g_object_ref (orphan));
  g_ptr_array_remove (self->orphans, orphan);
  nertc_transport_adopt (orphan);
  if (nertc_transport_get_role (orphan) == NERTC_ROLE_RECEIVER)
    nertc_room_close_orphans_later (self, nertc_transport_get_stream_id (orphan),
                                    NERTC_ROLE_RECEIVER, NERTC_CLOSE_REASON_SUCCEEDED);
}

/* The server took back a transport that has ended since it was named. */
static void
disown (NertcRoom *self, const char *id)
{
  g_autoptr (JsonObject) params = nertc_wire_object ("transportId", id);

  json_object_set_string_member (params, "code", nertc_failure_to_wire (NERTC_FAILURE_MEDIA));
  nertc_room_notify (self, "transport.failed", params);
}

/* An event for a transport that is not there is late, and nothing is wrong. */
void
nertc_room_take_transport_event (NertcRoom *self, const NertcMessage *event)
{
  const char *name = event->method->name + strlen ("transport.");
  const char *id = json_object_get_string_member (event->body, "transportId");
  NertcTransport *known = g_hash_table_lookup (self->transports, id);
  NertcTransport *orphan = known ? NULL : find_orphan (self, id);
  g_autoptr (NertcTransport) transport =
      known || orphan ? g_object_ref (known ? known : orphan) : NULL;

  if (orphan && g_str_equal (name, "update"))
    adopt (self, orphan);
  if (g_str_equal (name, "open"))
    open_transport (self, event->body);
  else if (!transport && g_str_equal (name, "update"))
    disown (self, id);
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

/* What was taken back while it could not be told, for the server will say nothing of it. */
static void
close_unwanted (NertcRoom *self, NertcTransport *orphan)
{
  gboolean sends = nertc_transport_get_role (orphan) == NERTC_ROLE_SENDER;

  if (!nertc_room_find_intent (self, sends ? NERTC_INTENT_PUBLISH : NERTC_INTENT_SUBSCRIBE,
                               nertc_transport_get_stream_id (orphan)))
    nertc_transport_close_later (orphan, sends ? NERTC_CLOSE_REASON_UNPUBLISHED
                                               : NERTC_CLOSE_REASON_UNSUBSCRIBED);
}

/* The session is gone; their media is not. */
void
nertc_room_orphan_transports (NertcRoom *self)
{
  GHashTableIter iter;
  gpointer transport;

  g_hash_table_iter_init (&iter, self->transports);
  while (g_hash_table_iter_next (&iter, NULL, &transport)) {
    nertc_transport_orphan (transport);
    close_unwanted (self, transport);
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

    if (is_of (orphan, stream_id, role))
      nertc_transport_close_later (orphan, reason);
  }
}

/* The stream changes, so that each of its transports is going to have a successor. */
void
nertc_room_supersede_transports (NertcRoom *self, const char *stream_id)
{
  GHashTableIter iter;
  gpointer transport;

  g_hash_table_iter_init (&iter, self->transports);
  while (g_hash_table_iter_next (&iter, NULL, &transport)) {
    if (is_of (transport, stream_id, NERTC_ROLE_SENDER))
      nertc_transport_supersede (transport);
  }
  for (guint i = 0; i < self->orphans->len; i++) {
    if (is_of (g_ptr_array_index (self->orphans, i), stream_id, NERTC_ROLE_SENDER))
      nertc_transport_supersede (g_ptr_array_index (self->orphans, i));
  }
}

/*
 * Returns: (transfer full) (nullable): the ids of those that carry the stream without the server's
 *   knowledge, at most @max
 */
JsonArray *
nertc_room_name_live_transports (NertcRoom *self, const char *stream_id, NertcRole role, guint max)
{
  g_autoptr (JsonArray) ids = json_array_new ();

  for (guint i = 0; i < self->orphans->len && json_array_get_length (ids) < max; i++) {
    NertcTransport *orphan = g_ptr_array_index (self->orphans, i);

    if (is_of (orphan, stream_id, role) && nertc_transport_is_alive (orphan))
      json_array_add_string_element (ids, nertc_transport_get_id (orphan));
  }
  return json_array_get_length (ids) > 0 ? g_steal_pointer (&ids) : NULL;
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
