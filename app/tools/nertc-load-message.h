/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-message.h"

G_BEGIN_DECLS

/*
 * What members say and hear. Texts of members carry a mark, when and by whom they were sent:
 * `nertc-load:MICROSECONDS:INDEX:`. Messages of the form that nertc-server writes are read lightly,
 * all others strictly. Pure.
 */

typedef enum {
  LOAD_HEARD_RESULT,
  LOAD_HEARD_ERROR,
  LOAD_HEARD_JOINED,  /* somebody else */
  LOAD_HEARD_MESSAGE, /* what a member sent to the others */
  LOAD_HEARD_CLOSED,
  LOAD_HEARD_OTHER, /* events */
} LoadHeardKind;

typedef struct {
  LoadHeardKind kind;
  gint64 id;         /* of a result or an error */
  gint64 seq;        /* of an event */
  gint64 sent;       /* what its mark says, in µs; 0: it has none */
  guint index;       /* the same */
  guint64 dropped;   /* of barrages */
  char error[64];    /* its code, or the close reason */
  char example[160]; /* what the server says about it */
} LoadHeard;

gboolean load_message_read (LoadHeard *self, const char *text, gsize length);
char *load_message_make_mark (gint64 now, guint index);

G_END_DECLS
