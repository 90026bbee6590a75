/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/*
 * The receiving end of a connection with one media section, as cheap as it can be: ICE and DTLS,
 * and packets are counted without being decrypted. It sends no RTCP, so it is for senders that do
 * not ask for any, as media servers are.
 */
typedef struct _Listener Listener;

typedef struct {
  void (*candidate) (const char *candidate, gpointer user_data);
  /* The first packet came. */
  void (*heard) (gpointer user_data);
} ListenerEvents;

Listener *listener_new (const char *offer, const ListenerEvents *events, gpointer user_data);
void listener_free (Listener *self);

char *listener_make_answer (Listener *self);
void listener_add_candidate (Listener *self, const char *candidate);
guint64 listener_get_received (Listener *self);
guint64 listener_get_lost (Listener *self);
