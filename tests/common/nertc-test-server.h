/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The real room server, on a free port of 127.0.0.1, in a thread of its own. It is started when
 * made. The functions are for one thread; they return when what they say is done, and until then
 * let the main context of that thread go on.
 */
typedef struct _NertcTestServer NertcTestServer;

NertcTestServer *nertc_test_server_new (void);
NertcTestServer *nertc_test_server_new_with_options (const char *const *options);
void nertc_test_server_free (NertcTestServer *self);

const char *nertc_test_server_get_uri (NertcTestServer *self);

void nertc_test_server_stop (NertcTestServer *self);
void nertc_test_server_start (NertcTestServer *self);
void nertc_test_server_cut (NertcTestServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NertcTestServer, nertc_test_server_free)

G_END_DECLS
