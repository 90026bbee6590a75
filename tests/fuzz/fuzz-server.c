/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The rooms, their hub and the media plane, behind peers whose connections are made of memory.
 * Four clients do what the input says, two bytes or more a step. Whatever happens, what the server
 * says is well-formed, and each session hears its events in order, each of them once.
 */

#include "dispatch.h"
#include "fuzz.h"
#include "fuzz-client.h"

#include <string.h>

#define N_CLIENTS 4
#define STEPS_MAX 200
#define SMALL_SPACE 2000

typedef struct {
  SrvHub *hub;
  FuzzClient *clients[N_CLIENTS];
  GHashTable *peers; /* SrvPeer → FuzzStream */
  SrvPeerLimits limits;
} World;

static void
on_message (SrvPeer *peer, const NertcMessage *message, gpointer user_data)
{
  World *self = user_data;

  srv_dispatch (self->hub, peer, message);
}

static void
on_refused (SrvPeer *peer, gint64 id, const GError *error, gpointer user_data)
{
  srv_dispatch_refuse (peer, id, error);
}

static void
on_arrived (SrvPeer *peer, guint64 messages, gpointer user_data)
{
  World *self = user_data;

  srv_hub_peer_arrived (self->hub, peer, messages);
}

static void
on_offence (SrvPeer *peer, NertcCloseReason reason, gpointer user_data)
{
  World *self = user_data;

  srv_hub_peer_offended (self->hub, peer, reason);
}

static void
on_broken (SrvPeer *peer, gpointer user_data)
{
  World *self = user_data;

  srv_hub_peer_broken (self->hub, peer);
}

static void
on_gone (SrvPeer *peer, NertcCloseReason reason, gpointer user_data)
{
  World *self = user_data;

  srv_hub_peer_gone (self->hub, peer, reason);
  g_hash_table_remove (self->peers, peer);
  srv_peer_free (peer);
}

static const SrvPeerCallbacks callbacks = {
  .message = on_message,
  .refused = on_refused,
  .arrived = on_arrived,
  .offence = on_offence,
  .broken = on_broken,
  .gone = on_gone,
};

static FuzzStream *
on_connect (gpointer user_data)
{
  World *self = user_data;
  FuzzStream *stream = fuzz_stream_new ();
  SrvPeer *peer = srv_peer_new (G_IO_STREAM (stream), &self->limits, &callbacks, self);

  g_hash_table_insert (self->peers, peer, g_object_ref (stream));
  return stream;
}

static void
set_up (World *self)
{
  g_autoptr (SrvOptions) options = srv_options_new ();

  options->max_rooms = 2;
  options->max_members = 3;
  options->max_streams = 2;
  options->max_subscriptions = 3;
  self->limits.message_rate = 100000;
  self->limits.message_burst = 100000;
  self->limits.queue = 8 * 1024;
  self->hub = srv_hub_new (options);
  self->peers = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  for (guint i = 0; i < N_CLIENTS; i++)
    self->clients[i] = fuzz_client_new (on_connect, self);
}

static void
tear_down (World *self)
{
  for (guint i = 0; i < N_CLIENTS; i++)
    fuzz_client_free (self->clients[i]);
  fuzz_settle ();
  /* Who is away goes now. */
  srv_hub_shut_down (self->hub);
  g_assert_cmpuint (g_hash_table_size (self->peers), ==, 0);
  g_assert_cmpuint (srv_rooms_count (srv_hub_get_rooms (self->hub)), ==, 0);
  g_hash_table_unref (self->peers);
  srv_hub_free (self->hub);
}

static void
check_alive (World *self)
{
  g_autoptr (GList) peers = g_hash_table_get_keys (self->peers);

  for (GList *l = peers; l; l = l->next)
    srv_peer_check_alive (l->data);
}

/* The low bits of the first byte say who, the others what. */
static void
take_step (World *self, FuzzBytes *bytes)
{
  guint8 step = fuzz_bytes_take (bytes);
  FuzzClient *client = self->clients[step % N_CLIENTS];
  gsize size;
  const guint8 *text;

  switch (step / N_CLIENTS) {
    case 0:
      fuzz_client_cut (client);
      break;
    case 1:
      fuzz_client_close (client, fuzz_bytes_take (bytes));
      break;
    case 2:
      fuzz_client_set_space (client, SMALL_SPACE);
      break;
    case 3:
      fuzz_client_set_space (client, G_MAXUINT32);
      break;
    case 4:
      check_alive (self);
      break;
    case 5:
      text = fuzz_bytes_take_many (bytes, fuzz_bytes_take (bytes) * 4, &size);
      fuzz_client_send (client, (const char *) text, size);
      break;
    case 6: /* somebody else's session */
      fuzz_client_take_over (client, self->clients[fuzz_bytes_take (bytes) % N_CLIENTS]);
      break;
    case 7: /* several messages at once */
      fuzz_client_say (client, bytes);
      fuzz_client_say (self->clients[fuzz_bytes_take (bytes) % N_CLIENTS], bytes);
      break;
    default:
      fuzz_client_say (client, bytes);
      break;
  }
  fuzz_settle ();
  for (guint i = 0; i < N_CLIENTS; i++)
    fuzz_client_listen (self->clients[i]);
  fuzz_settle ();
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzBytes bytes = { data, size };
  World world = { NULL };

  set_up (&world);
  for (guint i = 0; i < STEPS_MAX && bytes.size > 0; i++)
    take_step (&world, &bytes);
  tear_down (&world);
  return 0;
}
