/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "fuzz.h"

G_BEGIN_DECLS

/*
 * A client of the room server that says anything, and watches over what it hears: every message
 * keeps to the protocol, and the events of a session come in order, each of them once, over
 * however many connections.
 */
typedef struct _FuzzClient FuzzClient;

/* Returns: (transfer full): the client's end of a new connection */
typedef FuzzStream *(*FuzzConnect) (gpointer user_data);

FuzzClient *fuzz_client_new (FuzzConnect connect, gpointer user_data);
void fuzz_client_free (FuzzClient *self);

void fuzz_client_say (FuzzClient *self, FuzzBytes *bytes);
void fuzz_client_send (FuzzClient *self, const char *text, gsize size);
void fuzz_client_listen (FuzzClient *self);
void fuzz_client_take_over (FuzzClient *self, FuzzClient *other);

void fuzz_client_cut (FuzzClient *self);
void fuzz_client_close (FuzzClient *self, guint8 kind);
void fuzz_client_set_space (FuzzClient *self, gsize space);

G_END_DECLS
