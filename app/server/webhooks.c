/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "webhooks.h"

#include "metrics.h"
#include "random-id.h"
#include "source.h"
#include "webhook-event.h"
#include "webhook-post.h"

#include <string.h>

#define SECRET_MIN 32
#define SECRET_MAX 1024

const SrvWebhookLimits srv_webhook_default_limits = {
  .events = 10000,
  .room_events = 1000,
  .concurrency = 16,
  .timeout_ms = 10000,
  .retry_ms = 1000,
  .retry_max_ms = 60000,
  .give_up_ms = 300000,
};

struct _SrvWebhooks {
  SrvWebhookCommon common;
  GPtrArray *receivers; /* (element-type SrvWebhookReceiver) */
  GHashTable *stays;    /* key of a room → Stay */
  char *secret_file;
  char *secret;

  GSource *end;         /* (nullable): when it has finished, whatever is left */
  SrvWebhooksDone done; /* (nullable) */
  gpointer done_data;
};

/* Members are in the room. */
typedef struct {
  char *id;
  gint64 sequence;
} Stay;

static void
stay_free (Stay *self)
{
  g_free (self->id);
  g_free (self);
}

/* The secret */

static void
forget (char *secret)
{
  if (secret)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/*
 * srv_webhooks_reload:
 *
 * Reads the secret again. With an error, which says which file and what to do, that from before
 * stays in use.
 */
gboolean
srv_webhooks_reload (SrvWebhooks *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  char *secret = NULL;

  if (!g_file_get_contents (self->secret_file, &secret, NULL, &local_error)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "Cannot read the secret of webhooks ‘%s’: %s; give a file that the server may "
                 "read by --webhook-secret-file",
                 self->secret_file, local_error->message);
    return FALSE;
  }
  g_strstrip (secret);
  if (strlen (secret) < SECRET_MIN || strlen (secret) > SECRET_MAX || strpbrk (secret, "\r\n")) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "The secret of webhooks ‘%s’ is to be one line of %d to %d bytes; `nertc-token "
                 "secret` makes one",
                 self->secret_file, SECRET_MIN, SECRET_MAX);
    forget (secret);
    return FALSE;
  }
  forget (self->secret);
  self->secret = secret;
  return TRUE;
}

static char *
sign (GBytes *body, gpointer user_data)
{
  SrvWebhooks *self = user_data;

  return srv_webhook_sign (self->secret, g_get_real_time () / G_USEC_PER_SEC, body);
}

/* The end */

