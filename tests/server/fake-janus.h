/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A Janus by its Unix socket that answers as a real one, or as it is told to; in this process. */
typedef struct _FakeJanus FakeJanus;

FakeJanus *fake_janus_new (void);
void fake_janus_free (FakeJanus *self);
const char *fake_janus_get_address (FakeJanus *self);

/* @request: what is under ‘janus’, or under ‘request’ for the plugin. @answer: with TRANSACTION,
 * SESSION and HANDLE where they belong; empty for none; %NULL: as a real one again */
void fake_janus_set_answer (FakeJanus *self, const char *request, const char *answer);
/* It answers nothing; as one that is stopped. */
void fake_janus_set_frozen (FakeJanus *self, gboolean frozen);
void fake_janus_say (FakeJanus *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void fake_janus_hang_up (FakeJanus *self);

guint fake_janus_count (FakeJanus *self, const char *request);
gint64 fake_janus_get_session (FakeJanus *self);
gint64 fake_janus_get_handle (FakeJanus *self);
const char *fake_janus_get_secret (FakeJanus *self);

G_END_DECLS
