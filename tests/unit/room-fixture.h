/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "fake-socket.h"

G_BEGIN_DECLS

/* A room, the server that the test plays, and a log of what the room emits. */
typedef struct {
  FakeServer *server;
  NertcRoom *room;
  GString *log;
  GPtrArray *transports; /* as they were opened */
  NertcRoomTiming timing;
} Fixture;

void fixture_set_up (Fixture *self, gconstpointer data);
void fixture_tear_down (Fixture *self, gconstpointer data);
void fixture_shorten (Fixture *self, guint *time);

/* What an asynchronous call came to; it logs that, too. */
typedef struct {
  Fixture *fixture;
  const char *name;
  gboolean done;
  GError *error;
  char *text; /* of a publish */
} Outcome;

void outcome_clear (Outcome *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

#define OUTCOME(fixture_, name_) \
  { \
    .fixture = fixture_, .name = name_ \
  }

void on_join (GObject *source, GAsyncResult *result, gpointer outcome);
void on_leave (GObject *source, GAsyncResult *result, gpointer outcome);
void on_publish (GObject *source, GAsyncResult *result, gpointer outcome);
void on_set_muted (GObject *source, GAsyncResult *result, gpointer outcome);
void on_update_stream (GObject *source, GAsyncResult *result, gpointer outcome);
void on_unpublish (GObject *source, GAsyncResult *result, gpointer outcome);
void on_subscribe (GObject *source, GAsyncResult *result, gpointer outcome);
void on_renew_token (GObject *source, GAsyncResult *result, gpointer outcome);
void on_set_role (GObject *source, GAsyncResult *result, gpointer outcome);
void on_kick (GObject *source, GAsyncResult *result, gpointer outcome);
void on_ban (GObject *source, GAsyncResult *result, gpointer outcome);
void on_unban (GObject *source, GAsyncResult *result, gpointer outcome);
void on_mute_member (GObject *source, GAsyncResult *result, gpointer outcome);
void on_close (GObject *source, GAsyncResult *result, gpointer outcome);
void on_unsubscribe (GObject *source, GAsyncResult *result, gpointer outcome);

void outcome_wait (Outcome *self);

void fixture_join (Fixture *self, const char *members);
JsonObject *fixture_expect_join (Fixture *self);
void fixture_resume (Fixture *self, gint64 received, gint64 handled);
void fixture_rejoin (Fixture *self, const char *members);
void fixture_lose (Fixture *self);
void fixture_publish (Fixture *self, const char *stream_id);
void fixture_subscribe (Fixture *self, const char *stream_id);
NertcTransport *fixture_open_transport (Fixture *self, const char *id, const char *role,
                                        const char *stream_id);
void fixture_wait_for_log (Fixture *self, const char *line);
void fixture_check_log (Fixture *self, const char *expected);

#define BOB "{'uid':'bob','userName':'Bob','userData':'','role':'host','streams':[]}"
#define BOB_SINGS \
  "{'uid':'bob','userName':'Bob','userData':'','role':'host','streams':[{'streamId':'b1','source'" \
  ":'camera'," \
  "'audio':true,'video':true,'audioMuted':false,'videoMuted':false}]}"
#define B1 \
  "'streamId':'b1','source':'camera','audio':true,'video':true,'audioMuted':false," \
  "'videoMuted':false"

G_END_DECLS
