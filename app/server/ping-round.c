/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ping-round.h"
#include "source.h"

#define SLOTS 50

struct _SrvPingRound {
  GHashTable *slots[SLOTS]; /* each a set of SrvPeer */
  guint next;               /* slot for a new one */
  guint turn;               /* slot whose turn is next */
  GSource *timer;
};

static gboolean
on_turn (gpointer user_data)
{
  SrvPingRound *self = user_data;
  GHashTableIter iter;
  gpointer peer;

  g_hash_table_iter_init (&iter, self->slots[self->turn]);
  while (g_hash_table_iter_next (&iter, &peer, NULL))
    srv_peer_check_alive (peer);
  self->turn = (self->turn + 1) % SLOTS;
  return G_SOURCE_CONTINUE;
}

SrvPingRound *
srv_ping_round_new (guint interval_ms)
{
  SrvPingRound *self = g_new0 (SrvPingRound, 1);

  for (guint i = 0; i < SLOTS; i++)
    self->slots[i] = g_hash_table_new (NULL, NULL);
  srv_source_start_timer (&self->timer, interval_ms / SLOTS, on_turn, self);
  return self;
}

void
srv_ping_round_free (SrvPingRound *self)
{
  srv_source_clear (&self->timer);
  for (guint i = 0; i < SLOTS; i++)
    g_hash_table_unref (self->slots[i]);
  g_free (self);
}

/* Its first turn is after less than an interval. */
void
srv_ping_round_add (SrvPingRound *self, SrvPeer *peer)
{
  g_hash_table_add (self->slots[self->next], peer);
  self->next = (self->next + 1) % SLOTS;
}

void
srv_ping_round_remove (SrvPingRound *self, SrvPeer *peer)
{
  for (guint i = 0; i < SLOTS && !g_hash_table_remove (self->slots[i], peer); i++)
    ;
}
