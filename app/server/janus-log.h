/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What a Janus writes, for our log: its errors for everybody, the rest for who debugs. Lines are
 * cut, and a flood of them is told by its number.
 */
typedef struct _SrvJanusLog SrvJanusLog;

/* What a line is about. */
typedef enum {
  SRV_JANUS_LINE_NOISE,
  SRV_JANUS_LINE_WARNING,
  SRV_JANUS_LINE_ERROR,
} SrvJanusLine;

/* It says that its socket is served, or that it is not: no more, or it never was. */
typedef void (*SrvJanusServes) (gboolean serves, gpointer user_data);

SrvJanusLog *srv_janus_log_new (int file, SrvJanusServes serves, gpointer user_data);
void srv_janus_log_free (SrvJanusLog *self);

char *srv_janus_log_take_error (SrvJanusLog *self);

SrvJanusLine srv_janus_log_classify (const char *line, const char **text);

G_END_DECLS