gboolean
srv_webhooks_are_done (SrvWebhooks *self)
{
  for (guint i = 0; i < self->receivers->len; i++) {
    if (!srv_webhook_receiver_is_idle (g_ptr_array_index (self->receivers, i)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
on_end (gpointer user_data)
{
  SrvWebhooks *self = user_data;
  SrvWebhooksDone done = g_steal_pointer (&self->done);

  srv_source_clear (&self->end);
  g_ptr_array_set_size (self->receivers, 0);
  if (done)
    done (self->done_data);
  return G_SOURCE_REMOVE;
}

static void
on_idle (gpointer user_data)
{
  SrvWebhooks *self = user_data;

  if (self->end && srv_webhooks_are_done (self))
    g_source_set_ready_time (self->end, 0);
}

/*
 * srv_webhooks_finish:
 * @done: called once nothing waits any more, after @ms at the latest; from the main loop
 *
 * What was told may still be sent; what is left then is dropped.
 */
void
srv_webhooks_finish (SrvWebhooks *self, guint ms, SrvWebhooksDone done, gpointer user_data)
{
  self->done = done;
  self->done_data = user_data;
  srv_source_start_timer (&self->end, ms, on_end, self);
  for (guint i = 0; i < self->receivers->len; i++)
    srv_webhook_receiver_hurry (g_ptr_array_index (self->receivers, i));
  on_idle (self);
}

/* Object */

static void
add_receivers (SrvWebhooks *self, const char *const *urls)
{
  for (guint i = 0; urls[i]; i++)
    g_ptr_array_add (self->receivers,
                     srv_webhook_receiver_new (urls[i], &self->common, &srv_metrics.webhooks[i]));
  srv_metrics.webhook_count = self->receivers->len;
}

/*
 * srv_webhooks_new:
 * @urls: checked
 *
 * Returns: (transfer full) (nullable): %NULL with an error if the secret cannot be had
 */
SrvWebhooks *
srv_webhooks_new (const char *const *urls, const char *secret_file, const SrvWebhookLimits *limits,
                  GError **error)
{
  SrvWebhooks *self = g_new0 (SrvWebhooks, 1);

  self->common.session = srv_webhook_post_session_new (limits->concurrency);
  self->common.limits = *limits;
  self->common.sign = sign;
  self->common.idle = on_idle;
  self->common.user_data = self;
  self->secret_file = g_strdup (secret_file);
  self->receivers = g_ptr_array_new_with_free_func ((GDestroyNotify) srv_webhook_receiver_free);
  self->stays = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) stay_free);
  add_receivers (self, urls);
  if (!srv_webhooks_reload (self, error))
    g_clear_pointer (&self, srv_webhooks_free);
  return self;
}

void
srv_webhooks_free (SrvWebhooks *self)
{
  srv_source_clear (&self->end);
  g_ptr_array_unref (self->receivers);
  g_hash_table_unref (self->stays);
  g_object_unref (self->common.session);
  forget (self->secret);
  g_free (self->secret_file);
  g_free (self);
}

/* What happens */

static void
push (SrvWebhooks *self, SrvRoom *room, GBytes *body)
{
  for (guint i = 0; i < self->receivers->len; i++)
    srv_webhook_receiver_push (g_ptr_array_index (self->receivers, i), room->key, body);
}

static SrvWebhookStay
get_next (Stay *stay)
{
  return (SrvWebhookStay){ stay->id, ++stay->sequence };
}

static void
tell_of_room (SrvWebhooks *self, SrvRoom *room, Stay *stay, gboolean started)
{
  SrvWebhookStay next = get_next (stay);
  g_autoptr (GBytes) body = srv_webhook_event_of_room (room, started, &next);

  push (self, room, body);
}

static Stay *
get_stay (SrvWebhooks *self, SrvRoom *room)
{
  Stay *stay = g_hash_table_lookup (self->stays, room->key);

  if (stay)
    return stay;
  stay = g_new0 (Stay, 1);
  stay->id = srv_random_id ();
  g_hash_table_insert (self->stays, g_strdup (room->key), stay);
  tell_of_room (self, room, stay, TRUE);
  return stay;
}

static void
tell (SrvWebhooks *self, const SrvChange *change)
{
  SrvWebhookStay next = get_next (get_stay (self, change->room));
  g_autoptr (GBytes) body = srv_webhook_event_of_change (change, &next);

  push (self, change->room, body);
}

static void
end_stay (SrvWebhooks *self, SrvRoom *room)
{
  Stay *stay = g_hash_table_lookup (self->stays, room->key);

  if (!stay || room->members->len > 0)
    return;
  tell_of_room (self, room, stay, FALSE);
  g_hash_table_remove (self->stays, room->key);
}

/* @changes: what is carried out already */
void
srv_webhooks_tell (SrvWebhooks *self, GPtrArray *changes)
{
  for (guint i = 0; i < changes->len; i++) {
    if (srv_webhook_event_is_one (g_ptr_array_index (changes, i)))
      tell (self, g_ptr_array_index (changes, i));
  }
  for (guint i = 0; i < changes->len; i++) {
    const SrvChange *change = g_ptr_array_index (changes, i);

    if (change->kind == SRV_CHANGE_MEMBER_LEFT)
      end_stay (self, change->room);
  }
}
