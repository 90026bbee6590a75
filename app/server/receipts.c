/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "receipts.h"

typedef struct {
  SrvMember *sender;
  char *message_id; /* a GRefString: one command may have many addressees */
  guint64 position; /* the count of the addressee's messages with it */
} Receipt;

struct _SrvReceipts {
  SrvReceiptsTell tell;
  gpointer user_data;
  GHashTable *waiting; /* SrvMember, the addressee → GQueue of Receipt */
  GHashTable *counts;  /* SrvMember, the sender → how many wait */
};

static void
receipt_free (gpointer data)
{
  Receipt *receipt = data;

  srv_member_unref (receipt->sender);
  g_ref_string_release (receipt->message_id);
  g_free (receipt);
}

static void
queue_free (gpointer queue)
{
  g_queue_free_full (queue, receipt_free);
}

SrvReceipts *
srv_receipts_new (SrvReceiptsTell tell, gpointer user_data)
{
  SrvReceipts *self = g_new0 (SrvReceipts, 1);

  self->tell = tell;
  self->user_data = user_data;
  self->waiting = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) srv_member_unref, queue_free);
  self->counts = g_hash_table_new (NULL, NULL);
  return self;
}

void
srv_receipts_free (SrvReceipts *self)
{
  g_hash_table_unref (self->waiting);
  g_hash_table_unref (self->counts);
  g_free (self);
}

/* Returns: of how many commands, each counted for each addressee, @sender has not heard yet */
guint
srv_receipts_count_of (SrvReceipts *self, SrvMember *sender)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, sender));
}

/* A member is among the keys as long as it is kept by a receipt. */
static void
change_count (SrvReceipts *self, SrvMember *sender, int change)
{
  guint count = (guint) ((int) srv_receipts_count_of (self, sender) + change);

  if (count > 0)
    g_hash_table_insert (self->counts, sender, GUINT_TO_POINTER (count));
  else
    g_hash_table_remove (self->counts, sender);
}

/* @message_id: a GRefString; @position: how many messages @addressee was sent with this one, never
 * less than the time before */
void
srv_receipts_add (SrvReceipts *self, SrvMember *sender, const char *message_id,
                  SrvMember *addressee, guint64 position)
{
  GQueue *queue = g_hash_table_lookup (self->waiting, addressee);
  Receipt *receipt = g_new (Receipt, 1);

  receipt->sender = srv_member_ref (sender);
  receipt->message_id = g_ref_string_acquire ((char *) message_id);
  receipt->position = position;
  if (!queue) {
    queue = g_queue_new ();
    g_hash_table_insert (self->waiting, srv_member_ref (addressee), queue);
  }
  g_queue_push_tail (queue, receipt);
  change_count (self, sender, 1);
}

static void
settle (SrvReceipts *self, Receipt *receipt, SrvMember *addressee, gboolean delivered)
{
  change_count (self, receipt->sender, -1);
  self->tell (receipt->sender, receipt->message_id, addressee, delivered, self->user_data);
  receipt_free (receipt);
}

/* The first @count messages to @addressee have arrived. */
void
srv_receipts_acknowledge (SrvReceipts *self, SrvMember *addressee, guint64 count)
{
  GQueue *queue = g_hash_table_lookup (self->waiting, addressee);

  while (queue && !g_queue_is_empty (queue)) {
    Receipt *receipt = g_queue_peek_head (queue);

    if (receipt->position > count)
      return;
    settle (self, g_queue_pop_head (queue), addressee, TRUE);
  }
  if (queue)
    g_hash_table_remove (self->waiting, addressee);
}

/* @addressee has left. */
void
srv_receipts_forget (SrvReceipts *self, SrvMember *addressee)
{
  GQueue *queue = g_hash_table_lookup (self->waiting, addressee);

  while (queue && !g_queue_is_empty (queue))
    settle (self, g_queue_pop_head (queue), addressee, FALSE);
  if (queue)
    g_hash_table_remove (self->waiting, addressee);
}

gboolean
srv_receipts_has (SrvReceipts *self, SrvMember *addressee)
{
  return g_hash_table_contains (self->waiting, addressee);
}
