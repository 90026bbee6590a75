/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "webhook-event.h"

#include "event.h"
#include "random-id.h"

#include <string.h>

static const char *
get_name (const SrvChange *change)
{
  switch (change->kind) {
    case SRV_CHANGE_MEMBER_JOINED:
      return "member.joined";
    case SRV_CHANGE_MEMBER_LEFT:
      return "member.left";
    case SRV_CHANGE_STREAM_ADDED:
      return "stream.added";
    case SRV_CHANGE_STREAM_REMOVED:
      return "stream.removed";
    default:
      return NULL;
  }
}

/* Whether webhooks hear of it; who only listens for invitations is in no room. */
gboolean
srv_webhook_event_is_one (const SrvChange *change)
{
  return !change->only_to && !change->room->listening && get_name (change);
}

/* Returns: (transfer full): what all events have */
static JsonObject *
begin (SrvRoom *room, const char *event, const SrvWebhookStay *stay)
{
  JsonObject *object = json_object_new ();
  g_autofree char *id = srv_random_id ();

  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "event", event);
  json_object_set_int_member (object, "time", g_get_real_time () / G_TIME_SPAN_MILLISECOND);
  json_object_set_string_member (object, "appKey", room->app_key);
  json_object_set_string_member (object, "channel", room->name);
  json_object_set_string_member (object, "stay", stay->id);
  json_object_set_int_member (object, "sequence", stay->sequence);
  return object;
}

static GBytes *
encode (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  char *text = json_to_string (node, FALSE);

  return g_bytes_new_take (text, strlen (text));
}

/* The first member is about to come, or the last has gone. */
GBytes *
srv_webhook_event_of_room (SrvRoom *room, gboolean started, const SrvWebhookStay *stay)
{
  g_autoptr (JsonObject) object = begin (room, started ? "room.started" : "room.ended", stay);

  return encode (object);
}

GBytes *
srv_webhook_event_of_change (const SrvChange *change, const SrvWebhookStay *stay)
{
  g_autoptr (JsonObject) object = begin (change->room, get_name (change), stay);

  if (change->stream)
    json_object_set_object_member (object, "stream", srv_event_stream (change->stream));
  else
    json_object_set_object_member (object, "member", srv_event_member (change->member));
  if (change->kind == SRV_CHANGE_MEMBER_LEFT || change->kind == SRV_CHANGE_STREAM_REMOVED)
    json_object_set_string_member (object, "reason", nertc_close_reason_to_string (change->reason));
  return encode (object);
}

/* Returns: (transfer full): the value of the header Nertc-Signature. The time is signed, too, so
 * that nobody can send again later what he saw. */
char *
srv_webhook_sign (const char *secret, gint64 seconds, GBytes *body)
{
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, seconds);
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guint8 *) secret, strlen (secret));
  gsize size;
  gconstpointer data = g_bytes_get_data (body, &size);
  char *value;

  g_hmac_update (hmac, (const guint8 *) time, -1);
  g_hmac_update (hmac, (const guint8 *) ".", 1);
  g_hmac_update (hmac, data, (gssize) size);
  value = g_strdup_printf ("t=%s,v1=%s", time, g_hmac_get_string (hmac));
  g_hmac_unref (hmac);
  return value;
}
