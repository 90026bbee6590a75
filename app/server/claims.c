/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "claims.h"

/* Those of one stream. */
typedef struct {
  SrvClaims *claims;
  SrvStream *stream; /* not owned: srv_claims_end () comes before its end */
  GHashTable *ids;
  GSource *timer;
} Publication;

struct _SrvClaims {
  SrvClaimLost lost;
  gpointer user_data;
  guint settle_ms;
  GHashTable *by_stream; /* SrvStream → Publication */
  GHashTable *by_id;     /* id → Publication; both borrowed */
};

static void
publication_free (Publication *self)
{
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_hash_table_unref (self->ids);
  g_free (self);
}

/* @lost: called for each id for which no consumer has come @settle_ms after its stream's first */
SrvClaims *
srv_claims_new (SrvClaimLost lost, gpointer user_data, guint settle_ms)
{
  SrvClaims *self = g_new0 (SrvClaims, 1);

  self->lost = lost;
  self->user_data = user_data;
  self->settle_ms = settle_ms;
  self->by_stream = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) publication_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
srv_claims_free (SrvClaims *self)
{
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->by_stream);
  g_free (self);
}

static gboolean
on_settled (gpointer user_data)
{
  Publication *publication = user_data;

  srv_claims_end (publication->claims, publication->stream, NERTC_CLOSE_REASON_LOST);
  return G_SOURCE_REMOVE;
}

static Publication *
add_publication (SrvClaims *self, SrvStream *stream)
{
  Publication *publication = g_new0 (Publication, 1);

  publication->claims = self;
  publication->stream = stream;
  publication->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  publication->timer = g_timeout_source_new (self->settle_ms);
  g_source_set_callback (publication->timer, on_settled, publication, NULL);
  g_source_attach (publication->timer, g_main_context_get_thread_default ());
  g_hash_table_insert (self->by_stream, stream, publication);
  return publication;
}

/* The publisher of @stream has a transport @id; passed over if somebody has named it before. */
void
srv_claims_add (SrvClaims *self, SrvStream *stream, const char *id)
{
  Publication *publication = g_hash_table_lookup (self->by_stream, stream);
  char *key;

  if (g_hash_table_contains (self->by_id, id))
    return;
  if (!publication)
    publication = add_publication (self, stream);
  key = g_strdup (id);
  g_hash_table_insert (self->by_id, key, publication);
  g_hash_table_add (publication->ids, key);
}

/* Returns: whether the publisher of @stream had named @id, which is now the caller's */
gboolean
srv_claims_take (SrvClaims *self, SrvStream *stream, const char *id)
{
  Publication *publication = g_hash_table_lookup (self->by_id, id);

  if (!publication || publication->stream != stream)
    return FALSE;
  g_hash_table_remove (self->by_id, id);
  g_hash_table_remove (publication->ids, id);
  return TRUE;
}

/* Nobody else will come for those of @stream. */
void
srv_claims_end (SrvClaims *self, SrvStream *stream, NertcCloseReason reason)
{
  Publication *publication = g_hash_table_lookup (self->by_stream, stream);
  GHashTableIter iter;
  gpointer id;

  if (!publication)
    return;
  g_hash_table_steal (self->by_stream, stream);
  g_hash_table_iter_init (&iter, publication->ids);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    g_hash_table_remove (self->by_id, id);
    self->lost (stream, id, reason, self->user_data);
  }
  publication_free (publication);
}
