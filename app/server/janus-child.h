/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"

#include <glib.h>

G_BEGIN_DECLS

/*
 * A Janus that is our own: started with a configuration of our making, started again whenever it
 * ends, ended with the server, however that ends. It answers on a socket in a private folder.
 */
typedef struct _SrvJanusChild SrvJanusChild;

typedef void (*SrvJanusChildServes) (SrvJanusChild *self, gpointer user_data);

SrvJanusChild *srv_janus_child_new (const SrvOptions *options, GError **error);
void srv_janus_child_watch (SrvJanusChild *self, SrvJanusChildServes serves, gpointer user_data);
void srv_janus_child_free (SrvJanusChild *self);

const char *srv_janus_child_get_address (SrvJanusChild *self);
const char *srv_janus_child_get_secret (SrvJanusChild *self);

void srv_janus_child_answers (SrvJanusChild *self);
void srv_janus_child_does_not_answer (SrvJanusChild *self);

G_END_DECLS
