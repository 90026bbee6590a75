/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "room.h"

G_BEGIN_DECLS

/* When the tokens of members end: one timer for all of them. */
typedef struct _SrvExpiry SrvExpiry;

/* A member hears so many seconds before the end that it needs a new token. */
#define SRV_EXPIRY_NOTICE 30

typedef struct {
  void (*soon) (SrvMember *member, gint64 seconds, gpointer user_data);
  void (*expired) (SrvMember *member, gpointer user_data); /* after this it is forgotten */
} SrvExpiryCallbacks;

/* Returns: microseconds since 1970 */
typedef gint64 (*SrvExpiryClock) (void);

SrvExpiry *srv_expiry_new (const SrvExpiryCallbacks *callbacks, gpointer user_data,
                           SrvExpiryClock clock);
void srv_expiry_free (SrvExpiry *self);

void srv_expiry_watch (SrvExpiry *self, SrvMember *member, gint64 expires);
void srv_expiry_forget (SrvExpiry *self, SrvMember *member);
void srv_expiry_run (SrvExpiry *self);

G_END_DECLS
