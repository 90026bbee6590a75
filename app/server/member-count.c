/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "member-count.h"

#include "source.h"

struct _SrvMemberCount {
  SrvMemberCountTell tell;
  gpointer user_data;
  guint interval_ms;
  GHashTable *changed; /* a set of SrvRoom */
  GSource *timer;      /* (nullable): nothing has changed */
};

/* @interval_ms: %SRV_MEMBER_COUNT_INTERVAL_MS, but in a test */
SrvMemberCount *
srv_member_count_new (SrvMemberCountTell tell, gpointer user_data, guint interval_ms)
{
  SrvMemberCount *self = g_new0 (SrvMemberCount, 1);

  self->tell = tell;
  self->user_data = user_data;
  self->interval_ms = interval_ms;
  self->changed = g_hash_table_new (NULL, NULL);
  return self;
}

void
srv_member_count_free (SrvMemberCount *self)
{
  srv_source_clear (&self->timer);
  g_hash_table_unref (self->changed);
  g_free (self);
}

static gboolean
on_interval (gpointer user_data)
{
  SrvMemberCount *self = user_data;
  GHashTableIter iter;
  gpointer room;

  srv_source_clear (&self->timer);
  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &room, NULL)) {
    g_hash_table_iter_remove (&iter);
    self->tell (room, self->user_data);
  }
  return G_SOURCE_REMOVE;
}

/* A room that has ended is not looked at again. */
void
srv_member_count_apply (SrvMemberCount *self, const SrvChange *change)
{
  /* Who listens for invitations is in no room, and nothing would tell of its end. */
  if (change->room->listening)
    return;
  if (change->kind == SRV_CHANGE_ROOM_ENDED)
    g_hash_table_remove (self->changed, change->room);
  if (change->kind != SRV_CHANGE_MEMBER_JOINED && change->kind != SRV_CHANGE_MEMBER_LEFT)
    return;
  g_hash_table_add (self->changed, change->room);
  if (!self->timer)
    srv_source_start_timer (&self->timer, self->interval_ms, on_interval, self);
}
