/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-message.h"

G_BEGIN_DECLS

/*
 * A client made of libsoup's WebSocket, for tests that are written top down: every function waits
 * for what it is about, in the main context that was the thread-default one when it was made, and a
 * watchdog ends the test if that never comes. Everything received is checked against the protocol;
 * events must carry the epoch of the session, and numbers that rise by one.
 *
 * JSON is written with single quotes, as printf formats.
 */
typedef struct _TestClient TestClient;

TestClient *test_client_new (const char *uri);
TestClient *test_client_new_joined (const char *uri, const char *channel, const char *uid);
TestClient *test_client_new_resumed (const char *uri, TestClient *lost);
TestClient *test_client_new_resumed_before (const char *uri, TestClient *lost, guint missed);
void test_client_resume_fails (const char *uri, TestClient *lost, guint missed, const char *secret);
void test_client_free (TestClient *self);

JsonObject *test_client_call (TestClient *self, const char *method, const char *params, ...)
    G_GNUC_PRINTF (3, 4);
void test_client_call_fails (TestClient *self, NertcError code, const char *method,
                             const char *params, ...) G_GNUC_PRINTF (4, 5);
void test_client_notify (TestClient *self, const char *method, const char *params, ...)
    G_GNUC_PRINTF (3, 4);
void test_client_send_text (TestClient *self, const char *text);
gint64 test_client_expect_error (TestClient *self, NertcError code);

JsonObject *test_client_expect (TestClient *self, const char *method);
void test_client_expect_nothing (TestClient *self);
void test_client_expect_end (TestClient *self, const char *reason, gushort close_code);
void test_client_expect_closed (TestClient *self, gushort close_code);
void test_client_close (TestClient *self, gushort code);

const char *test_client_get_secret (TestClient *self);

const char *test_json_text (JsonObject *object, const char *name);
gboolean test_json_flag (JsonObject *object, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestClient, test_client_free)

G_END_DECLS
