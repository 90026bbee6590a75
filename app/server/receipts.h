/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "room.h"

G_BEGIN_DECLS

/*
 * Commands of which it is not known yet whether they have arrived. Each is told of once, to the
 * member who sent it: when the session of the addressee was acknowledged up to it, or when the
 * addressee has left before. Pure.
 */
typedef struct _SrvReceipts SrvReceipts;

typedef void (*SrvReceiptsTell) (SrvMember *sender, const char *message_id, SrvMember *addressee,
                                 gboolean delivered, gpointer user_data);

SrvReceipts *srv_receipts_new (SrvReceiptsTell tell, gpointer user_data);
void srv_receipts_free (SrvReceipts *self);

void srv_receipts_add (SrvReceipts *self, SrvMember *sender, const char *message_id,
                       SrvMember *addressee, guint64 position);
void srv_receipts_acknowledge (SrvReceipts *self, SrvMember *addressee, guint64 count);
void srv_receipts_forget (SrvReceipts *self, SrvMember *addressee);

gboolean srv_receipts_has (SrvReceipts *self, SrvMember *addressee);
guint srv_receipts_count_of (SrvReceipts *self, SrvMember *sender);

G_END_DECLS
