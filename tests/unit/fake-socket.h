/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-room-private.h"

G_BEGIN_DECLS

/*
 * A room server that is played by the test: it takes what the room sends, one message after the
 * other, and says what the test makes it say. Waiting has a watchdog.
 */
typedef struct _FakeServer FakeServer;

typedef enum {
  FAKE_ACCEPT,
  FAKE_REFUSE, /* the connection, as if nobody were there */
  FAKE_IGNORE, /* never answers */
} FakeMode;

FakeServer *fake_server_new (void);
void fake_server_free (FakeServer *self);

NertcSocket *fake_server_make_socket (gpointer self);
void fake_server_set_mode (FakeServer *self, FakeMode mode);
guint fake_server_count_connections (FakeServer *self);
const char *fake_server_get_url (FakeServer *self);
guint fake_server_get_ping_interval (FakeServer *self);

gboolean fake_server_is_next (FakeServer *self, const char *method);
JsonObject *fake_server_expect (FakeServer *self, const char *method);
gint64 fake_server_get_request (FakeServer *self);
void fake_server_set_request (FakeServer *self, gint64 id);
void fake_server_expect_nothing (FakeServer *self);
guint fake_server_expect_closed (FakeServer *self);

void fake_server_reply (FakeServer *self, const char *result);
void fake_server_reply_error (FakeServer *self, NertcError code);
void fake_server_event (FakeServer *self, const char *method, const char *fields);
void fake_server_say (FakeServer *self, const char *text);
void fake_server_skip_seq (FakeServer *self);
void fake_server_hang_up (FakeServer *self, guint code);
void fake_server_admit (FakeServer *self, const char *uid, const char *members);

void fake_wait (gboolean (*condition) (gpointer data), gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeServer, fake_server_free)

G_END_DECLS
